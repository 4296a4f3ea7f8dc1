"""A seller's pockets: what they look at as set aside."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.kernel import clock
from marketplace.kernel.errors import DomainError
from marketplace.kernel.words import long_day
from payments.documents.months import Month
from payments.pockets import services
from payments.pockets.selectors import Pockets, own_share, pockets_of
from payments.pockets.services import PocketDraft
from payments.web.guards import for_sellers
from payments.web.pocket_forms import STARTERS, PocketForm, typed
from payments.web.tabs import earnings_tabs


@for_sellers
@require_safe
def pockets(request: HttpRequest, user_id: int) -> HttpResponse:
    found = pockets_of(user_id)
    names = {row.name.lower() for row in found.rows}
    context = {
        "pockets": found,
        "rows": [(row, long_day(row.remind_on) if row.remind_on else "") for row in found.rows],
        "months": [(month, _of_month(found, month)) for month in found.months],
        "starters": [(key, name) for key, name in STARTERS.items() if str(name).lower() not in names],
        "tabs": earnings_tabs("pockets"),
    }
    return render(request, "payments/pockets.html", context)


def _of_month(found: Pockets, month: Month) -> list[object]:
    return [row.months.get(month, ()) for row in found.rows]


@for_sellers
@require_http_methods(["GET", "POST"])
def add_pocket(request: HttpRequest, user_id: int) -> HttpResponse:
    starter = STARTERS.get(request.GET.get("name", ""), "")
    form = PocketForm(request.POST or None, initial={"name": starter})

    def save(draft: PocketDraft) -> None:
        services.add_pocket(user_id=user_id, draft=draft, at=clock.now())

    return _edit(request, form, save, {})


@for_sellers
@require_http_methods(["GET", "POST"])
def change_pocket(request: HttpRequest, user_id: int, pocket_id: int) -> HttpResponse:
    share = own_share(user_id, pocket_id)
    form = PocketForm(request.POST or None, initial=typed(share.pocket, share.percent))

    def save(draft: PocketDraft) -> None:
        services.change_pocket(user_id=user_id, pocket_id=pocket_id, draft=draft, at=clock.now())

    return _edit(request, form, save, {"pocket": share.pocket})


def _edit(
    request: HttpRequest, form: PocketForm, save: Callable[[PocketDraft], None], context: dict[str, object]
) -> HttpResponse:
    if form.is_valid():
        try:
            save(form.draft)
        except DomainError as error:
            form.show(error)
        else:
            messages.success(request, _("Saved. It counts from your next payout on."))
            return redirect("payments:pockets")
    return render(request, "payments/pocket.html", {"form": form, **context}, status=400 if form.errors else 200)


@for_sellers
@require_POST
def remove_pocket(request: HttpRequest, user_id: int, pocket_id: int) -> HttpResponse:
    name = services.remove_pocket(user_id=user_id, pocket_id=pocket_id)
    messages.success(request, _("“%(name)s” is removed.") % {"name": name})
    return redirect("payments:pockets")
