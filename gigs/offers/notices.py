"""Telling the two sides of an offer. Texts are in ``templates/emails/offer_*``."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import api as accounts
from gigs.models import CustomOffer
from gigs.offers.content import content_of, terms_of
from inbox import api as inbox
from inbox.contracts import Notice, NoticeGroup
from marketplace.kernel import languages, words
from marketplace.kernel.money import Money
from orders import api as orders

# Kind → what the notices page says, and what the settings page calls it.
TITLES: dict[str, tuple[str | Promise, str | Promise]] = {
    "offer_sent": (_("%(other)s made you an offer: %(title)s"), _("A seller makes me an offer")),
    "offer_countered": (_("%(other)s answers with other terms: %(title)s"), _("An offer is answered with other terms")),
    "offer_accepted": (_("%(other)s accepted: %(title)s"), _("An offer is accepted")),
    "offer_declined": (_("%(other)s declined: %(title)s"), _("An offer is declined")),
    "offer_withdrawn": (_("%(other)s took the offer back: %(title)s"), _("An offer is taken back")),
    "offer_expired": (_("The offer has expired: %(title)s"), _("An offer expires")),
}


def register_kinds() -> None:
    for kind, (_title, label) in TITLES.items():
        may_refuse = kind in {"offer_withdrawn", "offer_expired"}
        inbox.register_kind(kind, label, may_refuse=may_refuse, group=NoticeGroup.TALKS)


def tell(offer: CustomOffer, recipient_id: int, kind: str, at: datetime, *, order_url: str = "") -> None:
    """One notice and one mail, once for each version (and each order that was placed from it)."""
    other_id = offer.buyer_id if recipient_id == offer.seller_id else offer.seller_id
    people = accounts.people([recipient_id, other_id])
    for_buyer = recipient_id == offer.buyer_id
    rules = orders.rules(offer.currency)
    recipient = people[recipient_id]
    with languages.spoken(recipient.language), timezone.override(ZoneInfo(recipient.time_zone or "UTC")):
        title = str(TITLES[kind][0]) % {"other": people[other_id].name, "title": offer.title}
        facts: dict[str, object] = {
            "offer_title": offer.title,
            "other": people[other_id].name,
            "for_buyer": for_buyer,
            "amount": words.amount(_asked(offer, kind) if for_buyer else offer.price - rules.seller_fee(offer.price)),
            "promise": words.duration(offer.promised_minutes),
            "steps": len(offer.steps),
            "until": words.exact(offer.expires_at),
            "answer": offer.answer,
        }
    url = order_url or page_of(offer)
    key = f"offer:{offer.pk}:{kind}:{offer.orders_placed}"
    inbox.notify(Notice(recipient_id, kind, key, title, url, context=facts), at)


def _asked(offer: CustomOffer, kind: str) -> Money:
    """What the buyer pays: for all of it, or of work in steps the first, which is what they are asked for at a yes."""
    if kind == "offer_accepted" and offer.steps:
        return terms_of(content_of(offer)).step_all_in(0)
    return orders.rules(offer.currency).all_in(offer.price)


def page_of(offer: CustomOffer) -> str:
    return reverse("inbox:conversation", args=[offer.conversation_id])
