"""The gallery in the editor's step: arranged at once, while the step itself waits, and neither undoes the other."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from gigs.gallery import services
from gigs.models import GalleryItem, Gig, GigDraft
from tests.gigs.conftest import MakeGig
from tests.gigs.conftest import picture as plain_picture
from tests.gigs.editing_forms import begin, opened, page_of
from tests.gigs.gallery.conftest import items, picture, prepare_all
from tests.gigs.gallery.test_arranging import arrange, ready, shown, version

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("show_what_is_missing")]


def step(gig: Gig) -> str:
    return page_of(gig.pk, "pictures")


def sent_cover(name: str = "cover.jpg", size: tuple[int, int] = (800, 600)) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, plain_picture(*size), "image/jpeg")


def test_the_forms_of_the_step_come_back_to_it(as_seller: Client, gig: Gig, at: datetime) -> None:
    address = reverse("gigs:gallery", args=[gig.pk]) + "?in=editor"
    assert f'action="{address}"' in as_seller.get(step(gig)).content.decode()
    files = [SimpleUploadedFile(f"{number}.jpg", picture(number)) for number in (1, 2)]
    assert as_seller.post(address, {"do": "add", "files": files}).headers["Location"] == step(gig)
    prepare_all(at)
    page = as_seller.get(step(gig)).content.decode()
    assert page.count('class="arrange-row"') == 2
    one, two = (item.pk for item in items(gig))
    moves = {"do": "arrange", "item": [one, two], "version": version(gig), "move": f"{two}:up"}
    assert as_seller.post(address, moves).headers["Location"] == f"{step(gig)}#item-{two}"
    assert shown(gig) == ["2.jpg", "1.jpg"]
    remove = reverse("gigs:gallery_remove", args=[gig.pk, two]) + "?in=editor"
    assert f'action="{remove}"' in page
    assert as_seller.post(remove).headers["Location"] == step(gig)
    assert shown(gig) == ["1.jpg"]


def test_a_window_of_the_step_neither_collides_with_the_gallery_nor_undoes_it(
    as_seller: Client, gig: Gig, at: datetime
) -> None:
    one, two = ready(gig, at, 2)
    window = opened(as_seller, gig.pk, "pictures")
    arrange(gig, at, [two, one])
    assert as_seller.post(step(gig), {**window, "do": "autosave"}).status_code == 200
    services.remove(gig_id=gig.pk, seller_id=gig.seller_id, item_id=two, at=at)
    assert as_seller.post(step(gig), {**window, "do": "next"}).headers["Location"] == page_of(gig.pk, "selling")
    assert shown(gig) == ["1.jpg"]
    assert not GigDraft.objects.get(gig=gig).holds_changes


def test_a_cover_of_a_live_gig_waits_and_then_comes_first(as_seller: Client, gig: Gig, at: datetime) -> None:
    ready(gig, at, 2)
    sent = {**opened(as_seller, gig.pk, "pictures"), "cover": sent_cover(), "do": "stay"}
    assert as_seller.post(step(gig), sent).headers["Location"] == step(gig)
    assert shown(gig) == ["1.jpg", "2.jpg"]
    waiting = GigDraft.objects.get(gig=gig).cover
    page = as_seller.get(step(gig)).content.decode()
    assert "It waits: buyers see it when you save" in page
    assert f"{waiting}-640.webp" in page
    assert "The cover as buyers see it" in page
    seen = as_seller.get(reverse("gigs:preview", args=[gig.pk])).context["page"].slides
    assert [waiting in slide.thumb for slide in seen] == [True, False, False]
    summary = as_seller.get(page_of(gig.pk)).content.decode()
    assert "3 pictures" in summary
    as_seller.post(page_of(gig.pk), {"do": "save"})
    assert shown(gig) == ["Cover", "1.jpg", "2.jpg"]
    assert Gig.objects.get(pk=gig.pk).cover == waiting


def test_a_cover_of_a_draft_is_the_first_picture_at_once(as_seller: Client, categories: None) -> None:
    gig = Gig.objects.get(pk=begin(as_seller))
    sent = {**opened(as_seller, gig.pk, "pictures"), "cover": sent_cover(), "do": "next"}
    assert as_seller.post(step(gig), sent).status_code == 302
    assert shown(gig) == ["Cover"]
    page = as_seller.get(step(gig)).content.decode()
    assert "The cover as buyers see it" not in page  # the gallery shows it
    # The same step again, from another window, changes nothing.
    as_seller.post(step(gig), {**opened(as_seller, gig.pk, "pictures"), "do": "next"})
    assert shown(gig) == ["Cover"]


def test_a_good_cover_is_kept_where_the_step_stops(as_seller: Client, make_gig: MakeGig) -> None:
    gig = make_gig()
    first = opened(as_seller, gig.pk, "pictures")
    second = opened(as_seller, gig.pk, "pictures")
    as_seller.post(step(gig), {**first, "cover": sent_cover(size=(820, 600)), "do": "next"})
    kept = as_seller.post(step(gig), {**second, "cover": sent_cover(), "do": "next"})  # another window was first
    key = kept.context["editor"].cover_key
    assert f'name="cover_key" value="{key}"' in kept.content.decode()
    window = {"window": kept.context["window"], "seen": kept.context["seen"]}
    as_seller.post(step(gig), {**window, "cover_key": key, "do": "next"})
    assert GigDraft.objects.get(gig=gig).cover == key


def test_the_summary_counts_what_is_in_it(as_seller: Client, gig: Gig, at: datetime) -> None:
    assert "we drew one" in as_seller.get(page_of(gig.pk)).content.decode()
    _one, two, *pdfs = ready(gig, at, 4)
    GalleryItem.objects.filter(pk=two).update(kind="video")
    GalleryItem.objects.filter(pk__in=pdfs).update(kind="pdf")
    services.refresh(gig, at)
    assert "1 picture, 1 video, 2 PDFs" in as_seller.get(page_of(gig.pk)).content.decode()


@pytest.mark.parametrize("number", [1, 5])
def test_the_step_asks_no_more_where_there_is_more(
    as_seller: Client, gig: Gig, at: datetime, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ready(gig, at, number)
    as_seller.get(step(gig))
    with django_assert_num_queries(22):
        as_seller.get(step(gig))
