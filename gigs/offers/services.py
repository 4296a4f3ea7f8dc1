"""Writing and answering offers. Each function is one transaction; the row's lock decides who came first."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import api as accounts
from gigs import limits
from gigs.models import CustomOffer
from gigs.offers import notices
from gigs.offers.content import OfferContent, check, columns, content_of, terms_of
from gigs.offers.states import SYSTEM, TABLE, OfferState
from gigs.services.content import clean_text
from inbox import api as inbox
from inbox.contracts import CardRef
from marketplace.kernel import currencies
from marketplace.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound
from marketplace.kernel.transitions import IllegalTransition
from orders import api as orders
from orders.contracts import OrderDraft

SOURCE_KIND = "offer"
_OPEN_AT_ONCE = 10  # offers of one side in one conversation


@dataclass(frozen=True, slots=True)
class Letter:
    """What goes with a version: a word, how long it holds, and the form's key, which makes it one."""

    key: str
    days: int = 7
    note: str = ""


def send(
    *, conversation_id: uuid.UUID, seller_id: int, content: OfferContent, letter: Letter, at: datetime
) -> uuid.UUID:
    """A seller offers something to the other side of a conversation; the same key again returns the same offer.

    Raises NotFound for a conversation that is not theirs, NotAllowed for who is no seller, InvalidInput.
    """
    _seller_id, buyer_id = inbox.sides_of(conversation_id, seller_id)
    if not accounts.is_seller(seller_id):
        raise NotAllowed(_("Switch to selling first, then you can make offers."))
    if buyer_id == seller_id:
        raise NotAllowed(_("There is nobody here to make an offer to."))
    _check(content, letter)
    with transaction.atomic():
        known = CustomOffer.objects.filter(conversation_id=conversation_id, key=letter.key).first()
        if known:
            return known.pk
        _check_people(seller_id, buyer_id)
        mine = CustomOffer.objects.filter(conversation_id=conversation_id, by_seller=True, state=OfferState.SENT)
        if mine.count() >= _OPEN_AT_ONCE:
            raise Conflict(_("Ten of your offers are open here. Take one back first."), code="too_many_offers")
        offer = CustomOffer(conversation_id=conversation_id, seller_id=seller_id, buyer_id=buyer_id, by_seller=True)
        _write(offer, content, letter, at)
        notices.tell(offer, buyer_id, "offer_sent", at)
    return offer.pk


def counter(*, offer_id: uuid.UUID, actor_id: int, content: OfferContent, letter: Letter, at: datetime) -> uuid.UUID:
    """The other side answers with terms of their own: a new version, the only open one.

    Raises NotFound, Conflict where somebody answered before, InvalidInput.
    """
    _check(content, letter)
    with transaction.atomic():
        offer = _locked(offer_id)
        known = CustomOffer.objects.filter(conversation_id=offer.conversation_id, key=letter.key).first()
        if known and offer.role_of(actor_id):
            return known.pk
        _step(offer, "counter", actor_id, at)
        _check_people(offer.seller_id, offer.buyer_id)
        if content.currency != offer.currency:
            raise InvalidInput(_("An offer stays in its currency."), fields={"currency": _("It stays as it is.")})
        if content == content_of(offer):
            raise InvalidInput(_("These are the same terms. Accept them, or change something."), code="same_terms")
        offer.save()
        version = CustomOffer(
            conversation_id=offer.conversation_id, seller_id=offer.seller_id, buyer_id=offer.buyer_id,
            chain=offer.chain, number=offer.number + 1, by_seller=not offer.by_seller,
        )  # fmt: skip
        _write(version, content, letter, at)
        notices.tell(version, version.other_id, "offer_countered", at)
    return version.pk


def decline(*, offer_id: uuid.UUID, actor_id: int, word: str, at: datetime) -> None:
    """Raises InvalidInput without a word: whoever offered learns why."""
    word = clean_text(word)
    if not word or len(word) > limits.ANSWER_MAX:
        text = _("Say in a sentence why, in at most %(most)s characters.") % {"most": limits.ANSWER_MAX}
        raise InvalidInput(text, fields={"reason": text})
    with transaction.atomic():
        offer = _locked(offer_id)
        _step(offer, "decline", actor_id, at)
        offer.answer = word
        offer.save()
        notices.tell(offer, offer.author_id, "offer_declined", at)


def withdraw(*, offer_id: uuid.UUID, actor_id: int, at: datetime) -> None:
    """Whoever wrote it takes it back."""
    with transaction.atomic():
        offer = _locked(offer_id)
        _step(offer, "withdraw", actor_id, at)
        offer.save()
        notices.tell(offer, offer.other_id, "offer_withdrawn", at)


def accept(*, offer_id: uuid.UUID, actor_id: int, at: datetime, address: str = "") -> uuid.UUID:
    """Places the order and returns its id; every further click returns the same.

    A buyer who accepts goes on to pay at once. Where a seller accepts what a buyer wrote, the buyer has longer.
    """
    with transaction.atomic():
        accounts.held(CustomOffer.objects.filter(pk=offer_id).values_list("seller_id", "buyer_id").first() or ())
        offer = _locked(offer_id)
        if offer.state == OfferState.ACCEPTED and offer.order_id and offer.role_of(actor_id):
            return offer.order_id
        _step(offer, "accept", actor_id, at)
        _check_people(offer.seller_id, offer.buyer_id)
        if offer.currency not in currencies.settled():
            raise Conflict(_("This currency is not taken here any more. Nothing was ordered."), code="currency")
        orders.reread_rules()
        order_id = orders.place_order(_draft(offer, address), at)
        offer.order_id, offer.orders_placed = order_id, offer.orders_placed + 1
        offer.save()
        notices.tell(offer, offer.author_id, "offer_accepted", at, order_url=reverse("orders:detail", args=[order_id]))
    return order_id


def _draft(offer: CustomOffer, address: str) -> OrderDraft:
    return OrderDraft(
        form_key=f"offer:{offer.pk}:{offer.orders_placed}",
        source_kind=SOURCE_KIND,
        source_ref=str(offer.pk),
        buyer_id=offer.buyer_id,
        seller_id=offer.seller_id,
        terms=terms_of(content_of(offer), asks_first=not offer.by_seller),
        is_agreed=True,
        address=address,
    )


def reopen(offer_id: uuid.UUID, at: datetime) -> None:
    """The order that was placed from it was never paid: it can be accepted again, as long as it holds."""
    offer = CustomOffer.objects.select_for_update().filter(pk=offer_id, state=OfferState.ACCEPTED).first()
    if offer is None:
        return
    TABLE.find(offer.state, "reopen", SYSTEM)
    if at < offer.expires_at:
        offer.state, offer.closed_at = OfferState.SENT, None
    else:
        offer.state = OfferState.EXPIRED
    offer.save()


def expire_due(at: datetime, limit: int = 200) -> int:
    """Closes what nobody answered in time and tells both; returns how many. One transaction each."""
    due = CustomOffer.objects.filter(state=OfferState.SENT, expires_at__lte=at).order_by("expires_at")
    return sum(_expire(offer_id, at) for offer_id in list(due.values_list("pk", flat=True)[:limit]))


@transaction.atomic
def _expire(offer_id: uuid.UUID, at: datetime) -> bool:
    waiting = CustomOffer.objects.select_for_update(skip_locked=True).filter(state=OfferState.SENT)
    offer = waiting.filter(pk=offer_id).first()
    if offer is None:
        return False
    TABLE.find(offer.state, "expire", SYSTEM)
    offer.state, offer.closed_at = OfferState.EXPIRED, at
    offer.save()
    for person_id in (offer.seller_id, offer.buyer_id):
        notices.tell(offer, person_id, "offer_expired", at)
    return True


def _locked(offer_id: uuid.UUID) -> CustomOffer:
    offer = CustomOffer.objects.select_for_update().filter(pk=offer_id).first()
    if offer is None:
        raise NotFound(_("There is no such offer."))
    return offer


def _step(offer: CustomOffer, action: str, actor_id: int, at: datetime) -> None:
    """Moves a locked offer, unsaved. Raises NotFound for a stranger, Conflict where it is not open any more."""
    role = offer.role_of(actor_id)
    if role is None:
        raise NotFound(_("There is no such offer."))
    try:
        row = TABLE.find(offer.state, action, role)
    except IllegalTransition:
        if not offer.is_sent:
            raise Conflict(_("This offer is not open any more. Below you see how it stands."), code="offer") from None
        raise
    if at >= offer.expires_at and action != "withdraw":
        raise Conflict(_("This offer has expired. Ask for a new one."), code="offer_expired")
    offer.state, offer.closed_at = row.targets[0], at


def _check(content: OfferContent, letter: Letter) -> None:
    if not limits.OFFER_DAYS_MIN <= letter.days <= limits.OFFER_DAYS_MAX:
        text = _("An offer holds for 1 to 14 days.")
        raise InvalidInput(text, fields={"days": text})
    check(content)


def _check_people(seller_id: int, buyer_id: int) -> None:
    if not (accounts.is_active(seller_id) and accounts.is_active(buyer_id)):
        raise Conflict(_("One of you is not active here any more."), code="not_active")


def _write(offer: CustomOffer, content: OfferContent, letter: Letter, at: datetime) -> None:
    for name, value in columns(content).items():
        setattr(offer, name, value)
    offer.key, offer.sent_at, offer.expires_at = letter.key, at, at + timedelta(days=letter.days)
    offer.save(force_insert=True)
    inbox.post_message(
        conversation_id=offer.conversation_id, author_id=offer.author_id, body=letter.note, files=[],
        key=f"offer:{offer.pk}", at=at, card=CardRef(SOURCE_KIND, str(offer.pk), _preview(offer)),
    )  # fmt: skip


def _preview(offer: CustomOffer) -> str:
    said = _("Offer: %(title)s") if offer.by_seller else _("Other terms: %(title)s")
    return said % {"title": offer.title}
