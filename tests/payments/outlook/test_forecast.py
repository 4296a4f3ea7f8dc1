"""The forecast's page and its file, and the goal."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from marketplace.kernel.money import Money
from payments.models import EarningGoal
from payments.outlook import forecast
from payments.outlook.came import Came
from payments.outlook.forecast import Forecast, forecasts_of
from tests.payments.outlook_scenes import Owner, earn, held
from tests.payments.scenes import NET, Scene, eur
from tests.payments.test_pages import client_of

DAY, WEEK = timedelta(days=1), timedelta(days=7)
PAGE, CSV, GOAL = "/earnings/forecast/", "/earnings/forecast/EUR.csv", "/earnings/goal/"


def euros(scene: Scene) -> Forecast:
    return forecasts_of(scene.seller.pk, scene.at)[0]


@pytest.mark.django_db
def test_six_weeks_make_a_band(scene: Scene, owner: Owner) -> None:
    earn(scene, [7 * number - 3 for number in range(1, 7)])
    found = euros(scene)
    assert [week.came for week in found.past] == [eur(NET)] * 6
    assert [(week.low, week.high) for week in found.ahead] == [(eur(NET), eur(NET))] * 4


@pytest.mark.django_db
def test_weeks_without_income_count(scene: Scene, owner: Owner) -> None:
    earn(scene, [7 * number - 3 for number in (1, 3, 5, 8)])
    found = euros(scene)
    assert [week.came for week in found.past] == [eur(NET * one) for one in (1, 0, 0, 1, 0, 1, 0, 1)]
    assert [(week.low, week.high) for week in found.ahead] == [(eur(0), eur(NET))] * 4


@pytest.mark.django_db
def test_less_makes_none_and_says_so(scene: Scene, owner: Owner) -> None:
    earn(scene, [4, 11, 18])
    assert euros(scene).has_band is False
    page = client_of(scene.seller).get(PAGE).content.decode()
    assert "There is too little history for a band: it needs 6 weeks" in page
    assert 'data-drawn="low"' not in page


@pytest.mark.django_db
def test_running_orders_widen_the_band_in_their_week(scene: Scene, owner: Owner) -> None:
    earn(scene, [7 * number - 3 for number in range(1, 7)])
    scene.released("job:clearing")
    scene.released("job:clearing2")
    owner.clears_at = scene.at + 2 * DAY
    owner.held = [held(9_000, promised=scene.at, theirs=scene.at + WEEK)]
    found = euros(scene)
    assert [(week.clearing, week.held) for week in found.ahead[:2]] == [(eur(2 * NET), eur(0)), (eur(0), eur(9_000))]
    assert [(week.low, week.high) for week in found.ahead[:3]] == [
        (eur(2 * NET), eur(2 * NET)),
        (eur(NET), eur(9_000)),
        (eur(NET), eur(NET)),
    ]


@pytest.mark.django_db
def test_the_month_counts_what_came_and_what_is_on_its_way(scene: Scene, owner: Owner) -> None:
    earn(scene, [0.5, 40])
    scene.released("job:clearing")
    owner.clears_at = scene.at + 2 * DAY
    owner.held = [
        held(9_000, promised=scene.at, theirs=scene.at + WEEK),
        held(5_000, promised=scene.at, theirs=scene.at + 60 * DAY),
    ]
    EarningGoal.objects.create(user=scene.seller, currency="EUR", amount_minor=4 * NET)
    month = euros(scene).month
    assert (month.came, month.clearing, month.held) == (eur(NET), eur(NET), eur(9_000))
    assert (month.percent, month.percent_on_its_way, month.missing) == (25, 93, eur(2 * NET - 9_000))
    page = client_of(scene.seller).get(PAGE).content.decode()
    assert "25 % of your goal is reached; with what is on its way it is 93 %." in page


@pytest.mark.django_db
def test_the_file_has_the_charts_numbers(scene: Scene, owner: Owner) -> None:
    earn(scene, [7 * number - 3 for number in range(1, 7)])
    answer = client_of(scene.seller).get(CSV)
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "Week from,Week to,Came,Clears,Held,At least,At most,Currency"
    assert lines[1] == "2026-09-21,2026-09-27,52.20,,,,,EUR"
    assert lines[7] == "2026-11-02,2026-11-08,,0.00,0.00,52.20,52.20,EUR"
    assert len(lines) == 11
    assert client_of(scene.seller).get("/earnings/forecast/XXX.csv").status_code == 404


@pytest.mark.django_db
def test_one_does_not_see_anothers_forecast(scene: Scene, owner: Owner) -> None:
    earn(scene, [7 * number - 3 for number in range(1, 7)])
    assert "You are not selling yet" in client_of(scene.buyer).get(PAGE).content.decode()
    assert forecasts_of(scene.buyer.pk, scene.at)[0].is_empty


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 12])
def test_many_shares_take_as_many_queries_as_one(
    scene: Scene, owner: Owner, count: int, django_assert_num_queries: Any
) -> None:
    earn(scene, [3] * count)
    for number in range(count):
        scene.released(f"job:clearing{number}")
    with django_assert_num_queries(5):
        forecasts_of(scene.seller.pk, scene.at)


@pytest.mark.django_db
def test_a_goal_is_set_changed_and_given_up(scene: Scene, owner: Owner) -> None:
    client = client_of(scene.seller)
    assert client.post(GOAL, {"goal_eur": "1500"})["Location"] == PAGE
    assert 'value="1500.00"' in client.get(GOAL).content.decode()
    client.post(GOAL, {"goal_eur": "1600,50"})
    assert list(EarningGoal.objects.values_list("user", "amount_minor")) == [(scene.seller.pk, 160_050)]
    client.post(GOAL, {"goal_eur": ""})
    assert EarningGoal.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "words"),
    [("lots", "Write an amount"), ("0", "A goal is more than nothing."), ("99999999999", "more than anybody can")],
)
def test_a_goal_that_cannot_be_is_refused_at_its_field(scene: Scene, owner: Owner, typed: str, words: str) -> None:
    answer = client_of(scene.seller).post(GOAL, {"goal_eur": typed})
    assert (answer.status_code, words in answer.content.decode()) == (400, True)
    assert EarningGoal.objects.count() == 0


@pytest.mark.django_db
def test_a_buyer_sets_no_goal(scene: Scene, owner: Owner) -> None:
    assert client_of(scene.buyer).post(GOAL, {"goal_eur": "10"}).status_code == 302
    assert EarningGoal.objects.count() == 0


@pytest.mark.django_db
def test_what_came_today_stands_in_the_first_week_ahead(scene: Scene, owner: Owner) -> None:
    earn(scene, [0.25, 0.1, *(7 * number - 3 for number in range(1, 7))])
    first, second, *_others = euros(scene).ahead
    assert (first.came, first.low, first.high) == (eur(2 * NET), eur(2 * NET), eur(2 * NET))
    assert (second.came, second.low, second.high) == (None, eur(NET), eur(NET))
    lines = client_of(scene.seller).get(CSV).content.decode("utf-8-sig").splitlines()
    assert lines[7] == "2026-11-02,2026-11-08,104.40,0.00,0.00,104.40,104.40,EUR"


@pytest.mark.django_db
def test_the_rest_of_the_month_begins_tomorrow(scene: Scene, owner: Owner) -> None:
    """The scene's moment is the second of November: 28 days are left, four weeks."""
    earn(scene, [0.25, *(7 * number - 3 for number in range(1, 7))])
    month = euros(scene).month
    assert (month.came, month.low, month.high) == (eur(NET), eur(5 * NET), eur(5 * NET))


@pytest.mark.django_db
def test_twelve_weeks_without_anything_are_empty_again(scene: Scene, owner: Owner) -> None:
    earn(scene, [100])
    found = euros(scene)
    assert [week.came for week in found.past] == [eur(0)] * 12
    assert found.is_empty


@pytest.mark.django_db
def test_a_band_is_what_its_currency_can_show(scene: Scene, owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hundredths of an ISK are no amount: quartiles and parts of weeks are rounded down."""
    days = [scene.at.date() - number * WEEK + DAY for number in range(6, 0, -1)]
    rows = [Came(day, Money(minor, "ISK")) for day, minor in zip(days, (100, 200, 400, 700, 1_100, 1_600), strict=True)]
    monkeypatch.setattr(forecast, "came", lambda *_given: rows)
    monkeypatch.setattr(forecast, "first_came", lambda _seller: {"ISK": scene.at - 6 * WEEK})
    (_euros, found) = forecasts_of(scene.seller.pk, scene.at)
    assert [(week.low, week.high) for week in found.ahead] == [(Money(200, "ISK"), Money(1_000, "ISK"))] * 4
    assert (found.month.low, found.month.high) == (Money(1_000, "ISK"), Money(4_000, "ISK"))
