"""The story of an order, newest first: events, deliveries, messages and revealed reviews in one stream."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from inbox.contracts import Doubt, MessageView
from marketplace.kernel import words
from marketplace.kernel.money import Money
from orders import review_words
from orders.models import CaseQuestion, Evidence, OrderEvent, Review
from orders.states import Action, Actor, State
from orders.web import agreed_story, bank_words
from orders.web.links import LinkView
from orders.web.shown import DeliveryView, FileView, file_view


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the stream; ``body`` is what a person wrote."""

    title: str
    at: datetime
    note: str = ""
    body: str = ""
    files: tuple[FileView, ...] = ()
    links: tuple[LinkView, ...] = ()
    mine: bool = False
    tone: str = ""
    stars: int = 0
    key: str = ""
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class Cast:
    """Who is who for this reader: names by role, and the reader's own role ("" for staff)."""

    names: dict[str, str]
    reader: str = ""

    def name(self, role: str) -> str:
        if role == self.reader:
            return _("You")
        return self.names.get(role, _("The site"))


@dataclass(frozen=True, slots=True)
class Story:
    """Rows that the page has read."""

    cast: Cast
    currency: str
    events: list[OrderEvent]
    deliveries: dict[int, DeliveryView] = field(default_factory=dict)
    messages: list[MessageView] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    questions: list[CaseQuestion] = field(default_factory=list)
    roles: dict[int, str] = field(default_factory=dict)  # person → role
    due_at: datetime | None = None


def timeline(story: Story) -> list[Entry]:
    entries = [entry for event in story.events if (entry := _event(story, event))]
    entries += [_message(story, message) for message in story.messages]
    entries += [_review(story, review) for review in story.reviews if review.revealed_at]
    entries += [_reply(story, review) for review in story.reviews if review.replied_at and not review.removed_at]
    entries += [entry for question in story.questions for entry in _asked(story, question)]
    # Within one moment what happened later stands higher: the sort is stable.
    entries.reverse()
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def with_more(entries: list[Entry], more: list[Entry]) -> list[Entry]:
    """Lines that are no steps of the order, put where they belong; the newest first."""
    return sorted([*reversed(more), *entries], key=lambda entry: entry.at, reverse=True)


def _message(story: Story, message: MessageView) -> Entry:
    role = story.roles.get(message.author_id, "")
    files = tuple(file_view(stored, "inbox:file") for stored in message.files)
    return Entry(
        story.cast.name(role), message.sent_at, body=message.body, files=files, mine=role == story.cast.reader,
        key=f"message-{message.id}", doubts=message.doubts,
    )  # fmt: skip


def _review(story: Story, review: Review) -> Entry:
    assert review.revealed_at is not None  # noqa: S101
    title = _("%(name)s wrote a review") % {"name": story.cast.name(review.role)}
    if review.removed_at:
        note = _("A moderator removed it: %(reason)s") % {"reason": review.removal_reason}
        return Entry(title, review.revealed_at, note=note, tone="quiet")
    mine = review.role == story.cast.reader
    note = review_words.answers(review.role, review)
    return Entry(title, review.revealed_at, note=note, body=review.text, mine=mine, stars=review.stars)


def _reply(story: Story, review: Review) -> Entry:
    assert review.replied_at is not None  # noqa: S101
    role = Actor.SELLER if review.role == Actor.BUYER else Actor.BUYER
    title = _("%(name)s replied to the review") % {"name": story.cast.name(role)}
    return Entry(title, review.replied_at, body=review.reply, mine=role == story.cast.reader)


def _asked(story: Story, question: CaseQuestion) -> list[Entry]:
    """A moderator's question, and what came of it; both sides read both."""
    name, mine = story.cast.name(question.role), question.role == story.cast.reader
    title = _("A moderator asked you") if mine else _("A moderator asked %(name)s") % {"name": name}
    entries = [Entry(title, question.asked_at, body=question.text, tone="spark", key=f"question-{question.pk}")]
    if question.answered_at:
        title = _("%(name)s answered the moderator") % {"name": name}
        entries.append(Entry(title, question.answered_at, body=question.answer, mine=mine))
    return entries


def _event(story: Story, event: OrderEvent) -> Entry | None:
    describe = _EVENTS.get(event.action)
    is_shown_below = event.action == Action.REVIEW and any(review.revealed_at for review in story.reviews)
    if describe is None or is_shown_below:
        return None
    told = describe(story, event)
    mine = event.actor == story.cast.reader
    return Entry(at=event.at, mine=mine, key=f"event-{event.version}", **told)


Told = dict[str, Any]


def _who(story: Story, event: OrderEvent) -> str:
    return story.cast.name(event.actor)


def _line(text: Callable[[], str], tone: str = "") -> Callable[[Story, OrderEvent], Told]:
    """An event that needs only a sentence; %(who)s is its actor."""

    def told(story: Story, event: OrderEvent) -> Told:
        return {"title": text() % {"who": _who(story, event)}, "tone": tone, "body": event.data.get("reason", "")}

    return told


def _paid(story: Story, event: OrderEvent) -> Told:
    name = story.cast.name(Actor.BUYER)
    if event.state == State.AWAITING_REQUIREMENTS:
        return {"title": _("%(who)s paid") % {"who": name}, "note": _("The clock starts with the answers.")}
    return {"title": _("%(who)s paid, the clock started") % {"who": name}}


def _tipped(story: Story, event: OrderEvent) -> Told:
    amount = words.amount(Money(event.data["amount_minor"], story.currency))
    return {"title": _("%(who)s gave a tip of %(amount)s") % {"who": story.cast.name(Actor.BUYER), "amount": amount}}


def _step_paid(story: Story, event: OrderEvent) -> Told:
    facts = {"who": story.cast.name(Actor.BUYER), "number": event.data["step"] + 1}
    return {"title": _("%(who)s paid for step %(number)s, its clock started") % facts}


def _came_before(story: Story, event: OrderEvent) -> bool:
    """Whether something was delivered before, of work in steps in the same step."""
    earlier = (one.action for one in reversed(story.events) if one.version < event.version)
    return next((one for one in earlier if one in {Action.DELIVER, Action.PAY_STEP}), "") == Action.DELIVER


def _delivered(story: Story, event: OrderEvent) -> Told:
    delivery = story.deliveries.get(event.data.get("delivery", 0))
    title = _("%(who)s delivered again") if _came_before(story, event) else _("%(who)s delivered")
    told: Told = {"title": title % {"who": _who(story, event)}}
    if event.data.get("late"):
        told |= {"note": _("late")}
    if delivery:
        told |= {"body": delivery.note, "files": delivery.files, "links": delivery.links}
    return told


def _laid(story: Story, event: OrderEvent) -> tuple[FileView, ...]:
    """The files that came with a side's statement: both read what is said, so both see what is shown."""
    return tuple(
        file_view(item.file) for item in story.evidence if (item.role, item.added_at) == (event.actor, event.at)
    )


def _of_the_price(story: Story, event: OrderEvent, key: str) -> str:
    """How much a side says should go back; the buyer asks for it, the seller gives it."""
    amount = Money(event.data.get(key, 0), story.currency)
    if event.actor != Actor.SELLER:
        return _("Asks for %(amount)s back.") % {"amount": words.amount(amount)}
    if not amount:
        return _("Would give nothing back.")
    return _("Would give back %(amount)s.") % {"amount": words.amount(amount)}


def _disputed(story: Story, event: OrderEvent) -> Told:
    title = _("%(who)s opened a dispute") if event.person_id else _("A dispute was opened")
    if event.action == Action.CLAIM:
        title = _("%(who)s made a claim")
    note = f"{_of_the_price(story, event, 'asked_minor')} {_('The money is frozen.')}"
    body, files = event.data.get("statement", ""), _laid(story, event)
    return {"title": title % {"who": _who(story, event)}, "note": note, "body": body, "files": files, "tone": "bad"}


def _answered(story: Story, event: OrderEvent) -> Told:
    note = _of_the_price(story, event, "offered_minor")
    title = _("%(who)s answered") % {"who": _who(story, event)}
    return {"title": title, "note": note, "body": event.data.get("statement", ""), "files": _laid(story, event)}


def _decided(story: Story, event: OrderEvent) -> Told:
    percent = event.data.get("percent", 0)
    if event.data.get("second"):
        return {"title": _("A moderator proposed a decision"), "note": _("A second one looks at it.")}
    title = _("Decided: %(percent)s %% of the price to %(seller)s")
    if any(other.action == Action.APPEAL and other.version < event.version for other in story.events):
        title = _("Decided for good: %(percent)s %% of the price to %(seller)s")
    note = _("There was no second moderator: confirmed by the first after a day.") if event.data.get("alone") else ""
    seller = story.cast.names[Actor.SELLER]
    return {
        "title": title % {"percent": percent, "seller": seller}, "note": note, "body": event.data.get("reason", ""),
        "tone": "spark",
    }  # fmt: skip


def _appealed(story: Story, event: OrderEvent) -> Told:
    title = _("%(who)s appealed") % {"who": _who(story, event)}
    note = _("Another moderator reads it. No money moves until then.")
    return {
        "title": title, "note": note, "body": event.data.get("statement", ""), "files": _laid(story, event),
        "tone": "spark",
    }  # fmt: skip


def _claimed_back(story: Story, event: OrderEvent) -> Told:
    title = _("The buyer's bank claimed the payment back: everything rests")
    return {"title": title, "note": bank_words.reason(event.data.get("reason", "")), "tone": "bad"}


def _divided(text: Callable[[], str]) -> Callable[[Story, OrderEvent], Told]:
    def told(story: Story, event: OrderEvent) -> Told:
        refund = Money(event.data.get("refund_minor", 0), story.currency)
        note = _("%(amount)s goes back to the buyer.") % {"amount": words.amount(refund)}
        return {"title": text(), "note": note}

    return told


def _sealed(story: Story, event: OrderEvent) -> Told:
    title = _("%(who)s made a final offer") % {"who": _who(story, event)}
    return {"title": title, "note": _("Only the site sees the number."), "tone": "quiet"}


def _extended(story: Story, event: OrderEvent) -> Told:
    until = datetime.fromisoformat(event.data["until"])
    note = _("Until %(when)s.") % {"when": words.by(until, event.at)}
    return {"title": _("%(who)s took more time to check") % {"who": _who(story, event)}, "note": note}


_EVENTS: dict[str, Callable[[Story, OrderEvent], Told]] = {
    Action.REQUEST: _line(lambda: _("%(who)s sent a request")),
    Action.ACCEPT_REQUEST: _line(lambda: _("%(who)s said yes"), "spark"),
    Action.DECLINE_REQUEST: _line(lambda: _("%(who)s said no"), "bad"),
    Action.WITHDRAW_REQUEST: _line(lambda: _("%(who)s took the request back"), "bad"),
    Action.LAPSE_REQUEST: _line(lambda: _("No answer came in time"), "bad"),
    Action.PLACE: _line(lambda: _("%(who)s ordered")),
    Action.PAY: _paid,
    Action.REJECT_PAYMENT: _line(lambda: _("The payment did not match and went back whole"), "bad"),
    Action.RETURN_PAYMENT: _line(lambda: _("A payment that nobody waited for went back whole")),
    Action.EXPIRE: _line(lambda: _("Not paid in time"), "quiet"),
    Action.SUBMIT: _line(lambda: _("%(who)s answered the questions, the clock started")),
    Action.START: _line(lambda: _("%(who)s began without the answers, the clock started")),
    Action.CANCEL: _line(lambda: _("%(who)s cancelled"), "bad"),
    Action.GIVE_UP_WAITING: _line(lambda: _("Cancelled: the answers did not come"), "bad"),
    Action.UNDO: _line(lambda: _("%(who)s undid the order"), "bad"),
    Action.BECOME_LATE: _line(lambda: _("The work is late"), "bad"),
    Action.BECOME_VERY_LATE: _line(lambda: _("The work is very late"), "bad"),
    Action.CANCEL_LATE: _line(lambda: _("%(who)s stopped waiting"), "bad"),
    Action.HARD_STOP: _line(lambda: _("Stopped: nothing was delivered for too long"), "bad"),
    Action.SELLER_CANCEL: _line(lambda: _("%(who)s cancelled"), "bad"),
    **agreed_story.EVENTS,
    Action.DELIVER: _delivered,
    Action.ACCEPT: _line(lambda: _("%(who)s accepted the work")),
    Action.AUTO_ACCEPT: _line(lambda: _("Accepted, as the time to check ended")),
    Action.EXTEND_REVIEW: _extended,
    Action.REQUEST_REVISION: _line(lambda: _("%(who)s asked for changes"), "spark"),
    Action.PAY_STEP: _step_paid,
    Action.STOP: _line(lambda: _("%(who)s stopped here: the steps done are paid")),
    Action.LAPSE_FUNDING: _line(lambda: _("The next step was not paid: it ended with the steps done")),
    Action.OPEN_DISPUTE: _disputed,
    Action.CLAIM: _disputed,
    Action.ANSWER_DISPUTE: _answered,
    Action.END_NEGOTIATION: _line(lambda: _("The time to agree ended"), "quiet"),
    Action.ESCALATE: _line(lambda: _("The decision is overdue: the case is at the front of the queue"), "quiet"),
    Action.REMIND_ANSWER: _line(lambda: _("Asked for the answer a second time"), "quiet"),
    Action.DEFAULT_DISPUTE: _line(lambda: _("No answer came in time"), "quiet"),
    Action.WITHDRAW: _line(lambda: _("%(who)s withdrew the dispute")),
    Action.OFFER: _sealed,
    Action.SETTLE: _divided(lambda: _("Settled: both sides agreed on an amount")),
    Action.DECIDE: _decided,
    Action.CONFIRM_DECISION: _decided,
    Action.APPEAL: _appealed,
    Action.WAIVE: _line(lambda: _("%(who)s agreed with the decision")),
    Action.ENFORCE: _line(lambda: _("The decision was carried out")),
    Action.PAY_TIP: _tipped,
    Action.CLEAR: _line(lambda: _("The money cleared")),
    Action.CHARGE_BACK: _claimed_back,
    Action.WIN_CHARGEBACK: _line(lambda: _("The bank left the payment where it was: the clocks go on")),
    Action.LOSE_CHARGEBACK: _line(lambda: _("The bank took the payment back"), "bad"),
    Action.DOUBT_PAYMENT: _line(lambda: _("The card's bank has doubts: the payment is being checked"), "quiet"),
    Action.CLEAR_DOUBT: _line(lambda: _("The payment has been checked"), "quiet"),
    Action.DIVIDE_OVERDUE: _divided(lambda: _("Held for 85 days: divided as agreed at the start")),
    Action.SUSPEND: _line(lambda: _("One of the two sides was suspended: everything rests"), "bad"),
    Action.LIFT: _line(lambda: _("The suspension was lifted: the clocks go on")),
    Action.CANCEL_HELD: _line(lambda: _("%(who)s cancelled while the seller was suspended"), "bad"),
    Action.DISPOSE: _line(lambda: _("Nobody came back in time: the order does not wait longer"), "bad"),
    Action.REVIEW: _line(lambda: _("%(who)s wrote a review, still closed"), "quiet"),
}
