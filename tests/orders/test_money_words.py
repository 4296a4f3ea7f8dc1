"""What the seller is told of their money where one part of it is further than another, or a part went back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.utils import timezone

from marketplace.kernel import words
from orders import api
from orders.models import Order
from orders.web.page import OrderPage
from tests.orders.scenes import HOUR, Desk, eur, get, money
from tests.orders.transitions import arranging

pytestmark = pytest.mark.django_db
FIRST, SECOND = 1_800, 2_700  # of the steps, after the seller's fee


def stopped(desk: Desk) -> Order:
    """Two steps are accepted and clear tomorrow, at 14:00 and at 17:00."""
    order = desk.second_step()
    desk.deliver(order, desk.at + 4 * HOUR, checklist=frozenset())
    api.accept(order_id=order.pk, actor_id=desk.buyer.pk, at=desk.at + 5 * HOUR)
    api.stop(order_id=order.pk, actor_id=desk.buyer.pk, at=desk.at + 6 * HOUR)
    return get(order.pk)


def sellers_page(order: Order, **standing: int) -> OrderPage:
    """As the money stands, or as it would."""
    shown = OrderPage(get(order.pk), order.seller_id, order.last_event_at)
    if standing:
        nothing = dict.fromkeys(("held", "clearing", "available", "sending", "transferred"), eur(0))
        shown.position = replace(money(order), **(nothing | {name: eur(minor) for name, minor in standing.items()}))
    return shown


def told(shown: OrderPage) -> tuple[str, str, str]:
    with timezone.override("UTC"):
        return shown.status.sentence, shown.money.stage, shown.money.sentence


def lines(shown: OrderPage) -> dict[str, str]:
    panel = shown.money
    return {line.label: words.amount(line.amount) for line in panel.lines} | {"": words.amount(panel.total)}


def test_what_still_clears_is_told_before_what_was_sent(desk: Desk) -> None:
    order = stopped(desk)
    assert told(sellers_page(order))[:2] == ("€27.00 is yours tomorrow at 17:00.", "Yours tomorrow at 14:00")
    api.run_due(desk.at + 26 * HOUR, order.pk)
    assert told(sellers_page(order, clearing=SECOND, transferred=FIRST)) == (
        "€27.00 is yours today at 17:00.",
        "Yours today at 17:00",
        "€27.00 clears until then, so that a claim can be heard. €18.00 has been sent to you before.",
    )


def test_all_steps_are_told_together_once_they_have_cleared(desk: Desk) -> None:
    order = stopped(desk)
    api.run_due(desk.at + 29 * HOUR, order.pk)
    assert told(sellers_page(order)) == (
        "€45.00 is yours and on its way to you.",
        "Yours",
        "€45.00 is yours. It leaves as soon as you can be paid: see your earnings page.",
    )
    assert told(sellers_page(order, sending=SECOND, transferred=FIRST)) == (
        "€45.00 is yours and on its way to you.",
        "On its way",
        "€27.00 is on its way to you. €18.00 has been sent to you before.",
    )
    assert told(sellers_page(order, transferred=FIRST + SECOND)) == (
        "€45.00 has been sent to you.",
        "Paid",
        "€45.00 has been sent to you. Your earnings page shows when your bank has it.",
    )


def test_a_tip_on_its_way_unsends_nothing(desk: Desk) -> None:
    order = desk.completed()
    api.run_due(desk.at + 10 * 24 * HOUR, order.pk)
    sentence, stage, _words = told(sellers_page(order, sending=500, transferred=5_220))
    assert (sentence, stage) == ("€52.20 has been sent to you.", "On its way")


def test_a_cancelled_order_leaves_nothing(desk: Desk) -> None:
    assert lines(sellers_page(desk.cancelled())) == {
        "Fifty": "€50.00", "Titles": "€8.00", "Back to the buyer": "−€58.00", "": "€0.00"
    }  # fmt: skip


def test_a_cancelled_step_leaves_what_the_others_made(desk: Desk) -> None:
    order = desk.second_step()
    reason = "My machine broke down."
    api.seller_cancel(order_id=order.pk, actor_id=desk.seller.pk, reason=reason, at=desk.at + 4 * HOUR)
    assert lines(sellers_page(order)) == {
        "Outline": "€20.00", "Draft": "€30.00", "Back to the buyer": "−€30.00", "Fee of the site": "−€2.00",
        "": "€18.00",
    }  # fmt: skip


def test_a_decision_leaves_the_share(desk: Desk) -> None:
    order = desk.decided()
    api.run_due(desk.at + 4 * HOUR + 3 * 24 * HOUR, order.pk)
    # 70 % of 58.00, and the seller's fee of it.
    assert lines(sellers_page(order)) == {
        "Fifty": "€50.00", "Titles": "€8.00", "Back to the buyer": "−€17.40", "Fee of the site": "−€4.06",
        "": "€36.54",
    }  # fmt: skip


@pytest.mark.parametrize("stage", [Desk.declined, arranging.expired])
def test_what_ended_unpaid_waits_for_no_payment(desk: Desk, stage: Callable[[Desk], Order]) -> None:
    order = stage(desk)
    for person in (order.buyer_id, order.seller_id):
        panel = OrderPage(order, person, order.last_event_at).money
        assert (panel.lead, panel.sentence) == ("Not paid", "Nothing was charged.")
