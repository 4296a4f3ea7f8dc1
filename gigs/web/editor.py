"""Writing a gig: from a starter or from nothing, saved as a draft, published when it is complete."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms.utils import ErrorDict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import api as accounts
from gigs import starters
from gigs.amounts import price_problem
from gigs.contracts import GigContent
from gigs.guidance.editor import FIELDS as GUIDED
from gigs.guidance.editor import guide
from gigs.models import Gig
from gigs.reviewing import gate, policy, selectors
from gigs.reviewing.web import owner
from gigs.selectors.owned import content_of, own_gig
from gigs.services import editing
from gigs.services.content import missing_to_publish
from gigs.web.gig_editor import LISTS, Editor
from gigs.web.rows import after_command, is_command
from marketplace.kernel import clock, currencies, money, words
from marketplace.kernel.errors import Conflict, InvalidInput
from orders import api as orders

_OTHER_CURRENCY = "currency"  # the button that shows the prices in the currency chosen just now


@login_required
def new(request: HttpRequest) -> HttpResponse:
    user_id = int(request.user.pk or 0)
    if not accounts.is_seller(user_id):
        messages.info(request, _("First a few words about you as a seller, then your gig."))
        return redirect("accounts:become_seller")
    if request.method == "POST":
        return _submit(request, None)
    slug, key = request.GET.get("category", ""), request.GET.get("starter", "")
    if not key:
        return render(request, "gigs/start.html", {"categories": starters.all_categories()})
    starter = starters.starter(slug, key)
    content = starters.priced(starter.content, currencies.default()) if starter else GigContent(slug, title="")
    content = _with_hours(content, user_id)
    editor = Editor(content=content, time_zone=_zone(request))
    return _show(request, editor, None, title_pattern=starter.title_pattern if starter else "")


@login_required
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    gig = own_gig(pk, int(request.user.pk or 0))
    if request.method == "POST":
        return _submit(request, pk)
    starts_over = request.GET.get("from") == "live"  # leaves behind what staff sent back
    content, cover = (content_of(gig), gig.cover) if starts_over else gate.waited_for(gig)
    editor = Editor(content=content, cover_key=cover, time_zone=_zone(request), saved_currency=_saved_currency(gig))
    return _show(request, editor, pk)


@login_required
def price(request: HttpRequest) -> HttpResponse:
    """What the seller receives and buyers pay, while a price is typed (htmx)."""
    typed = next((value for name, value in request.GET.items() if name.endswith("price")), "")
    currency = currencies.chosen(request.GET.get("currency", ""))
    return render(request, "gigs/_price.html", {"split": price_split(typed, currency)})


def price_split(typed: object, currency: str) -> dict[str, money.Money] | None:
    """Both sides of a price, or None while it is no price."""
    try:
        amount = money.parse(str(typed), currency)
    except ValueError:
        return None
    if price_problem(amount.amount_minor, currency):
        return None
    rules = orders.rules(currency)
    return {"receives": amount - rules.seller_fee(amount), "all_in": rules.all_in(amount)}


def _submit(request: HttpRequest, pk: int | None) -> HttpResponse:
    gig = own_gig(pk, int(request.user.pk or 0)) if pk else None
    command = request.POST.get("row", "")
    is_between_rows = command == _OTHER_CURRENCY or is_command(command)
    data = after_command(request.POST, command, LISTS) if is_between_rows else request.POST
    editor = Editor(data=data, files=request.FILES, time_zone=_zone(request), saved_currency=_saved_currency(gig))
    if is_between_rows:
        return _show(request, _quiet(editor), pk)
    if not editor.is_valid():
        return _show(request, editor, pk)
    content, wants_to_publish = editor.content(), request.POST.get("do") == "publish"
    try:
        if wants_to_publish:
            _check_complete(content)
        gig_id = _save(request, pk, content, editor)
    except InvalidInput as error:
        editor.refuse(error)
        return _show(request, editor, pk)
    except Conflict as error:
        return _show(request, editor, pk, conflict=error.message)
    if wants_to_publish:
        return owner.publish_or_explain(request, gig_id)
    messages.success(request, owner.saved_words(request, gig_id))
    return redirect("gigs:edit", gig_id)


def _save(request: HttpRequest, pk: int | None, content: GigContent, editor: Editor) -> int:
    seller_id, at, cover_key = int(request.user.pk or 0), clock.now(), editor.cover_key
    if pk is None:
        return editing.create_gig(seller_id=seller_id, content=content, cover=cover_key, at=at)
    version = request.POST.get("version", "")
    seen = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else None
    editing.edit_gig(
        gig_id=pk,
        seller_id=seller_id,
        content=content,
        at=at,
        version=seen,
        agreed_currency=editor.money.agreed,
    )
    if cover_key and cover_key != own_gig(pk, seller_id).cover:
        editing.set_cover(gig_id=pk, seller_id=seller_id, cover=cover_key, at=at)
    return pk


def _check_complete(content: GigContent) -> None:
    missing = missing_to_publish(content)
    if missing:
        raise InvalidInput(missing[0][1], code="incomplete", fields=dict(missing))


def _show(request: HttpRequest, editor: Editor, pk: int | None, **said: Any) -> HttpResponse:
    gig = own_gig(pk, int(request.user.pk or 0)) if pk else None
    for form in editor.packages.forms:
        form.split = price_split(form["price"].value(), editor.currency)  # type: ignore[attr-defined]  # shown beside the field
    guidance = guide(
        seller_id=int(request.user.pk or 0),
        category_slug=str(editor.details["category"].value() or ""),
        currency=editor.currency,
        rows=[{name: form[name].value() for name in GUIDED} for form in editor.packages.forms],
    )
    context = {
        "symbol": words.symbol(editor.currency),
        "editor": editor,
        "gig": gig,
        "own": {"id": pk},
        "category": guidance.category,
        "guidance": guidance,
        "standing": selectors.standing_of(gig) if gig else None,
        "changes_wait": policy.current().mode.waits_for_changes,
        **said,
    }
    return render(request, "gigs/editor.html", context)


def _saved_currency(gig: Gig | None) -> str:
    """Of the prices that a gig has, empty where there are none."""
    return gig.currency if gig and gig.package_count else ""


def _quiet(editor: Editor) -> Editor:
    """Between rows, nobody is told what is still missing."""
    for form in editor.all_forms:
        if form is not editor.cover:
            form._errors = ErrorDict()  # type: ignore[attr-defined]  # as after a validation without errors
    return editor


def _with_hours(content: GigContent, user_id: int) -> GigContent:
    return replace(content, hours=accounts.hours_of(user_id))


def _zone(request: HttpRequest) -> str:
    return timezone.get_current_timezone_name()
