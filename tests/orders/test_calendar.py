"""Deadlines elsewhere: the calendar feed behind a private link, and both clocks on the order page."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar, Event
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from marketplace.kernel import clock
from orders.models import Order
from orders.services import calendar
from orders.web.zones import Zones
from tests.orders.scenes import HOUR, TAKEN, Desk, bank, get, timers

pytestmark = pytest.mark.django_db


@pytest.fixture
def at() -> datetime:
    return clock.now() - 8 * HOUR


def link(user: User) -> str:
    return reverse("orders:calendar_feed", args=[calendar.token_of(user.pk)])


def events(client: Client, user: User) -> list[Event]:
    found = Calendar.from_ical(client.get(link(user)).content)
    assert isinstance(found, Calendar)
    return list(found.walk("VEVENT"))  # type: ignore[arg-type]


def test_what_a_seller_owes_and_a_buyer_checks(desk: Desk, client: Client) -> None:
    order, delivered = desk.in_progress(), desk.delivered()
    desk.waiting()
    (mine,) = events(client, desk.seller)
    order = get(order.pk)
    assert order.due_at is not None
    assert str(mine["summary"]) == "Deliver to Bea Buyer: Write 50 product descriptions"
    assert mine["dtend"].dt == order.due_at.replace(microsecond=0)
    assert mine["dtend"].dt - mine["dtstart"].dt == timedelta(minutes=15)
    assert str(mine["url"]) == f"http://testserver{order.get_absolute_url()}"
    (theirs,) = events(client, desk.buyer)
    assert str(theirs["summary"]) == "Check what Tom Oliveira delivered: Write 50 product descriptions"
    assert theirs["dtend"].dt == timers(delivered)["auto_accept"].replace(microsecond=0)
    assert str(theirs["uid"]) == f"{delivered.pk}-check@testserver"


def test_what_stands_still_is_left_out(desk: Desk, client: Client) -> None:
    order, delivered = desk.in_progress(), desk.delivered()
    for one in (order, delivered):
        bank(one, "needs_response", TAKEN, after=HOUR)
    assert (events(client, desk.seller), events(client, desk.buyer)) == ([], [])


def test_text_cannot_break_out(desk: Desk, client: Client) -> None:
    from dataclasses import replace

    desk.terms = replace(desk.terms, title="Fifty; or so,\r\nBEGIN:VALARM")
    desk.in_progress()
    (event,) = events(client, desk.seller)
    assert "BEGIN:VALARM" in str(event["summary"])
    assert not event.walk("VALARM")


def test_unchanged_it_is_not_sent_again(desk: Desk, client: Client) -> None:
    desk.in_progress()
    first = client.get(link(desk.seller))
    assert (first.status_code, first["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    again = client.get(link(desk.seller), headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.head(link(desk.seller))["ETag"] == first["ETag"]
    desk.in_progress()
    assert client.get(link(desk.seller), headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_the_link_is_the_key_and_can_be_renewed(
    desk: Desk, client: Client, as_seller: Client, as_buyer: Client
) -> None:
    old = link(desk.seller)
    assert f"http://testserver{old}" in as_seller.get(reverse("orders:calendar")).content.decode()
    assert old not in as_buyer.get(reverse("orders:calendar")).content.decode()
    assert client.get(old).status_code == 200
    assert as_seller.get(reverse("orders:renew_calendar")).status_code == 405
    for _time in range(2):
        assert as_seller.post(reverse("orders:renew_calendar")).status_code == 302
        assert client.get(old).status_code == 404
        old = link(desk.seller)
        assert client.get(old).status_code == 200
    assert client.get(link(desk.buyer)).status_code == 200


@pytest.mark.parametrize("token", ["x", "a~b", "WzEsMF0~AAAA", "WzEsMF0"])
def test_a_made_up_link_opens_nothing(desk: Desk, client: Client, token: str) -> None:
    assert client.get(reverse("orders:calendar_feed", args=[token])).status_code == 404


def test_a_closed_account_has_no_feed(desk: Desk, client: Client) -> None:
    User.objects.filter(pk=desk.seller.pk).update(is_active=False)
    assert client.get(link(desk.seller)).status_code == 404


def test_a_fixed_number_of_queries(
    desk: Desk, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(3):
        desk.in_progress()
    with django_assert_num_queries(7):
        client.get(link(desk.seller))


def test_the_feed_speaks_the_language_of_its_person(desk: Desk, client: Client) -> None:
    desk.in_progress()
    User.objects.filter(pk=desk.seller.pk).update(language="es")
    (event,) = events(client, desk.seller)
    assert str(event["summary"]).startswith("Entrega a ")


def test_without_a_login_the_settings_are_closed(client: Client) -> None:
    assert client.get(reverse("orders:calendar")).status_code == 302
    assert client.post(reverse("orders:renew_calendar")).status_code == 302


# Both clocks


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("Europe/Lisbon", ""),
        ("Europe/Berlin", "Tom, Berlin: 18:40"),
        ("Asia/Kolkata", "Tom, Kolkata: 23:10"),
        ("Pacific/Auckland", "Tom, Auckland: Tue 06:40"),
        ("Mars/Base", ""),
    ],
)
def test_the_other_clock_is_said_where_it_is_another(zone: str, said: str) -> None:
    with timezone.override("Europe/Lisbon"):
        moment = datetime.fromisoformat("2026-11-02T17:40:00+00:00")
        assert Zones("Tom Oliveira", zone).there(moment) == said


def test_both_sides_read_both_clocks(desk: Desk, as_buyer: Client, as_seller: Client) -> None:
    User.objects.filter(pk=desk.buyer.pk).update(time_zone="Asia/Tokyo")
    User.objects.filter(pk=desk.seller.pk).update(time_zone="Europe/Lisbon")
    order: Order = desk.in_progress()
    assert "Tom, Lisbon: " in as_buyer.get(order.get_absolute_url()).content.decode()
    assert "Bea, Tokyo: " in as_seller.get(order.get_absolute_url()).content.decode()
    User.objects.filter(pk=desk.buyer.pk).update(time_zone="Europe/London")
    assert "Tom, Lisbon: " not in as_buyer.get(order.get_absolute_url()).content.decode()
