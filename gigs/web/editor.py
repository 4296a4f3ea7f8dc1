"""Writing a gig: from a starter or from nothing, saved as a draft, published when it is complete."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms.utils import ErrorDict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import api as accounts
from gigs import starters
from gigs.contracts import GigContent
from gigs.models import Category
from gigs.selectors.owned import content_of, own_gig
from gigs.services import editing, publishing
from gigs.services.content import missing_to_publish
from gigs.web.gig_editor import LISTS, Editor
from gigs.web.rows import after_command, is_command
from marketplace.kernel import clock, money
from marketplace.kernel.errors import Conflict, InvalidInput
from orders import api as orders


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
    content = starter.content if starter else GigContent(category_slug=slug, title="")
    content = _with_hours(content, user_id)
    editor = Editor(content=content, time_zone=_zone(request))
    return _show(request, editor, None, title_pattern=starter.title_pattern if starter else "")


@login_required
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    gig = own_gig(pk, int(request.user.pk or 0))
    if request.method == "POST":
        return _submit(request, pk)
    editor = Editor(content=content_of(gig), cover_key=gig.cover, time_zone=_zone(request))
    return _show(request, editor, pk)


@login_required
def price(request: HttpRequest) -> HttpResponse:
    """What the seller receives and buyers pay, while a price is typed (htmx)."""
    typed = next((value for name, value in request.GET.items() if name.endswith("price")), "")
    return render(request, "gigs/_price.html", {"split": price_split(typed)})


def price_split(typed: object) -> dict[str, money.Money] | None:
    """Both sides of a price, or None while it is no price."""
    try:
        amount = money.parse(str(typed), settings.SETTLEMENT_CURRENCY)
    except ValueError:
        return None
    if not amount:
        return None
    rules = orders.rules()
    return {"receives": amount - rules.seller_fee(amount), "all_in": rules.all_in(amount)}


def _submit(request: HttpRequest, pk: int | None) -> HttpResponse:
    command = request.POST.get("row", "")
    if is_command(command):
        data = after_command(request.POST, command, LISTS)
        return _show(request, _quiet(Editor(data=data, files=request.FILES, time_zone=_zone(request))), pk)
    editor = Editor(data=request.POST, files=request.FILES, time_zone=_zone(request))
    if not editor.is_valid():
        return _show(request, editor, pk)
    content, wants_to_publish = editor.content(), request.POST.get("do") == "publish"
    try:
        if wants_to_publish:
            _check_complete(content)
        gig_id = _save(request, pk, content, editor.cover_key)
    except InvalidInput as error:
        editor.refuse(error)
        return _show(request, editor, pk)
    except Conflict as error:
        return _show(request, editor, pk, conflict=error.message)
    if wants_to_publish:
        publishing.publish(gig_id=gig_id, seller_id=int(request.user.pk or 0), at=clock.now())
        messages.success(request, _("Your gig is live. Buyers can find and order it now."))
        return redirect(own_gig(gig_id, int(request.user.pk or 0)))
    messages.success(request, _("Saved."))
    return redirect("gigs:edit", gig_id)


def _save(request: HttpRequest, pk: int | None, content: GigContent, cover_key: str) -> int:
    seller_id, at = int(request.user.pk or 0), clock.now()
    if pk is None:
        return editing.create_gig(seller_id=seller_id, content=content, cover=cover_key, at=at)
    version = request.POST.get("version", "")
    seen = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else None
    editing.edit_gig(gig_id=pk, seller_id=seller_id, content=content, at=at, version=seen)
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
        form.split = price_split(form["price"].value())  # type: ignore[attr-defined]  # shown beside the field
    slug = str(editor.details["category"].value() or "").replace("\x00", "")
    category = Category.objects.filter(slug=slug).first()
    symbol = str(money.zero(settings.SETTLEMENT_CURRENCY)).rstrip("0.")
    context = {
        "symbol": symbol,
        "editor": editor,
        "gig": gig,
        "own": {"id": pk},
        "category": category,
        **_usual(category),
        **said,
    }
    return render(request, "gigs/editor.html", context)


def _usual(category: Category | None) -> dict[str, money.Money]:
    """What first packages of a category cost."""
    if category is None:
        return {}
    ends = {"usual_low": category.usual_low_minor, "usual_high": category.usual_high_minor}
    return {name: money.Money(amount, settings.SETTLEMENT_CURRENCY) for name, amount in ends.items()}


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
