"""An appeal (row 40): once, with something new, to another person where there is one; the decision waits."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from marketplace.kernel.errors import DomainError
from orders import api
from orders.models import Appeal, Outcome, Phase
from orders.states import Action, State
from payments.models import Refund, Release
from payments.services import books
from tests.orders.scenes import DAY, HOUR, Desk, eur, get, last_event, money, snapshot, stored, timers

pytestmark = pytest.mark.django_db


@pytest.fixture
def second(db: None) -> User:
    return User.objects.create_user("di@example.org", display_name="Di Second", is_moderator=True)


def test_the_decision_waits_and_the_case_is_read_again(desk: Desk) -> None:
    order = desk.decided(70)
    desk.appeal(order, desk.at + 5 * HOUR)
    dispute = order.disputes.get()
    assert (dispute.phase, dispute.appeal.role, dispute.appeal.percent) == (Phase.DECISION, "buyer", 70)
    assert timers(order) == {Action.ESCALATE: desk.at + 5 * HOUR + 3 * DAY}
    assert last_event(order).data["statement"] == "The second sheet was overlooked."
    assert [item.file.name for item in dispute.evidence.all()] == ["second-sheet.csv"]
    # Nothing is carried out, however long it takes: it goes to the front of the queue.
    api.run_due(desk.at + 60 * DAY, order.pk)
    assert (get(order.pk).state, order.disputes.get().escalated) == (State.DISPUTED, True)
    assert (Refund.objects.count(), Release.objects.count()) == (0, 0)


@pytest.mark.parametrize("percent", [70, 20])
def test_another_person_decides_and_then_it_is_final(desk: Desk, second: User, percent: int) -> None:
    order = desk.appealed(70)
    before = snapshot(order)
    with pytest.raises(DomainError, match="Another moderator hears the appeal"):
        desk.decide(order, 70, desk.at + 6 * HOUR)
    assert snapshot(order) == before
    desk.decide(order, percent, desk.at + 6 * HOUR, by=second)
    assert timers(order) == {Action.ENFORCE: desk.at + 6 * HOUR}
    with pytest.raises(DomainError, match="possible once"):
        desk.appeal(order, desk.at + 7 * HOUR, by=desk.seller)
    api.run_due(desk.at + 7 * HOUR, order.pk)
    order, dispute = get(order.pk), order.disputes.get()
    assert (order.percent, dispute.outcome, dispute.decided_by_id) == (percent, Outcome.ENFORCED, second.pk)
    assert (dispute.appeal.percent, dispute.appeal.decided_by_id) == (70, desk.moderator.pk)
    assert money(order).held == eur(0)
    assert books.differences() == []


def test_where_there_is_nobody_else_the_same_person_hears_it(desk: Desk) -> None:
    order = desk.appealed(70)
    desk.decide(order, 50, desk.at + 6 * HOUR)
    assert order.disputes.get().percent == 50


def test_somebody_who_knows_a_side_is_nobody_else(desk: Desk, second: User) -> None:
    other = desk.pending(buyer_id=second.pk)
    assert other.buyer_id == second.pk
    order = desk.appealed(70)
    desk.decide(order, 50, desk.at + 6 * HOUR)
    assert order.disputes.get().percent == 50


def test_agreeing_before_does_not_bind(desk: Desk) -> None:
    order = desk.decided(70)
    api.waive(order_id=order.pk, actor_id=desk.buyer.pk, at=desk.at + 5 * HOUR)
    desk.appeal(order, desk.at + 6 * HOUR, by=desk.seller)
    dispute = order.disputes.get()
    assert (dispute.buyer_waived, dispute.seller_waived) == (False, False)


@pytest.mark.parametrize(("text", "with_file", "field"), [("", True, "text"), ("They overlooked it.", False, "files")])
def test_it_needs_words_and_something_new(desk: Desk, text: str, with_file: bool, field: str) -> None:
    order = desk.decided(70)
    files = [stored("new.csv", desk.buyer, desk.at)] if with_file else []
    before = snapshot(order)
    with pytest.raises(DomainError) as refused:
        api.appeal(order_id=order.pk, actor_id=desk.buyer.pk, text=text, files=files, at=desk.at + 5 * HOUR)
    assert (list(refused.value.fields), snapshot(order)) == ([field], before)


def test_nothing_to_appeal_before_a_decision_or_after_its_end(desk: Desk) -> None:
    order = desk.heard()
    with pytest.raises(DomainError, match="Nothing has been decided yet"):
        desk.appeal(order, desk.at + 4 * HOUR)
    done = desk.decided(70)
    api.run_due(desk.at + 4 * HOUR + 3 * DAY, done.pk)
    with pytest.raises(DomainError):
        desk.appeal(done, desk.at + 5 * DAY)


def test_the_database_allows_one(desk: Desk) -> None:
    order = desk.appealed(70)
    first = Appeal.objects.get(dispute__order=order)
    first.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        first.save(force_insert=True)


def test_final_offers_are_possible_again(desk: Desk) -> None:
    order = desk.appealed(70)
    desk.offer(order, 2_000, desk.at + 6 * HOUR)
    desk.offer(order, 2_000, desk.at + 6 * HOUR, by=desk.seller)
    assert (get(order.pk).state, order.disputes.get().outcome) == (State.COMPLETED, Outcome.SETTLED)
    assert Action.ENFORCE not in timers(order)
