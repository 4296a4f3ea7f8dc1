"""Telling the two sides. A notice is a row; its mail leaves later. Texts are in ``templates/emails/order_*``."""

from __future__ import annotations

import uuid
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import api as accounts
from inbox import api as inbox
from inbox.contracts import Notice
from marketplace.kernel import words
from marketplace.kernel.money import Money
from orders.models import Order
from orders.services.transition import Change
from orders.states import Actor

# Kind → what the notices page says; %(other)s is the person on the other side.
TITLES: dict[str, str | Promise] = {
    "order_new": gettext_lazy("New order from %(other)s: %(title)s"),
    "order_receipt": gettext_lazy("Paid: %(title)s"),
    "order_payment_returned": gettext_lazy("Your payment for %(title)s goes back to you"),
    "order_requirements": gettext_lazy("%(other)s needs your answers: %(title)s"),
    "order_started": gettext_lazy("The clock runs: %(title)s"),
    "order_deadline": gettext_lazy("Due soon: %(title)s"),
    "order_late": gettext_lazy("Late: %(title)s"),
    "order_very_late": gettext_lazy("Very late: %(title)s"),
    "order_delivered": gettext_lazy("%(other)s delivered: %(title)s"),
    "order_check": gettext_lazy("Your check ends soon: %(title)s"),
    "order_extended": gettext_lazy("%(other)s takes more time to check: %(title)s"),
    "order_revision": gettext_lazy("%(other)s asks for changes: %(title)s"),
    "order_accepted": gettext_lazy("Accepted: %(title)s"),
    "order_cancelled": gettext_lazy("Cancelled: %(title)s"),
    "order_dispute_opened": gettext_lazy("A dispute was opened: %(title)s"),
    "order_dispute_answered": gettext_lazy("The other side has answered: %(title)s"),
    "order_dispute_withdrawn": gettext_lazy("The dispute was withdrawn: %(title)s"),
    "order_dispute_decided": gettext_lazy("Decided: %(title)s"),
    "order_dispute_ended": gettext_lazy("The decision stands: %(title)s"),
    "order_charged_back": gettext_lazy("The buyer's bank claims the payment back: %(title)s"),
    "order_chargeback_won": gettext_lazy("The bank has decided, the order goes on: %(title)s"),
    "order_chargeback_lost": gettext_lazy("The bank has taken the payment back: %(title)s"),
    "order_cleared": gettext_lazy("Your money is on its way: %(title)s"),
    "order_review": gettext_lazy("%(other)s reviewed you: %(title)s"),
}


def tell(change: Change, role: str, kind: str, **context: object) -> None:
    """One notice and one mail to one side, once per event. Money and moments become words in the reader's zone."""
    order = change.order
    recipient_id = order.person_of(role)
    other_id = order.person_of(Actor.SELLER if role == Actor.BUYER else Actor.BUYER)
    people = accounts.people([recipient_id, other_id])
    zone = people[recipient_id].time_zone
    facts = {name: _plain(value, zone) for name, value in context.items()}
    facts |= {"order_title": order.title, "code": order.code, "other": people[other_id].name, "role": role}
    facts["for_buyer"] = role == Actor.BUYER
    title = str(TITLES[kind]) % {"other": people[other_id].name, "title": order.title}
    url = order.get_absolute_url()
    notice = Notice(recipient_id, kind, f"{change.key}:{kind}", title, url, context=facts)
    inbox.notify(notice, change.event.at)


def tell_both(change: Change, kind: str, **context: object) -> None:
    for role in (Actor.BUYER, Actor.SELLER):
        tell(change, role, kind, **context)


def _plain(value: object, zone: str) -> object:
    if isinstance(value, Money):
        return words.amount(value)
    if isinstance(value, datetime):
        with timezone.override(ZoneInfo(zone or "UTC")):
            return words.exact(value)
    return value


def open_talk(order: Order, at: datetime) -> uuid.UUID:
    """The conversation on the order page, for both; made at the first call."""
    return inbox.open_conversation(
        reference=order.reference,
        title=_("%(title)s, order %(code)s") % {"title": order.title, "code": order.code},
        url=order.get_absolute_url(),
        participant_ids=[order.buyer_id, order.seller_id],
        at=at,
    )
