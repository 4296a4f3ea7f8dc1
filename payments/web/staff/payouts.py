"""Payouts for staff: due, running, parked and why, and another try where one is safe."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import api as people
from marketplace.kernel import clock
from marketplace.kernel.errors import DomainError
from marketplace.kernel.models import as_uuid
from payments.models import ConnectedAccount, Release
from payments.selectors.ages import old_money
from payments.selectors.payout_staff import Pile, page, people_of
from payments.services.payouts import look_now
from payments.services.transfers import try_again
from payments.web.staff.guards import treasurers_only


@treasurers_only
@require_safe
def payouts(request: HttpRequest) -> HttpResponse:
    """One pile at a time; what is parked comes first, because somebody waits there."""
    pile, term, at = _pile(request.GET.get("pile", "")), request.GET.get("q", "").strip()[:200], clock.now()
    found = page(pile, at, term=term, before=request.GET.get("before", "")[:100])
    names = people.people(people_of(found.rows))
    context = {
        "page": found,
        "rows": [(row, names[row.user_id].name) for row in found.rows],
        "tabs": [_tab(one, found.counts[one], term, is_current=one == pile) for one in Pile],
        "next_query": "?" + urlencode({"pile": pile, "q": term, "before": found.more}) if found.more else "",
        "term": term,
        "old": old_money(at) if pile == Pile.PARKED and not term else [],
    }
    return render(request, "payments/staff_payouts.html", context)


def _pile(name: str) -> Pile:
    return Pile(name) if name in list(Pile) else Pile.PARKED


def _tab(pile: Pile, count: int, term: str, *, is_current: bool) -> dict[str, object]:
    titles = {
        Pile.PARKED: _("Parked"),
        Pile.DUE: _("Due"),
        Pile.RUNNING: _("Running"),
        Pile.FAILED: _("Came back"),
        Pile.UNSENT: _("Not sent"),
    }
    url = reverse("payments:staff_payouts") + "?" + urlencode({"pile": pile, "q": term})
    return {"label": titles[pile], "url": url, "is_current": is_current, "count": count}


@treasurers_only
@require_POST
def retry(request: HttpRequest) -> HttpResponse:
    """Another try: the account is looked into, or a refused transfer is sent again. Neither can pay twice."""
    pile, row_id, at = _pile(request.POST.get("pile", "")), as_uuid(request.POST.get("id", "")), clock.now()
    if row_id is None or not (Release if pile == Pile.UNSENT else ConnectedAccount).objects.filter(pk=row_id).exists():
        raise Http404
    try:
        done = try_again(row_id, at) if pile == Pile.UNSENT else look_now(row_id, at)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        if done:
            messages.success(request, _("It is on its way."))
        else:
            messages.info(request, _("It still cannot leave; the list says why."))
    return redirect(reverse("payments:staff_payouts") + f"?pile={pile}")
