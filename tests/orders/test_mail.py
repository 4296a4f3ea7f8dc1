"""Every notice becomes a letter with one action, in text and HTML, with nothing left blank."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail as outbox_mail

from inbox.models import Notification
from marketplace.kernel import outbox
from orders import api
from orders.models import Kind, Order, Review
from orders.services import overdue
from orders.services.notices import TITLES
from orders.states import State
from payments.events import MoneyOverdue
from tests.orders.scenes import BACK, DAY, HOUR, TAKEN, Desk, bank, eur
from tests.orders.scenes_further import (
    asked,
    auto_accepted,
    cleared,
    enforced,
    late,
    settled,
    very_late,
    very_late_revision,
    warn,
)
from tests.orders.scenes_proposals import (
    answer,
    declined,
    part_refunded,
    paused,
    pay_extra,
    propose,
    proposed,
    with_extra,
)
from tests.orders.test_denials import STATES, _expired
from tests.orders.test_overdue import clear


def withdrawn(desk: Desk) -> None:
    order = desk.disputed()
    api.withdraw(order_id=order.pk, actor_id=desk.buyer.pk, at=desk.at + 3 * HOUR)


def extended(desk: Desk) -> None:
    api.extend_review(order_id=desk.delivered().pk, actor_id=desk.buyer.pk, at=desk.at + 2 * HOUR)


def reminded(desk: Desk) -> None:
    desk.waiting()
    desk.delivered()
    api.run_due(desk.at + 4 * DAY)


def warned(desk: Desk) -> None:
    desk.in_progress()
    api.run_due(desk.at + 18 * HOUR)


def started(desk: Desk) -> None:
    api.start(order_id=desk.waiting().pk, actor_id=desk.seller.pk, at=desk.at + HOUR)


def briefed(desk: Desk) -> None:
    texts = {"shop": "a.example", "tone": "Dry"}
    api.submit(order_id=desk.waiting().pk, actor_id=desk.buyer.pk, texts=texts, files={}, at=desk.at + HOUR)


def mismatched(desk: Desk) -> None:
    desk.pay(desk.pending(), desk.at, minor=100)


def reviewed(desk: Desk) -> None:
    order = desk.completed()
    for person in (desk.buyer, desk.seller):
        api.review(order_id=order.pk, actor_id=person.pk, verdict=api.Verdict(5, 5, 5, 5), at=desk.at + 3 * HOUR)


def answered(desk: Desk) -> None:
    desk.agreed()
    api.withdraw_request(order_id=desk.requested().pk, actor_id=desk.buyer.pk, at=desk.at + HOUR)
    desk.requested()
    api.run_due(desk.at + 2 * DAY)


def stepped(desk: Desk) -> None:
    desk.second_step()
    api.stop(order_id=desk.awaiting_funding().pk, actor_id=desk.buyer.pk, at=desk.at + 3 * HOUR)
    desk.awaiting_funding()
    api.run_due(desk.at + 8 * DAY)


def tipped(desk: Desk) -> None:
    order = desk.completed()
    api.tip(order_id=order.pk, actor_id=desk.buyer.pk, amount=eur(500), at=desk.at + 3 * HOUR)
    desk.pay_asked(order, desk.at + 3 * HOUR)


def charged_back(desk: Desk) -> None:
    bank(desk.in_progress(), "won", TAKEN, BACK, after=HOUR)
    bank(desk.in_progress(), "lost", TAKEN, after=HOUR)


def resumed(desk: Desk) -> None:
    paused(desk)
    api.run_due(desk.at + 4 * DAY)


def replied(desk: Desk) -> None:
    order = paused(desk)
    api.reply(order_id=order.pk, actor_id=desk.buyer.pk, text="The green one.", files=[], at=desk.at + 3 * HOUR)
    Notification.objects.filter(kind="message_received").delete()


def more_time(desk: Desk) -> None:
    for role, other in ((desk.buyer, desk.seller), (desk.seller, desk.buyer)):
        proposal = propose(desk, desk.in_progress(), Kind.EXTENSION, role, desk.at)
        answer(desk, proposal, other, desk.at)


def agreed_extra(desk: Desk) -> None:
    order = desk.in_progress()
    proposal = propose(desk, order, Kind.EXTRA, desk.buyer, desk.at)
    answer(desk, proposal, desk.seller, desk.at)
    answer(desk, proposal, desk.buyer, desk.at)
    pay_extra(order, desk.at)


def extra_from_delivered(desk: Desk) -> None:
    with_extra(desk, desk.delivered(), desk.at + 2 * HOUR)


def not_answered(desk: Desk) -> None:
    propose(desk, desk.delivered(), Kind.CANCEL, desk.buyer, desk.at + 2 * HOUR)
    api.run_due(desk.at + DAY)


def answers_changed(desk: Desk) -> None:
    order = desk.waiting()
    texts = {"shop": "a.example", "tone": "Dry"}
    api.submit(order_id=order.pk, actor_id=desk.buyer.pk, texts=texts, files={}, at=desk.at + HOUR)
    for settle in (api.take_answer_change, api.refuse_answer_change):
        wish = api.ask_answer_change(
            order_id=order.pk, actor_id=desk.buyer.pk, key="more", text=f"And {settle.__name__}.", files=[],
            reason="We forgot it.", at=desk.at + 2 * HOUR,
        )  # fmt: skip
        settle(order_id=order.pk, actor_id=desk.seller.pk, change_id=wish.pk, at=desk.at + 3 * HOUR)


def review_answered(desk: Desk) -> None:
    reviewed(desk)
    review = Review.objects.latest("pk")
    api.reply_to_review(review_id=review.pk, actor_id=review.subject_id, text="Thank you.", at=desk.at + 4 * HOUR)


def removed(desk: Desk) -> None:
    reviewed(desk)
    review, reason = Review.objects.latest("pk"), "It names a private address."
    api.remove_review(review_id=review.pk, moderator_id=desk.moderator.pk, reason=reason, at=desk.at + 4 * HOUR)


def stopped_from_outside(desk: Desk) -> None:
    running, asked_for = desk.in_progress(), desk.pending()
    Order.objects.filter(pk=asked_for.pk).update(state=State.REQUESTED)
    desk.suspend(desk.seller, desk.at + HOUR)
    desk.reinstate(desk.seller, desk.at + 2 * HOUR)
    assert running.charge_id
    fact = MoneyOverdue(running.charge_id, running.reference, running.all_in, desk.at + 85 * DAY)
    overdue.record_overdue(fact, running.pk)


def doubted(desk: Desk) -> None:
    order = desk.delivered()
    clear(order, warn(order), HOUR)


STORIES: list[Callable[[Desk], Any]] = [
    *STATES.values(), late, very_late, very_late_revision, cleared, auto_accepted, enforced, withdrawn, extended,
    reminded, warned, started, briefed, mismatched, reviewed, charged_back, _expired,
    part_refunded, declined, resumed, replied, *map(proposed, Kind), *(proposed(kind, "buyer") for kind in Kind),
    agreed_extra, more_time, extra_from_delivered, not_answered,
    answers_changed, review_answered, removed,
    answered, stepped, tipped,
    settled, asked, doubted, stopped_from_outside,
]  # fmt: skip


@pytest.mark.usefixtures("show_what_is_missing")
def test_every_kind_is_written_and_complete(desk: Desk) -> None:
    for story in STORIES:
        story(desk)
    at = desk.at + 100 * DAY
    while outbox.deliver_due(at):
        pass
    kinds = set(Notification.objects.values_list("kind", flat=True))
    assert kinds == set(TITLES)
    about_orders = [
        letter for letter in outbox_mail.outbox if "suspended" not in letter.subject and "Welcome" not in letter.subject
    ]
    assert len(about_orders) == Notification.objects.count()
    for letter in about_orders:
        html = str(letter.alternatives[0][0])  # type: ignore[attr-defined]
        for text in (letter.subject, letter.body, html):
            assert "MISSING" not in text, (letter.subject, text)
            assert "%(" not in text
        assert "\n" not in letter.subject
        assert str(letter.body).count("http://testserver/orders/") == 1
        assert len(re.findall(r'href="http://testserver/orders/', html)) == 1


def test_a_receipt_says_what_comes_next(desk: Desk) -> None:
    desk.in_progress()
    outbox.deliver_due(desk.at)
    letter = next(letter for letter in outbox_mail.outbox if letter.to == [desk.buyer.email])
    assert letter.subject == "Paid: Write 50 product descriptions"
    assert "Tom Oliveira delivers by Tue 3 Nov 2026, 10:00 GMT." in letter.body


def test_each_is_told_once(desk: Desk) -> None:
    order = desk.delivered()
    api.run_due(desk.at + 5 * DAY, order.pk)
    api.run_due(desk.at + 5 * DAY, order.pk)
    accepted = Notification.objects.filter(kind="order_accepted")
    assert sorted(accepted.values_list("recipient_id", flat=True)) == sorted([desk.buyer.pk, desk.seller.pk])


def test_of_a_later_step_the_buyer_is_promised_what_that_step_cost(desk: Desk) -> None:
    order = desk.second_step()
    assert order.due_at
    api.run_due(order.due_at, order.pk)
    outbox.deliver_due(order.due_at)
    letters = [letter for letter in outbox_mail.outbox if letter.subject.startswith("Late:")]
    assert len(letters) == 2
    for letter in letters:
        for text in (letter.body, str(letter.alternatives[0][0])):  # type: ignore[attr-defined]
            assert "€30.90 back" in text
            assert "everything" not in text
