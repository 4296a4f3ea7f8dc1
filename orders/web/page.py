"""Reads an order once, in a fixed number of queries, and lays it out for one reader."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.contracts import Person
from marketplace.kernel import words
from orders import deadlines, licences, selectors, situations
from orders.contracts import SideLink, Use
from orders.models import (
    Order,
    Review,
)
from orders.services import answers
from orders.services.replies import may_reply
from orders.services.requirements import OPEN_TO_ANSWERS
from orders.side_links import side_links
from orders.states import ACTIVE, ENDED, Action, Actor, State
from orders.use import use_of
from orders.web import deeds, milestones, money, presenter, steps, timeline
from orders.web import proposals as offered
from orders.web.agreed import Agreement
from orders.web.answers import AnswerView, answer_entries, answer_views
from orders.web.case_parts import CaseParts
from orders.web.page_rows import STORY_SHOWN, OrderRows
from orders.web.proposals import Card
from orders.web.scene import Scene
from orders.web.shown import DeliveryView, delivery_view
from orders.web.status import Status
from orders.web.timeline import Cast, Entry, Story
from orders.web.zones import Zones
from payments import api as payments
from payments.contracts import PayoutGate


@dataclass(frozen=True, slots=True)
class Promise:
    """A line of the checklist: promised, and whether the latest delivery holds it."""

    text: str
    is_delivered: bool


class OrderPage(OrderRows, CaseParts):
    """Everything the templates of one order ask for; rows are read at the first question, each once."""

    def __init__(self, order: Order, reader_id: int, at: datetime, *, is_whole: bool = True) -> None:
        self.order, self.reader_id, self.is_whole = order, reader_id, is_whole
        self.at = max(at, order.last_event_at)
        self.role = order.role_of(reader_id) or Actor.STAFF

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

    @property
    def side_links(self) -> list[SideLink]:
        """What apps above offer here; nothing to staff."""
        if self.role == Actor.STAFF:
            return []
        is_accepted = self.order.state == State.COMPLETED
        return side_links(self.order.pk, is_seller=self.is_seller, is_accepted=is_accepted)

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
            proposals=self.proposals,
            asked=[payment.purpose for payment in self.open_payments],
            was_taken_back=situations.takes_the_work_back(self.losses),
        )  # fmt: skip
        due = order.due_at
        written = {review.role for review in self.reviews}
        return Scene(
            situation=situation,
            terms=terms,
            all_in=order.all_in_at_stake,
            receives=money.receives(order, self.position),
            other=self.other.name,
            timers=self.timers,
            due_at=due,
            very_late_at=deadlines.very_late_at(due, order.running_terms) if due else None,
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
            is_sent=money.is_sent(order, self.position),
            is_refunded=bool(self.position.refunded) and not self.position.refunding,
            came_back=self.position.refunded + self.position.refunding,
            my_review_is_in=self.role in written,
            other_review_is_in=bool(written - {self.role}),
            ruling=self._ruling,
            **self._proposed,
            again_url=self.again_url,
            asked=next((payment.all_in for payment in self.open_payments if self.is_buyer), None),
            next_step=milestones.next_step(order),
            is_doubted=any(payment.doubted_at for payment in self.payments),
            **self._bank,
        )

    @property
    def _proposed(self) -> dict[str, Any]:
        order = self.order
        if order.state not in ACTIVE:
            return {}
        at_stake = self.stake
        offers = (offered.offer_of(order, one, at_stake, self.role, self.at) for one in self.proposals if one.is_open)
        question = offered.asked(order, self.events)
        return {"offers": tuple(offers), "question": question, **offered.for_scene(order, self.proposals)}

    # What the page shows

    @cached_property
    def status(self) -> Status:
        return presenter.status(self.scene)

    @cached_property
    def troubles(self) -> tuple[deeds.Trouble, ...]:
        return deeds.troubles(self.scene)

    @cached_property
    def cards(self) -> list[Card]:
        """What is asked and proposed, and what one may do where a proposal came to nothing."""
        failures = offered.failures(self.scene, self.proposals, self.events)
        return [*offered.question(self.scene), *offered.cards(self.scene), *failures]

    @cached_property
    def steps(self) -> list[steps.Step]:
        return steps.steps(self.order, [event.state for event in self.events], self.at)

    @cached_property
    def entries(self) -> list[Entry]:
        story = Story(
            cast=self.cast,
            currency=self.order.currency,
            events=self.events,
            deliveries={delivery.number: delivery for delivery in self.delivery_views},
            messages=self.messages,
            reviews=self.reviews,
            evidence=self.evidence,
            questions=self.questions,
            roles={self.order.buyer_id: Actor.BUYER, self.order.seller_id: Actor.SELLER},
        )
        told = timeline.with_more(timeline.timeline(story), answer_entries(self.order, self.answer_changes, self.cast))
        return told if self.is_whole else told[: STORY_SHOWN + 1]

    @property
    def story(self) -> list[Entry]:
        return self.entries if self.is_whole else self.entries[:STORY_SHOWN]

    @property
    def has_more_story(self) -> bool:
        return len(self.entries) > len(self.story)

    @cached_property
    def delivery_views(self) -> list[DeliveryView]:
        order, files = self.order, self.delivered
        return [delivery_view(order, one, files[one.pk], self.role, self.at) for one in self.deliveries]

    @property
    def latest(self) -> DeliveryView | None:
        return self.delivery_views[-1] if self.deliveries else None

    @property
    def checklist(self) -> tuple[str, ...]:
        return self.order.terms.checklist

    @property
    def use(self) -> Use:
        return use_of(self.order.terms)

    @property
    def licence_has_ended(self) -> bool:
        return bool(self.order.terms.licence) and licences.has_ended(self.order, self.events)

    @cached_property
    def money(self) -> money.MoneyPanel:
        return money.panel(
            order=self.order, paid=self.payments, extras=offered.paid(self.proposals), position=self.position,
            is_buyer=not self.is_seller, other=self.seller.name, now=self.at,
        )  # fmt: skip

    @cached_property
    def promises(self) -> list[Promise]:
        held = set(self.deliveries[-1].checklist) if self.deliveries else set()
        return [Promise(text, position in held) for position, text in enumerate(self.order.terms.checklist)]

    @cached_property
    def answer_views(self) -> list[AnswerView]:
        return answer_views(self.order, self.answers, self.answer_changes)

    @property
    def may_change_answers(self) -> bool:
        return self.role != Actor.STAFF and not answers.reason_against(self.order)

    @property
    def may_answer(self) -> bool:
        return self.is_buyer and self.order.state in OPEN_TO_ANSWERS

    @property
    def review_to_answer(self) -> Review | None:
        """What the other side wrote in public about the reader, while they may reply or change their reply."""
        return next((one for one in self.reviews if may_reply(one, self.reader_id, self.at)), None)

    @property
    def may_write(self) -> bool:
        return self.order.may_talk and self.role != Actor.STAFF

    @property
    def again_url(self) -> str:
        """Another order of the same, filled in as this one was."""
        card = self.source if self.is_buyer and self.order.state == State.COMPLETED else None
        return f"{card.again_url}?{urlencode({'again': self.order.pk})}" if card and card.again_url else ""

    @cached_property
    def milestones(self) -> list[milestones.Milestone]:
        """The steps of the work, where it has several."""
        return milestones.milestones(self.order, is_buyer=self.is_buyer)

    @property
    def needs_payout_account(self) -> bool:
        """A seller with money in sight whom the provider cannot pay yet."""
        is_paid = self.order.paid_at is not None and self.order.state != State.CANCELLED
        return self.is_seller and is_paid and payments.payout_status(self.reader_id).gate != PayoutGate.OPEN

    @property
    def is_settled(self) -> bool:
        """Nothing more happens by itself: the page need not look again."""
        moving = self.position.held or self.position.clearing or self.position.sending or self.position.refunding
        return self.order.closed_at is not None and not moving and not self.timers

    @property
    def digest(self) -> str:
        """Changes whenever the page would look different; the page asks with it whether anything is new."""
        last = self.messages[-1].id if self.messages else 0
        asked = [(question.pk, question.answered_at) for question in self.questions]
        made = [file.note for delivery in self.delivery_views for file in delivery.files]
        parts = (self.order.version, last, self.position, sorted(self.timers.items()), self.role, asked, made)
        return sha256(repr(parts).encode()).hexdigest()[:16]

    @cached_property
    def zones(self) -> Zones:
        """The other side's clock; staff read the seller's beside theirs."""
        return Zones(self.other.name, self.other.time_zone)

    @cached_property
    def agreement(self) -> Agreement:
        return Agreement(self.order, self.role, self.seller.name, self.zones, self.at)

    @property
    def until_there(self) -> str:
        return self.zones.there(self.status.until) if self.status.until else ""

    @property
    def away_text(self) -> str:
        """That the site was away while somebody should have answered, who has that much longer now."""
        windows = [timer for timer in self.timer_rows if timer.due_at and timer.kind not in selectors.REMINDERS]
        gap = max((timer.extended for timer in windows), default=timedelta())
        if not gap:
            return ""
        away = words.duration(max(1, int(gap.total_seconds()) // 60))
        return _("We were away for %(time)s: the time to answer is that much longer.") % {"time": away}

    @property
    def crumb(self) -> str:
        return f"{self.order.code} · {self.order.title}"

    @property
    def nothing_wrong_text(self) -> str:
        if self.order.state == State.PENDING_PAYMENT:
            return _("Nothing is paid yet. An order that is not paid in time lapses by itself and costs nothing.")
        return _("There is nothing to change about this order any more. Write to us if something is still wrong.")
