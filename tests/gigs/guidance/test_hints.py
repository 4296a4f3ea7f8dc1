"""Who is told to ask for more, what is suggested, and how often."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from gigs import api
from gigs.guidance import hints
from gigs.guidance.figures import Usual
from gigs.models import Gig, Package, PriceHint
from inbox.kinds import may_refuse
from inbox.models import Notification
from marketplace.kernel import outbox
from marketplace.kernel.errors import NotFound
from marketplace.kernel.models import OutboxMessage
from marketplace.kernel.money import Money
from orders import api as orders
from orders.contracts import Streak
from tests.gigs.conftest import NOON, MakeGig
from tests.gigs.guidance.conftest import Figure

DAY = timedelta(days=1)


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


def usual(low: int, middle: int, high: int) -> Usual:
    return Usual(1, 40, eur(low), eur(middle), eur(high))


@pytest.fixture
def streaks(monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, int], Streak]:
    """What the orders of gigs say; asked only of what was wanted."""
    known: dict[tuple[str, int], Streak] = {}

    def latest(kind: str, wanted: list[tuple[str, str, int]], *, count: int) -> dict[tuple[str, int], Streak]:
        assert (kind, count) == ("gig", 10)
        return {(ref, price): known[ref, price] for ref, _code, price in wanted if (ref, price) in known}

    monkeypatch.setattr(orders, "latest_at_price", latest)
    return known


@pytest.fixture
def proven(gig: Gig) -> Gig:
    Gig.objects.filter(pk=gig.pk).update(completed_orders=10)
    return gig


@pytest.mark.parametrize(
    ("streak", "good"),
    [
        (Streak(10, 45, True), True),
        (Streak(10, 44, True), False),
        (Streak(9, 45, True), False),
        (Streak(10, 50, False), False),
        (Streak(0, 0, False), False),
    ],
)
def test_ten_on_time_with_four_and_a_half_stars(streak: Streak, good: bool) -> None:
    assert hints.is_good(streak) is good


@pytest.mark.parametrize(
    ("price", "known", "expected"),
    [
        (5_600, usual(2_000, 3_000, 6_000), (6_000, True)),  # the upper quartile
        (2_900, usual(2_000, 3_000, 6_000), (3_000, True)),  # the middle
        (1_000, usual(2_000, 3_000, 6_000), (1_200, True)),  # on the way: a fifth at the most
        (1_990, usual(2_000, 2_005, 6_000), (2_000, True)),  # in round numbers
        (1_990, usual(1_000, 1_992, 1_995), (2_000, True)),  # rounded down it would be no more
        (6_000, usual(2_000, 3_000, 6_000), (6_600, False)),  # above both: a tenth
        (5_600, None, (6_150, False)),
        (5_600, Usual(1, 7), (6_150, False)),
        (1, None, (50, False)),
    ],
)
def test_suggestions(price: int, known: Usual | None, expected: tuple[int, bool]) -> None:
    amount, is_from_figures = hints.suggestion(eur(price), known)
    assert (amount.amount_minor, is_from_figures) == expected


def test_a_hint_is_a_row_a_notice_and_a_mail(
    proven: Gig, streaks: dict[tuple[str, int], Streak], figure: Figure, as_seller: Client
) -> None:
    figure(1)
    streaks[str(proven.pk), 5_600] = Streak(10, 49, True)
    assert hints.look_for_hints(NOON) == 1
    row = PriceHint.objects.get()
    assert (row.position, row.price_minor, row.suggested_minor, row.stars_tenths) == (2, 5_600, 6_000, 49)
    notice = Notification.objects.get()
    assert (notice.kind, notice.recipient_id) == ("price_hint", proven.seller_id)
    assert notice.url == f"/sell/gigs/{proven.pk}/"
    assert OutboxMessage.objects.filter(key__contains="price-hint").count() == 1
    assert may_refuse("price_hint")
    html = " ".join(as_seller.get("/sell/gigs/").content.decode().split())
    assert f"Ten orders of “Fifty” ({proven.title}) at €56.00 came on time and got 4.9 stars. Try €60.00." in html
    assert "Others get that for work of this size." in html


def test_the_mail_says_it_all(proven: Gig, streaks: dict[tuple[str, int], Streak], mailoutbox: list[Any]) -> None:
    streaks[str(proven.pk), 5_600] = Streak(10, 50, True)
    hints.look_for_hints(NOON)
    outbox.deliver_due(NOON)
    (mail,) = mailoutbox
    assert mail.subject == f"You could ask for more: {proven.title}"
    for text in ("“Fifty” at €56.00", "5.0 stars. Try €61.50.", "a tenth more", f"/sell/gigs/{proven.pk}/"):
        assert text in mail.body, text


def test_not_again_for_sixty_days(proven: Gig, streaks: dict[tuple[str, int], Streak]) -> None:
    streaks[str(proven.pk), 5_600] = Streak(10, 50, True)
    assert [hints.look_for_hints(NOON + days * DAY) for days in (0, 0, 1, 59, 60, 61)] == [1, 0, 0, 0, 1, 0]
    assert Notification.objects.count() == 2
    assert PriceHint.objects.get().made_at == NOON + 60 * DAY


def test_put_away_it_is_gone_and_stays_away(
    proven: Gig, streaks: dict[tuple[str, int], Streak], as_seller: Client, stranger: User
) -> None:
    streaks[str(proven.pk), 5_600] = Streak(10, 50, True)
    hints.look_for_hints(NOON)
    with pytest.raises(NotFound):
        hints.dismiss(gig_id=proven.pk, seller_id=stranger.pk, at=NOON)
    assert len(hints.hints_of(proven.seller_id)) == 1
    for _twice in range(2):
        assert as_seller.post(f"/sell/gigs/{proven.pk}/hint/").status_code == 302
    assert hints.hints_of(proven.seller_id) == []
    assert hints.look_for_hints(NOON + 59 * DAY) == 0
    assert as_seller.post("/sell/gigs/999999/hint/").status_code == 404
    assert as_seller.get(f"/sell/gigs/{proven.pk}/hint/").status_code == 405


def test_with_the_price_raised_nothing_is_said_any_more(
    proven: Gig, streaks: dict[tuple[str, int], Streak], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    streaks[str(proven.pk), 5_600] = Streak(10, 50, True)
    hints.look_for_hints(NOON)
    Package.objects.filter(gig=proven, position=2).update(price_minor=5_700, all_in_minor=6_000)
    with django_assert_num_queries(1):
        assert hints.hints_of(proven.seller_id) == []


def test_of_gigs_that_cannot_be_ordered_or_had_few_orders_nobody_asks(
    make_gig: MakeGig, streaks: dict[tuple[str, int], Streak]
) -> None:
    few, paused = make_gig(), make_gig()
    Gig.objects.filter(pk=paused.pk).update(completed_orders=50)
    api.pause(gig_id=paused.pk, seller_id=paused.seller_id, at=NOON)
    for gig in (few, paused):
        streaks[str(gig.pk), 5_600] = Streak(10, 50, True)
    assert hints.look_for_hints(NOON) == 0


def test_through_all_gigs_some_at_a_time(
    make_gig: MakeGig, streaks: dict[tuple[str, int], Streak], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hints, "_AT_ONCE", 2)
    gigs = [make_gig() for _number in range(5)]
    Gig.objects.update(completed_orders=12)
    for gig in gigs:
        streaks[str(gig.pk), 1_500] = Streak(10, 50, True)
        streaks[str(gig.pk), 5_600] = Streak(10, 50, True)
    assert hints.look_for_hints(NOON) == 5
    assert set(PriceHint.objects.values_list("position", flat=True)) == {1}  # the first that earned one


def test_never_above_what_may_be_asked(
    make_gig: MakeGig, streaks: dict[tuple[str, int], Streak], monkeypatch: pytest.MonkeyPatch
) -> None:
    gig = make_gig()
    Gig.objects.update(completed_orders=12)
    streaks[str(gig.pk), 5_600] = Streak(10, 50, True)
    monkeypatch.setattr(orders, "price_bounds", lambda _currency: (eur(50), eur(6_149)))
    assert hints.look_for_hints(NOON) == 0
    assert not Notification.objects.exists()
