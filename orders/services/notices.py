"""Telling the two sides. A notice is a row; its mail leaves later. Texts are in ``templates/emails/order_*``."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from accounts import api as accounts
from accounts.contracts import Reader
from inbox import api as inbox
from inbox.contracts import Notice
from marketplace.kernel import languages, words
from marketplace.kernel.money import Money
from orders import licences
from orders.models import Order
from orders.services.transition import Change
from orders.states import Actor

# Kind → what the notices page says; %(other)s is the person on the other side.
TITLES: dict[str, str | Promise] = {
    "order_request": gettext_lazy("%(other)s asks whether you do this: %(title)s"),
    "order_agreed": gettext_lazy("%(other)s says yes: %(title)s"),
    "order_declined": gettext_lazy("%(other)s cannot do it: %(title)s"),
    "order_request_lapsed": gettext_lazy("The request was not answered: %(title)s"),
    "order_request_withdrawn": gettext_lazy("%(other)s took the request back: %(title)s"),
    "order_new": gettext_lazy("New order from %(other)s: %(title)s"),
    "order_receipt": gettext_lazy("Paid: %(title)s"),
    "order_payment_returned": gettext_lazy("Your payment for %(title)s goes back to you"),
    "order_requirements": gettext_lazy("%(other)s needs your answers: %(title)s"),
    "order_started": gettext_lazy("The clock runs: %(title)s"),
    "order_deadline": gettext_lazy("Due soon: %(title)s"),
    "order_late": gettext_lazy("Late: %(title)s"),
    "order_very_late": gettext_lazy("Very late: %(title)s"),
    "order_paused": gettext_lazy("%(other)s needs something from you: %(title)s"),
    "order_resumed": gettext_lazy("The clock runs again: %(title)s"),
    "order_proposed": gettext_lazy("%(other)s proposes something: %(title)s"),
    "order_proposal_failed": gettext_lazy("Nothing came of your proposal: %(title)s"),
    "order_extension": gettext_lazy("More time is agreed: %(title)s"),
    "order_extra_paid": gettext_lazy("An extra is paid: %(title)s"),
    "order_part_refunded": gettext_lazy("Done, with a part back: %(title)s"),
    "order_delivered": gettext_lazy("%(other)s delivered: %(title)s"),
    "order_check": gettext_lazy("Your check ends soon: %(title)s"),
    "order_extended": gettext_lazy("%(other)s takes more time to check: %(title)s"),
    "order_revision": gettext_lazy("%(other)s asks for changes: %(title)s"),
    "order_accepted": gettext_lazy("Accepted: %(title)s"),
    "order_step_accepted": gettext_lazy("A step is accepted: %(title)s"),
    "order_step_paid": gettext_lazy("The next step begins: %(title)s"),
    "order_stopped": gettext_lazy("It ends with the steps done: %(title)s"),
    "order_tip": gettext_lazy("A tip: %(title)s"),
    "order_cancelled": gettext_lazy("Cancelled: %(title)s"),
    "order_dispute_opened": gettext_lazy("A dispute was opened: %(title)s"),
    "order_dispute_answered": gettext_lazy("The other side has answered: %(title)s"),
    "order_dispute_reminder": gettext_lazy("Your side is still missing: %(title)s"),
    "order_dispute_offer": gettext_lazy("%(other)s made a final offer: %(title)s"),
    "order_dispute_settled": gettext_lazy("Settled: %(title)s"),
    "order_dispute_question": gettext_lazy("A moderator asks you: %(title)s"),
    "order_dispute_appealed": gettext_lazy("%(other)s appealed: %(title)s"),
    "order_dispute_withdrawn": gettext_lazy("The dispute was withdrawn: %(title)s"),
    "order_dispute_decided": gettext_lazy("Decided: %(title)s"),
    "order_dispute_ended": gettext_lazy("The decision stands: %(title)s"),
    "order_charged_back": gettext_lazy("The buyer's bank claims the payment back: %(title)s"),
    "order_chargeback_won": gettext_lazy("The bank has decided, the order goes on: %(title)s"),
    "order_chargeback_lost": gettext_lazy("The bank has taken the payment back: %(title)s"),
    "order_doubted": gettext_lazy("The payment is being checked: %(title)s"),
    "order_doubt_cleared": gettext_lazy("The payment has been checked: %(title)s"),
    "order_overdue": gettext_lazy("Divided as agreed at the start: %(title)s"),
    "order_request_closed": gettext_lazy("No longer possible: %(title)s"),
    "order_on_hold": gettext_lazy("On hold: %(title)s"),
    "order_off_hold": gettext_lazy("It goes on: %(title)s"),
    "order_cleared": gettext_lazy("Your money is on its way: %(title)s"),
    "order_review": gettext_lazy("%(other)s reviewed you: %(title)s"),
    "order_answer_change": gettext_lazy("%(other)s asks to change an answer: %(title)s"),
    "order_answer_taken": gettext_lazy("%(other)s works with your new answer: %(title)s"),
    "order_answer_refused": gettext_lazy("Your first answer stands: %(title)s"),
    "order_review_reply": gettext_lazy("%(other)s replied to your review: %(title)s"),
    "order_review_removed": gettext_lazy("A review was removed: %(title)s"),
}


@dataclass(frozen=True, slots=True)
class Word:
    """One kind of notice for one side of one change; ``context`` holds money and moments as they are."""

    change: Change
    role: str
    kind: str
    context: Mapping[str, object]


def tell(change: Change, role: str, kind: str, **context: object) -> None:
    """One notice and one mail to one side, once per event. Money and moments become the reader's words."""
    tell_all([Word(change, role, kind, context)])


def send(order: Order, role: str, kind: str, key: str, at: datetime, **context: object) -> None:
    """The same for what is no step of the order: once per ``key``."""
    readers = accounts.readers([order.buyer_id, order.seller_id])
    inbox.notify(_notice(order, role, kind, key, context, readers), at)


def tell_both(change: Change, kind: str, **context: object) -> None:
    tell_all([Word(change, role, kind, context) for role in (Actor.BUYER, Actor.SELLER)])


def tell_all(said: Sequence[Word]) -> None:
    """Many at once: one query, and one statement each for notices and mails."""
    orders = [word.change.order for word in said]
    readers = accounts.readers({person for order in orders for person in (order.buyer_id, order.seller_id)})
    inbox.notify_all([(_spoken(word, readers), word.change.event.at) for word in said])


def _spoken(word: Word, readers: Mapping[int, Reader]) -> Notice:
    order, key = word.change.order, f"{word.change.key}:{word.kind}"
    # The files are there, and the money went back: the right to use them went with it.
    has_ended = bool(order.terms.licence) and order.was_delivered and licences.has_ended(order, [word.change.event])
    return _notice(order, word.role, word.kind, key, {**word.context, "licence_ended": has_ended}, readers)


def _notice(
    order: Order, role: str, kind: str, key: str, context: Mapping[str, object], readers: Mapping[int, Reader]
) -> Notice:
    recipient = readers[order.person_of(role)]
    other = readers[order.person_of(Actor.SELLER if role == Actor.BUYER else Actor.BUYER)]
    with languages.spoken(recipient.language):
        facts = {name: _plain(value, recipient.time_zone) for name, value in context.items()}
        title = str(TITLES[kind]) % {"other": other.name, "title": order.title}
    facts |= {"order_title": order.title, "code": order.code, "other": other.name, "role": role}
    facts["for_buyer"] = role == Actor.BUYER
    return Notice(recipient.id, kind, key, title, order.get_absolute_url(), context=facts, due_at=_deadline(context))


def _deadline(context: Mapping[str, object]) -> datetime | None:
    found = context.get("due") or context.get("until")
    return found if isinstance(found, datetime) else None


def _plain(value: object, zone: str) -> object:
    if isinstance(value, Promise):
        return str(value)
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
        title=f"{order.title} · {order.code}",  # kept for both, who may read different languages
        url=order.get_absolute_url(),
        participant_ids=[order.buyer_id, order.seller_id],
        at=at,
    )
