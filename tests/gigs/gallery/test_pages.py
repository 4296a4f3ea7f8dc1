"""The seller's page as plain forms and as the script asks it, and the gallery on the gig's page."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from gigs import api
from gigs.gallery import preparing
from gigs.models import GalleryItem, Gig, GigDraft
from gigs.services import editing
from marketplace.kernel.models import Upload
from tests.gigs.editing_forms import opened, page_of
from tests.gigs.gallery.conftest import Add, film, items, pdf, picture, prepare_all
from tests.gigs.gallery.test_arranging import arrange, ready, shown, version

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("show_what_is_missing")]


def address(gig: Gig) -> str:
    return reverse("gigs:gallery", args=[gig.pk])


def files(**contents: bytes) -> list[SimpleUploadedFile]:
    return [SimpleUploadedFile(name.replace("_", "."), content) for name, content in contents.items()]


def text(response: Any) -> str:
    content: str = response.content.decode()
    assert "MISSING(" not in content
    return content


def test_files_go_the_way_of_a_plain_form(as_seller: Client, gig: Gig, at: datetime) -> None:
    assert "Nothing here yet" in text(as_seller.get(address(gig)))
    sent = {"do": "add", "files": files(a_jpg=picture(1), b_svg=b"<svg></svg>", c_jpg=picture(2))}
    page = text(as_seller.post(address(gig), sent, follow=True))
    assert "2 files are added." in page
    assert "“b.svg” is a drawing (SVG)" in page
    assert "Being prepared… 0 of 2" in page
    prepare_all(at)
    page = text(as_seller.get(address(gig)))
    assert "Being prepared" not in page
    assert page.count('class="arrange-row"') == 2


def test_progress_is_told_and_pictures_come_by_themselves(as_seller: Client, add: Add, gig: Gig, at: datetime) -> None:
    add({"a.jpg": picture(1), "b.jpg": picture(2)}, prepared=False)
    first, second = items(gig)
    preparing.prepare_next(at)
    asked = reverse("gigs:gallery_progress", args=[gig.pk]) + f"?waiting={first.pk},{second.pk}"
    page = text(as_seller.get(asked))
    assert "Being prepared… 1 of 2" in page
    assert f"waiting={second.pk}" in page
    assert f'id="picture-{first.pk}" hx-swap-oob="true"' in page
    assert f'id="picture-{second.pk}"' not in page
    preparing.prepare_next(at)
    page = text(as_seller.get(asked))
    assert "Everything is prepared." in page
    assert "hx-get" not in page
    assert as_seller.get(asked + ",x,%00,99999999999999999999").status_code == 200


def test_a_failure_says_what_to_do(as_seller: Client, add: Add, gig: Gig) -> None:
    add({"a.jpg": picture()[:3000]})
    page = text(as_seller.get(address(gig)))
    assert "Save it as JPEG, PNG or WebP and add it again." in page


@pytest.mark.parametrize("sent", [{}, {"uploads": ["nonsense", "0" * 32]}], ids=["nothing", "made up"])
def test_a_form_without_good_files_is_refused_at_its_field(as_seller: Client, gig: Gig, sent: dict[str, Any]) -> None:
    response = as_seller.post(address(gig), {"do": "add", **sent})
    assert response.status_code == 422
    assert 'id="files_error"' in text(response)
    assert not items(gig)


def test_an_empty_file_is_refused_and_nothing_is_kept(as_seller: Client, gig: Gig) -> None:
    response = as_seller.post(address(gig), {"do": "add", "files": files(a_jpg=b"")})
    assert response.status_code == 422
    assert "empty" in text(response)
    assert not Upload.objects.exists()


def test_rows_move_by_their_buttons_and_keep_what_is_typed(as_seller: Client, gig: Gig, at: datetime) -> None:
    one, two, three = ready(gig, at, 3)
    sent = {
        "do": "arrange",
        "version": version(gig),
        "item": [one, two, three],
        f"alt-{one}": "A cup",
        "move": f"{three}:up",
    }
    response = as_seller.post(address(gig), sent)
    assert response.headers["Location"] == f"{address(gig)}#item-{three}"
    assert shown(gig) == ["1.jpg", "3.jpg", "2.jpg"]
    assert GalleryItem.objects.get(pk=one).alt == "A cup"
    sent |= {"version": version(gig), "item": [one, three, two], "move": f"{one}:down"}
    as_seller.post(address(gig), sent)
    assert shown(gig) == ["3.jpg", "1.jpg", "2.jpg"]


def test_the_script_is_answered_in_json(as_seller: Client, gig: Gig, at: datetime) -> None:
    one, two = ready(gig, at, 2)
    sent: dict[str, Any] = {"do": "arrange", "version": version(gig), "item": [two, one]}
    answer = as_seller.post(address(gig), sent, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()) == (200, {"version": version(gig), "cover": two})
    answer = as_seller.post(address(gig), sent, headers={"Accept": "application/json"})
    assert answer.status_code == 409
    assert "another window" in answer.json()["message"]


def test_another_windows_change_is_said_and_what_was_typed_stays(as_seller: Client, gig: Gig, at: datetime) -> None:
    one, two = ready(gig, at, 2)
    sent = {"do": "arrange", "version": version(gig) - 1, "item": [two, one], f"alt-{one}": "A <blue> cup"}
    response = as_seller.post(address(gig), sent)
    page = text(response)
    assert response.status_code == 409
    assert "changed in another window" in page
    assert 'value="A &lt;blue&gt; cup"' in page
    assert shown(gig) == ["1.jpg", "2.jpg"]


@pytest.mark.parametrize(
    "sent",
    [
        {}, {"do": "arrange"}, {"do": "arrange", "version": "-1", "item": ["x", "\x00", "9" * 40]},
        {"do": "arrange", "version": "٣", "move": ":::up"}, {"do": "x" * 5000, "item": [str(n) for n in range(500)]},
    ],
    ids=str,
)  # fmt: skip
def test_nonsense_changes_nothing(as_seller: Client, gig: Gig, at: datetime, sent: dict[str, Any]) -> None:
    ready(gig, at, 2)
    assert as_seller.post(address(gig), sent).status_code in {302, 409}
    assert shown(gig) == ["1.jpg", "2.jpg"]


def test_removing_asks_first_and_is_said(as_seller: Client, gig: Gig, at: datetime) -> None:
    one, _two = ready(gig, at, 2)
    remove = reverse("gigs:gallery_remove", args=[gig.pk, one])
    assert f'action="{remove}"' in text(as_seller.get(address(gig)))
    assert "“1.jpg” is removed." in text(as_seller.post(remove, follow=True))
    assert shown(gig) == ["2.jpg"]
    assert as_seller.post(remove).status_code == 404


def test_somebody_elses_gallery_is_not_there(gig: Gig, at: datetime, stranger: User) -> None:
    one, two = ready(gig, at, 2)
    client = Client()
    client.force_login(stranger, backend="django.contrib.auth.backends.ModelBackend")
    sent = {"do": "arrange", "version": version(gig), "item": [two, one]}
    add = {"do": "add", "files": files(a_jpg=picture())}
    answers = [
        client.get(address(gig)), client.post(address(gig), sent), client.post(address(gig), add),
        client.post(reverse("gigs:gallery_remove", args=[gig.pk, one])),
        client.get(reverse("gigs:gallery_progress", args=[gig.pk])),
    ]  # fmt: skip
    assert {answer.status_code for answer in answers} == {404}
    assert (shown(gig), Upload.objects.count()) == (["1.jpg", "2.jpg"], 0)


def test_an_archived_gigs_gallery_is_only_looked_at(as_seller: Client, gig: Gig, at: datetime) -> None:
    ready(gig, at, 1)
    api.archive(gig_id=gig.pk, seller_id=gig.seller_id, at=at)
    page = text(as_seller.get(address(gig)))
    assert "This gig is in the archive" in page
    assert 'id="arrange"' not in page
    assert as_seller.post(address(gig), {"do": "add", "files": files(a_jpg=picture())}).status_code == 403
    assert len(items(gig)) == 1


@pytest.mark.parametrize("number", [0, 1, 10])
def test_the_pages_take_the_same_queries_whatever_is_in_them(
    as_seller: Client, gig: Gig, at: datetime, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ready(gig, at, number)
    with django_assert_num_queries(7):
        as_seller.get(address(gig))
    with django_assert_num_queries(4):
        as_seller.get(reverse("gigs:gallery_progress", args=[gig.pk]))


@pytest.mark.parametrize("number", [0, 10])
def test_the_gigs_page_takes_no_query_for_its_gallery(
    client: Client, gig: Gig, at: datetime, number: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    ready(gig, at, number)
    client.get(gig.get_absolute_url())
    with django_assert_max_num_queries(8) as asked:
        page = text(client.get(gig.get_absolute_url()))
    assert sum("gigs_gallery" in query["sql"] for query in asked.captured_queries) == 1, "with the gig itself"
    assert page.count('class="gallery-slide"') == max(1, number)


def test_the_gigs_page_shows_everything_in_its_order(client: Client, add: Add, gig: Gig) -> None:
    add({"a.jpg": picture(size=(1600, 1000)), "b.mp4": film(), "c.pdf": pdf(2)})
    image, video, document = items(gig)
    page = text(client.get(gig.get_absolute_url()))
    slides = page.split('class="gallery-slide"')[1:]
    assert f'srcset="/media/{image.key}-w640.avif 640w, ' in slides[0]
    assert 'width="1600" height="1000" fetchpriority="high"' in slides[0]
    assert f'poster="/media/{video.key}-w320.webp"' in slides[1]
    assert 'preload="none"' in slides[1]
    assert f'<source src="/media/{video.key}.mp4" type="video/mp4">' in slides[1]
    assert 'loading="lazy"' in slides[2]
    assert re.search(rf'href="/media/{document.key}.pdf" download="c.pdf".*PDF, 2 pages', slides[2], re.DOTALL)
    assert 'type="image/avif" imagesrcset="' in page.split("</head>")[0]


def test_a_gig_with_a_cover_alone_shows_that(client: Client, gig: Gig) -> None:
    page = text(client.get(gig.get_absolute_url()))
    assert f'src="/media/{gig.cover}-640.webp"' in page
    assert "gallery-thumbs" not in page
    assert "js/gallery.js" not in page


def test_a_video_is_sent_in_parts_and_pictures_with_their_type(client: Client, add: Add, gig: Gig) -> None:
    add({"b.mp4": film()})
    (video,) = items(gig)
    path = f"/media/{video.key}.mp4"
    whole = b"".join(client.get(path).streaming_content)  # type: ignore[attr-defined]
    part = client.get(path, headers={"Range": "bytes=4-11"})
    assert (part.status_code, part["Content-Range"]) == (206, f"bytes 4-11/{len(whole)}")
    assert b"".join(part.streaming_content) == whole[4:12]  # type: ignore[attr-defined]
    assert part["Content-Type"] == "video/mp4"
    assert client.get(path, headers={"Range": f"bytes={len(whole)}-"}).status_code == 416
    assert client.get(f"/media/{video.key}-320.avif")["Content-Type"] == "image/avif"


def test_an_editor_that_was_opened_before_does_not_undo_the_order(as_seller: Client, gig: Gig, at: datetime) -> None:
    one, two = ready(gig, at, 2)
    gig.refresh_from_db()
    stale = gig.cover
    arrange(gig, at, [two, one])
    editing.set_cover(gig_id=gig.pk, seller_id=gig.seller_id, cover=stale, at=at)
    gig.refresh_from_db()
    assert (shown(gig), gig.cover) == (["2.jpg", "1.jpg"], GalleryItem.objects.get(pk=two).key)
    sent = {**opened(as_seller, gig.pk, "pictures"), "cover_key": stale, "do": "next"}
    assert as_seller.post(page_of(gig.pk, "pictures"), sent).status_code == 302
    assert not GigDraft.objects.get(gig=gig).holds_changes
