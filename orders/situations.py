"""What the guards look at, gathered from an order's rows."""

from __future__ import annotations

from datetime import datetime

from orders.contracts import Question
from orders.guards import Quarrel, Situation
from orders.models import Answer, Dispute, Fault, Order, Phase, Review
from orders.states import State


def open_dispute(order: Order) -> Dispute | None:
    return Dispute.objects.filter(order=order, closed_at=None).first()


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
    )


def situation_of(order: Order, actor: str, at: datetime) -> Situation:
    """Reads what this state's guards need and nothing more."""
    answers = list(order.answers.all()) if order.state == State.AWAITING_REQUIREMENTS else []
    dispute = open_dispute(order) if order.state == State.DISPUTED else None
    ended = order.state in {State.COMPLETED, State.CANCELLED}
    reviews = list(order.reviews.all()) if ended else []
    return situation(order, actor, at, answers=answers, dispute=dispute, reviews=reviews)


def situation(
    order: Order,
    actor: str,
    at: datetime,
    *,
    answers: list[Answer],
    dispute: Dispute | None,
    reviews: list[Review],
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
        paid_at=order.paid_at,
        work_started=order.work_started_at is not None,
        is_late=order.is_late,
        is_very_late=order.is_very_late,
        was_delivered=order.was_delivered,
        review_extended=order.review_extended,
        is_cleared=order.cleared_at is not None,
        was_decided=order.percent is not None,
        seller_at_fault=order.fault == Fault.SELLER,
        review_until=order.review_until,
        reviews_revealed=any(review.revealed_at for review in reviews),
        missing_answers=tuple(question.label for question in missing),
        is_charged_back=order.charged_back_at is not None,
        quarrel=quarrel_of(dispute) if dispute else None,
    )
