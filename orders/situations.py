"""What the guards look at, gathered from an order's rows."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from accounts import api as accounts
from marketplace.kernel.money import payable_step
from marketplace.kernel.prepared import prepared
from orders.contracts import Question
from orders.guards import Proposed, Quarrel, Situation
from orders.models import Answer, Dispute, Fault, Order, OrderEvent, PaymentState, Phase, Proposal, Purpose, Review
from orders.states import ACTIVE, Action, Actor, State


def open_dispute(order: Order) -> Dispute | None:
    return Dispute.objects.filter(order=order, closed_at=None).select_related("appeal").first()


def missing_questions(questions: tuple[Question, ...], answers: list[Answer]) -> list[Question]:
    """Mandatory questions without a text or a file."""
    given = {answer.question_key for answer in answers if answer.text or answer.file_id}
    return [question for question in questions if question.required and question.key not in given]


def quarrel_of(dispute: Dispute) -> Quarrel:
    return Quarrel(
        filer_role=dispute.filer_role,
        respondent_role=dispute.respondent_role,
        phase=dispute.phase,
        is_answered=dispute.answered_at is not None,
        is_heard=dispute.is_heard,
        is_decided=dispute.phase == Phase.DECIDED,
        buyer_waived=dispute.buyer_waived,
        seller_waived=dispute.seller_waived,
        offers_meet=dispute.offers_meet,
        was_appealed=hasattr(dispute, "appeal"),
        is_served_twice=dispute.served > 1,
        filed_by_person=dispute.filer_id is not None,
    )


def suspended_sides(order: Order) -> frozenset[str]:
    """Who of the two is suspended, asked only of an order that is on hold."""
    if order.on_hold_at is None:
        return frozenset()
    out = accounts.suspended([order.buyer_id, order.seller_id])
    return frozenset(role for role in (Actor.BUYER, Actor.SELLER) if order.person_of(role) in out)


@dataclass(frozen=True, slots=True)
class Known:
    """Rows that the guards look at, read for one order or for many at once."""

    answers: list[Answer] = field(default_factory=list)
    proposals: list[Proposal] = field(default_factory=list)


def known_of(orders: Collection[Order]) -> dict[uuid.UUID, Known]:
    """What ``situation_of`` would read of each of them, by their ids."""
    known: defaultdict[uuid.UUID, Known] = defaultdict(Known)
    for answer in _ANSWERS_OF.all([order.pk for order in orders if order.state == State.AWAITING_REQUIREMENTS]):
        known[answer.order_id].answers.append(answer)
    for proposal in _PROPOSALS_OF.all([order.pk for order in orders if order.state in ACTIVE]):
        known[proposal.order_id].proposals.append(proposal)
    return known


_ANSWERS_OF = prepared(lambda order_ids: Answer.objects.filter(order__in=order_ids))
_PROPOSALS_OF = prepared(lambda order_ids: Proposal.objects.filter(order__in=order_ids).select_related("payment"))


def situation_of(order: Order, actor: str, at: datetime, known: Known | None = None) -> Situation:
    """Reads what this state's guards need and nothing more, beside what is ``known``."""
    known = known or known_of([order])[order.pk]
    dispute = open_dispute(order) if order.state == State.DISPUTED else None
    ended = order.state in {State.COMPLETED, State.CANCELLED}
    # Only people review; nothing that happens by itself looks at it.
    reviews = list(order.reviews.all()) if ended and actor != Actor.SYSTEM else []
    may_ask = actor == Actor.BUYER and order.state in {State.AWAITING_FUNDING, State.COMPLETED}
    asked = order.payments.filter(state=PaymentState.ASKED).values_list("purpose", flat=True) if may_ask else ()
    may_claim = actor == Actor.BUYER and order.state == State.COMPLETED
    taken = may_claim and takes_the_work_back(order.events.filter(action=Action.LOSE_CHARGEBACK))
    return situation(
        order, actor, at, answers=known.answers, dispute=dispute, reviews=reviews, proposals=known.proposals,
        asked=asked, was_taken_back=taken,
    )  # fmt: skip


def takes_the_work_back(losses: Iterable[OrderEvent]) -> bool:
    """Whether the buyer's bank has taken back more than a tip."""
    return any(event.data.get("purpose") != Purpose.TIP for event in losses)


def situation(
    order: Order,
    actor: str,
    at: datetime,
    *,
    answers: list[Answer],
    dispute: Dispute | None,
    reviews: list[Review],
    proposals: list[Proposal],
    asked: Iterable[str] = (),
    was_taken_back: bool = False,
) -> Situation:
    """The same from rows that a page has already read."""
    missing = missing_questions(order.terms.questions, answers) if order.state == State.AWAITING_REQUIREMENTS else []
    return Situation(
        state=order.state,
        actor=actor,
        at=at,
        rules=order.terms.rules,
        revisions=order.terms.revisions,
        revisions_used=order.revisions_used,
        paid_at=order.started_at if order.step else order.paid_at,
        work_started=order.work_started_at is not None,
        due_at=order.due_at,
        is_paused=order.is_paused,
        pauses_used=order.pauses_used,
        is_late=order.is_late,
        is_very_late=order.is_very_late,
        was_delivered=order.was_delivered,
        review_extended=order.review_extended,
        is_cleared=order.cleared_at is not None,
        was_decided=order.percent is not None,
        was_divided=order.kept_minor is not None,
        was_taken_back=was_taken_back,
        seller_at_fault=order.fault == Fault.SELLER,
        review_until=order.review_until,
        reviews_revealed=any(review.revealed_at for review in reviews),
        missing_answers=tuple(question.label for question in missing),
        is_charged_back=order.charged_back_at is not None,
        proposals=tuple(Proposed(one.kind, one.by_role, one.answer_by) for one in proposals if one.is_open),
        used_up=_used_up(proposals, actor, order.terms.rules.proposal_tries),
        extra_is_asked=any(one.waits_for_payment for one in proposals),
        is_divisible=order.price_at_stake.amount_minor > payable_step(order.currency),
        steps_done=order.step,
        asked=frozenset(asked),
        is_on_hold=order.on_hold_at is not None,
        suspended=suspended_sides(order),
        quarrel=quarrel_of(dispute) if dispute else None,
    )


def _used_up(proposals: list[Proposal], role: str, tries: int) -> frozenset[str]:
    failed = Counter(one.kind for one in proposals if one.by_role == role and one.has_failed)
    return frozenset(kind for kind, count in failed.items() if count >= tries)
