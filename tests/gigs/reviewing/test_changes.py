"""A change of a live gig waits beside it: what is larger, what joins it, what is kept, what comes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.models import User
from gigs import api, documents
from gigs.gallery import rules
from gigs.gallery import services as gallery
from gigs.models import GalleryItem, Gig, GigReview
from gigs.reviewing import deciding, gate, selectors
from marketplace.kernel.errors import Conflict
from tests.gigs.conftest import CONTENT, DAYTIME
from tests.gigs.reviewing.conftest import (
    HOUR,
    NEW_TEXT,
    WITHDRAWN,
    approve,
    edit,
    everything,
    round_of,
    send_back,
    state,
    told,
)  # fmt: skip

PACKAGE = CONTENT.packages[0]


# A change of a live gig.


def test_a_larger_change_waits_beside_its_live_gig(live: Gig, mo: User, seller: User, at: datetime) -> None:
    edit(live, at, description=NEW_TEXT)
    waiting = round_of(live)
    assert (live.state, live.description, live.version) == ("active", CONTENT.description, 1)
    assert (waiting.is_change, documents.content_from(waiting.content).description) == (True, NEW_TEXT)
    assert gate.waited_for(live)[0].description == NEW_TEXT
    approve(waiting, mo, at + HOUR)
    live.refresh_from_db()
    assert (live.description, live.version, live.state) == (NEW_TEXT, 2, "active")
    assert told(seller) == ["gig_change_approved"]
    assert selectors.standing_of(live).word == ""


def test_a_change_sent_back_leaves_the_gig_live_and_is_not_lost(live: Gig, mo: User, at: datetime) -> None:
    edit(live, at, description=NEW_TEXT)
    send_back(round_of(live), mo, at, description="Say what it costs.")
    live.refresh_from_db()
    assert (live.state, live.description, live.version) == ("active", CONTENT.description, 1)
    assert selectors.standing_of(live).word == "Please change"
    assert gate.waited_for(live)[0].description == NEW_TEXT  # where the editor begins
    cheaper = replace(PACKAGE, price_minor=1400)
    edit(live, at, packages=(cheaper, *CONTENT.packages[1:]))  # small, from what is live: written, and that settles it
    assert (live.version, gate.waited_for(live)[0].description) == (2, CONTENT.description)
    assert selectors.standing_of(live).word == ""


def test_a_change_that_is_taken_back_leaves_the_gig_as_it_is(live: Gig, at: datetime) -> None:
    edit(live, at, description=NEW_TEXT)
    deciding.withdraw(gig_id=live.pk, seller_id=live.seller_id, at=at)
    live.refresh_from_db()
    assert (live.state, live.description, round_of(live).state) == ("active", CONTENT.description, WITHDRAWN)
    assert gate.waited_for(live)[0].description == CONTENT.description


def test_saving_what_is_live_takes_a_change_back(live: Gig, at: datetime) -> None:
    edit(live, at, description=NEW_TEXT)
    edit(live, at)
    assert (live.description, live.version, round_of(live).state) == (CONTENT.description, 1, WITHDRAWN)


def test_how_long_the_work_takes_is_kept_and_makes_no_version(live: Gig, mo: User, at: datetime) -> None:
    timed = (replace(PACKAGE, work_minutes=50), *CONTENT.packages[1:])
    edit(live, at, packages=timed)
    assert (live.version, [one.work_minutes for one in live.packages.all()]) == (1, [50, None, None])
    edit(live, at, description=NEW_TEXT, packages=timed)
    approve(round_of(live), mo, at + HOUR)
    live.refresh_from_db()
    assert (live.version, live.description, live.packages.all()[0].work_minutes) == (2, NEW_TEXT, 50)


@pytest.mark.parametrize(
    ("changes", "waits"),
    [
        ({"packages": (replace(PACKAGE, price_minor=2000), *CONTENT.packages[1:])}, False),
        ({"packages": (replace(PACKAGE, promised_minutes=480), *CONTENT.packages[1:])}, False),
        ({"hours": DAYTIME}, False),
        ({"queue_limit": 3}, False),
        ({"description": CONTENT.description.replace("three texts", "two texts")}, False),
        ({"description": f"{CONTENT.description} In good English, on time, always."}, True),
        ({"packages": CONTENT.packages[:2]}, True),
        ({"extras": ()}, True),
        ({"category_slug": "translation"}, True),
        ({"title": "Write poems for birthdays of all your aunts"}, True),
        ({"description": f"{CONTENT.description} https://evil.shop"}, True),  # a word only, and a check finds it
    ],
)
def test_what_is_a_larger_change(live: Gig, at: datetime, changes: dict[str, object], waits: bool) -> None:
    edit(live, at, **changes)
    assert GigReview.objects.filter(gig=live).exists() is waits
    assert live.version == (1 if waits else 2)


def test_many_small_changes_do_not_pass_as_small(live: Gig, mo: User, at: datetime) -> None:
    edit(live, at, description=NEW_TEXT)
    approve(round_of(live), mo, at)
    words = NEW_TEXT
    for addition in ("One two three.", "Four five six."):
        words += f" {addition}"
        edit(live, at, description=words)
    assert live.description == f"{NEW_TEXT} One two three."
    assert round_of(live).is_waiting


def test_whatever_is_saved_meanwhile_joins_the_change(live: Gig, mo: User, at: datetime) -> None:
    edit(live, at, description=NEW_TEXT)
    cheaper = (replace(PACKAGE, price_minor=1400), *CONTENT.packages[1:])
    edit(live, at, description=NEW_TEXT, packages=cheaper)
    assert (live.from_price_minor, round_of(live).edition) == (1500, 2)
    approve(round_of(live), mo, at)
    live.refresh_from_db()
    assert (live.from_price_minor, live.description) == (1400, NEW_TEXT)


def test_what_another_way_wrote_meanwhile_is_not_undone(live: Gig, mo: User, at: datetime) -> None:
    edit(live, at, description=NEW_TEXT)
    Gig.objects.filter(pk=live.pk).update(away_until=at + timedelta(days=9))
    approve(round_of(live), mo, at)
    live.refresh_from_db()
    assert (live.description, live.away_until) == (NEW_TEXT, at + timedelta(days=9))


def test_another_cover_that_has_no_place_any_more_is_not_approved(live: Gig, mo: User, at: datetime) -> None:
    api.set_cover(gig_id=live.pk, seller_id=live.seller_id, cover="covers/bb/" + "b" * 32, at=at)
    GalleryItem.objects.bulk_create(
        GalleryItem(gig=live, kind="image", state="ready", position=20 + place, key=f"pictures/{place}", added_at=at)
        for place in range(rules.MOST[rules.IMAGE])
    )
    before = everything(live)
    with pytest.raises(Conflict, match="cannot go live any more: There are 10 pictures"):
        approve(round_of(live), mo, at)
    assert everything(live) == before


def test_another_cover_waits_too(live: Gig, mo: User, at: datetime) -> None:
    old, new = live.cover, "covers/bb/" + "b" * 32
    api.set_cover(gig_id=live.pk, seller_id=live.seller_id, cover=new, at=at)
    live.refresh_from_db()
    assert (live.cover, round_of(live).cover, gate.waited_for(live)[1]) == (old, new, new)
    edit(live, at, description=NEW_TEXT)  # joins it
    assert (GigReview.objects.count(), round_of(live).cover) == (1, new)
    approve(round_of(live), mo, at)
    live.refresh_from_db()
    assert (live.cover, live.description) == (new, NEW_TEXT)
    gallery.refresh(live, at)  # whatever is done to the gallery next
    live.refresh_from_db()
    assert live.cover == new


def test_pausing_goes_on_and_the_change_comes_to_the_paused_gig(live: Gig, mo: User, at: datetime) -> None:
    owner: dict[str, Any] = {"gig_id": live.pk, "seller_id": live.seller_id, "at": at}
    edit(live, at, description=NEW_TEXT)
    api.pause(**owner)
    approve(round_of(live), mo, at)
    live.refresh_from_db()
    assert (live.state, live.description) == ("paused", NEW_TEXT)
    api.publish(**owner)
    assert state(live) == "active"


def test_a_gig_in_the_archive_waits_for_nothing(live: Gig, mo: User, at: datetime) -> None:
    edit(live, at, description=NEW_TEXT)
    api.archive(gig_id=live.pk, seller_id=live.seller_id, at=at)
    assert round_of(live).state == WITHDRAWN
    before = everything(live)
    with pytest.raises(Conflict):
        approve(round_of(live), mo, at)
    assert everything(live) == before


def test_a_change_that_cannot_go_live_any_more_is_said_to_staff(live: Gig, mo: User, at: datetime) -> None:
    edit(live, at, description=NEW_TEXT)
    waiting = round_of(live)
    waiting.content["category_slug"] = "gone"
    waiting.save()
    before = everything(live)
    with pytest.raises(Conflict, match="cannot go live any more: Choose a category"):
        approve(waiting, mo, at)
    assert everything(live) == before
