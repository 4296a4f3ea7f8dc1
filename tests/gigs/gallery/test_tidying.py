"""Public files that nothing shows any more go; everything that is shown stays."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage

from gigs import api, covers
from gigs.gallery import services, tidying
from gigs.models import GalleryItem, Gig, GigDraft
from tests.gigs.conftest import picture as plain_picture
from tests.gigs.gallery.conftest import Add, items, picture

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def now() -> datetime:
    """Files carry the machine's own time."""
    return datetime.now(tz=UTC)


@pytest.fixture(autouse=True)
def _a_folder_of_its_own(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


def files_of(key: str) -> list[str]:
    folder, _slash, name = key.rpartition("/")
    return [file for file in default_storage.listdir(folder)[1] if file.startswith(name)]


def test_removed_and_lost_pictures_go_after_two_days(add: Add, gig: Gig, at: datetime, now: datetime) -> None:
    add({"a.jpg": picture(1), "b.jpg": picture(2)})
    gone, kept = items(gig)
    services.remove(gig_id=gig.pk, seller_id=gig.seller_id, item_id=gone.pk, at=at)
    number = len(files_of(gone.key))
    assert number == 10
    tidying.drop_orphans(now + DAY)
    assert len(files_of(gone.key)) == number, "somebody may have the page open"
    assert tidying.drop_orphans(now + 3 * DAY) == number
    assert (files_of(gone.key), len(files_of(kept.key))) == ([], number)


def test_replaced_covers_go_after_forty_days_and_drawn_ones_in_use_stay(
    add: Add, gig: Gig, at: datetime, now: datetime
) -> None:
    api.draw_cover(gig_id=gig.pk, seller_id=gig.seller_id, at=at)
    unused = covers.store(plain_picture(900, 700))
    tidying.drop_orphans(now + 39 * DAY)
    assert len(files_of(unused)) == 3
    tidying.drop_orphans(now + 41 * DAY)
    gig.refresh_from_db()
    assert (files_of(unused), len(files_of(gig.cover))) == ([], 3)


def test_a_cover_that_only_a_draft_of_the_editor_knows_stays(add: Add, gig: Gig, at: datetime, now: datetime) -> None:
    waits, typed, unused = (covers.store(picture(seed)) for seed in (12, 13, 14))
    data = {"pictures": {"window": "", "parts": "", "data": {"cover_key": [typed]}}}
    GigDraft.objects.create(gig=gig, seller_id=gig.seller_id, cover=waits, typed=data, saved_at=at)
    tidying.drop_orphans(now + 41 * DAY)
    assert [len(files_of(key)) for key in (waits, typed, unused)] == [3, 3, 0]


def test_storing_the_same_cover_again_makes_it_new(add: Add, now: datetime) -> None:
    key = covers.store(plain_picture(901, 700))
    path = default_storage.path(f"{key}-320.webp")
    os.utime(path, (0, 0))
    assert covers.store(plain_picture(901, 700)) == key
    assert os.stat(path).st_mtime > now.timestamp() - 60


def test_covers_of_before_get_their_hash(add: Add, gig: Gig, at: datetime) -> None:
    api.upload_cover(gig_id=gig.pk, seller_id=gig.seller_id, picture=picture(3), at=at)
    known = items(gig)[0].dhash
    assert known is not None
    GalleryItem.objects.filter(gig=gig).update(dhash=None)
    assert tidying.hash_covers() == 1
    assert items(gig)[0].dhash == known
