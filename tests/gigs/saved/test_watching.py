"""What became better of a saved gig is told once, and what got worse is not told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.models import User
from gigs import api
from gigs.favourites import watching
from gigs.models import Gig, SavedItem, WatchedChange
from gigs.selectors.owned import content_of
from gigs.tasks import tell_of_saved_gigs
from inbox.models import Notification
from inbox.outbox_handlers import send_notice
from marketplace.kernel.models import OutboxMessage
from tests.gigs.conftest import CONTENT, MakeGig
from tests.gigs.saved.conftest import Keep

MINUTE = timedelta(minutes=1)
LATER = timedelta(days=2000)  # after the trigger's own clock, too


@pytest.fixture
def reprice(at: datetime) -> Callable[[Gig, int], None]:
    """A seller changes the lowest price."""

    def run(gig: Gig, price_minor: int) -> None:
        gig = Gig.objects.get(pk=gig.pk)
        first = replace(CONTENT.packages[0], price_minor=price_minor)
        content = replace(content_of(gig), packages=(first,))
        api.edit_gig(gig_id=gig.pk, seller_id=gig.seller_id, content=content, at=at)

    return run


def look(at: datetime) -> list[tuple[str, str]]:
    """What is told now that was not before."""
    known = set(Notification.objects.values_list("pk", flat=True))
    tell_of_saved_gigs(at + LATER)
    return list(Notification.objects.exclude(pk__in=known).order_by("pk").values_list("kind", "title"))


def test_a_lower_price_is_told_once_and_not_by_the_edit(
    keep: Keep, gig: Gig, buyer: User, at: datetime, reprice: Any
) -> None:
    keep(gig)
    reprice(gig, 1000)
    assert not Notification.objects.exists()
    assert look(at) == [("saved_cheaper", "Now €10.50: Write 50 product descriptions for your shop")]
    assert look(at) == []
    notice = Notification.objects.get()
    assert (notice.recipient, notice.url, notice.context["before"]) == (buyer, gig.get_absolute_url(), "€15.50")
    assert not WatchedChange.objects.filter(due_at__lte=at + LATER).exists()


# All in: a price of 15.00 is 15.50; 5 % less is 14.725.
@pytest.mark.parametrize(("all_in_minor", "is_told"), [(1473, False), (1472, True), (1550, False), (1600, False)])
def test_five_percent_are_news(keep: Keep, gig: Gig, at: datetime, all_in_minor: int, is_told: bool) -> None:
    keep(gig)
    Gig.objects.filter(pk=gig.pk).update(from_all_in_minor=all_in_minor)
    assert bool(look(at)) == is_told


def test_up_and_down_again_is_no_news(keep: Keep, gig: Gig, at: datetime, reprice: Any) -> None:
    keep(gig)
    for price, told in [(3000, 0), (1500, 0), (1000, 1), (2000, 0), (1000, 0), (900, 1)]:
        reprice(gig, price)
        assert len(look(at)) == told, price
    item = SavedItem.objects.get()
    assert (item.saved_price_minor, item.told_price_minor) == (1550, 950)


def test_small_steps_add_up(keep: Keep, gig: Gig, at: datetime) -> None:
    keep(gig)
    for price, told in [(1520, 0), (1490, 0), (1470, 1)]:
        Gig.objects.filter(pk=gig.pk).update(from_all_in_minor=price)
        assert len(look(at)) == told


def test_currencies_are_never_compared(keep: Keep, gig: Gig, at: datetime, settings: Any) -> None:
    settings.SETTLEMENT_CURRENCIES = ["JPY", "EUR"]
    keep(gig)
    Gig.objects.filter(pk=gig.pk).update(currency="JPY", from_all_in_minor=900)
    assert look(at) == []
    item = SavedItem.objects.get()
    assert (item.currency, item.saved_price_minor, item.told_price_minor) == ("JPY", 900, 900)
    Gig.objects.filter(pk=gig.pk).update(from_all_in_minor=800)
    assert [kind for kind, _title in look(at)] == ["saved_cheaper"]


def test_back_again_after_a_pause(keep: Keep, gig: Gig, at: datetime) -> None:
    owner = {"gig_id": gig.pk, "seller_id": gig.seller_id, "at": at}
    keep(gig)
    api.pause(**owner)
    assert look(at) == []
    assert not SavedItem.objects.get().could_be_ordered
    api.publish(**owner)
    assert look(at) == [("saved_back", "It can be ordered again: Write 50 product descriptions for your shop")]
    assert look(at) == []


def test_a_pause_that_nobody_saw_is_no_news(keep: Keep, gig: Gig, at: datetime) -> None:
    owner = {"gig_id": gig.pk, "seller_id": gig.seller_id, "at": at}
    keep(gig)
    api.pause(**owner)
    api.publish(**owner)
    assert look(at) == []


def test_coming_and_going_is_told_once_a_day(keep: Keep, gig: Gig, at: datetime) -> None:
    keep(gig)
    for day, told in [(0, 1), (0, 0), (0, 0), (1, 1)]:
        moment = at + timedelta(days=day)
        for running in (1, 0):
            Gig.objects.filter(pk=gig.pk).update(queue_limit=1, active_orders=running)
            new = look(moment)
        assert len(new) == told


def test_an_absence_ends_by_itself(keep: Keep, gig: Gig, at: datetime) -> None:
    until = at + LATER + timedelta(days=3)
    Gig.objects.filter(pk=gig.pk).update(away_until=until)
    keep(gig)
    assert not SavedItem.objects.get().could_be_ordered
    assert look(at) == []
    assert list(WatchedChange.objects.values_list("due_at", flat=True)) == [until]
    assert look(at + timedelta(days=2)) == []
    assert [kind for kind, _title in look(at + timedelta(days=3))] == ["saved_back"]


def test_a_lower_price_waits_until_it_can_be_ordered(keep: Keep, gig: Gig, at: datetime, reprice: Any) -> None:
    owner = {"gig_id": gig.pk, "seller_id": gig.seller_id, "at": at}
    keep(gig)
    api.pause(**owner)
    reprice(gig, 1000)
    assert look(at) == []
    api.publish(**owner)
    assert [kind for kind, _title in look(at)] == ["saved_back"]
    assert Notification.objects.get().context["before"] == "€15.50"
    assert look(at) == []


@pytest.mark.parametrize("change", [{"is_private": True, "share_key": "k"}, {"state": "hidden", "shown_as": "active"}])
def test_what_is_gone_is_noted_without_a_word(keep: Keep, gig: Gig, at: datetime, change: dict[str, Any]) -> None:
    keep(gig)
    Gig.objects.filter(pk=gig.pk).update(from_all_in_minor=500, **change)
    assert look(at) == []
    assert not SavedItem.objects.get().could_be_ordered


def test_a_seller_who_keeps_their_own_gig_hears_nothing(
    keep: Keep, gig: Gig, seller: User, at: datetime, reprice: Any
) -> None:
    keep(gig, by=seller)
    reprice(gig, 1000)
    assert look(at) == []


def test_only_saved_gigs_and_what_matters_are_noted(keep: Keep, make_gig: MakeGig, at: datetime) -> None:
    saved, other = make_gig(), make_gig()
    keep(saved)
    WatchedChange.objects.all().delete()
    Gig.objects.filter(pk=other.pk).update(from_all_in_minor=1)
    Gig.objects.filter(pk=saved.pk).update(title="Another title altogether", completed_orders=4, active_orders=2)
    assert not WatchedChange.objects.exists()
    Gig.objects.filter(pk=saved.pk).update(queue_limit=2)
    assert WatchedChange.objects.get().gig_id == saved.pk
    Gig.objects.filter(pk=saved.pk).update(active_orders=3)
    assert WatchedChange.objects.count() == 1
    Gig.objects.filter(pk=saved.pk).update(active_orders=1)
    assert WatchedChange.objects.count() == 2


def test_many_owners_are_told_in_batches(keep: Keep, gig: Gig, at: datetime, monkeypatch: Any) -> None:
    monkeypatch.setattr(watching, "ITEMS_AT_ONCE", 2)
    for number in range(5):
        keep(gig, by=User.objects.create_user(f"b{number}@example.org", "x", display_name=f"B {number}"))
    Gig.objects.filter(pk=gig.pk).update(from_all_in_minor=1000)
    assert [watching.look(at + LATER) for _batch in range(4)] == [2, 2, 1, -1]
    assert Notification.objects.count() == 5


@pytest.mark.parametrize("number", [1, 6])
def test_a_batch_takes_so_many_statements(
    keep: Keep, make_gig: MakeGig, at: datetime, django_assert_num_queries: Any, number: int
) -> None:
    for _one in range(number):
        gig = make_gig()
        keep(gig)
        Gig.objects.filter(pk=gig.pk).update(from_all_in_minor=1000)
    with django_assert_num_queries(10):
        assert watching.look(at + LATER) == number


def test_the_mail_says_it_and_can_be_switched_off(
    keep: Keep, gig: Gig, at: datetime, mailoutbox: list[Any], reprice: Any, show_what_is_missing: None
) -> None:
    keep(gig)
    reprice(gig, 1000)
    look(at)
    send_notice(OutboxMessage.objects.get(topic="notice-mail"))
    (letter,) = mailoutbox
    assert letter.subject == "Now €10.50: Write 50 product descriptions for your shop"
    assert "You knew it at €15.50." in letter.body
    assert "/mail/off/" in letter.body
    assert "MISSING" not in letter.body + str(letter.alternatives)
