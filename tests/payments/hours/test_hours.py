"""What an hour brings, the times behind it, and the hint that work is always the same."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from accounts import api as people
from marketplace.kernel.errors import NotFound
from marketplace.kernel.money import Money
from payments.hours.rates import Rate, hours_of
from payments.hours.rotation import rotation_hint
from payments.hours.services import note_time, note_typical, rest_rotation
from payments.models import Charge, TypicalTime, WorkTime
from payments.web.time_form import read_minutes, write_minutes
from tests.payments.outlook_scenes import Owner, earn
from tests.payments.scenes import NET, Scene, eur
from tests.payments.test_pages import EARNINGS, client_of

DAY = timedelta(days=1)
PAGE, REST = "/earnings/hours/", "/earnings/rotation/"
WORDS = "Time for something else?"


def rates(scene: Scene) -> list[Rate]:
    return hours_of(scene.seller.pk, scene.at).rates


def note(scene: Scene, reference: str, minutes: int | None) -> None:
    note_time(seller_id=scene.seller.pk, reference=reference, minutes=minutes, at=scene.at)


@pytest.mark.django_db
def test_received_by_hours_for_each_thing(scene: Scene, owner: Owner) -> None:
    earn(scene, [3, 2, 1])
    owner.keys = {"job:2": "gig:2"}
    note(scene, "job:0", 90)
    note(scene, "job:2", 30)
    assert [(rate.subject.key, rate.per_hour, rate.orders, rate.with_time) for rate in rates(scene)] == [
        ("gig:2", eur(2 * NET), 1, 1),
        ("gig:1", eur(NET * 60 // 90), 2, 1),
    ]


@pytest.mark.django_db
def test_the_usual_time_counts_where_nothing_is_noted(scene: Scene, owner: Owner) -> None:
    earn(scene, [3, 2, 1])
    assert rates(scene)[0].per_hour is None
    note(scene, "job:0", 30)
    note_typical(seller_id=scene.seller.pk, subject="gig:1", minutes=60)
    (rate,) = rates(scene)
    assert (rate.minutes, rate.with_time, rate.noted) == (150, 3, 1)
    assert rate.per_hour == eur(3 * NET * 60 // 150)
    note(scene, "job:0", None)
    note_typical(seller_id=scene.seller.pk, subject="gig:1", minutes=None)
    assert (rates(scene)[0].per_hour, WorkTime.objects.count(), TypicalTime.objects.count()) == (None, 0, 0)


@pytest.mark.django_db
def test_pages_note_and_forget(scene: Scene, owner: Owner) -> None:
    client = client_of(scene.seller)
    assert "Nothing to count yet" in client.get(PAGE).content.decode()
    earn(scene, [1])
    assert client.post(f"{PAGE}orders/job:0/", {"time": "1:30"})["Location"] == PAGE
    assert 'value="1:30"' in client.get(f"{PAGE}orders/job:0/").content.decode()
    assert client.post(f"{PAGE}usual/gig:1/", {"time": "45"})["Location"] == PAGE
    page = client.get(PAGE).content.decode()
    assert "€34.80" in page
    assert "1 of 1 order, 1 h 30 min" in page
    for wrong in ("0", "soon", "1:75", "-3", "99999"):
        answer = client.post(f"{PAGE}orders/job:0/", {"time": wrong})
        assert (answer.status_code, "Write minutes" in answer.content.decode()) == (400, True)
    assert WorkTime.objects.get().minutes == 90
    client.post(f"{PAGE}orders/job:0/", {"time": ""})
    assert WorkTime.objects.count() == 0


@pytest.mark.django_db
def test_nobody_notes_for_another(scene: Scene, owner: Owner) -> None:
    earn(scene, [1])
    people.become_seller(user_id=scene.buyer.pk, country="IE", at=scene.at)
    client = client_of(scene.buyer)
    for address in (f"{PAGE}orders/job:0/", f"{PAGE}usual/gig:1/", f"{PAGE}orders/order:nonsense/"):
        assert client.get(address).status_code == 404
        assert client.post(address, {"time": "10"}).status_code == 404
    with pytest.raises(NotFound):
        note_time(seller_id=scene.buyer.pk, reference="job:0", minutes=10, at=scene.at)
    assert (WorkTime.objects.count(), TypicalTime.objects.count()) == (0, 0)


@pytest.mark.parametrize(("text", "minutes"), [("90", 90), ("1:30", 90), ("0:05", 5), ("1:60", None), ("1.5", None)])
def test_times_as_typed(text: str, minutes: int | None) -> None:
    assert read_minutes(text) == minutes
    if minutes:
        assert read_minutes(write_minutes(minutes)) == minutes


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 12])
def test_many_orders_take_as_many_queries_as_one(
    scene: Scene, owner: Owner, count: int, django_assert_num_queries: Any
) -> None:
    earn(scene, [1] * count)
    with django_assert_num_queries(3):
        assert hours_of(scene.seller.pk, scene.at).rates[0].orders == count


@pytest.mark.django_db
def test_much_of_the_same_is_said_gently_and_then_rests(scene: Scene, owner: Owner) -> None:
    earn(scene, [2 * number + 1 for number in range(24)])
    owner.keys = {"job:0": "gig:2", "job:1": "gig:3"}
    client = client_of(scene.seller)
    page = client.get(EARNINGS).content.decode()
    assert WORDS in page
    assert "22 of your 24 orders were “Thing gig:1”" in page
    assert client.post(REST).status_code == 302
    assert WORDS not in client.get(EARNINGS).content.decode()
    assert rotation_hint(scene.seller.pk, scene.at + 59 * DAY) is None


@pytest.mark.django_db
def test_it_comes_again_after_sixty_days_at_the_earliest(scene: Scene, owner: Owner) -> None:
    rest_rotation(user_id=scene.seller.pk, at=scene.at - 60 * DAY)
    earn(scene, [2 * number + 1 for number in range(24)])
    found = rotation_hint(scene.seller.pk, scene.at)
    assert found is not None
    assert (found.orders, found.of_orders) == (24, 24)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("days", "others"),
    [
        ([2 * number + 1 for number in range(19)], 0),  # few
        ([number % 20 + 0.5 for number in range(30)], 0),  # many, but not for long
        ([60 + number for number in range(30)], 0),  # long ago
        ([2 * number + 1 for number in range(26)], 6),  # 20 of 26 are less than four of five
    ],
)
def test_nothing_is_said_of_varied_or_little_work(scene: Scene, owner: Owner, days: list[float], others: int) -> None:
    earn(scene, days)
    owner.keys = {f"job:{number}": f"gig:{number + 10}" for number in range(others)}
    found = rotation_hint(scene.seller.pk, scene.at)
    # Other gigs of one category are still one kind of work.
    assert (found.title if found else None) == ("Writing" if others else None)


@pytest.mark.django_db
def test_a_time_that_was_said_can_be_changed_and_forgotten_when_nothing_was_paid_for_it_lately(
    scene: Scene, owner: Owner
) -> None:
    client, address = client_of(scene.seller), f"{PAGE}usual/gig:1/"
    assert client.post(address, {"time": "45"}).status_code == 404
    note_typical(seller_id=scene.seller.pk, subject="gig:1", minutes=60)
    assert 'value="1:00"' in client.get(address).content.decode()
    assert client.post(address, {"time": "45"})["Location"] == PAGE
    assert TypicalTime.objects.get().minutes == 45
    client.post(address, {"time": ""})
    assert TypicalTime.objects.count() == 0


@pytest.mark.django_db
def test_an_hour_is_worth_what_its_currency_can_show(scene: Scene, owner: Owner) -> None:
    earn(scene, [1])
    Charge.objects.update(currency="ISK")
    note(scene, "job:0", 7)
    assert NET * 60 // 7 % 100 != 0
    assert rates(scene)[0].per_hour == Money(NET * 60 // 7 // 100 * 100, "ISK")
