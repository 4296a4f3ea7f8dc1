"""The pages of a portfolio: a seller's own, and the public ones."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import api as accounts
from accounts.contracts import Person
from gigs.gallery import rules
from gigs.models.portfolio import MOST_PIECES
from gigs.portfolio import consent, selectors, services
from gigs.portfolio.selectors import OwnPiece
from gigs.portfolio.services import Content
from gigs.sharing.heads import head_of_piece
from marketplace.kernel import clock
from marketplace.kernel.errors import Conflict, DomainError, InvalidInput, NotAllowed, NotFound
from marketplace.kernel.uploads.forms import FilesField, FilesForm
from marketplace.kernel.uploads.places import Place
from orders import api as orders

ACCEPT = ",".join(f".{ending}" for ending, kind in rules.ENDINGS.items() if kind != rules.VIDEO)


class PieceForm(FilesForm):
    title = forms.CharField(label=gettext_lazy("Title"), max_length=services.TITLE_MAX)
    words = forms.CharField(
        label=gettext_lazy("What was it about?"),
        max_length=services.WORDS_MAX,
        required=False,
        widget=forms.Textarea,
        help_text=gettext_lazy("The task, what you did, what came of it. Two or three sentences are enough."),
    )
    files = FilesField(label=gettext_lazy("Pictures and PDFs"), required=False)


@login_required
@require_http_methods(["GET", "POST"])
def portfolio(request: HttpRequest) -> HttpResponse:
    """All pieces in their order; buttons move them."""
    seller = _seller(request)
    if request.method == "POST":
        wanted, moved = _moved(request.POST)
        services.arrange(seller_id=seller.id, order=wanted, at=clock.now())
        return redirect(f"{reverse('gigs:portfolio')}#piece-{moved}")
    context = {"pieces": selectors.own_pieces(seller.id), "most": MOST_PIECES, "seller": seller}
    return render(request, "gigs/portfolio/mine.html", context)


def _moved(data: QueryDict) -> tuple[list[int], int]:
    """The order of the form, with the piece that one of its buttons moves."""
    order = _numbers(data.getlist("piece"))
    number, _colon, direction = data.get("move", "").partition(":")
    moved = next(iter(_numbers([number])), 0)
    if moved in order:
        place = order.index(moved)
        order.insert(max(0, place + (-1 if direction == "up" else 1)), order.pop(place))
    return order, moved


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, order_id: uuid.UUID | None = None) -> HttpResponse:
    """A piece, from an accepted order of theirs or without one."""
    seller = _seller(request)
    buyer = accounts.person(orders.buyer_of_accepted(order_id, seller.id)) if order_id else None
    if order_id and (made := selectors.made_of(order_id, seller.id)) is not None:
        messages.info(request, _("This order is in your portfolio already."))
        return redirect("gigs:piece_edit", made)
    title = orders.order_for(order_id, seller.id).title if order_id else ""
    form = PieceForm(
        request.POST or None, request.FILES or None, initial={"title": title[: services.TITLE_MAX]},
        place=Place(seller.id, f"piece-{order_id or 'new'}", clock.now()),
    )  # fmt: skip
    if form.is_valid():
        try:
            pk = services.create(
                seller_id=seller.id, content=_content(form, request.POST), at=clock.now(), order_id=order_id
            )  # fmt: skip
        except DomainError as error:
            _show_error(form, error)
        else:
            messages.success(request, _("Added. The files are being prepared."))
            return redirect("gigs:piece_edit", pk)
    context = {"form": form, "accept": ACCEPT, "buyer": buyer}
    return render(request, "gigs/portfolio/new.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    seller = _seller(request)
    own = selectors.own_piece(pk, seller.id)
    form = PieceForm(
        request.POST or None, request.FILES or None, initial={"title": own.piece.title, "words": own.piece.words},
        place=Place(seller.id, f"piece-{pk}", clock.now()),
    )  # fmt: skip
    if form.is_valid():
        version = next(iter(_numbers([request.POST.get("version", "")])), 0)
        try:
            services.edit(
                piece_id=pk, seller_id=seller.id, content=_content(form, request.POST), version=version, at=clock.now()
            )
        except DomainError as error:
            own = selectors.own_piece(pk, seller.id)
            _show_error(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("gigs:piece_edit", pk)
    if form.errors:
        own = _as_marked(own, request.POST)
    context = {"own": own, "piece": own.piece, "form": form, "accept": ACCEPT, "seller": seller}
    context |= {"alt_max": rules.ALT_MAX, "asks_left": consent.MOST_ASKS - own.piece.asks}
    return render(request, "gigs/portfolio/edit.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    title = services.remove(piece_id=pk, seller_id=_seller(request).id, at=clock.now())
    messages.success(request, _("“%(title)s” is removed.") % {"title": title})
    return redirect("gigs:portfolio")


@login_required
@require_POST
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        consent.ask(piece_id=pk, seller_id=_seller(request).id, at=clock.now())
    except (Conflict, NotAllowed) as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Asked. It is shown once the buyer says yes."))
    return redirect("gigs:piece_edit", pk)


@require_safe
def works(request: HttpRequest, handle: str) -> HttpResponse:
    """Everything that a seller shows; at most as many as a portfolio holds."""
    seller = _public(handle)
    pieces = selectors.shown_pieces(seller)
    if not pieces:
        raise NotFound(_("Nothing is shown here (any more)."))
    return render(request, "gigs/portfolio/works.html", {"seller": seller, "pieces": pieces})


@require_safe
def piece(request: HttpRequest, handle: str, pk: int) -> HttpResponse:
    """One piece, large."""
    seller = _public(handle)
    view, before, after = selectors.shown_piece(seller, pk)
    context: dict[str, Any] = {"seller": seller, "piece": view, "before": before, "after": after}
    return render(request, "gigs/portfolio/piece.html", context | {"head": head_of_piece(seller, view)})


def _public(handle: str) -> Person:
    """Raises NotFound; also for closed and suspended accounts."""
    user_id = accounts.id_of(f"@{handle}")
    if user_id is None or not accounts.is_active(user_id):
        raise NotFound(_("There is nobody called @%(handle)s here.") % {"handle": handle})
    return accounts.person(user_id)


def _seller(request: HttpRequest) -> Person:
    """Raises NotFound for who sells nothing."""
    user_id = int(request.user.pk or 0)
    if not accounts.is_seller(user_id):
        raise NotFound(_("A portfolio is for sellers."))
    return accounts.person(user_id)


def _content(form: PieceForm, data: QueryDict) -> Content:
    files = _numbers(data.getlist("file"))
    return Content(
        title=form.cleaned_data["title"],
        words=form.cleaned_data["words"],
        alts={pk: str(data[f"alt-{pk}"]) for pk in files if f"alt-{pk}" in data},
        removed=_numbers(data.getlist("remove")),
        first=_first(data),
        uploads=form.cleaned_data["files"],
    )


def _as_marked(own: OwnPiece, data: QueryDict) -> OwnPiece:
    """Descriptions as they were typed, marks as they were set, beside what is wrong."""
    first, removed = _first(data), set(_numbers(data.getlist("remove")))
    is_there = any(row.file.pk == first for row in own.files)
    files = [
        replace(row, is_first=row.file.pk == first if is_there else row.is_first, is_removed=row.file.pk in removed)
        for row in own.files
    ]
    for row in files:
        row.file.alt = str(data.get(f"alt-{row.file.pk}", row.file.alt))
    return replace(own, files=files)


def _first(data: QueryDict) -> int:
    """The file that is to stand first; 0 for none."""
    return next(iter(_numbers([data.get("first", "")])), 0)


def _show_error(form: PieceForm, error: DomainError) -> None:
    if not isinstance(error, InvalidInput):
        form.add_error(None, error.message)
        return
    for name, message in error.fields.items():
        form.add_error(name if name in form.fields else None, message)


def _numbers(texts: list[str]) -> list[int]:
    return [int(text) for text in texts[:100] if text.isascii() and text.isdigit() and len(text) < 19]
