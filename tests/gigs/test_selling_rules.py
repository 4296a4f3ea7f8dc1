"""Quantity prices, full queues, absences, private gigs: on the page, at the checkout, and under the lock."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.test import Client

from accounts.models import User
from gigs import api
from gigs.contracts import ExtraContent, PackageContent
from gigs.models import Gig
from gigs.selectors.owned import content_of
from gigs.services.terms import Selection, offer_of, terms_of
from marketplace.kernel import clock
from marketplace.kernel.errors import Conflict, InvalidInput, NotFound
from orders.models import Order
from tests.gigs.conftest import CONTENT, MakeGig

ONE = (PackageContent("Ten", 1_555, 60, 1),)


def request(gig: Gig, buyer: User, **changes: object) -> api.OrderRequest:
    asked = api.OrderRequest(gig.pk, gig.version, buyer.pk, Selection(), uuid.uuid4().hex)
    return replace(asked, **changes)  # type: ignore[arg-type]


# Quantity


@pytest.mark.parametrize(
    ("quantity", "unit"), [(1, 1_555), (4, 1_555), (5, 1_400), (9, 1_400), (10, 1_166), (20, 1_166)]
)
def test_the_unit_price_falls_with_the_quantity(make_gig: MakeGig, quantity: int, unit: int) -> None:
    gig = make_gig(packages=ONE, quantity_discounts=((5, 10), (10, 25)), extras=(ExtraContent("More", 500),))
    terms = terms_of(offer_of(gig), Selection(1, quantity, frozenset({1})))
    assert [(line.quantity, line.unit_minor) for line in terms.lines] == [(quantity, unit), (quantity, 500)]
    assert terms.price.amount_minor == quantity * (unit + 500)


@pytest.mark.parametrize(("currency", "price", "unit"), [("KWD", 4_450, 2_230), ("JPY", 75, 38), ("EUR", 1, 1)])
def test_a_discount_leaves_a_price_that_can_be_paid(
    make_gig: MakeGig, settings: object, currency: str, price: int, unit: int
) -> None:
    settings.SETTLEMENT_CURRENCIES = ["EUR", "KWD", "JPY"]  # type: ignore[attr-defined]
    packages = (PackageContent("Ten", price, 60, 1),)
    gig = make_gig(packages=packages, currency=currency, quantity_discounts=((2, 50),), extras=())
    terms = terms_of(offer_of(gig), Selection(1, 2))
    assert terms.lines[0].unit_minor == unit
    assert terms.price.is_payable


@pytest.mark.parametrize(
    "steps",
    [
        ((1, 10),),
        ((5, 10), (5, 20)),
        ((5, 20), (10, 10)),
        ((21, 10),),
        ((5, 51),),
        ((5, 0),),
        ((2, 1), (3, 2), (4, 3), (5, 4), (6, 5)),
    ],
)
def test_steps_that_make_no_sense_are_refused(gig: Gig, at: datetime, steps: tuple[tuple[int, int], ...]) -> None:
    content = replace(CONTENT, quantity_discounts=steps)
    with pytest.raises(InvalidInput) as refused:
        api.edit_gig(gig_id=gig.pk, seller_id=gig.seller_id, content=content, at=at)
    assert set(refused.value.fields) == {"quantity_discounts"}


def test_the_page_and_the_checkout_say_it(make_gig: MakeGig, as_buyer: Client) -> None:
    gig = make_gig(packages=ONE, quantity_discounts=((5, 10),), extras=())
    page = as_buyer.get(gig.get_absolute_url()).content.decode()
    assert 'data-discounts="5:10"' in page
    assert "5 or more: 10 % off each" in page
    checkout = as_buyer.get(f"/gigs/{gig.pk}/order/?package=1&quantity=5").content.decode()
    assert "€70.00" in checkout  # five of 14.00
    assert "10 % off the price of each" in checkout
    assert "% off the price" not in as_buyer.get(f"/gigs/{gig.pk}/order/?package=1&quantity=4").content.decode()


# A full queue


@pytest.fixture
def full(make_gig: MakeGig) -> Gig:
    gig = make_gig(queue_limit=2, questions=())
    Gig.objects.filter(pk=gig.pk).update(active_orders=2)
    gig.refresh_from_db()
    return gig


def test_a_full_queue_cannot_be_ordered_and_says_so(full: Gig, buyer: User, as_buyer: Client) -> None:
    page = as_buyer.get(full.get_absolute_url()).content.decode()
    assert "works on 2 orders at a time, and all are taken" in page
    assert "Tell me when there is room" in page
    assert "data-total" not in page
    assert as_buyer.get(f"/gigs/{full.pk}/order/?package=1").headers["Location"] == full.get_absolute_url()
    with pytest.raises(Conflict) as refused:
        api.order(request(full, buyer), clock.now())
    assert refused.value.code == "gig_full"
    assert not Order.objects.exists()
    Gig.objects.filter(pk=full.pk).update(active_orders=1)
    assert api.order(request(full, buyer), clock.now())


def test_what_was_placed_before_the_queue_was_full_is_still_that_order(full: Gig, buyer: User) -> None:
    Gig.objects.filter(pk=full.pk).update(active_orders=1)
    asked = request(full, buyer)
    placed = api.order(asked, clock.now())
    Gig.objects.filter(pk=full.pk).update(active_orders=2)
    assert api.order(asked, clock.now()) == placed


# Away


def test_who_is_away_comes_back_by_themselves(make_gig: MakeGig, buyer: User, as_buyer: Client) -> None:
    now = clock.now()
    gig = make_gig(away_until=now + timedelta(days=3), questions=())
    page = as_buyer.get(gig.get_absolute_url()).content.decode()
    assert "is away and takes orders again" in page
    assert "Tell me when they are back" in page
    with pytest.raises(Conflict) as refused:
        api.order(request(gig, buyer), now)
    assert refused.value.code == "gig_away"
    assert not Order.objects.exists()
    assert api.order(request(gig, buyer), now + timedelta(days=3))
    Gig.objects.filter(pk=gig.pk).update(away_until=now - timedelta(seconds=1))
    assert "data-total" in as_buyer.get(gig.get_absolute_url()).content.decode()


# By link only


@pytest.fixture
def private(make_gig: MakeGig) -> Gig:
    return make_gig(is_private=True, questions=())


def test_a_private_gig_is_in_no_list(private: Gig, client: Client, seller: User) -> None:
    for path in ("/", "/search/?q=product", "/categories/writing/", f"/people/{seller.handle}/", "/api/v1/gigs/"):
        assert private.title not in client.get(path, follow=True).content.decode(), path
    assert client.get(f"/api/v1/gigs/{private.pk}/").status_code == 404
    assert client.get(f"/gigs/{private.pk}/why/").status_code == 404


def test_a_private_gig_opens_with_its_link_alone(
    private: Gig, buyer: User, as_buyer: Client, as_seller: Client
) -> None:
    address = private.get_absolute_url()
    pages = (
        address,
        f"/gigs/{private.pk}/order/?package=1",
        f"/gigs/{private.pk}/quote/?package=1",
        f"/gigs/{private.pk}/ask/",
    )
    for path in (*pages, f"{address}?key=", f"{address}?key={'x' * 24}", f"{address}?key=%00"):
        assert as_buyer.get(path).status_code == 404, path
    page = as_buyer.get(f"{address}?key={private.share_key}")
    assert '<meta name="robots" content="noindex">' in page.content.decode()
    for path in pages:  # from there on, the session has it
        assert as_buyer.get(path).status_code == 200, path
    assert as_seller.get(address).status_code == 200
    with pytest.raises(NotFound):
        api.order(request(private, buyer), clock.now())
    assert not Order.objects.exists()
    assert api.order(request(private, buyer, share_key=private.share_key), clock.now())


def test_another_slug_keeps_the_key(private: Gig, client: Client) -> None:
    answer = client.get(f"/gigs/{private.pk}-x/?key={private.share_key}")
    assert answer.headers["Location"] == f"{private.get_absolute_url()}?key={private.share_key}"


def test_a_new_link_shuts_the_old_one(private: Gig, as_buyer: Client, as_seller: Client) -> None:
    old = f"{private.get_absolute_url()}?key={private.share_key}"
    assert as_buyer.get(old).status_code == 200
    assert as_seller.post(f"/sell/gigs/{private.pk}/renew-link/").status_code == 302
    before, version = private.share_key, private.version
    private.refresh_from_db()
    assert (private.share_key != before, private.version) == (True, version)
    assert as_buyer.get(old).status_code == 404
    assert as_buyer.get(private.get_absolute_url()).status_code == 404
    assert as_buyer.get(f"{private.get_absolute_url()}?key={private.share_key}").status_code == 200


def test_nobody_renews_the_link_of_another(private: Gig, as_buyer: Client) -> None:
    assert as_buyer.post(f"/sell/gigs/{private.pk}/renew-link/").status_code == 404
    before = private.share_key
    private.refresh_from_db()
    assert private.share_key == before


def test_the_key_stays_when_a_gig_is_private_again(private: Gig, at: datetime) -> None:
    owner, content = {"gig_id": private.pk, "seller_id": private.seller_id, "at": at}, content_of(private)
    for is_private in (False, True):
        api.edit_gig(**owner, content=replace(content, is_private=is_private))  # type: ignore[arg-type]
    before = private.share_key
    private.refresh_from_db()
    assert private.share_key == before
