"""What sellers are known for: exact numbers, the window, and that counting step by step equals counting anew."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from inbox import api as inbox
from orders import api, levels, sources
from orders.contracts import OrderFact, Recent, Reputation, SourceCard
from orders.levels import Level
from orders.models import CategoryRecord, FinishedOrder, Order, SellerRecord, StaleRecord
from orders.services import records, replies, reputation
from orders.web import record
from tests.orders.scenes import DAY, HOUR, Desk, get

MINUTE = timedelta(minutes=1)


class Toys:
    """A source that knows what its things are."""

    def describe(self, source_refs: list[str]) -> dict[str, SourceCard]:
        return {}

    def on_state_changed(self, fact: OrderFact) -> None:
        return

    def category_of(self, source_ref: str) -> tuple[str, str]:
        return ("audits", "E-mail audits") if source_ref == "7" else ("kites", "Kites")


@pytest.fixture(autouse=True)
def _toys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sources._sources, "toy", Toys())


def counted(desk: Desk, at: datetime | None = None) -> Reputation:
    reputation.fold(at or desk.at + DAY)
    return api.reputation([desk.seller.pk])[desk.seller.pk]


def complete(desk: Desk, after: timedelta = HOUR, **changes: Any) -> Order:
    """Ordered, delivered so long after it, accepted."""
    order = desk.pay(desk.pending(**changes), desk.at)
    api.run_due(desk.at + after, order.pk)
    desk.deliver(order, desk.at + after)
    api.accept(order_id=order.pk, actor_id=order.buyer_id, at=desk.at + after + MINUTE)
    return get(order.pk)


def give_up(desk: Desk, at: datetime | None = None) -> Order:
    order = desk.in_progress()
    reason = "My machine broke down."
    api.seller_cancel(order_id=order.pk, actor_id=desk.seller.pk, reason=reason, at=at or desk.at + HOUR)
    return order


def test_exact_numbers(desk: Desk, stranger: User) -> None:
    complete(desk)
    complete(desk)
    complete(desk, 23 * HOUR)  # an hour late
    complete(desk, buyer_id=stranger.pk)
    give_up(desk)
    late = desk.in_progress()
    api.run_due(desk.at + 30 * HOUR, late.pk)
    api.cancel_late(order_id=late.pk, actor_id=desk.buyer.pk, at=desk.at + 31 * HOUR)
    disputed = desk.disputed()
    api.withdraw(order_id=disputed.pk, actor_id=desk.buyer.pk, at=desk.at + 3 * HOUR)
    api.accept(order_id=disputed.pk, actor_id=desk.buyer.pk, at=desk.at + 4 * HOUR)
    found = counted(desk)
    assert found.recent == Recent(
        orders=7, completed=5, promised=6, on_time=4, disputed=1, buyers=2, repeat_buyers=1, questions=0
    )
    recent = found.recent
    assert (recent.on_time_percent, recent.completion_percent, recent.dispute_percent) == (67, 71, 14)
    assert (recent.repeat_percent, found.on_time_percent, found.completed) == (50, 67, 5)


def test_what_ends_without_fault_never_counts(desk: Desk) -> None:
    undone = desk.in_progress()
    api.undo(order_id=undone.pk, actor_id=desk.buyer.pk, at=desk.at)
    api.cancel(order_id=desk.waiting().pk, actor_id=desk.buyer.pk, at=desk.at)
    desk.waiting()
    api.run_due(desk.at + 15 * DAY)
    desk.pending()
    assert counted(desk).recent == Recent()
    assert not StaleRecord.objects.exists()
    assert not FinishedOrder.objects.exists()


def test_a_claim_takes_the_end_back_until_it_is_withdrawn(desk: Desk) -> None:
    order = complete(desk)
    desk.dispute(order, desk.at + 2 * HOUR)
    assert counted(desk).recent.orders == 0
    api.withdraw(order_id=order.pk, actor_id=desk.buyer.pk, at=desk.at + 3 * HOUR)
    assert counted(desk).recent == Recent(
        orders=1, completed=1, promised=1, on_time=1, disputed=1, buyers=1, repeat_buyers=0
    )


def test_a_decision_for_the_buyer_counts_as_not_completed(desk: Desk) -> None:
    desk.decided(0)
    api.run_due(desk.at + 8 * DAY)
    recent = counted(desk, desk.at + 9 * DAY).recent
    assert (recent.orders, recent.completed, recent.disputed, recent.on_time) == (1, 0, 1, 1)


def test_only_the_last_sixty_count(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reputation, "WINDOW", 3)
    give_up(desk)
    for hours in (2, 3, 4):
        complete(desk, hours * HOUR)
    assert (counted(desk).recent.orders, counted(desk).recent.completion_percent) == (3, 100)
    assert levels.WINDOW == 60


def test_a_record_per_category(desk: Desk) -> None:
    complete(desk)
    complete(desk, 23 * HOUR)
    complete(desk, source_ref="8")
    give_up(desk)
    counted(desk)
    rows = CategoryRecord.objects.order_by("category").values_list("name", "completed", "promised", "on_time")
    assert list(rows) == [("E-mail audits", 2, 2, 1), ("Kites", 1, 1, 1)]
    lines = [(line.completed, line.name, line.on_time) for line in record.category_lines(desk.seller.pk)]
    assert lines == [(2, "E-mail audits", "50\u00a0%"), (1, "Kites", "100\u00a0%")]


def test_a_source_without_categories_is_left_out(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sources._sources, "toy")
    complete(desk)
    assert (counted(desk).recent.orders, CategoryRecord.objects.count()) == (1, 0)


# Answers


def ask(desk: Desk, number: int, *, buyer: User | None = None, after: timedelta | None = None) -> None:
    asker = buyer or desk.buyer
    talk = inbox.open_conversation(
        reference=f"gig:{number}:{asker.pk}", title="A gig", url="", at=desk.at,
        participant_ids=[desk.seller.pk, asker.pk],
    )  # fmt: skip
    say(desk, talk, asker, desk.at)
    say(desk, talk, asker, desk.at + MINUTE)
    if after:
        say(desk, talk, desk.seller, desk.at + after)
        say(desk, talk, desk.seller, desk.at + after + HOUR)


def say(desk: Desk, talk: Any, author: User, at: datetime) -> None:
    inbox.post_message(
        conversation_id=talk, author_id=author.pk, body="Hello.", files=[], key=f"{author.pk}{at}", at=at
    )


def answered(desk: Desk, at: datetime) -> tuple[int, int | None]:
    records.count(desk.seller.pk, completed=0)
    reputation.mark_talkers(at)
    recent = counted(desk, at).recent
    return recent.questions, recent.answer_minutes


def test_the_median_of_first_answers(desk: Desk) -> None:
    for number, minutes in enumerate((10, 30, 500)):
        ask(desk, number, after=minutes * MINUTE)
    assert answered(desk, desk.at + DAY) == (3, 30)


def test_no_answer_counts_once_its_time_is_over(desk: Desk) -> None:
    ask(desk, 1)
    assert answered(desk, desk.at + 47 * HOUR) == (0, None)
    assert answered(desk, desk.at + 49 * HOUR) == (1, 48 * 60)


def test_what_the_seller_begins_or_buys_does_not_count(desk: Desk, stranger: User) -> None:
    talk = inbox.open_conversation(
        reference="gig:9:9", title="A gig", url="", at=desk.at, participant_ids=[desk.seller.pk, stranger.pk]
    )
    say(desk, talk, desk.seller, desk.at)
    say(desk, talk, stranger, desk.at + HOUR)
    order = desk.pay(desk.pending(buyer_id=desk.seller.pk, seller_id=stranger.pk), desk.at)
    bought = inbox.open_conversation(
        reference=order.reference, title="", url="", at=desk.at, participant_ids=[desk.seller.pk, stranger.pk]
    )
    say(desk, bought, stranger, desk.at)
    say(desk, bought, desk.seller, desk.at + HOUR)
    assert answered(desk, desk.at + DAY) == (0, None)


# Ratings and levels


@pytest.mark.parametrize(
    ("count", "stars", "rating"),
    [(0, 0, ""), (1, 5, "4.2"), (1, 1, "3.5"), (50, 237, "4.7"), (100_000, 500_000, "5.0")],
)
def test_the_rating_is_a_bayesian_mean(count: int, stars: int, rating: str) -> None:
    assert Reputation(1, review_count=count, stars_total=stars).rating == rating


GOOD = Reputation(
    1, completed=60, review_count=60, stars_total=295,
    recent=Recent(orders=60, completed=58, promised=60, on_time=58, disputed=2, answer_minutes=60, questions=9),
)  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "recent", "level"),
    [
        ({}, {}, Level.TOP),
        ({"completed": 59}, {}, Level.PROVEN),
        ({"stars_total": 270}, {}, Level.PROVEN),
        ({}, {"on_time": 56}, Level.PROVEN),
        ({}, {"answer_minutes": 721}, Level.PROVEN),
        ({}, {"answer_minutes": None}, Level.TOP),
        ({}, {"disputed": 4}, Level.PROVEN),
        ({}, {"completed": 53}, Level.RISING),
        ({}, {"on_time": 40}, Level.NEW),
        ({"completed": 3}, {}, Level.RISING),
        ({"review_count": 0, "stars_total": 0}, {}, Level.NEW),
    ],
)
def test_levels(changes: dict[str, int], recent: dict[str, Any], level: Level) -> None:
    assert levels.level_of(replace(GOOD, **changes, recent=replace(GOOD.recent, **recent))) == level  # type: ignore[arg-type]


def test_the_ladder_only_asks_for_more() -> None:
    assert [levels.next_level(level) for level in Level] == [Level.RISING, Level.PROVEN, Level.TOP, None]
    wanted: dict[str, int] = {}
    for criteria in levels.CRITERIA.values():
        for criterion in criteria:
            before = wanted.get(criterion.measure, criterion.wanted)
            assert criterion.wanted <= before if criterion.is_at_most else criterion.wanted >= before
            wanted[criterion.measure] = criterion.wanted


# Pages


def test_the_page_says_everything_to_everybody(client: Client, desk: Desk) -> None:
    html = client.get(reverse("orders:reputation")).content.decode()
    for words in ("last 60 finished orders", "(5 × 4 + sum of all stars) ÷ (5 + number of reviews)", "never count"):
        assert words in html
    assert "(you:" not in html


def test_a_seller_sees_their_own_progress(
    desk: Desk, as_seller: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    complete(desk)
    counted(desk)
    as_seller.get(reverse("orders:reputation"))
    with django_assert_num_queries(4):
        html = as_seller.get(reverse("orders:reputation")).content.decode()
    assert "Yours: New" in html
    assert "at least 3 <span" in html
    assert "1 of the last 1" in html


def test_the_profile_shows_the_record(
    desk: Desk, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(3):
        order = complete(desk)
        for person in (desk.buyer, desk.seller):
            verdict = api.Verdict(5, 5, 5, 5, f"Fine {number}.")
            api.review(order_id=order.pk, actor_id=person.pk, verdict=verdict, at=desk.at + 3 * HOUR)
    counted(desk)
    url = reverse("accounts:profile", args=[desk.seller.handle])
    client.get(url)
    with django_assert_num_queries(14):
        html = client.get(url).content.decode()
    for words in ("(5 × 4 + 15) ÷ (5 + 3)", "3 of the last 3", "3 × E-mail audits", "Fine 2.", "Verified order"):
        assert words in html


# Step by step equals anew


STEPS = [
    "complete",
    "late",
    "give_up",
    "neutral",
    "claim",
    "withdraw",
    "review",
    "remove",
    "fold",
    "very_late",
    "other",
]


def play(desk: Desk, stranger: User, step: str, number: int) -> None:
    after = HOUR + number * MINUTE
    if step == "complete":
        complete(desk, after)
    elif step == "other":
        complete(desk, after, buyer_id=stranger.pk, source_ref="8")
    elif step == "late":
        complete(desk, 23 * HOUR + number * MINUTE)
    elif step == "give_up":
        give_up(desk, desk.at + after)
    elif step == "neutral":
        api.undo(order_id=desk.in_progress().pk, actor_id=desk.buyer.pk, at=desk.at)
    elif step == "very_late":
        order = desk.in_progress()
        api.run_due(desk.at + 30 * HOUR, order.pk)
        api.cancel_late(order_id=order.pk, actor_id=desk.buyer.pk, at=desk.at + 31 * HOUR)
    elif step == "fold":
        reputation.fold(desk.at + DAY)
    else:
        play_again(desk, step)


def play_again(desk: Desk, step: str) -> None:
    """Something with an order that is there, where there is one."""
    completed = Order.objects.filter(state="completed", buyer=desk.buyer).order_by("placed_at", "code").first()
    disputed = Order.objects.filter(state="disputed").first()
    if step == "claim" and completed:
        desk.dispute(completed, desk.at + 25 * HOUR)
    elif step == "withdraw" and disputed:
        api.withdraw(order_id=disputed.pk, actor_id=desk.buyer.pk, at=disputed.last_event_at)
    elif step == "review" and completed and not completed.reviews.exists():
        for person in (desk.buyer, desk.seller):
            verdict = api.Verdict(3, 4, 5, 4, "Fine.")
            api.review(order_id=completed.pk, actor_id=person.pk, verdict=verdict, at=completed.last_event_at)
    elif step == "remove" and completed:
        for review in completed.reviews.filter(role="buyer", removed_at=None):
            reason = "It names a private address."
            replies.remove(review_id=review.pk, moderator_id=desk.moderator.pk, reason=reason, at=desk.at + DAY)


def everything() -> list[Any]:
    skipped = {"counted_at"}
    names = [field.attname for field in SellerRecord._meta.fields if field.name not in skipped]
    return [
        list(SellerRecord.objects.order_by("pk").values_list(*names)),
        list(FinishedOrder.objects.order_by("pk").values_list()),
        list(CategoryRecord.objects.order_by("category").values_list("category", "completed", "promised", "on_time")),
    ]


@given(steps=st.lists(st.sampled_from(STEPS), min_size=1, max_size=9))
@example(steps=["neutral"])  # never counts: nobody has a row for it
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_counting_step_by_step_equals_counting_anew(desk: Desk, stranger: User, steps: list[str]) -> None:
    from django.db import transaction

    with transaction.atomic():
        for number, step in enumerate(steps):
            play(desk, stranger, step, number)
        reputation.fold(desk.at + DAY)
        kept = everything()
        found = [line for seller in reputation.sellers() for line in reputation.recount(seller, desk.at + DAY)]
        assert (found, everything()) == ([], kept)
        FinishedOrder.objects.all().delete()
        CategoryRecord.objects.all().delete()
        for seller in reputation.sellers():
            reputation.recount(seller, desk.at + DAY)
        assert everything() == kept
        transaction.set_rollback(True)


def test_the_command_mends_what_is_wrong_and_says_so(desk: Desk) -> None:
    order = complete(desk)
    counted(desk)
    SellerRecord.objects.update(on_time=9)
    FinishedOrder.objects.update(was_on_time=False)
    out = io.StringIO()
    call_command("recount_reputation", stdout=out)
    said = out.getvalue()
    assert f"order {order.code}" in said
    assert "on_time: 9 instead of 1" in said
    assert "1 sellers counted, 1 were not" in said
    out = io.StringIO()
    call_command("recount_reputation", stdout=out)
    assert out.getvalue() == "1 sellers counted, 0 were not as they should have been.\n"
