"""Deliveries: drafts that lose nothing, files that wait for the acceptance and those that never do, versions, links,
and what the terms say of use."""

from __future__ import annotations

import io
import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from marketplace.kernel import clock
from marketplace.kernel.models import Preview, StoredFile, Upload
from marketplace.kernel.previews import making
from marketplace.kernel.uploads import places
from marketplace.kernel.uploads.places import Announced, Place
from orders import api, licences, locks
from orders.models import DeliveryDraft, Order
from orders.states import State
from orders.web import links
from orders.web.deliveries import compare
from tests.orders.scenes import HOUR, Desk, get, snapshot, stored
from tests.orders.test_pages import act, errors, page, upload

pytestmark = pytest.mark.django_db
LICENCE = licences.text("commercial")
TYPED = {"note": "Look at column D first.", "checklist": ["0", "1"]}


@pytest.fixture
def at() -> datetime:
    """Pages ask the clock: these orders live now."""
    return clock.now() - 8 * HOUR


def locked(desk: Desk) -> Desk:
    """Where the seller chose that the files wait."""
    desk.terms = replace(desk.terms, preview="watermarked", licence=LICENCE, licence_kind="commercial")
    return desk


def file_of(order: Order, number: int = 1) -> StoredFile:
    return order.deliveries.get(number=number).files.get().file


def address(name: str, file: StoredFile, *more: int) -> str:
    return reverse(f"orders:{name}", args=[file.pk, *more])


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (600, 400), "#777").save(out, "PNG")
    return out.getvalue()


def delivered(desk: Desk, name: str = "photo.png", content: bytes | None = None, *, made: bool = True) -> Order:
    order = desk.in_progress()
    file = stored(name, desk.seller, desk.at, picture() if content is None else content)
    desk.deliver(order, desk.at + HOUR, files=[file])
    while made and making.make_next(clock.now()):
        pass
    return get(order.pk)


# Drafts


def test_a_refused_delivery_keeps_what_was_uploaded(desk: Desk, as_seller: Client) -> None:
    order = desk.in_progress()
    before = snapshot(order)
    answer = as_seller.post(act(order, "deliver"), {"note": "All of it.", "files": [upload(), upload("b.txt")]})
    assert errors(answer.content.decode()) == [
        "Tick every promised item. What is not ready yet belongs into a message, not a delivery."
    ]
    assert (snapshot(order), StoredFile.objects.count()) == (before, 0)
    kept = list(Upload.objects.values_list("pk", "name"))
    assert [name for _pk, name in kept] == ["result.csv", "b.txt"]
    html = as_seller.get(act(order, "deliver")).content.decode()
    assert all(f'name="uploads" value="{pk}" checked' in html for pk, _name in kept)
    assert as_seller.post(act(order, "deliver"), {**TYPED, "uploads": [kept[1][0]]}).status_code == 302
    assert file_of(order).name == "b.txt"
    assert list(Upload.objects.values_list("name", flat=True)) == ["result.csv"]


def test_what_was_written_can_wait(desk: Desk, as_seller: Client, as_buyer: Client) -> None:
    order = desk.in_progress()
    typed = {"note": "Half of it.", "checklist": ["1"], "links": "https://example.org/a", "files": [upload()]}
    assert as_seller.post(act(order, "save-delivery"), typed).status_code == 302
    assert get(order.pk).state == State.IN_PROGRESS
    html = as_seller.get(act(order, "deliver")).content.decode()
    for text in ("Half of it.", "https://example.org/a", "result.csv", 'value="1" class="checkbox checkbox-primary"'):
        assert text in html
    assert as_buyer.get(act(order, "deliver")).status_code == 302
    assert "Half of it." not in as_buyer.get(page(order)).content.decode()
    (waiting,) = Upload.objects.values_list("pk", flat=True)
    assert as_seller.post(act(order, "deliver"), {**TYPED, "uploads": [waiting]}).status_code == 302
    assert (DeliveryDraft.objects.count(), Upload.objects.count()) == (0, 0)


def test_a_draft_is_refused_where_nothing_can_be_delivered(desk: Desk, as_seller: Client) -> None:
    order = desk.completed()
    assert as_seller.post(act(order, "save-delivery"), {"note": "x", "files": [upload()]}).status_code == 302
    assert (DeliveryDraft.objects.count(), Upload.objects.count()) == (0, 0)


def test_a_file_that_has_not_arrived_whole_is_not_delivered(desk: Desk, as_seller: Client) -> None:
    order = desk.in_progress()
    before = snapshot(order)
    part = places.announce(Place(desk.seller.pk, f"order:{order.pk}:deliver", clock.now()), Announced("film.mp4", 10))
    answer = as_seller.post(act(order, "deliver"), {**TYPED, "uploads": [part.pk]})
    assert "has not arrived whole yet" in errors(answer.content.decode())[0]
    assert "0 % is here. Choose the same file again" in answer.content.decode()
    assert snapshot(order) == before


def test_somebody_elses_file_is_not_delivered(desk: Desk, as_seller: Client) -> None:
    order = desk.in_progress()
    (theirs,) = Place(desk.buyer.pk, "here", clock.now()).gather([upload()], [])
    answer = as_seller.post(act(order, "deliver"), {**TYPED, "uploads": [theirs, uuid.uuid4(), "nonsense"]})
    assert errors(answer.content.decode()) == ["A file is not here any more. Choose it again."]
    assert (Upload.objects.count(), StoredFile.objects.count()) == (1, 0)


def test_a_second_click_delivers_once_and_leaves_nothing_waiting(desk: Desk, as_seller: Client) -> None:
    order = desk.in_progress()
    (first,) = Place(desk.seller.pk, f"order:{order.pk}:deliver", clock.now()).gather([upload()], [])
    for _click in range(2):
        typed = {**TYPED, "uploads": [first], "files": [upload("b.txt")], "version": order.version}
        assert as_seller.post(act(order, "deliver"), typed).status_code == 302
    assert [item.file.name for item in get(order.pk).deliveries.get().files.all()] == ["result.csv", "b.txt"]
    assert Upload.objects.count() == 0


def test_an_empty_file_is_refused(desk: Desk, as_seller: Client) -> None:
    order = desk.in_progress()
    answer = as_seller.post(act(order, "deliver"), {**TYPED, "files": [upload("a.txt", b"")]})
    assert "“a.txt” is empty" in errors(answer.content.decode())[0]
    assert (Upload.objects.count(), get(order.pk).state) == (0, State.IN_PROGRESS)


# Files that wait for the acceptance


def test_the_buyer_sees_all_of_it_and_gets_the_file_when_they_accept(
    desk: Desk, as_buyer: Client, as_seller: Client
) -> None:
    order = delivered(locked(desk))
    file = file_of(order)
    html = as_buyer.get(page(order)).content.decode()
    assert address("preview", file) in html
    assert f'href="{address("file", file)}"' not in html
    assert as_buyer.get(address("file", file)).status_code == 403
    assert as_buyer.get(address("preview", file)).status_code == 200
    assert as_buyer.get(address("picture", file, 1))["Content-Type"] == "image/webp"
    assert Preview.objects.get().watermark == f"PREVIEW · Artisan {order.code}"
    assert as_seller.get(address("file", file)).status_code == 200
    api.accept(order_id=order.pk, actor_id=desk.buyer.pk, at=clock.now())
    assert as_buyer.get(address("file", file)).status_code == 200
    assert f'href="{address("file", file)}"' in as_buyer.get(page(order)).content.decode()


def test_a_claim_after_the_acceptance_takes_no_file_back(desk: Desk, as_buyer: Client) -> None:
    order = delivered(locked(desk))
    api.accept(order_id=order.pk, actor_id=desk.buyer.pk, at=clock.now())
    desk.dispute(order, clock.now())
    assert as_buyer.get(address("file", file_of(order))).status_code == 200


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("all.zip", b"PK\x05\x06" + bytes(18)),  # kinds without a preview
        ("song.mp3", b"ID3"),
        ("letter.docx", b"no document"),
        ("photo.png", b"no picture"),  # one that could not be made
        ("long.csv", b"a\n" * 201),  # one that leaves something out
    ],
)
def test_what_cannot_be_shown_whole_is_open_at_once(desk: Desk, as_buyer: Client, name: str, content: bytes) -> None:
    file = file_of(delivered(locked(desk), name, content))
    assert as_buyer.get(address("file", file)).status_code == 200


@pytest.mark.parametrize("name", ["photo.png", "notes.txt", "list.csv"])
def test_where_the_seller_chose_nothing_no_file_waits(desk: Desk, as_buyer: Client, name: str) -> None:
    order = delivered(desk, name, picture() if name.endswith("png") else b"a,b\n")
    assert as_buyer.get(address("file", file_of(order))).status_code == 200
    assert Preview.objects.get().watermark == ""


def test_a_preview_that_does_not_come_locks_nothing_for_long(desk: Desk, as_buyer: Client) -> None:
    order = delivered(locked(desk), made=False)
    file = file_of(order)
    Preview.objects.update(asked_at=clock.now())
    assert as_buyer.get(address("file", file)).status_code == 403
    assert "The preview is being made" in as_buyer.get(address("preview", file)).content.decode()
    Preview.objects.update(asked_at=clock.now() - locks.PATIENCE - timedelta(seconds=1))
    assert as_buyer.get(address("file", file)).status_code == 200


def test_after_a_full_refund_the_files_stay_where_they_were(desk: Desk, as_buyer: Client, at: datetime) -> None:
    order = delivered(locked(desk))
    desk.dispute(order, at + 2 * HOUR)
    desk.answer(order, at + 3 * HOUR)
    desk.decide(order, 0, at + 4 * HOUR)
    for person in (desk.buyer, desk.seller):
        api.waive(order_id=order.pk, actor_id=person.pk, at=at + 5 * HOUR)
    assert get(order.pk).state == State.CANCELLED
    assert as_buyer.get(address("file", file_of(order))).status_code == 403


def test_strangers_see_no_preview(desk: Desk, as_stranger: Client, as_moderator: Client, at: datetime) -> None:
    order = delivered(locked(desk))
    file = file_of(order)
    addresses = [address("preview", file), address("picture", file, 1), reverse("orders:deliveries", args=[order.pk])]
    for client in (as_stranger, as_moderator):
        assert [client.get(one).status_code for one in addresses] == [404, 404, 404]
    desk.dispute(order, at + 2 * HOUR)
    assert [as_moderator.get(one).status_code for one in addresses] == [200, 200, 200]
    case = reverse("orders:dispute", args=[order.pk])  # the order's own page is its sides'
    assert all(f'href="{case}"' in as_moderator.get(one).content.decode() for one in (addresses[0], addresses[2]))
    assert as_moderator.get(address("file", file)).status_code == 200


def test_pictures_that_no_preview_has_are_not_found(desk: Desk, as_buyer: Client) -> None:
    file = file_of(delivered(desk))
    assert [as_buyer.get(address("picture", file, number)).status_code for number in (0, 1, 2)] == [404, 200, 404]


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("notes.md", b"# <b>Plan</b>", "# &lt;b&gt;Plan&lt;/b&gt;"),
        ("list.csv", b"name,<i>\n=1+1,2\n", "<td>&lt;i&gt;</td>"),
        ("song.mp3", b"ID3", "<audio"),
        ("film.mp4", b"ftyp", "<video"),
        ("photo.png", b"no picture", "it is broken, or not what its name says"),
    ],
)
def test_previews_as_pages(desk: Desk, as_buyer: Client, name: str, content: bytes, expected: str) -> None:
    file = file_of(delivered(desk, name, content))
    assert expected in as_buyer.get(address("preview", file)).content.decode()


def test_a_player_can_jump(desk: Desk, as_buyer: Client) -> None:
    file = file_of(delivered(desk, "song.mp3", bytes(range(200))))
    answer: Any = as_buyer.get(address("file", file), headers={"range": "bytes=50-59"})
    assert (answer.status_code, answer["Content-Range"], answer["Content-Length"]) == (206, "bytes 50-59/200", "10")
    assert answer["Content-Type"] == "audio/mpeg"
    assert b"".join(answer.streaming_content) == bytes(range(50, 60))


# Versions


def test_versions_are_kept_and_compared(desk: Desk, as_buyer: Client, at: datetime) -> None:
    order = delivered(desk, "list.csv", b"a\n1\n")
    desk.revise(order, at + 2 * HOUR)
    same = stored("list.csv", desk.seller, at, b"a\n1\n")
    desk.deliver(order, at + 3 * HOUR, files=[same, stored("more.txt", desk.seller, at, b"more")])
    desk.revise(order, at + 4 * HOUR)
    desk.deliver(order, at + 5 * HOUR, files=[stored("list.csv", desk.seller, at, b"a\n2\n")])
    answer = as_buyer.get(reverse("orders:deliveries", args=[order.pk]))
    assert [(line.name, [word for word, _tone in line.cells]) for line in answer.context["lines"]] == [
        ("list.csv", ["new", "the same", "changed"]),
        ("more.txt", ["–", "new", "–"]),
    ]
    html = answer.content.decode()
    assert html.index("Delivery 3 <") < html.index("Delivery 2 <") < html.index("Delivery 1 <")
    assert file_of(order, 3).sha256 in html
    assert "Compare all deliveries" in as_buyer.get(page(order)).content.decode()


def test_one_version_is_compared_with_nothing(desk: Desk, as_buyer: Client) -> None:
    order = delivered(desk)
    assert "Compared" not in as_buyer.get(reverse("orders:deliveries", args=[order.pk])).content.decode()
    assert compare([]) == []


def test_before_the_first_delivery_there_is_no_page_of_them(desk: Desk, as_buyer: Client) -> None:
    assert as_buyer.get(reverse("orders:deliveries", args=[desk.in_progress().pk])).status_code == 404


# Links


@pytest.mark.parametrize(
    ("url", "embed"),
    [
        ("https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=10", "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"),
        ("https://youtu.be/dQw4w9WgXcQ", "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"),
        ("https://youtube.com/shorts/dQw4w9WgXcQ", "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"),
        ("https://vimeo.com/76979871", "https://player.vimeo.com/video/76979871?dnt=1"),
        ("https://vimeo.com/76979871/ab12cd34ef", "https://player.vimeo.com/video/76979871?dnt=1&h=ab12cd34ef"),
        (f"https://www.loom.com/share/{'a1' * 16}", f"https://www.loom.com/embed/{'a1' * 16}"),
        ("https://www.youtube.com/watch?v=%22%3E%3Cscript", ""),
        ("https://www.youtube.com/channel/abc", ""),
        ("https://evil.example/watch?v=dQw4w9WgXcQ", ""),
        ("https://youtube.com.evil.example/watch?v=dQw4w9WgXcQ", ""),
        ("https://vimeo.com/about", ""),
        ("https://loom.com/share/../x", ""),
    ],
)
def test_only_known_videos_can_be_played_here(url: str, embed: str) -> None:
    assert links.view(url).embed == embed
    assert not embed or embed.startswith(tuple(f"{source}/" for source in links.FRAME_SOURCES))


@pytest.mark.parametrize(
    ("url", "site", "title"),
    [
        ("https://www.figma.com/design/aB3dE5fG7hI9jK1l/Shop-front-page?node-id=1", "Figma", "Shop front page"),
        ("https://www.figma.com/file/aB3dE5fG7hI9jK1l", "Figma", ""),
        ("https://notfigma.com/design/x/y", "", ""),
        ("https://example.org/plan", "", ""),
    ],
)
def test_designs_are_cards(url: str, site: str, title: str) -> None:
    shown = links.view(url)
    assert (shown.site, shown.title) == (site, title)


def test_links_of_a_delivery(desk: Desk, as_buyer: Client) -> None:
    order = desk.in_progress()
    urls = ["https://youtu.be/dQw4w9WgXcQ", "https://www.figma.com/design/aB3dE5fG7hI9jK1l/Shop", "https://x.example/a"]
    desk.deliver(order, desk.at + HOUR, files=[], links=urls)
    answer = as_buyer.get(page(order))
    html = answer.content.decode()
    assert "<iframe" not in html
    assert 'data-embed="https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"' in html
    assert "Open in Figma" in html
    assert '<span class="muted tiny">x.example</span>' in html
    assert html.count('rel="noopener noreferrer nofollow ugc"') >= len(urls)
    assert "frame-src https://www.youtube-nocookie.com https://player.vimeo.com https://www.loom.com;" in (
        answer["Content-Security-Policy"] + ";"
    )
    assert "frame-src" not in as_buyer.get("/")["Content-Security-Policy"]


# What the terms say
