"""Order, texts, removal, the cover that follows, and two windows at once."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from gigs import api, covers, steps
from gigs.drafts import services as drafts
from gigs.drafts.workspace import open_workspace
from gigs.gallery import rules, selectors, services
from gigs.gallery.services import Arrangement
from gigs.gallery.shown import slides_of
from gigs.models import Gallery, GalleryItem, Gig, GigDraft
from marketplace.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound
from tests.gigs.conftest import MakeGig
from tests.gigs.conftest import picture as plain_picture
from tests.gigs.gallery.conftest import Add, film, items, picture
from tests.support.racing import meet


def ready(gig: Gig, at: datetime, number: int) -> list[int]:
    """Items as they are once they are prepared."""
    found = [
        GalleryItem.objects.create(
            gig=gig, kind="image", state="ready", position=place, name=f"{place}.jpg", added_at=at, dhash=place,
            key=f"pictures/aa/{place:032x}", content={"size": [640, 480], "whole": [640]},
        ).pk
        for place in range(1, number + 1)
    ]  # fmt: skip
    services.refresh(gig, at)
    return found


def version(gig: Gig) -> int:
    return Gallery.objects.get(gig=gig).version


def arrange(
    gig: Gig, at: datetime, order: list[int], alts: dict[int, str] | None = None, seen: int | None = None
) -> int:
    wanted = Arrangement(order, alts or {}, version(gig) if seen is None else seen)
    return services.arrange(gig_id=gig.pk, seller_id=gig.seller_id, wanted=wanted, at=at)


def shown(gig: Gig) -> list[str]:
    return [entry["name"] for entry in Gallery.objects.get(gig=gig).shown]


@pytest.mark.django_db
def test_the_first_picture_is_the_cover_and_lists_follow_the_order(gig: Gig, at: datetime) -> None:
    one, two, three = ready(gig, at, 3)
    arrange(gig, at, [three, one, two], {three: "  A blue\x00 logo \r\n"})
    gig.refresh_from_db()
    assert (shown(gig), gig.cover, gig.cover_is_drawn) == (["3.jpg", "1.jpg", "2.jpg"], f"pictures/aa/{3:032x}", False)
    assert [slide.alt for slide in slides_of(gig)] == ["A blue logo", "", ""]
    assert gig.version == 1, "what a buyer would agree to is the same"


def _covers(number: int) -> str:
    return f"covers/aa/{number:032x}"


@pytest.mark.django_db
def test_covers_that_are_sent_again_and_again_stay_within_what_a_gallery_holds(gig: Gig, at: datetime) -> None:
    ready(gig, at, rules.MOST[rules.IMAGE] - 1)
    send = partial(api.set_cover, gig_id=gig.pk, seller_id=gig.seller_id, at=at)
    send(cover=_covers(1))
    before = (*items(gig), version(gig), Gig.objects.values().get(pk=gig.pk))
    with pytest.raises(InvalidInput, match="Remove one first") as refused:
        send(cover=_covers(2))
    assert set(refused.value.fields) == {"cover"}
    assert (*items(gig), version(gig), Gig.objects.values().get(pk=gig.pk)) == before
    send(cover=_covers(1))  # it is there already
    services.remove(gig_id=gig.pk, seller_id=gig.seller_id, item_id=items(gig)[-1].pk, at=at)
    send(cover=_covers(2))
    assert len(items(gig)) == rules.MOST[rules.IMAGE]


@pytest.mark.django_db
def test_a_cover_that_is_to_wait_in_the_editor_needs_a_place_too(gig: Gig, at: datetime) -> None:
    ready(gig, at, rules.MOST[rules.IMAGE])
    workspace = open_workspace(gig.pk, gig.seller_id)
    step = steps.of_place("cover")
    window, said = drafts.Window("a" * 16, workspace.seen(step)), drafts.StepValues({}, cover=_covers(1))
    with pytest.raises(InvalidInput, match="Remove one first"):
        drafts.save_step(gig_id=gig.pk, seller_id=gig.seller_id, step=step, said=said, window=window, at=at)
    assert not GigDraft.objects.exists()


@pytest.mark.django_db
def test_a_video_in_front_is_no_cover_where_there_is_a_picture(add: Add, gig: Gig, at: datetime) -> None:
    add({"a.mp4": film(), "b.jpg": picture()})
    first, second = items(gig)
    gig.refresh_from_db()
    assert (first.kind, gig.cover) == ("video", second.key)
    services.remove(gig_id=gig.pk, seller_id=gig.seller_id, item_id=second.pk, at=at)
    gig.refresh_from_db()
    assert gig.cover == first.key, "its poster"


@pytest.mark.django_db
def test_without_a_picture_a_live_gig_shows_a_drawn_cover_again(gig: Gig, at: datetime) -> None:
    (only,) = ready(gig, at, 1)
    assert services.remove(gig_id=gig.pk, seller_id=gig.seller_id, item_id=only, at=at) == "1.jpg"
    gig.refresh_from_db()
    assert (gig.cover, gig.cover_is_drawn, shown(gig)) == (covers.draw("writing", str(gig.pk)), True, [])


@pytest.mark.django_db
def test_a_cover_that_is_uploaded_by_itself_comes_first(gig: Gig, at: datetime) -> None:
    ready(gig, at, 2)
    api.upload_cover(gig_id=gig.pk, seller_id=gig.seller_id, picture=plain_picture(), at=at)
    gig.refresh_from_db()
    first, *_others = items(gig)
    assert (gig.cover, first.key, first.position) == (first.key, gig.cover, 1)
    assert [slide.avif == "" for slide in slides_of(gig)] == [True, False, False]
    arrange(gig, at, [item.pk for item in items(gig)][::-1])
    api.set_cover(gig_id=gig.pk, seller_id=gig.seller_id, cover=first.key, at=at)
    gig.refresh_from_db()
    assert [item.key for item in items(gig)][-1] == first.key, "it is there already, where its seller put it"
    assert gig.cover == items(gig)[0].key


@pytest.mark.django_db
def test_what_arranging_refuses_changes_nothing(gig: Gig, stranger: User, at: datetime) -> None:
    one, two = ready(gig, at, 2)
    before = (shown(gig), version(gig))
    with pytest.raises(Conflict, match="another window"):
        arrange(gig, at, [two, one], seen=version(gig) - 1)
    with pytest.raises(InvalidInput, match="under 200"):
        arrange(gig, at, [two, one], {one: "x" * 201})
    with pytest.raises(NotFound):
        services.remove(gig_id=gig.pk, seller_id=stranger.pk, item_id=one, at=at)
    with pytest.raises(NotFound):
        services.remove(gig_id=gig.pk, seller_id=gig.seller_id, item_id=one + two + 1, at=at)
    api.archive(gig_id=gig.pk, seller_id=gig.seller_id, at=at)
    with pytest.raises(NotAllowed):
        arrange(gig, at, [two, one])
    assert (shown(gig), version(gig)) == before


@pytest.mark.django_db
def test_strange_orders_do_no_harm(gig: Gig, at: datetime) -> None:
    one, two, three = ready(gig, at, 3)
    arrange(gig, at, [three, three, 999_999, three])
    assert shown(gig) == ["3.jpg", "1.jpg", "2.jpg"], "what was not named keeps its order behind"
    arrange(gig, at, [])
    assert shown(gig) == ["3.jpg", "1.jpg", "2.jpg"]
    assert [item.position for item in items(gig)] == [1, 2, 3]
    assert {one, two, three} == {item.pk for item in items(gig)}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "changes",
    [
        {"state": "ready", "key": ""},
        {"state": "waiting"},
        {"state": "failed", "key": "", "why": ""},
        {"position": 0},
    ],
    ids=str,
)
def test_the_database_keeps_items_whole(gig: Gig, at: datetime, changes: dict[str, Any]) -> None:
    (pk,) = ready(gig, at, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        GalleryItem.objects.filter(pk=pk).update(**changes)


@pytest.mark.django_db
def test_pictures_that_look_the_same_are_found_in_other_gigs(add: Add, gig: Gig, make_gig: Any, at: datetime) -> None:
    add({"large.jpg": picture(5, size=(1600, 1200)), "other.jpg": picture(77)})
    mine, unlike = items(gig)
    other = make_gig()
    copies = [
        GalleryItem.objects.create(
            gig=other, kind="image", state="ready", position=place, name="", added_at=at,
            key=f"pictures/bb/{place:032x}",
            content={"size": [640, 480], "whole": [640]},
            dhash=signed(mine.dhash ^ flipped),  # type: ignore[operator]
        )
        for place, flipped in enumerate([0, 0b111, 1 << 63 | 1 << 31 | 1, 0xFFFF_FFFF, 0b111_1111], 10)
    ]  # fmt: skip
    assert mine.dhash is not None
    assert unlike.dhash is not None
    found = selectors.similar_items([mine.dhash, unlike.dhash], gig.pk)
    assert {item.pk for item in found} == {copy.pk for copy in copies[:3]}
    assert not selectors.similar_items([unlike.dhash], gig.pk)
    assert not selectors.similar_items([mine.dhash], other.pk).exclude(gig=gig)


def signed(value: int) -> int:
    value &= (1 << 64) - 1
    return value - (1 << 64) if value >> 63 else value


@pytest.mark.django_db
def test_the_hash_survives_another_size_format_and_quality(add: Add, gig: Gig) -> None:
    again = picture(5, size=(640, 480), kind="WEBP", quality=40)
    add({"a.jpg": picture(5, size=(1600, 1200)), "b.webp": again, "flat.png": picture_of_nothing()})
    first, second, flat = items(gig)
    assert first.dhash is not None
    assert second.dhash is not None
    assert ((first.dhash ^ second.dhash) & (1 << 64) - 1).bit_count() <= 3
    assert flat.dhash is None


def picture_of_nothing() -> bytes:
    return plain_picture(kind="PNG")


@pytest.mark.django_db
def test_the_hash_is_looked_up_in_its_indexes(gig: Gig, make_gig: MakeGig, at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO gigs_galleryitem
                   (gig_id, kind, state, position, name, alt, key, content, why, added_at, attempts, dhash)
               SELECT %s, 'image', 'ready', n + 1, '', '', 'pictures/' || n, '{}', '', now(), 0,
                      ('x' || substr(md5(n::text), 1, 16))::bit(64)::bigint
               FROM generate_series(1, 8000) n""",
            [make_gig().pk],
        )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ANALYZE gigs_galleryitem")
    plan = selectors.similar_items(list(range(1, 12)), gig.pk).explain()
    assert all(f"gallery_hash_{number}" in plan for number in range(4))


@pytest.mark.django_db(transaction=True)
def test_of_two_windows_that_sort_at_once_one_wins_and_the_other_hears_it(gig: Gig, at: datetime) -> None:
    ids = ready(gig, at, 4)
    seen = version(gig)
    orders = [ids[::-1], [ids[1], ids[0], ids[3], ids[2]]]
    results = meet(*[lambda order=order: arrange(gig, at, order, seen=seen) for order in orders])  # type: ignore[misc]
    assert sum(isinstance(result, Conflict) for result in results) == 1
    assert [item.pk for item in items(gig)] in orders
    assert shown(gig) == [item.name for item in items(gig)]
    gig.refresh_from_db()
    assert gig.cover == items(gig)[0].key


@pytest.mark.django_db(transaction=True)
def test_sorting_meets_removing_and_a_picture_that_is_ready(add: Add, gig: Gig, at: datetime) -> None:
    from tests.gigs.gallery.conftest import prepare_all

    ids = ready(gig, at, 3)
    add({"new.jpg": picture()}, prepared=False)
    seen = version(gig)
    meet(
        lambda: arrange(gig, at, ids[::-1], seen=seen),
        lambda: services.remove(gig_id=gig.pk, seller_id=gig.seller_id, item_id=ids[0], at=at),
        lambda: prepare_all(at),
    )
    rows = items(gig)
    assert shown(gig) == [item.name for item in rows if item.is_ready]
    assert {item.name for item in rows} == {"2.jpg", "3.jpg", "new.jpg"}
    gig.refresh_from_db()
    assert gig.cover == rows[0].key


@pytest.mark.django_db(transaction=True)
def test_without_the_version_the_later_window_would_undo_the_first(gig: Gig, at: datetime) -> None:
    """The control: the lock alone puts one after the other, and the first one's order is lost without a word."""
    ids = ready(gig, at, 4)
    for order in (ids[::-1], [ids[1], ids[0], ids[3], ids[2]]):
        arrange(gig, at, order)  # each takes the version of the moment, as if it had none
    assert [item.pk for item in items(gig)] == [ids[1], ids[0], ids[3], ids[2]]
