"""The month of a seller's money: every happening on its day, and nobody else's."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from payments import api
from payments.documents.months import Month
from payments.models import Charge, Payout, PayoutState
from payments.outlook.calendar import Happening, calendar_of
from tests.payments.outlook_scenes import Owner, earn, held
from tests.payments.scenes import NET, Scene, eur
from tests.payments.test_pages import client_of

DAY = timedelta(days=1)
NOVEMBER = Month(2026, 11)  # the scene's moment is its second day, at noon
PAGE = "/earnings/calendar/"


def happenings(scene: Scene, month: Month = NOVEMBER) -> dict[date, list[tuple[str, int]]]:
    found = calendar_of(scene.seller.pk, month, scene.at)
    return {day.day: [(item.happening.value, item.amount.amount_minor) for item in day.items] for day in found.days}


@pytest.mark.django_db
def test_every_stage_stands_on_its_day(scene: Scene, owner: Owner) -> None:
    earn(scene, [1, 1.2], name="job:came")
    scene.released("job:clearing")
    owner.clears_at = scene.at + 3 * DAY
    owner.held = [held(700, promised=scene.at + 5 * DAY, theirs=scene.at + 15 * DAY)]
    account = scene.open_account()
    Payout.objects.create(
        account=account, amount_minor=300, currency="EUR", state=PayoutState.PAID, asked_at=scene.at, paid_at=scene.at
    )
    Payout.objects.create(
        account=account, amount_minor=400, currency="EUR", state=PayoutState.SENT, asked_at=scene.at,
        arrives_on=date(2026, 11, 4), stripe_payout_id="po_2",
    )  # fmt: skip
    assert happenings(scene) == {
        date(2026, 11, 1): [("came", 2 * NET)],
        date(2026, 11, 2): [("paid", 300)],
        date(2026, 11, 4): [("arrives", 400)],
        date(2026, 11, 5): [("clears", NET)],
        date(2026, 11, 7): [("promised", 700)],
    }


@pytest.mark.django_db
def test_what_is_overdue_is_expected_today(scene: Scene, owner: Owner) -> None:
    owner.held = [held(700, promised=scene.at - 5 * DAY, theirs=scene.at + DAY)]
    assert happenings(scene) == {date(2026, 11, 2): [("promised", 700)]}
    page = client_of(scene.seller).get(PAGE).content.decode()
    assert '<li class="happening happening-held"><b class="num">€7.00</b> to deliver</li>' in page


@pytest.mark.django_db
def test_what_somebody_looks_at_has_no_day(scene: Scene, owner: Owner) -> None:
    release = scene.released("job:doubted")
    Charge.objects.filter(pk=release.charge_id).update(warned_at=scene.at)
    owner.held = [held(700, promised=None, theirs=None)]
    found = calendar_of(scene.seller.pk, NOVEMBER, scene.at)
    assert found.days == []
    assert [(item.happening, item.amount) for item in found.undated] == [
        (Happening.HELD, eur(700)),
        (Happening.CLEARS, eur(NET)),
    ]


@pytest.mark.django_db
def test_months_that_are_over_look_back_alone(scene: Scene, owner: Owner) -> None:
    earn(scene, [20])
    owner.held = [held(700, promised=scene.at + DAY, theirs=scene.at + DAY)]
    assert happenings(scene, Month(2026, 10)) == {date(2026, 10, 13): [("came", NET)]}
    page = client_of(scene.seller).get(PAGE, {"month": "2026-10"}).content.decode()
    assert "October 2026" in page
    assert "€52.20" in page
    assert "€7.00" not in page


@pytest.mark.django_db
def test_pages_of_other_months_and_of_nonsense(scene: Scene, owner: Owner) -> None:
    client = client_of(scene.seller)
    page = client.get(PAGE).content.decode()
    assert "Nothing in this month" in page
    assert 'href="?month=2026-10"' in page
    assert 'href="?month=2026-12"' in page
    assert 'href="?month=2027-03"' not in client.get(PAGE, {"month": "2027-02"}).content.decode()
    for wrong in ("2026-13", "nonsense", "1999-01", "2026-11-01"):
        assert client.get(PAGE, {"month": wrong}).status_code == 404


@pytest.mark.django_db
def test_one_does_not_see_anothers_month(scene: Scene, owner: Owner) -> None:
    earn(scene, [0.5])
    scene.released("job:clearing")
    assert calendar_of(scene.buyer.pk, NOVEMBER, scene.at).days == []


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 12])
def test_many_days_take_as_many_queries_as_one(
    scene: Scene, owner: Owner, count: int, django_assert_num_queries: Any
) -> None:
    earn(scene, [0.1] * count)
    for number in range(count):
        scene.released(f"job:clearing{number}")
    owner.clears_at = scene.at + DAY
    with django_assert_num_queries(4):
        calendar_of(scene.seller.pk, NOVEMBER, scene.at)
    assert len(api.earnings(scene.seller.pk).rows) == 2 * count
