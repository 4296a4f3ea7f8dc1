"""Every notice becomes a letter with one action, in text and HTML, with nothing left blank."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.core import mail as outbox_mail

from inbox.models import Notification
from marketplace.kernel import outbox
from orders import api
from orders.services.notices import TITLES
from tests.orders.scenes import BACK, DAY, HOUR, TAKEN, Desk, bank
from tests.orders.test_denials import STATES, _expired
from tests.orders.test_presenter import auto_accepted, cleared, enforced, late, very_late, very_late_revision


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


def charged_back(desk: Desk) -> None:
    bank(desk.in_progress(), "won", TAKEN, BACK, after=HOUR)
    bank(desk.in_progress(), "lost", TAKEN, after=HOUR)


STORIES: list[Callable[[Desk], Any]] = [
    *STATES.values(), late, very_late, very_late_revision, cleared, auto_accepted, enforced, withdrawn, extended,
    reminded, warned, started, briefed, mismatched, reviewed, charged_back, _expired,
]  # fmt: skip


def test_every_kind_is_written_and_complete(desk: Desk, settings: Any) -> None:
    settings.TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = "MISSING(%s)"
    for story in STORIES:
        story(desk)
    at = desk.at + 100 * DAY
    while outbox.deliver_due(at):
        pass
    kinds = set(Notification.objects.values_list("kind", flat=True))
    assert kinds == set(TITLES)
    assert len(outbox_mail.outbox) == Notification.objects.count()
    for letter in outbox_mail.outbox:
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
