from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import User
from gigs import api
from gigs.models import Gig, RoomWait
from gigs.waiting import services
from inbox.models import Notification
from marketplace.kernel import clock
from marketplace.kernel.errors import Conflict, NotAllowed, NotFound
from tests.gigs.conftest import MakeGig, _person
from tests.gigs.test_selling_rules import request


@pytest.fixture
def full(make_gig: MakeGig) -> Gig:
    gig = make_gig(queue_limit=3, questions=())
    Gig.objects.filter(pk=gig.pk).update(active_orders=3)
    return gig


@pytest.fixture
def crowd(db: None) -> list[User]:
    return [_person(f"p{number}@example.org", f"Person {number}") for number in range(4)]


def told() -> list[int]:
    return list(Notification.objects.filter(kind="gig_has_room").order_by("pk").values_list("recipient_id", flat=True))


def room(gig: Gig, running: int) -> None:
    Gig.objects.filter(pk=gig.pk).update(active_orders=running)


def test_the_first_are_told_once_and_no_more_than_there_is_room(full: Gig, crowd: list[User]) -> None:
    now = clock.now()
    ids = [person.pk for person in crowd]
    for minute, person in enumerate(crowd):
        services.wait(gig_id=full.pk, person_id=person.pk, at=now + timedelta(minutes=minute))
    services.wait(gig_id=full.pk, person_id=ids[0], at=now + timedelta(hours=1))  # keeps the place
    later = now + timedelta(hours=2)
    assert services.tell_due(later) == 0
    room(full, 1)
    assert services.tell_due(later) == 2
    assert services.tell_due(later) == 0
    assert told() == ids[:2]
    # Nobody took it: after the first call the next are told.
    assert services.tell_due(later + services.FIRST_CALL - timedelta(seconds=1)) == 0
    assert services.tell_due(later + services.FIRST_CALL) == 2
    assert told() == ids
    assert "You can order again" in Notification.objects.first().title  # type: ignore[union-attr]


def test_who_orders_leaves_the_list_and_their_place(full: Gig, crowd: list[User]) -> None:
    now = clock.now()
    for person in crowd[:2]:
        services.wait(gig_id=full.pk, person_id=person.pk, at=now)
    room(full, 2)
    assert services.tell_due(now) == 1
    api.order(request(full, crowd[0]), now)
    room(full, 3)  # paid
    assert services.tell_due(now) == 0
    room(full, 2)
    assert services.tell_due(now) == 1
    assert told() == [crowd[0].pk, crowd[1].pk]


def test_who_asks_again_waits_anew_and_is_told_again(full: Gig, buyer: User) -> None:
    now = clock.now()
    services.wait(gig_id=full.pk, person_id=buyer.pk, at=now)
    room(full, 0)
    services.tell_due(now)
    room(full, 3)
    services.wait(gig_id=full.pk, person_id=buyer.pk, at=now + timedelta(days=1))
    room(full, 0)
    assert services.tell_due(now + timedelta(days=1)) == 1
    assert told() == [buyer.pk] * 2


def test_a_limit_that_was_lifted_tells_everybody(full: Gig, crowd: list[User]) -> None:
    for person in crowd:
        services.wait(gig_id=full.pk, person_id=person.pk, at=clock.now())
    Gig.objects.filter(pk=full.pk).update(queue_limit=None)
    assert services.tell_due(clock.now()) == 4


def test_who_is_away_is_back_by_the_clock(make_gig: MakeGig, buyer: User) -> None:
    now = clock.now()
    gig = make_gig(away_until=now + timedelta(days=1))
    services.wait(gig_id=gig.pk, person_id=buyer.pk, at=now)
    assert services.tell_due(now) == 0
    assert services.tell_due(now + timedelta(days=1)) == 1


def test_nobody_is_told_of_a_gig_that_was_paused(full: Gig, buyer: User) -> None:
    services.wait(gig_id=full.pk, person_id=buyer.pk, at=clock.now())
    api.pause(gig_id=full.pk, seller_id=full.seller_id, at=clock.now())
    room(full, 0)
    assert services.tell_due(clock.now()) == 0
    assert RoomWait.objects.filter(told_at=None).count() == 1


def test_nobody_waits_for_what_can_be_ordered(gig: Gig, buyer: User, make_gig: MakeGig) -> None:
    with pytest.raises(Conflict):
        services.wait(gig_id=gig.pk, person_id=buyer.pk, at=clock.now())
    with pytest.raises(NotFound):
        services.wait(gig_id=make_gig(published=False).pk, person_id=buyer.pk, at=clock.now())
    with pytest.raises(NotFound):
        services.wait(gig_id=make_gig(is_private=True).pk, person_id=buyer.pk, at=clock.now())
    with pytest.raises(NotAllowed):
        services.wait(gig_id=gig.pk, person_id=gig.seller_id, at=clock.now())
    assert not RoomWait.objects.exists()


def test_the_button_on_the_page(full: Gig, as_buyer: Client, buyer: User, client: Client) -> None:
    address = f"/gigs/{full.pk}/room/"
    assert client.post(address).headers["Location"].startswith("/accounts/login/")
    for _twice in range(2):
        assert as_buyer.post(address).headers["Location"] == full.get_absolute_url()
    assert RoomWait.objects.get().person_id == buyer.pk
    page = as_buyer.get(full.get_absolute_url()).content.decode()
    assert "You are on the list" in page
    as_buyer.post(address, {"do": "stop"})
    assert not RoomWait.objects.exists()
    assert as_buyer.get(address).headers["Location"] == full.get_absolute_url()
    room(full, 0)
    as_buyer.post(address)
    assert not RoomWait.objects.exists()
