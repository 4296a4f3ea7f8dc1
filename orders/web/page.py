"""Reads an order once, in a fixed number of queries, and lays it out for one reader."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import sha256

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import api as accounts
from accounts.contracts import Person, WeeklyHours
from inbox import api as inbox
from inbox.contracts import MessageView
from marketplace.kernel import words
from marketplace.kernel.money import Money
from orders import deadlines, selectors, situations, sources
from orders.contracts import Reputation, SourceCard
from orders.models import Answer, Delivery, Dispute, Evidence, Order, OrderEvent, Phase, Review
from orders.splits import split
from orders.states import ENDED, Action, Actor, State
from orders.web import deeds, money, presenter, steps, timeline
from orders.web.scene import Ruling, Scene
from orders.web.status import Status
from orders.web.timeline import Cast, Entry, FileView, Story, file_view
from payments import api as payments
from payments.contracts import PayoutGate, Position


@dataclass(frozen=True, slots=True)
class Promise:
    """A line of the checklist: promised, and whether the latest delivery holds it."""

    text: str
    is_delivered: bool


@dataclass(frozen=True, slots=True)
class AnswerView:
    label: str
    text: str
    file: FileView | None
    is_open: bool


class OrderPage:
    """Everything the templates of one order ask for; rows are read at the first question, each once."""

    def __init__(self, order: Order, reader_id: int, at: datetime) -> None:
        self.order, self.reader_id = order, reader_id
        self.at = max(at, order.last_event_at)
        self.role = order.role_of(reader_id) or Actor.STAFF

    # Rows

    @cached_property
    def events(self) -> list[OrderEvent]:
        return list(self.order.events.order_by("version"))

    @cached_property
    def answers(self) -> list[Answer]:
        return list(self.order.answers.select_related("file"))

    @cached_property
    def deliveries(self) -> list[Delivery]:
        return list(self.order.deliveries.prefetch_related("files__file").order_by("number"))

    @cached_property
    def dispute(self) -> Dispute | None:
        found = self.order.disputes.order_by("-opened_at", "-id").first()
        if found:
            found.order = self.order
        return found

    @cached_property
    def evidence(self) -> list[Evidence]:
        if self.dispute is None:
            return []
        return list(Evidence.objects.filter(dispute__order=self.order).select_related("file"))

    @cached_property
    def reviews(self) -> list[Review]:
        return list(self.order.reviews.all())

    @cached_property
    def timers(self) -> dict[str, datetime]:
        return dict(self.order.timers.values_list("kind", "due_at"))

    @cached_property
    def messages(self) -> list[MessageView]:
        return inbox.messages(self.order.reference)

    @cached_property
    def people(self) -> dict[int, Person]:
        return accounts.people([self.order.buyer_id, self.order.seller_id])

    @cached_property
    def position(self) -> Position:
        return payments.position(self.order.reference, self.order.currency)

    @cached_property
    def reputation(self) -> Reputation:
        return selectors.reputation([self.order.seller_id])[self.order.seller_id]

    @cached_property
    def source(self) -> SourceCard | None:
        thing = (self.order.source_kind, self.order.source_ref)
        return sources.describe([thing]).get(thing)

    # People

    @property
    def is_buyer(self) -> bool:
        return self.role == Actor.BUYER

    @property
    def is_seller(self) -> bool:
        return self.role == Actor.SELLER

    @property
    def buyer(self) -> Person:
        return self.people[self.order.buyer_id]

    @property
    def seller(self) -> Person:
        return self.people[self.order.seller_id]

    @property
    def other(self) -> Person:
        return self.buyer if self.is_seller else self.seller

    @property
    def other_url(self) -> str:
        return reverse("accounts:profile", args=[self.other.handle])

    @cached_property
    def cast(self) -> Cast:
        return Cast({Actor.BUYER: self.buyer.name, Actor.SELLER: self.seller.name}, self.role)

    # What the presenter needs

    @cached_property
    def scene(self) -> Scene:
        order, terms = self.order, self.order.terms
        situation = situations.situation(
            order, self.role, self.at,
            answers=self.answers, dispute=self.dispute if order.state == State.DISPUTED else None, reviews=self.reviews,
        )  # fmt: skip
        due = order.due_at
        written = {review.role for review in self.reviews}
        return Scene(
            situation=situation,
            terms=terms,
            other=self.other.name,
            timers=self.timers,
            due_at=due,
            very_late_at=deadlines.very_late_at(due, terms) if due else None,
            hard_stop_at=self.timers.get(Action.HARD_STOP),
            clears_at=order.clears_at,
            ended_by=next(
                (
                    event.action
                    for event in reversed(self.events)
                    if event.state in ENDED and event.state_before not in ENDED
                ),
                "",
            ),
            is_closing=any(event.action == Action.ASK_EXPIRY for event in self.events),
            is_sent=bool(self.position.transferred),
            is_refunded=bool(self.position.refunded) and not self.position.refunding,
            my_review_is_in=self.role in written,
            other_review_is_in=bool(written - {self.role}),
            ruling=self._ruling(),
        )

    def _ruling(self) -> Ruling | None:
        dispute = self.dispute
        if dispute is None:
            return None
        part = None if dispute.percent is None else split(self.order.terms, dispute.percent)
        return Ruling(
            phase=dispute.phase,
            ground=dispute.get_ground_display(),
            filer_role=dispute.filer_role,
            respondent_role=dispute.respondent_role,
            asked=dispute.asked,
            offered=dispute.offered,
            to_seller=part.seller_receives if part else None,
            to_buyer=part.refund if part else None,
        )

    # What the page shows

    @cached_property
    def status(self) -> Status:
        return presenter.status(self.scene)

    @cached_property
    def troubles(self) -> tuple[deeds.Trouble, ...]:
        return deeds.troubles(self.scene)

    @cached_property
    def steps(self) -> list[steps.Step]:
        return steps.steps(self.order, [event.state for event in self.events], self.at)

    @cached_property
    def entries(self) -> list[Entry]:
        story = Story(
            cast=self.cast,
            currency=self.order.currency,
            events=self.events,
            deliveries={delivery.number: delivery for delivery in self.deliveries},
            messages=self.messages,
            reviews=self.reviews,
            evidence=self.evidence,
            roles={self.order.buyer_id: Actor.BUYER, self.order.seller_id: Actor.SELLER},
        )
        return timeline.timeline(story)

    @cached_property
    def money(self) -> money.MoneyPanel:
        return money.panel(
            terms=self.order.terms, position=self.position, state=self.order.state, is_buyer=not self.is_seller,
            other=self.seller.name, clears_at=self.order.clears_at, now=self.at,
        )  # fmt: skip

    @cached_property
    def promises(self) -> list[Promise]:
        held = set(self.deliveries[-1].checklist) if self.deliveries else set()
        return [Promise(text, position in held) for position, text in enumerate(self.order.terms.checklist)]

    @cached_property
    def answer_views(self) -> list[AnswerView]:
        given = {answer.question_key: answer for answer in self.answers}
        views = []
        for question in self.order.terms.questions:
            answer = given.get(question.key)
            stored = answer.file if answer else None
            views.append(
                AnswerView(
                    question.label, answer.text if answer else "", file_view(stored) if stored else None, answer is None
                )
            )
        return views

    @property
    def may_answer(self) -> bool:
        return self.is_buyer and self.order.state in {State.PENDING_PAYMENT, State.AWAITING_REQUIREMENTS}

    @property
    def may_write(self) -> bool:
        return self.order.paid_at is not None and self.role != Actor.STAFF

    @property
    def needs_payout_account(self) -> bool:
        """A seller with money in sight whom the provider cannot pay yet."""
        is_paid = self.order.paid_at is not None and self.order.state != State.CANCELLED
        return self.is_seller and is_paid and payments.payout_status(self.reader_id).gate != PayoutGate.OPEN

    @property
    def is_second_look(self) -> bool:
        return self.dispute is not None and self.dispute.phase == Phase.SECOND_LOOK

    @property
    def is_settled(self) -> bool:
        """Nothing more happens by itself: the page need not look again."""
        moving = self.position.held or self.position.clearing or self.position.sending or self.position.refunding
        return self.order.closed_at is not None and not moving and not self.timers

    @property
    def digest(self) -> str:
        """Changes whenever the page would look different; the page asks with it whether anything is new."""
        last = self.messages[-1].id if self.messages else 0
        parts = (self.order.version, last, self.position, sorted(self.timers.items()), self.role)
        return sha256(repr(parts).encode()).hexdigest()[:16]

    @property
    def hours_note(self) -> str:
        hours = self.order.terms.hours
        return hours_in_words(hours, self.seller.name) if hours and hours.spans else ""

    @property
    def share_of_seller(self) -> Money:
        part = split(self.order.terms, 100 if self.order.percent is None else self.order.percent)
        return part.seller_receives

    @property
    def crumb(self) -> str:
        return f"{self.order.code} · {self.order.title}"

    @property
    def acceptance_text(self) -> str:
        return words.duration(int(self.order.terms.rules.acceptance.total_seconds()) // 60)

    @property
    def nothing_wrong_text(self) -> str:
        return _("There is nothing to change about this order any more. Write to us if something is still wrong.")

    @property
    def promise_text(self) -> str:
        return words.duration(self.order.terms.promised_minutes)


_MIDNIGHT = 24 * 60


def hours_in_words(hours: WeeklyHours, name: str) -> str:
    """ "Tom works 9:00 to 18:00, Lisbon time." where all days are alike; else only the zone."""
    zone = hours.time_zone.rpartition("/")[2].replace("_", " ")
    spans = {(start, end) for _day, start, end in hours.spans}
    if spans == {(0, _MIDNIGHT)}:
        return ""
    if len(spans) == 1:
        start, end = spans.pop()
        text = _("%(name)s works %(start)s to %(end)s, %(zone)s time.")
        return text % {"name": name, "start": _clock(start), "end": _clock(end), "zone": zone}
    return _("The clock runs only in %(name)s's working hours, %(zone)s time.") % {"name": name, "zone": zone}


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02}"
