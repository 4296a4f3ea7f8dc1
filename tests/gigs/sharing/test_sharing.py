"""What machines read of a gig and of a seller, and the share sheet with its QR code."""

from __future__ import annotations

import json
import re
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.models import User
from gigs import api
from gigs.models import Gig
from marketplace.kernel import clock

SITE = "http://testserver"


def data_of(body: str) -> list[dict[str, Any]]:
    return [json.loads(text) for text in re.findall(r'<script type="application/ld\+json">(.*?)</script>', body)]


def meta(body: str, name: str) -> str:
    found = re.search(rf'<meta property="{name}" content="([^"]*)">', body)
    return found[1] if found else ""


def test_a_gig_says_what_it_costs_and_where_it_stands(gig: Gig, client: Client) -> None:
    body = client.get(gig.get_absolute_url()).content.decode()
    address = f"{SITE}{gig.get_absolute_url()}"
    assert f'<link rel="canonical" href="{address}">' in body
    assert meta(body, "og:title") == gig.title
    assert meta(body, "og:url") == address
    assert meta(body, "og:image").startswith(SITE)
    crumbs, service = data_of(body)
    assert crumbs["@type"] == "BreadcrumbList"
    assert crumbs["itemListElement"][-1]["item"] == address
    offers = service["offers"]
    assert (offers["lowPrice"], offers["highPrice"], offers["offerCount"]) == ("15.50", "190.55", 3)
    assert offers["priceCurrency"] == "EUR"
    assert "aggregateRating" not in service


def test_a_rating_is_there_once_somebody_reviewed(gig: Gig, client: Client) -> None:
    Gig.objects.filter(pk=gig.pk).update(stars=[0, 0, 0, 1, 1], review_count=2, rating_hundredths=450)
    service = data_of(client.get(gig.get_absolute_url()).content.decode())[1]
    assert service["aggregateRating"]["ratingValue"] == "4.50"
    assert service["aggregateRating"]["reviewCount"] == 2


def test_a_paused_gig_offers_nothing(gig: Gig, client: Client) -> None:
    api.pause(gig_id=gig.pk, seller_id=gig.seller_id, at=clock.now())
    assert [data["@type"] for data in data_of(client.get(gig.get_absolute_url()).content.decode())] == [
        "BreadcrumbList"
    ]


def test_a_private_gig_tells_machines_nothing(gig: Gig, client: Client) -> None:
    Gig.objects.filter(pk=gig.pk).update(is_private=True, share_key="k" * 20)
    body = client.get(gig.get_absolute_url(), {"key": "k" * 20}).content.decode()
    assert "og:title" not in body
    assert data_of(body) == []
    assert client.get(reverse("gigs:share", args=[gig.pk])).status_code == 404


def test_a_seller_is_a_person_of_a_profile_page(seller: User, client: Client) -> None:
    body = client.get(reverse("accounts:profile", args=[seller.handle])).content.decode()
    (page,) = data_of(body)
    assert page["@type"] == "ProfilePage"
    assert page["mainEntity"]["name"] == "Tom Oliveira"
    assert page["mainEntity"]["homeLocation"]["address"]["addressCountry"] == "PT"
    assert meta(body, "og:type") == "profile"


def test_hostile_words_stay_words(gig: Gig, client: Client) -> None:
    Gig.objects.filter(pk=gig.pk).update(title='A title </script><script>alert("1")</script>')
    body = client.get(Gig.objects.get(pk=gig.pk).get_absolute_url()).content.decode()
    assert "<script>alert" not in body
    assert data_of(body)[1]["name"].endswith("</script>")


@pytest.mark.parametrize("of", ["gig", "seller"])
def test_the_share_sheet_works_as_a_page(of: str, gig: Gig, seller: User, client: Client) -> None:
    if of == "gig":
        path, shared = reverse("gigs:share", args=[gig.pk]), gig.get_absolute_url()
    else:
        path, shared = reverse("gigs:share_seller", args=[seller.handle]), f"/@{seller.handle}/"
    body = client.get(path).content.decode()
    assert f'value="{SITE}{shared}"' in body
    assert "mailto:?subject=" in body
    svg = client.get(f"{path}qr.svg")
    assert svg["Content-Type"] == "image/svg+xml"
    assert b"<path" in svg.content
    assert b"<script" not in svg.content
    with Image.open(BytesIO(client.get(f"{path}qr.png").content)) as picture:
        assert picture.width == picture.height > 300
    assert client.get(f"{path}qr.gif").status_code == 404


def test_only_what_opens_for_others_is_shared(gig: Gig, as_seller: Client) -> None:
    path = reverse("gigs:share", args=[gig.pk])
    for state, is_shared in (("active", True), ("paused", True), ("archived", False), ("taken_down", False)):
        Gig.objects.filter(pk=gig.pk).update(state=state)
        assert (path in as_seller.get(gig.get_absolute_url()).content.decode()) == is_shared, state
        assert as_seller.get(path).status_code == (200 if is_shared else 404)
