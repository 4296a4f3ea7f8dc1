"""Offers in conversations: writing, answering, and the buyer's way to the payment page."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms.utils import ErrorDict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import api as accounts
from gigs.models import CustomOffer
from gigs.offers import services
from gigs.offers.cards import card_of
from gigs.offers.content import OfferContent, content_again, content_of, terms_of
from gigs.offers.notices import page_of
from gigs.offers.selectors import offer_for
from gigs.web import summary
from gigs.web.offer_forms import STEPS, DeclineForm, OfferEditor
from gigs.web.rows import after_command, is_command
from inbox import api as inbox
from marketplace.kernel import clock, throttle
from marketplace.kernel.errors import Conflict, DomainError, InvalidInput, NotFound
from marketplace.kernel.models import as_uuid
from orders import api as orders


def _reader(request: HttpRequest) -> int:
    return int(request.user.pk or 0)


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, conversation_id: uuid.UUID) -> HttpResponse:
    """A seller writes an offer in a conversation; ``?again=`` begins it as an order of theirs from the same buyer."""
    seller_id, buyer_id = inbox.sides_of(conversation_id, _reader(request))
    if not accounts.is_seller(seller_id):
        messages.info(request, _("First a few words about you as a seller, then your offer."))
        return redirect("accounts:become_seller")
    context = {"other": accounts.person(buyer_id), "back_url": _talk(conversation_id)}
    if request.method == "GET":
        return _form(request, OfferEditor(content=_again(request, seller_id, buyer_id)), **context)
    editor, is_sent = _typed(request)
    if is_sent:
        try:
            services.send(
                conversation_id=conversation_id, seller_id=seller_id, content=editor.content(),
                letter=editor.letter(), at=clock.now(),
            )  # fmt: skip
        except InvalidInput as error:
            editor.refuse(error)
        else:
            messages.success(request, _("Sent. You hear when there is an answer."))
            return redirect("inbox:conversation", conversation_id)
    return _form(request, editor, **context)


@login_required
@require_http_methods(["GET", "POST"])
def counter(request: HttpRequest, offer_id: uuid.UUID) -> HttpResponse:
    """The other side answers with terms of their own."""
    offer = offer_for(offer_id, _reader(request))
    context = {
        "other": accounts.person(offer.author_id),
        "offer": offer,
        "is_buyer": _reader(request) == offer.buyer_id,
        "back_url": page_of(offer),
    }
    if request.method == "GET":
        return _form(request, OfferEditor(content=content_of(offer), currency=offer.currency), **context)
    editor, is_sent = _typed(request, offer.currency)
    if is_sent:
        try:
            services.counter(
                offer_id=offer_id, actor_id=_reader(request), content=editor.content(), letter=editor.letter(),
                at=clock.now(),
            )  # fmt: skip
        except InvalidInput as error:
            editor.refuse(error)
        except Conflict as error:
            return _moved_on(request, offer, error)
        else:
            messages.success(request, _("Sent. You hear when there is an answer."))
            return redirect(page_of(offer))
    return _form(request, editor, **context)


def _again(request: HttpRequest, seller_id: int, buyer_id: int) -> OfferContent | None:
    order_id = as_uuid(request.GET.get("again", ""))
    if order_id is None:
        return None
    try:
        order = orders.order_for(order_id, seller_id)
    except NotFound:
        return None
    is_theirs = (order.seller_id, order.buyer_id) == (seller_id, buyer_id)
    return content_again(order.terms) if is_theirs else None


def _typed(request: HttpRequest, currency: str = "") -> tuple[OfferEditor, bool]:
    """What was typed, and whether it is to be sent: not between two rows, and not with errors."""
    command = request.POST.get("row", "")
    if is_command(command):
        editor = OfferEditor(data=after_command(request.POST, command, STEPS), currency=currency)
        editor.is_valid()
        for form in (editor.form, *editor.steps.forms):
            form._errors = ErrorDict()  # type: ignore[attr-defined]  # between rows, nobody is told what is missing
        return editor, False
    editor = OfferEditor(data=request.POST, currency=currency)
    return editor, editor.is_valid()


def _form(request: HttpRequest, editor: OfferEditor, **context: Any) -> HttpResponse:
    status = 422 if editor.form.errors or any(form.errors for form in editor.steps.forms) else 200
    return render(request, "gigs/offer_form.html", {"editor": editor, **context}, status=status)


def _moved_on(request: HttpRequest, offer: CustomOffer, error: DomainError) -> HttpResponse:
    messages.warning(request, error.message)
    return redirect(page_of(offer))


def _talk(conversation_id: uuid.UUID) -> str:
    return redirect("inbox:conversation", conversation_id)["Location"]


@login_required
@require_http_methods(["GET", "POST"])
def decline(request: HttpRequest, offer_id: uuid.UUID) -> HttpResponse:
    offer = offer_for(offer_id, _reader(request))
    form = DeclineForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            word = form.cleaned_data["reason"]
            services.decline(offer_id=offer_id, actor_id=_reader(request), word=word, at=clock.now())
        except InvalidInput as error:
            form.add_error("reason", error.message)
        except Conflict as error:
            return _moved_on(request, offer, error)
        else:
            messages.success(request, _("Declined. They read why."))
            return redirect(page_of(offer))
    other = accounts.person(offer.author_id)
    context = {"form": form, "offer": offer, "other": other, "back_url": page_of(offer)}
    return render(request, "gigs/offer_decline.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def withdraw(request: HttpRequest, offer_id: uuid.UUID) -> HttpResponse:
    offer = offer_for(offer_id, _reader(request))
    try:
        services.withdraw(offer_id=offer_id, actor_id=_reader(request), at=clock.now())
    except DomainError as error:
        return _moved_on(request, offer, error)
    messages.success(request, _("Taken back."))
    return redirect(page_of(offer))


@login_required
@require_POST
def agree(request: HttpRequest, offer_id: uuid.UUID) -> HttpResponse:
    """A seller takes the buyer's terms; the buyer is asked to pay."""
    offer = offer_for(offer_id, _reader(request))
    if _reader(request) != offer.seller_id:
        return redirect("gigs:offer_order", offer.pk)
    try:
        order_id = services.accept(offer_id=offer_id, actor_id=_reader(request), at=clock.now())
    except DomainError as error:
        return _moved_on(request, offer, error)
    messages.success(request, _("Agreed. The buyer is asked to pay."))
    return redirect("orders:detail", order_id)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def order(request: HttpRequest, offer_id: uuid.UUID) -> HttpResponse:
    """The buyer's checkout summary; sending it places the one order, however often."""
    offer, buyer_id, at = offer_for(offer_id, _reader(request)), _reader(request), clock.now()
    if buyer_id != offer.buyer_id:
        return redirect(page_of(offer))
    if request.method == "POST":
        try:
            address = throttle.address_of(request)
            order_id = services.accept(offer_id=offer_id, actor_id=buyer_id, at=at, address=address)
        except DomainError as error:
            return _moved_on(request, offer, error)
        return summary.to_payment(request, order_id, clock.now())
    if offer.order_id and not offer.is_sent:
        return redirect("orders:detail", offer.order_id)
    card = card_of(offer, buyer_id, at)
    if not card.may_pay:
        return redirect(page_of(offer))
    context = {
        **summary.context(terms_of(content_of(offer)), at),
        "offer": offer,
        "card": card,
        "title": offer.title,
        "seller": accounts.person(offer.seller_id),
        "back_url": page_of(offer),
    }
    return render(request, "gigs/offer_order.html", context)
