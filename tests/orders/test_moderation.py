"""The moderators' work: whose case it is, the next one, questions, notes, who must not decide."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from inbox import api as inbox
from inbox.models import Notification
from marketplace.kernel import clock
from marketplace.kernel.errors import DomainError, NotAllowed
from orders import api, cases
from orders.models import CannedReason, CaseNote, CaseQuestion, Order, Phase
from orders.services.claiming import LEASE
from orders.states import Action
from orders.web.case_page import CasePage
from orders.web.page import OrderPage
from tests.orders.conftest import signed_in
from tests.orders.scenes import DAY, HOUR, Desk, get, snapshot, timers
from tests.orders.scenes_further import settled

pytestmark = pytest.mark.django_db


@pytest.fixture
def at() -> datetime:
    """Pages ask the clock: these cases wait for their decision now."""
    return clock.now() - 4 * DAY


@pytest.fixture
def second(db: None) -> User:
    return User.objects.create_user("di@example.org", display_name="Di Second", is_moderator=True)


@pytest.fixture
def as_second(second: User) -> Client:
    return signed_in(second)


def to_decide(desk: Desk) -> Order:
    """Heard, and talked for three days."""
    order = desk.heard()
    api.run_due(desk.at + 3 * HOUR + 3 * DAY, order.pk)
    return get(order.pk)


def page(order: Order, name: str = "dispute") -> str:
    return reverse(f"orders:{name}", args=[order.pk])


def claim(order: Order, who: User, at: datetime) -> None:
    api.claim_case(order_id=order.pk, moderator_id=who.pk, at=at)


# Whose case it is.


def test_a_case_is_read_by_one_at_a_time(desk: Desk, second: User) -> None:
    order, at = to_decide(desk), clock.now()
    claim(order, desk.moderator, at)
    before = snapshot(order)
    for call in (
        lambda: claim(order, second, at + timedelta(minutes=10)),
        lambda: desk.decide(order, 50, at + timedelta(minutes=10), by=second),
        lambda: ask(order, second, at + timedelta(minutes=10)),
    ):
        with pytest.raises(DomainError, match="Mo Moderator reads this case until"):
            call()
    assert snapshot(order) == before


def ask(order: Order, who: User, at: datetime, role: str = "seller") -> None:
    text = "Where is the second sheet?"
    api.ask_question(order_id=order.pk, moderator_id=who.pk, role=role, text=text, at=at)


def test_a_claim_ends_by_itself_and_is_given_back(desk: Desk, second: User) -> None:
    order, at = to_decide(desk), clock.now()
    claim(order, desk.moderator, at)
    claim(order, second, at + LEASE)
    assert order.disputes.get().claimed_by_id == second.pk
    api.release_case(order_id=order.pk, moderator_id=desk.moderator.pk, at=at + LEASE)  # not theirs any more
    assert order.disputes.get().claimed_by_id == second.pk
    api.release_case(order_id=order.pk, moderator_id=second.pk, at=at + LEASE)
    claim(order, desk.moderator, at + LEASE)


def test_deciding_claims_and_ends_the_claim(desk: Desk) -> None:
    order = to_decide(desk)
    desk.decide(order, 50, clock.now())
    dispute = order.disputes.get()
    assert (dispute.phase, dispute.claimed_by_id, dispute.claimed_until) == (Phase.DECIDED, None, None)


def test_the_database_knows_no_half_claim(desk: Desk) -> None:
    order = to_decide(desk)
    with pytest.raises(IntegrityError), transaction.atomic():
        order.disputes.update(claimed_by_id=desk.moderator.pk)


def test_mine_and_unclaimed(desk: Desk, second: User, as_moderator: Client) -> None:
    mine, theirs, free = to_decide(desk), to_decide(desk), to_decide(desk)
    at = clock.now()
    claim(mine, desk.moderator, at)
    claim(theirs, second, at)
    found = {
        show: {row.order_id for row in cases.queue(at, desk.moderator.pk, show)} for show in ("all", "mine", "free")
    }
    assert found == {"all": {mine.pk, theirs.pk, free.pk}, "mine": {mine.pk}, "free": {free.pk}}
    assert cases.counts(at, desk.moderator.pk) == {"all": 3, "mine": 1, "free": 1}
    html = as_moderator.get(reverse("orders:moderation"), {"show": "mine"}).content.decode()
    assert (page(mine) in html, page(free) in html, "claimed by you" in html) == (True, False, True)
    assert "Di Second reads it" in as_moderator.get(reverse("orders:moderation")).content.decode()


def test_the_queue_costs_the_same_however_long_it_is(
    desk: Desk, as_moderator: Client, django_assert_num_queries: Any
) -> None:
    to_decide(desk)
    with django_assert_num_queries(7):
        as_moderator.get(reverse("orders:moderation"))
    for _more in range(4):
        to_decide(desk)
    with django_assert_num_queries(7):
        as_moderator.get(reverse("orders:moderation"))


def test_an_old_case_goes_to_the_front(desk: Desk) -> None:
    young = to_decide(desk)
    old = desk.disputed()
    old.disputes.update(opened_at=clock.now() - 21 * DAY)
    rows = cases.queue(clock.now())
    assert [row.order_id for row in rows] == [old.pk, young.pk]
    assert (rows[0].due_text, rows[0].due_tone) == ("overdue", "late")


# The next one.


def test_the_next_case_is_claimed(desk: Desk, second: User, as_moderator: Client, as_second: Client) -> None:
    first, other = to_decide(desk), to_decide(desk)
    desk.heard()  # still talking: nobody's yet
    one = as_moderator.post(reverse("orders:next_case"))
    two = as_second.post(reverse("orders:next_case"))
    assert [one.headers["Location"], two.headers["Location"]] == [page(first), page(other)]
    assert first.disputes.get().claimed_by_id == desk.moderator.pk
    none = as_moderator.post(reverse("orders:next_case"), {"after": first.pk})
    assert none.headers["Location"] == page(first)


def test_the_next_case_passes_over_what_one_must_not_decide(desk: Desk, second: User) -> None:
    order = to_decide(desk)
    assert cases.next_for(second.pk, clock.now()) == order.pk
    desk.pending(buyer_id=second.pk)
    assert cases.next_for(second.pk, clock.now()) is None


def test_the_next_case_is_for_moderators(as_buyer: Client) -> None:
    assert as_buyer.post(reverse("orders:next_case")).status_code == 403


def test_a_decided_case_is_nobodys_to_claim(desk: Desk, as_moderator: Client) -> None:
    order = to_decide(desk)
    assert "Claim it" in as_moderator.get(page(order)).content.decode()
    desk.decide(order, 75, clock.now())
    html = as_moderator.get(page(order)).content.decode()
    assert ("It has been decided already." in html, "Claim it" in html) == (True, False)


# Who must not decide.


def test_not_who_had_an_order_with_one_of_them(desk: Desk, second: User, as_second: Client) -> None:
    order = to_decide(desk)
    desk.pending(buyer_id=second.pk)
    before = snapshot(order)
    with pytest.raises(NotAllowed, match="had an order with one of them"):
        desk.decide(order, 50, clock.now(), by=second)
    assert snapshot(order) == before
    html = as_second.get(page(order)).content.decode()
    assert ("had an order with one of them" in html, "data-split" in html) == (True, False)


def test_not_who_talked_with_one_of_them(desk: Desk, second: User) -> None:
    order = to_decide(desk)
    inbox.open_conversation(
        reference="gig:1:2", title="A question", url="", participant_ids=[second.pk, desk.buyer.pk], at=desk.at
    )
    with pytest.raises(NotAllowed, match="talked with one of them"):
        desk.decide(order, 50, clock.now(), by=second)


def test_not_who_decided_what_is_appealed(desk: Desk, second: User, as_moderator: Client, as_second: Client) -> None:
    order = desk.appealed()
    before = snapshot(order)
    with pytest.raises(NotAllowed, match="Another moderator hears the appeal"):
        claim(order, desk.moderator, clock.now())
    assert snapshot(order) == before
    html = as_moderator.get(page(order)).content.decode()
    assert "You decided this before. Another moderator hears the appeal." in html
    assert ("data-split" in html, "Claim it" in html) == (False, False)
    html = as_second.get(page(order)).content.decode()
    assert "First decided by Mo Moderator: 70 % to the seller." in html
    assert 'value="70"' in html  # the slider starts at what is appealed
    assert ("Claim it" in html, "This is final: the money moves at once." in html) == (True, True)


def test_who_is_alone_hears_the_appeal_as_well(desk: Desk, as_moderator: Client) -> None:
    order = desk.appealed()
    claim(order, desk.moderator, clock.now())
    assert "data-split" in as_moderator.get(page(order)).content.decode()


# One question, with a clock.


def test_a_question_stops_the_clock_of_the_decision(desk: Desk, as_seller: Client, as_buyer: Client) -> None:
    order, at = to_decide(desk), clock.now()
    due = timers(order)[Action.ESCALATE]
    ask(order, desk.moderator, at)
    question = CaseQuestion.objects.get()
    assert (question.due_at, timers(order)[Action.ESCALATE]) == (at + 3 * DAY, due + 3 * DAY)
    assert Notification.objects.get(kind="order_dispute_question").recipient_id == desk.seller.pk
    assert "A moderator asks you something" in as_seller.get(order.get_absolute_url()).content.decode()
    assert "Where is the second sheet?" in as_buyer.get(order.get_absolute_url()).content.decode()
    with pytest.raises(DomainError, match="One question at a time"):
        ask(order, desk.moderator, at, role="buyer")
    api.answer_question(order_id=order.pk, actor_id=desk.seller.pk, text="On the second tab.", at=at + 5 * HOUR)
    assert timers(order)[Action.ESCALATE] == due + 5 * HOUR
    assert "On the second tab." in as_buyer.get(order.get_absolute_url()).content.decode()


def test_a_question_nobody_answers_lets_the_clock_go_on(desk: Desk) -> None:
    order, at = to_decide(desk), clock.now()
    due = timers(order)[Action.ESCALATE]
    ask(order, desk.moderator, at)
    with pytest.raises(DomainError, match="Nobody asks you"):
        api.answer_question(
            order_id=order.pk, actor_id=desk.seller.pk, text="On the second tab.", at=at + 3 * DAY
        )  # fmt: skip
    ask(order, desk.moderator, at + 3 * DAY, role="buyer")
    assert timers(order)[Action.ESCALATE] == due + 6 * DAY


def test_an_overdue_case_stays_overdue(desk: Desk) -> None:
    order = to_decide(desk)
    late = desk.at + 3 * HOUR + 6 * DAY
    api.run_due(late, order.pk)
    ask(order, desk.moderator, late)
    assert (timers(order), order.disputes.get().escalated) == ({}, True)


def test_only_who_is_asked_answers(desk: Desk, as_buyer: Client, as_seller: Client) -> None:
    order = to_decide(desk)
    ask(order, desk.moderator, clock.now())
    url = f"{order.get_absolute_url()}answer_question/"
    as_buyer.post(url, {"answer": "The buyer answers instead."})
    assert CaseQuestion.objects.get().answered_at is None
    assert as_seller.post(url, {"answer": "short"}).status_code == 422
    assert as_seller.post(url, {"answer": "On the second tab."}).status_code == 302
    assert CaseQuestion.objects.get().answer == "On the second tab."


@pytest.mark.parametrize("stage", ["disputed", "heard", "decided", "completed"])
def test_questions_belong_to_what_is_to_be_decided(desk: Desk, stage: str) -> None:
    order = getattr(desk, stage)()
    before = snapshot(order)
    with pytest.raises(DomainError):
        ask(order, desk.moderator, desk.at + 6 * HOUR)
    assert snapshot(order) == before


# Notes, reasons, the guide.


def test_notes_are_for_staff_and_stay(desk: Desk, as_moderator: Client, as_buyer: Client) -> None:
    order = to_decide(desk)
    assert as_moderator.post(page(order, "note_case"), {"note": "He promised it by phone."}).status_code == 302
    assert "He promised it by phone." in as_moderator.get(page(order)).content.decode()
    assert "He promised it by phone." not in as_buyer.get(order.get_absolute_url()).content.decode()
    for sql in ("UPDATE orders_casenote SET text = 'x'", "DELETE FROM orders_casenote"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    assert as_buyer.post(page(order, "note_case"), {"note": "Something else."}).status_code == 403
    assert CaseNote.objects.count() == 1


def test_a_canned_reason_is_a_beginning(desk: Desk, as_moderator: Client) -> None:
    order = to_decide(desk)
    reason = CannedReason.objects.create(title="By the book", text="Twelve of fifty are missing.")
    CannedReason.objects.create(title="Old words", text="Not offered.", is_offered=False)
    html = as_moderator.get(page(order), {"canned": reason.pk}).content.decode()
    assert "Twelve of fifty are missing.</textarea>" in html
    assert ("By the book" in html, "Old words" in html) == (True, False)
    for wrong in ("9" * 5_000, "²", "-1"):
        html = as_moderator.get(page(order), {"canned": wrong, "reason": "As I began."}).content.decode()
        assert "As I began.</textarea>" in html


def test_a_canned_reason_that_is_shipped_speaks_the_moderators_language(desk: Desk, as_moderator: Client) -> None:
    order = to_decide(desk)
    text = "One side was asked twice and did not answer. It is decided on what the other has shown."
    reason, _made = CannedReason.objects.get_or_create(title="No answer from one side", defaults={"text": text})
    html = as_moderator.get(page(order), {"canned": reason.pk}, headers={"accept-language": "es"}).content.decode()
    assert ">Una parte no respondió</option>" in html
    assert "Se decide con lo que ha mostrado la otra.</textarea>" in html


def test_the_split_is_suggested_from_the_checklist(desk: Desk, as_moderator: Client) -> None:
    """The seller calls the first of two items unmet, the buyer none: it counts half, the other whole."""
    order = to_decide(desk)
    assert cases.suggestion(_with_order(order), 2) == 75
    order.disputes.update(unmet=[0, 1])
    assert cases.suggestion(_with_order(order), 2) == 66  # and not 25: more than the 20.00 of 58.00 nobody asked for
    order.disputes.update(unmet=[], answer_unmet=[0], asked_minor=3_000, offered_minor=2_000)
    assert cases.suggestion(_with_order(order), 2) == 66  # and not 75: 20.00 were offered
    order.disputes.update(asked_minor=2_000, offered_minor=1_000)
    order.disputes.update(unmet=[], answer_unmet=[])
    assert cases.suggestion(_with_order(order), 2) == 74  # half-way between 20.00 and 10.00 of 58.00 back
    html = as_moderator.get(page(order)).content.decode()
    assert "Suggested from this: 74 %" in html
    assert "descriptions.xlsx" in html


def _with_order(order: Order) -> Any:
    dispute = order.disputes.get()
    dispute.order = order
    return dispute


def test_sealed_offers_stay_sealed_for_staff(desk: Desk, as_moderator: Client) -> None:
    order = to_decide(desk)
    desk.offer(order, 4_321, clock.now())
    chief = User.objects.create_superuser("root@example.org", display_name="Root")
    admin = reverse("admin:orders_dispute_change", args=[order.disputes.get().pk])
    for html in (as_moderator.get(page(order)), signed_in(chief).get(admin)):
        assert html.status_code == 200
        assert not {"43.21", "4321", "4,321"} & set(html.content.decode().replace("<", " ").replace(">", " ").split())
    desk.offer(order, 4_321, clock.now(), by=desk.seller)
    assert "43.21" in as_moderator.get(page(order)).content.decode()


def test_the_case_page_costs_the_same_whatever_it_holds(
    desk: Desk, as_moderator: Client, django_assert_num_queries: Any
) -> None:
    order = to_decide(desk)
    with django_assert_num_queries(31):
        as_moderator.get(page(order))
    for _more in range(3):
        api.note_case(order_id=order.pk, moderator_id=desk.moderator.pk, text="One more note.", at=clock.now())
        to_decide(desk)
    ask(order, desk.moderator, clock.now())
    with django_assert_num_queries(31):
        as_moderator.get(page(order))


def test_everybody_reads_the_guide(client: Client) -> None:
    html = client.get(reverse("orders:guide")).content.decode()
    assert "Nothing was delivered" in html
    assert html.count("<h1") == 1


def test_a_case_counts_down_to_what_happens_and_names_who_filed_first(desk: Desk, moderator: User) -> None:
    """Not to the reminder of the answer, and to nothing once it is closed."""
    order = desk.delivered()
    desk.dispute(order, desk.at + 2 * HOUR, by=desk.seller, ground="out_of_scope")
    case = CasePage(get(order.pk), moderator.pk, desk.at + 2 * HOUR)
    assert case.headline == "Tom Oliveira against Bea Buyer, and would give back €20.00 of the price."
    assert case.next_at == desk.at + 2 * HOUR + 3 * DAY
    closed = settled(desk)
    assert CasePage(closed, moderator.pk, closed.last_event_at).next_at is None


def test_the_story_says_who_asks_and_who_gives(desk: Desk) -> None:
    """Whoever opened it: the buyer asks for a part of the price, and the seller gives it."""
    order = desk.delivered()
    desk.dispute(order, desk.at + 2 * HOUR, by=desk.seller, ground="out_of_scope")
    answer = desk.case(3_000, "")
    api.answer_dispute(order_id=order.pk, actor_id=desk.buyer.pk, case=answer, at=desk.at + 3 * HOUR)
    answered, opened, *_before = OrderPage(get(order.pk), desk.buyer.pk, desk.at + 3 * HOUR).story
    assert opened.title == "Tom Oliveira opened a dispute"
    assert opened.note == "Would give back €20.00. The money is frozen."
    assert (answered.title, answered.note) == ("You answered", "Asks for €30.00 back.")
