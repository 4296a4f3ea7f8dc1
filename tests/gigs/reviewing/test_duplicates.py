"""Texts and covers that look like another seller's: found by index, compared exactly, starters left in peace."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import translation
from PIL import Image, ImageDraw, ImageEnhance

from accounts.models import User
from gigs import api, covers, starters
from gigs.gallery.selectors import CLOSE_BITS
from gigs.gallery.services import Arrangement, arrange, refresh
from gigs.models import Fingerprint, Gallery, GalleryItem, Gig
from gigs.models.gallery import BANDS, band_of
from gigs.models.reviewing import Flag, ForbiddenWord
from gigs.reviewing.checks import duplicates, sketch
from gigs.reviewing.states import Mode
from marketplace.kernel.errors import Conflict, InvalidInput
from marketplace.kernel.previews.readers import renditions
from tests.gigs.conftest import CONTENT, MakeGig
from tests.gigs.reviewing.conftest import approve, round_of, state, wants

pytestmark = pytest.mark.django_db
TEXT = (
    "I read your letter of application twice: once for what it says and once for how it sounds. You get it back with "
    "every change marked, a clean copy, and three sentences on what to say when they call you for a talk."
)
ALTERED = TEXT.replace("three sentences", "two lines").replace("I read", "I will read")
OTHER = (
    "Send me the recording of your meeting. I write down who said what, when, and what was agreed, with a list of "
    "tasks at the end. Names are spelt as you spell them, and nothing of it leaves my computer."
)


def flags(gig: Gig) -> list[str]:
    return list(Flag.objects.filter(gig=gig).order_by("pk").values_list("reason", flat=True))


def drawn(seed: int) -> Image.Image:
    size = (1200, 900)
    maker = random.Random(seed)
    picture = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(picture)
    for _number in range(14):
        x, y = maker.randrange(size[0]), maker.randrange(size[1])
        pen.ellipse((x, y, x + size[0] // 4, y + size[1] // 4), fill=tuple(maker.randrange(256) for _ in range(3)))
    return picture


def stored(picture: Image.Image, **options: object) -> str:
    buffer = BytesIO()
    picture.save(buffer, "JPEG", **options)
    return covers.store(buffer.getvalue())


# Texts.


def test_a_text_that_is_nearly_anothers_is_flagged_and_named_to_staff(make_gig: MakeGig, stranger: User) -> None:
    first = make_gig(title="Read your letter of application", description=TEXT)
    copy = make_gig(by=stranger, title="Proofread your letters", description=ALTERED)
    assert (flags(first), flags(copy)) == ([], ["same_text"])
    finding = Flag.objects.get(gig=copy).finding or {}
    assert finding["gig_ids"] == [first.pk]


@pytest.mark.parametrize(
    ("title", "text"), [("Write minutes of your meeting", OTHER), ("Read your letter", TEXT[:50] + "." * 30)]
)
def test_another_or_a_short_text_is_not(make_gig: MakeGig, stranger: User, title: str, text: str) -> None:
    make_gig(title="Read your letter of application", description=TEXT)
    assert flags(make_gig(by=stranger, title=title, description=text)) == []


def test_ones_own_texts_may_be_alike(make_gig: MakeGig) -> None:
    make_gig(title="Read your letter of application", description=TEXT)
    assert flags(make_gig(title="Proofread your letters", description=ALTERED)) == []


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_what_a_starter_filled_in_is_everybodys(
    seller: User, stranger: User, categories: None, at: datetime, language: str
) -> None:
    with translation.override(language):
        content = starters.spoken(next(one.starters[0] for one in starters.all_categories() if one.starters)).content
    for person in (seller, stranger):
        pk = api.create_gig(seller_id=person.pk, content=content, at=at, cover="covers/aa/" + "a" * 32)
        api.publish(gig_id=pk, seller_id=person.pk, at=at)
        assert flags(Gig.objects.get(pk=pk)) == []


def test_a_fingerprint_follows_its_gig(gig: Gig, make_gig: MakeGig, at: datetime) -> None:
    before = Fingerprint.objects.get(gig=gig).text
    api.edit_gig(gig_id=gig.pk, seller_id=gig.seller_id, content=replace(CONTENT, description=OTHER), at=at)
    assert len(before) == 16
    assert Fingerprint.objects.get(gig=gig).text != before
    draft = make_gig(published=False, title="Write something that is a draft")
    assert not Fingerprint.objects.filter(gig=draft).exists()


def test_bands_meet_for_texts_that_are_alike_and_not_for_others() -> None:
    one, near, far = (sketch.shingles(text) for text in (TEXT, ALTERED, OTHER))
    assert sketch.alike(one, near) > 0.6 > 0.1 > sketch.alike(one, far)
    assert set(sketch.bands(one)) & set(sketch.bands(near))
    assert not set(sketch.bands(one)) & set(sketch.bands(far))
    assert sketch.bands(sketch.shingles("too short to say")) == []
    assert all(-(2**63) <= band < 2**63 for band in sketch.bands(one))


# Pictures.


def test_a_picture_is_recognised_when_it_was_saved_smaller_or_brighter() -> None:
    original = drawn(1)
    number = renditions.dhash(original)
    assert not renditions.says_nothing(number)
    for other in (original.resize((400, 300)), ImageEnhance.Brightness(original).enhance(1.15)):
        assert different_bits(number, renditions.dhash(other)) <= CLOSE_BITS
    strange = [different_bits(number, renditions.dhash(drawn(seed))) for seed in range(2, 30)]
    assert min(strange) > 2 * CLOSE_BITS
    assert renditions.says_nothing(renditions.dhash(Image.new("RGB", (400, 300), "orange")))


def different_bits(one: int, other: int) -> int:
    return ((one ^ other) & (1 << 64) - 1).bit_count()


def test_hashes_a_few_bits_apart_share_a_quarter() -> None:
    maker = random.Random(7)
    for _number in range(500):
        one = maker.getrandbits(64)
        other = one
        for bit in maker.sample(range(64), CLOSE_BITS):
            other ^= 1 << bit
        assert any(band_of(one, number) == band_of(other, number) for number in range(BANDS))


def test_anothers_cover_is_flagged(make_gig: MakeGig, stranger: User, at: datetime) -> None:
    first = make_gig(title="Read your letter of application", description=TEXT)
    second = make_gig(by=stranger, title="Write minutes of your meeting", description=OTHER)
    api.set_cover(gig_id=first.pk, seller_id=first.seller_id, cover=stored(drawn(1)), at=at)
    api.set_cover(gig_id=second.pk, seller_id=stranger.pk, cover=stored(drawn(2)), at=at)
    assert flags(second) == []
    api.set_cover(gig_id=second.pk, seller_id=stranger.pk, cover=stored(drawn(1).resize((800, 600)), quality=60), at=at)
    assert (flags(first), flags(second)) == ([], ["same_picture"])


def test_anothers_picture_that_comes_first_in_a_gallery_is_flagged(
    make_gig: MakeGig, stranger: User, at: datetime
) -> None:
    first = make_gig(title="Read your letter of application", description=TEXT)
    second = make_gig(by=stranger, title="Write minutes of your meeting", description=OTHER)
    api.set_cover(gig_id=first.pk, seller_id=first.seller_id, cover=stored(drawn(1)), at=at)
    for seed in (1, 2):  # the same picture, behind one of their own at last
        api.set_cover(gig_id=second.pk, seller_id=stranger.pk, cover=stored(drawn(seed)), at=at)
    Flag.objects.all().delete()
    own, copied = second.gallery_items.order_by("position")[:2]
    wanted = Arrangement([copied.pk, own.pk], {}, Gallery.objects.get(gig=second).version)
    arrange(gig_id=second.pk, seller_id=stranger.pk, wanted=wanted, at=at)
    assert (flags(first), flags(second)) == ([], ["same_picture"])


@pytest.mark.parametrize("mode", [Mode.NOTHING, Mode.CHANGES])
def test_anothers_picture_anywhere_in_a_gallery_is_flagged(
    make_gig: MakeGig, stranger: User, at: datetime, mode: Mode
) -> None:
    first = make_gig(title="Read your letter of application", description=TEXT)
    second = make_gig(by=stranger, title="Write minutes of your meeting", description=OTHER)
    for gig, seed in ((first, 3), (first, 4), (second, 5)):
        api.set_cover(gig_id=gig.pk, seller_id=gig.seller_id, cover=stored(drawn(seed)), at=at)
    wants(mode, at)
    copied = covers.dhash(stored(drawn(3).resize((800, 600)), quality=60))
    add_behind(second, at, key="pictures/aa/a", dhash=copied)  # of the first gig's second picture
    assert (flags(first), flags(second)) == ([], ["same_picture"])
    finding = Flag.objects.get(gig=second).finding or {}
    assert finding["gig_ids"] == [first.pk]


def test_a_picture_that_is_added_while_staff_look_is_told_to_them(
    make_gig: MakeGig, mo: User, stranger: User, at: datetime
) -> None:
    first = make_gig(title="Read your letter of application", description=TEXT)
    api.set_cover(gig_id=first.pk, seller_id=first.seller_id, cover=stored(drawn(3)), at=at)
    wants(Mode.NEW, at)
    second = make_gig(by=stranger, title="Write minutes of your meeting", description=OTHER)
    seen = round_of(second)
    add_behind(second, at, key="pictures/aa/a", dhash=covers.dhash(stored(drawn(3))))
    assert [one["sort"] for one in round_of(second).findings] == ["same_picture"]
    with pytest.raises(Conflict, match="changed it while you looked"):
        approve(seen, mo, at, edition=seen.edition)


def add_behind(gig: Gig, at: datetime, **item: Any) -> GalleryItem:
    """As a worker shows a picture that it has prepared."""
    content = {"size": [640, 480], "whole": [640]}
    added = GalleryItem.objects.create(
        gig=gig, kind="image", state="ready", position=9, added_at=at, content=content, **item
    )
    gig.refresh_from_db()
    refresh(gig, at)
    return added


# What is said of pictures.


def described(gig: Gig, at: datetime, alt: str) -> GalleryItem:
    item = gig.gallery_items.get(position=9)
    wanted = Arrangement([], {item.pk: alt}, Gallery.objects.get(gig=gig).version)
    arrange(gig_id=gig.pk, seller_id=gig.seller_id, wanted=wanted, at=at)
    return item


@pytest.mark.parametrize("alt", ["Write to tom@example.org", "A casino by night"])
def test_what_a_picture_is_said_to_show_is_checked(gig: Gig, at: datetime, alt: str) -> None:
    ForbiddenWord.objects.create(pattern="casino")
    item = add_behind(gig, at, key="pictures/aa/a")
    before = Gallery.objects.values().get(gig=gig), list(gig.gallery_items.values())
    with pytest.raises(InvalidInput, match="Found in your descriptions of pictures") as refused:
        described(gig, at, alt)
    assert set(refused.value.fields) == {f"alt-{item.pk}"}
    assert (Gallery.objects.values().get(gig=gig), list(gig.gallery_items.values())) == before
    described(gig, at, "A lamp. More on https://evil.shop")
    assert flags(gig) == ["link"]


def test_a_draft_with_such_words_is_not_published(make_gig: MakeGig, at: datetime) -> None:
    gig = make_gig(published=False)
    item = add_behind(gig, at, key="pictures/aa/a")
    described(gig, at, "Write to tom@example.org")
    with pytest.raises(InvalidInput, match="Found in your descriptions of pictures") as refused:
        api.publish(gig_id=gig.pk, seller_id=gig.seller_id, at=at)
    assert (set(refused.value.fields), state(gig)) == ({f"alt-{item.pk}"}, "draft")


def test_another_first_picture_is_looked_at_before_it_is_approved(make_gig: MakeGig, mo: User, at: datetime) -> None:
    gig = make_gig(published=False)
    for seed in (1, 2):
        api.set_cover(gig_id=gig.pk, seller_id=gig.seller_id, cover=stored(drawn(seed)), at=at)
    wants(Mode.NEW, at)
    api.publish(gig_id=gig.pk, seller_id=gig.seller_id, at=at)
    seen = round_of(gig)
    front, behind = gig.gallery_items.order_by("position")[:2]
    wanted = Arrangement([behind.pk, front.pk], {}, Gallery.objects.get(gig=gig).version)
    arrange(gig_id=gig.pk, seller_id=gig.seller_id, wanted=wanted, at=at)
    assert (seen.cover, round_of(gig).cover) == (front.key, behind.key)
    with pytest.raises(Conflict, match="changed it while you looked"):
        approve(seen, mo, at, edition=seen.edition)
    approve(round_of(gig), mo, at)
    assert state(gig) == "active"


def test_covers_that_we_drew_are_nobodys(seller: User, stranger: User, categories: None, at: datetime) -> None:
    for person, text in ((seller, TEXT), (stranger, OTHER)):
        pk = api.create_gig(seller_id=person.pk, content=replace(CONTENT, description=text), at=at)
        api.publish(gig_id=pk, seller_id=person.pk, at=at)
    assert not Flag.objects.filter(reason="same_picture").exists()


# Speed: by index whatever the number of gigs.


def test_candidates_come_by_index(gig: Gig, stranger: User) -> None:
    """Among 20,000 fingerprints the planner would rather read them all, was it not for the functions' own setting."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # without gigs behind them
        cursor.execute(
            "INSERT INTO gigs_fingerprint (gig_id, text) SELECT 1000000 + n,"
            " ARRAY(SELECT (random() * 9e18)::bigint FROM generate_series(1, 16) WHERE n > 0)"
            " FROM generate_series(1, 20000) n"
        )
        cursor.execute("ANALYZE gigs_fingerprint")
        before = _scans(cursor)
        assert gig.pk in duplicates.with_bands(Fingerprint.objects.filter(gig=gig).values_list("text", flat=True)[0])
        assert [now - then for now, then in zip(_scans(cursor), before, strict=True)] == [0, 2]


def _scans(cursor: Any) -> list[int]:
    """Of the whole table, and by an index."""
    cursor.execute("SELECT seq_scan, idx_scan FROM pg_stat_xact_user_tables WHERE relname = 'gigs_fingerprint'")
    return list(cursor.fetchone())


def test_gigs_from_before_are_fingerprinted_by_a_command(gig: Gig, make_gig: MakeGig, capsys: Any) -> None:
    before = Fingerprint.objects.get(gig=gig).text
    make_gig(published=False, title="Write something that is a draft")
    Fingerprint.objects.all().delete()
    for _again in range(2):
        call_command("fingerprint_gigs")
        assert (capsys.readouterr().out, Fingerprint.objects.get().text) == ("1 gigs can be recognised.\n", before)
