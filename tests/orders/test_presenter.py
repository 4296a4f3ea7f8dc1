"""What each side is told in every state: the word, the sentence, what happens otherwise, the main button."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.utils import timezone

from orders import api
from orders.models import Order
from orders.states import Action
from orders.web.page import OrderPage
from orders.web.status import Status
from tests.orders.scenes import HOUR, Desk, eur
from tests.orders.scenes_further import (
    asked,
    auto_accepted,
    borne_by_the_seller,
    borne_by_the_site,
    claimed_back,
    cleared,
    closing,
    enforced,
    held,
    in_queue,
    late,
    nothing_for_the_seller,
    settled,
    taken_back_while_it_ran,
    very_late,
    very_late_revision,
    waived,
    warn,
)
from tests.orders.test_denials import STATES, State

Told = tuple[str, str, str]


# (state, buyer: word, sentence, main button; seller: the same)
CASES: list[tuple[Callable[[Desk], Order], Told, Told]] = [
    (
        STATES[State.PENDING_PAYMENT],
        ("Your turn", "Pay €59.74 by 12:30 today.", "pay"),
        ("Working", "Bea Buyer is on the payment page.", ""),
    ),
    (
        closing,
        ("Working", "Your time to pay has ended. The payment page is being closed.", ""),
        ("Working", "Bea Buyer is on the payment page.", ""),
    ),
    (
        STATES[State.EXPIRED],
        ("Stopped", "This order lapsed: it was not paid in time.", ""),
        ("Stopped", "This order lapsed: it was not paid in time.", ""),
    ),
    (
        STATES[State.AWAITING_REQUIREMENTS],
        ("Your turn", "Tom Oliveira needs 2 answers from you to begin.", "submit"),
        ("Working", "Bea Buyer still answers your questions.", ""),
    ),
    (
        STATES[State.IN_PROGRESS],
        ("Working", "Tom Oliveira delivers by 10:00 tomorrow.", ""),
        ("Your turn", "Deliver by 10:00 tomorrow.", "deliver"),
    ),
    (
        late,
        ("Working", "Tom Oliveira is late. It was due today at 10:00.", ""),
        ("Your turn", "You are late. It was due today at 10:00: deliver now.", "deliver"),
    ),
    (
        very_late,
        ("Your turn", "Tom Oliveira is very late. Wait, or cancel and get €59.74 back.", "cancel_late"),
        ("Your turn", "You are very late: Bea Buyer can cancel at any moment. Deliver now.", "deliver"),
    ),
    (
        STATES[State.DELIVERED],
        ("Check it", "Tom Oliveira delivered. Accept or ask for changes by Thursday 13:00.", "accept"),
        ("Check it", "Bea Buyer checks your work until Thursday 13:00.", ""),
    ),
    (
        STATES[State.IN_REVISION],
        ("Working", "Tom Oliveira works on your changes until 12:00 tomorrow.", ""),
        ("Your turn", "Bea Buyer asked for changes. Deliver them by 12:00 tomorrow.", "deliver"),
    ),
    (
        very_late_revision,
        ("Your turn", "Tom Oliveira is very late with your changes. Wait, or let a moderator decide.", "cancel_late"),
        (
            "Your turn",
            "You are very late: Bea Buyer can hand it to a moderator at any moment. Deliver now.",
            "deliver",
        ),
    ),
    (
        STATES[State.DISPUTED],
        ("Working", "Tom Oliveira gives their side by Thursday 14:00.", ""),
        ("Your turn", "Not as described: give your side by Thursday 14:00.", "answer_dispute"),
    ),
    (
        Desk.heard,
        ("Working", "Both of you have spoken. Agree by Thursday 15:00, or a moderator decides.", "offer"),
        ("Working", "Both of you have spoken. Agree by Thursday 15:00, or a moderator decides.", "offer"),
    ),
    (
        in_queue,
        ("Working", "A moderator decides by Sunday 14:00.", ""),
        ("Working", "A moderator decides by Sunday 14:00.", "answer_dispute"),
    ),
    (
        Desk.decided,
        ("Your turn", "Decided: €17.93 for you, €36.54 for Tom Oliveira.", "waive"),
        ("Your turn", "Decided: €36.54 for you, €17.93 for Bea Buyer.", "waive"),
    ),
    (
        waived,
        ("Working", "Decided: €17.93 for you, €36.54 for Tom Oliveira.", ""),
        ("Your turn", "Decided: €36.54 for you, €17.93 for Bea Buyer.", "waive"),
    ),
    (
        enforced,
        ("Done", "The decision has been carried out.", "review"),
        ("Done", "€36.54 is yours on 12 Nov.", "review"),
    ),
    (
        STATES[State.COMPLETED],
        ("Done", "You accepted the work. Thank you.", "review"),
        ("Done", "€52.20 is yours on 9 Nov.", "review"),
    ),
    (
        auto_accepted,
        ("Done", "The work was accepted when your time to check ended.", "review"),
        ("Done", "€52.20 is yours on 12 Nov.", "review"),
    ),
    (
        cleared,
        ("Done", "You accepted the work. Thank you.", "review"),
        ("Done", "€52.20 is yours and on its way to you.", "review"),
    ),
    (
        STATES[State.CANCELLED],
        ("Stopped", "Cancelled by the seller.", "review"),
        ("Stopped", "Cancelled by the seller.", "review"),
    ),
    (
        nothing_for_the_seller,
        ("Stopped", "A moderator decided: everything goes back to the buyer.", "review"),
        ("Stopped", "A moderator decided: everything goes back to the buyer.", "review"),
    ),
    (
        settled,
        ("Done", "You agreed on an amount: it is settled.", "review"),
        ("Done", "€36.00 is yours on 9 Nov.", "review"),
    ),
    (
        Desk.appealed,
        ("Working", "The appeal is heard by Thursday 17:00.", ""),
        ("Working", "The appeal is heard by Thursday 17:00.", ""),
    ),
    (
        asked,
        ("Working", "The appeal is heard by Sunday 17:00.", ""),
        ("Your turn", "A moderator asks you something. Answer by Thursday 17:00.", "answer_question"),
    ),
    (
        held,
        ("Your turn", "Tom Oliveira is suspended. Wait, or cancel and get €59.74 back at once.", "cancel_held"),
        ("Stopped", "The order is on hold: Bea Buyer is suspended. Your money is safe where it is.", ""),
    ),
    (
        claimed_back,
        ("Stopped", "Your bank has claimed this payment back. The order rests until the bank has decided.", ""),
        ("Your turn", "The buyer's bank has claimed the payment back. Say what happened.", "tell_bank"),
    ),
    (
        taken_back_while_it_ran,
        ("Stopped", "The buyer's bank took the payment back.", ""),
        ("Stopped", "The buyer's bank took the payment back.", ""),
    ),
    (
        borne_by_the_site,
        ("Done", "Your bank has given you €59.74 back.", "review"),
        ("Done", "The buyer's bank has taken €59.74 back. Your €52.20 stays yours.", "review"),
    ),
    (
        borne_by_the_seller,
        ("Done", "Your bank has given you €59.74 back.", "review"),
        ("Done", "The buyer's bank has taken €59.74 back, and your share with it.", "review"),
    ),
]


def told(status: Status) -> Told:
    main = "pay" if status.pays else (status.main.action if status.main else "")
    return status.word, status.sentence, main


@pytest.mark.parametrize(("make", "to_buyer", "to_seller"), CASES, ids=lambda case: getattr(case, "__name__", ""))
def test_both_sides(desk: Desk, make: Callable[[Desk], Order], to_buyer: Told, to_seller: Told) -> None:
    order = make(desk)
    with timezone.override("UTC"):
        assert told(OrderPage(order, desk.buyer.pk, order.last_event_at).status) == to_buyer
        assert told(OrderPage(order, desk.seller.pk, order.last_event_at).status) == to_seller


@pytest.mark.parametrize(("make", "to_buyer", "to_seller"), CASES, ids=lambda case: getattr(case, "__name__", ""))
def test_offered_buttons_are_possible(
    desk: Desk, make: Callable[[Desk], Order], to_buyer: Told, to_seller: Told
) -> None:
    """No page offers what the service would refuse, and at most one countdown runs, into the future."""
    order = make(desk)
    for person in (desk.buyer, desk.seller):
        page = OrderPage(order, person.pk, order.last_event_at)
        status = page.status
        offered = [deed for deed in (status.main, *status.others) if deed and deed.action != Action.SUBMIT]
        assert [deed.action for deed in offered if not deed.is_possible] == []
        assert status.until is None or status.until > order.last_event_at
        assert status.has_trouble <= bool(page.troubles)


def test_nothing_asked_means_nothing_to_answer(desk: Desk) -> None:
    page = OrderPage(desk.in_progress(), desk.buyer.pk, desk.at)
    assert (page.answer_views, page.may_answer) == ([], False)


def test_used_up_changes_say_so(desk: Desk) -> None:
    desk.terms = replace(desk.terms, revisions=0)
    page = OrderPage(desk.delivered(), desk.buyer.pk, desk.at + HOUR)
    assert page.status.cannot == ("This order includes no changes.",)


def test_what_is_wrong_says_why_not(desk: Desk) -> None:
    page = OrderPage(desk.in_progress(), desk.buyer.pk, desk.at + HOUR)
    reasons = {trouble.deed.action: trouble.deed.reason for trouble in page.troubles}
    assert {action: reason for action, reason in reasons.items() if reason} == {
        Action.CANCEL_LATE: "Possible once the work is very late.",
        Action.UNDO: "An order can be undone within 10 minutes of payment.",
        Action.OPEN_DISPUTE: "Possible once the work is late.",
    }
    assert {action for action, reason in reasons.items() if not reason} == {
        Action.PROPOSE_EXTRA, Action.PROPOSE_EXTENSION, Action.PROPOSE_REFUND, Action.PROPOSE_CANCEL,
    }  # fmt: skip


def test_the_seller_who_has_told_the_bank_is_asked_nothing_more(desk: Desk) -> None:
    order = claimed_back(desk)
    text = "All fifty texts were delivered and opened."
    api.tell_bank(order_id=order.pk, actor_id=desk.seller.pk, text=text, file_ids=[], at=order.last_event_at)
    status = OrderPage(order, desk.seller.pk, order.last_event_at).status
    assert told(status) == (
        "Stopped", "The buyer's bank has claimed the payment back. It will read your side.", "",
    )  # fmt: skip
    assert [deed.action for deed in status.others] == ["tell_bank"]


def test_money_that_waits_for_a_check_counts_down_to_nothing(desk: Desk) -> None:
    order = desk.delivered()
    warn(order)
    api.accept(order_id=order.pk, actor_id=desk.buyer.pk, at=order.last_event_at + 2 * HOUR)
    order.refresh_from_db()
    assert OrderPage(order, desk.seller.pk, order.last_event_at).status.until is None


def test_a_tip_that_is_begun_is_named_and_is_the_one_filled_button(desk: Desk) -> None:
    order = desk.completed()
    api.tip(order_id=order.pk, actor_id=desk.buyer.pk, amount=eur(500), at=order.last_event_at)
    status = OrderPage(order, desk.buyer.pk, order.last_event_at).status
    assert (status.pays, status.main) == (eur(500), None)
    assert status.otherwise.startswith("Your tip of €5.00 is not paid yet.")
    assert status.others[0].action == Action.REVIEW


def test_a_seller_who_is_late_is_offered_nothing_but_the_work(desk: Desk) -> None:
    order = late(desk)
    assert OrderPage(order, desk.seller.pk, order.last_event_at).status.others == ()


def test_a_side_that_gets_nothing_reads_so_before_it_agrees(desk: Desk) -> None:
    order = desk.decided(100)
    buyer = OrderPage(order, desk.buyer.pk, order.last_event_at).status
    assert buyer.sentence == "Decided: €0.00 for you, €52.20 for Tom Oliveira."
    assert buyer.main is not None
    assert buyer.main.text.startswith("€0.00 for you, €52.20 for Tom Oliveira. As soon as both of you agree")
