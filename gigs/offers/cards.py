"""An offer as a card in the conversation: what it says, how it stands, what its reader can do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from gigs.models import CustomOffer
from gigs.offers.content import content_of, terms_of
from gigs.offers.states import OfferState
from inbox.contracts import MessageCard
from marketplace.kernel import clock
from marketplace.kernel.models import as_uuid
from marketplace.kernel.money import Money
from orders import api as orders

_TEMPLATE = "gigs/_offer_card.html"


@dataclass(frozen=True, slots=True)
class StepLine:
    title: str
    amount: Money
    minutes: int


@dataclass(frozen=True, slots=True)
class OfferCard:
    """A buyer sees amounts all in, a seller what they receive."""

    offer: CustomOffer
    is_buyer: bool
    is_mine: bool
    is_open: bool
    word: str
    tone: str
    amount: Money
    steps: list[StepLine]
    order_url: str

    @property
    def may_answer(self) -> bool:
        return self.is_open and not self.is_mine

    @property
    def may_withdraw(self) -> bool:
        return self.offer.is_sent and self.is_mine

    @property
    def may_pay(self) -> bool:
        return self.may_answer and self.is_buyer


class OfferCards:
    """Implements ``inbox.contracts.MessageCards``."""

    def cards(self, refs: list[str], reader_id: int) -> dict[str, MessageCard]:
        wanted = [pk for pk in map(as_uuid, refs) if pk]
        at = clock.display_now()
        offers = CustomOffer.objects.filter(pk__in=wanted)
        found = {str(offer.pk): card_of(offer, reader_id, at) for offer in offers}
        return {ref: MessageCard(_TEMPLATE, card, card.may_answer) for ref, card in found.items()}


def card_of(offer: CustomOffer, reader_id: int, at: datetime) -> OfferCard:
    is_buyer, is_mine = reader_id == offer.buyer_id, reader_id == offer.author_id
    word, tone = _word(offer, at, is_mine=is_mine)
    return OfferCard(
        offer=offer,
        is_buyer=is_buyer,
        is_mine=is_mine,
        is_open=offer.is_open(at),
        word=word,
        tone=tone,
        amount=_amount(offer, offer.price, is_buyer=is_buyer),
        steps=_steps(offer, is_buyer=is_buyer),
        order_url=reverse("orders:detail", args=[offer.order_id]) if offer.state == OfferState.ACCEPTED else "",
    )


def _amount(offer: CustomOffer, price: Money, *, is_buyer: bool) -> Money:
    rules = orders.rules(offer.currency)
    return rules.all_in(price) if is_buyer else price - rules.seller_fee(price)


def _steps(offer: CustomOffer, *, is_buyer: bool) -> list[StepLine]:
    terms = terms_of(content_of(offer))
    return [
        StepLine(
            step.title,
            terms.step_all_in(number)
            if is_buyer
            else _amount(offer, Money(step.price_minor, offer.currency), is_buyer=False),
            step.promised_minutes,
        )
        for number, step in enumerate(terms.steps)
    ]


def _word(offer: CustomOffer, at: datetime, *, is_mine: bool) -> tuple[str, str]:
    if offer.is_sent and at >= offer.expires_at:
        return _("Expired"), ""
    if offer.is_sent:
        return (_("Waits for an answer"), "") if is_mine else (_("Your turn"), "spark")
    return {
        OfferState.COUNTERED: (_("Answered with other terms"), ""),
        OfferState.ACCEPTED: (_("Accepted"), "work"),
        OfferState.DECLINED: (_("Declined"), ""),
        OfferState.WITHDRAWN: (_("Taken back"), ""),
        OfferState.EXPIRED: (_("Expired"), ""),
    }[OfferState(offer.state)]
