"""The short way to a first gig: what it asks, what it makes, what it refuses."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from gigs.models import Category, Gig
from tests.gigs.conftest import MakeGig

FIRST = "/sell/first/"
pytestmark = pytest.mark.django_db


def said(**changes: Any) -> dict[str, Any]:
    data = {
        "key": uuid.uuid4().hex,
        "starter": "logo-cleanup",
        "of": "logos",
        "title": "Clean up your logo and deliver 3 tidy files",
        "description": "Send the logo you have. I redraw it as a clean vector and give it back in three formats.",
        "price": "14.00",
        "promise": "1",
        "unit": "days",
        "ai_use": "none",
        "country": "PT",
    }
    return {name: value for name, value in {**data, **changes}.items() if value is not None}


def test_a_visitor_signs_up_and_comes_back(client: Client) -> None:
    assert client.get(FIRST).headers["Location"] == "/accounts/signup/?next=%2Fsell%2Ffirst%2F"


def test_who_sells_already_keeps_what_they_chose(as_seller: Client, make_gig: MakeGig) -> None:
    make_gig()
    answer = as_seller.get(FIRST, {"starter": "none", "category": "logos"})
    assert answer.headers["Location"] == "/sell/gigs/new/?starter=none&category=logos"


def test_one_form_makes_a_seller_and_a_live_gig(as_buyer: Client, buyer: User, categories: None) -> None:
    page = as_buyer.get(FIRST, {"category": "logos", "starter": "logo-cleanup"})
    form = page.context["form"]
    assert list(form.fields) == ["country", "title", "description", "price", "promise", "unit", "ai_use", "more"]
    assert (form["price"].value(), form["promise"].value(), form["unit"].value()) == ("15.00", 12, "hours")
    answer = as_buyer.post(FIRST, said(more="on"))
    gig = Gig.objects.get()
    assert answer.headers["Location"] == gig.get_absolute_url()
    assert (gig.state, gig.seller_id, gig.cover_is_drawn, gig.ai_use) == ("active", buyer.pk, True, "none")
    rows = gig.packages.values_list("name", "price_minor", "promised_minutes")
    assert list(rows) == [("Web files", 1400, 1440), ("Web and print", 2600, 1440), ("With a small guide", 4800, 2880)]
    assert gig.checklist  # what the starter knows comes along
    assert User.objects.get(pk=buyer.pk).is_seller


def test_the_same_page_sent_twice_makes_one_gig(as_buyer: Client, categories: None) -> None:
    data = said()
    as_buyer.post(FIRST, data)
    gig = Gig.objects.get()
    assert as_buyer.post(FIRST, data).headers["Location"] == f"/sell/gigs/{gig.pk}/"
    assert list(gig.packages.values_list("name", flat=True)) == ["Web files"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": "Short"}, "title"),
        ({"description": "Too little."}, "description"),
        ({"price": "a lot"}, "price"),
        ({"promise": "31"}, "promise"),
        ({"ai_use": None}, "ai_use"),
        ({"country": "BR"}, "country"),
        ({"more": "on", "price": "26"}, "more"),
        ({"of": "nothing", "starter": "none"}, "category"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_made(
    as_buyer: Client, buyer: User, categories: None, changes: dict[str, Any], field: str
) -> None:
    answer = as_buyer.post(FIRST, said(**changes))
    assert list(answer.context["form"].errors) == [field]
    assert answer.context["form"]["title"].value() == changes.get("title", said()["title"])
    assert not Gig.objects.exists()
    assert not User.objects.get(pk=buyer.pk).is_seller


def test_a_seller_is_not_asked_for_the_country(as_seller: Client, categories: None) -> None:
    page = as_seller.get(FIRST, {"category": "design", "starter": "none"})
    assert "country" not in page.context["form"].fields
    assert as_seller.post(FIRST, said(of="design", starter="none")).status_code == 302
    assert Gig.objects.get().category.slug == "design"


def test_what_a_check_finds_is_read_first(as_seller: Client, categories: None) -> None:
    text = said()["description"] + " More at https://elsewhere.example.org/logos."
    answer = as_seller.post(FIRST, said(description=text))
    gig = Gig.objects.get()
    assert (answer.headers["Location"], gig.state) == (f"/sell/gigs/{gig.pk}/check/", "draft")


def test_who_has_published_goes_to_the_editor(as_seller: Client, make_gig: MakeGig) -> None:
    make_gig()
    assert as_seller.get(FIRST).headers["Location"] == "/sell/gigs/new/"
    assert as_seller.post(FIRST, said()).headers["Location"] == "/sell/gigs/new/"
    assert Gig.objects.count() == 1


def test_what_the_category_asks_at_least_is_said_at_the_price(as_buyer: Client, categories: None) -> None:
    Category.objects.filter(slug="design").update(minimum_price_minor=2_000)
    answer = as_buyer.post(FIRST, said(of="", starter="none", category="design"))
    assert answer.status_code == 422
    assert answer.context["form"].errors == {"price": ["In Design a package costs at least €20.00."]}
    assert not Gig.objects.exists()


def test_what_one_receives_is_by_the_fee_of_the_category_that_is_chosen(as_buyer: Client, categories: None) -> None:
    Category.objects.filter(slug="design").update(seller_fee_bp=5_000)
    answer = as_buyer.post(FIRST, said(of="", starter="none", category="design", title="Short"))
    assert answer.context["split"]["receives"].amount_minor == 700
    assert 'hx-include="#id_category"' in answer.content.decode()
    asked = as_buyer.get("/sell/gigs/price/?currency=EUR&category=&price=14.00&category=design")
    assert answer.context["split"] == asked.context["split"]
