"""The card of a link: asked for by the page, drawn by a worker, drawn anew when it would show something else."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO

import pytest
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts import api as accounts
from accounts.models import User
from gigs.gallery.tidying import USED_BY
from gigs.models import Gig, ShareCard
from gigs.sharing import cards, drawing
from marketplace.kernel import clock, identity
from tests.gigs.sharing.test_sharing import meta

pytestmark = pytest.mark.django_db


def asked() -> int:
    return ShareCard.objects.filter(wanted_at__isnull=False).count()


def deliver() -> int:
    drawn = 0
    while cards.draw_next():
        drawn += 1
    return drawn


def draw(gig: Gig, at: datetime) -> ShareCard:
    ShareCard.objects.create(gig=gig, wanted_at=at)
    assert deliver() == 1
    return ShareCard.objects.get(gig=gig)


def test_the_first_look_asks_for_it_and_a_worker_draws_it(gig: Gig, client: Client) -> None:
    body = client.get(gig.get_absolute_url()).content.decode()
    assert "covers/" in meta(body, "og:image")
    assert asked() == 1
    deliver()
    card = ShareCard.objects.get(gig=gig)
    with default_storage.open(f"{card.key}.jpg") as file, Image.open(BytesIO(file.read())) as picture:
        assert (picture.format, picture.size) == ("JPEG", (1200, 630))
    body = client.get(gig.get_absolute_url()).content.decode()
    assert meta(body, "og:image").endswith(f"{card.key}.jpg")
    assert (meta(body, "og:image:width"), meta(body, "og:image:height")) == ("1200", "630")
    assert asked() == 0


def test_another_title_asks_for_another_card(gig: Gig, client: Client) -> None:
    client.get(gig.get_absolute_url())
    deliver()
    first = ShareCard.objects.get(gig=gig).key
    Gig.objects.filter(pk=gig.pk).update(title="Write 60 product descriptions for your shop", updated_at=clock.now())
    client.get(Gig.objects.get(pk=gig.pk).get_absolute_url())
    assert asked() == 1
    deliver()
    assert ShareCard.objects.get(gig=gig).key != first
    assert ShareCard.objects.count() == 1


def test_the_name_that_staff_gave_the_site_is_on_page_and_card(
    gig: Gig, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.get(gig.get_absolute_url())
    deliver()
    before = ShareCard.objects.get(gig=gig).shows
    monkeypatch.setattr(identity, "name", lambda: "Little Works")
    assert meta(client.get(gig.get_absolute_url()).content.decode(), "og:site_name") == "Little Works"
    assert deliver() == 1
    assert ShareCard.objects.get(gig=gig).shows != before


def test_a_seller_has_one_too(seller: User, client: Client) -> None:
    path = reverse("accounts:profile", args=[seller.handle])
    assert meta(client.get(path).content.decode(), "og:image") == ""
    deliver()
    card = ShareCard.objects.get(seller=seller)
    assert meta(client.get(path).content.decode(), "og:image").endswith(f"{card.key}.jpg")
    assert asked() == 0


def test_many_looks_ask_once(gig: Gig, client: Client) -> None:
    for _look in range(3):
        cache.clear()
        client.get(gig.get_absolute_url())
    assert (asked(), deliver(), deliver()) == (1, 1, 0)


def test_nothing_is_drawn_of_what_is_not_public(gig: Gig, seller: User, at: datetime) -> None:
    Gig.objects.filter(pk=gig.pk).update(is_private=True, share_key="k" * 20)
    assert draw(gig, at).key == ""
    accounts.suspend(user_id=seller.pk, by_id=None, reason="They send spam.", at=at)
    ShareCard.objects.create(seller=seller, wanted_at=at)
    deliver()
    assert set(ShareCard.objects.values_list("key", flat=True)) == {""}


def test_letters_that_the_fonts_have_not_are_not_drawn_as_boxes(gig: Gig, client: Client, at: datetime) -> None:
    assert drawing.can_write("Größe, façade, Žluťoučký, “quotes” – €12")
    assert not drawing.can_write("商品説明")
    Gig.objects.filter(pk=gig.pk).update(title="商品説明を五十件書きます、日本語で")
    card = draw(gig, at)
    assert (card.key, bool(card.shows)) == ("", True)
    body = client.get(Gig.objects.get(pk=gig.pk).get_absolute_url(), follow=True).content.decode()
    assert "covers/" in meta(body, "og:image")
    assert asked() == 0


@pytest.mark.parametrize("title", ["Short", "word " * 40, "x" * 300, ""])
def test_any_title_fits(title: str) -> None:
    made = drawing.draw(title=title, name="N" * 200, line="from €5", site="Artisan", picture=None)
    with Image.open(BytesIO(made)) as picture:
        assert picture.size == drawing.SIZE


def test_cards_in_use_are_not_tidied_away(gig: Gig, at: datetime) -> None:
    key = draw(gig, at).key
    assert key in {used for keys in USED_BY for used in keys(key[:7])}
