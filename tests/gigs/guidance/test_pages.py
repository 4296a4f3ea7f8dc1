"""What sellers are told beside their packages, and buyers on the gig."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from gigs import api
from gigs.guidance.editor import guide, hourly, read
from gigs.models import Category, Gig, HourlyFloor, Package
from gigs.selectors.owned import content_of
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.money import Money
from tests.gigs.conftest import CONTENT, NOON, MakeGig
from tests.gigs.guidance.conftest import Figure

FIFTY = {"name": "Fifty", "price": "56.00", "promise": "22", "unit": "hours", "work_minutes": "90"}


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


def asked(row: dict[str, str], **more: str) -> dict[str, str]:
    return {"category": "writing", "currency": "EUR", **{f"packages-0-{name}": row[name] for name in row}, **more}


def text_of(client: Client, parameters: dict[str, str]) -> str:
    answer = client.get("/sell/gigs/guidance/", parameters)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_quartiles_rate_and_floor(as_seller: Client, seller: User, figure: Figure) -> None:
    figure(1)
    HourlyFloor.objects.create(seller=seller, currency="EUR", amount_minor=3_361)
    html = text_of(as_seller, asked(FIFTY))
    # 56.00 less a tenth is 50.40 for 90 minutes.
    for text in (
        'Half ask <b class="num">€20.00</b> to <b class="num">€60.00</b>, the middle is <b class="num">€30.00</b>.',
        "37 finished orders, promised within a day, last 180 days.",
        'An hour brings you <b class="num">€33.60</b> after fees, before tax.',
        "Below your €33.61 an hour.",
    ):
        assert text in html, text
    assert "quarter" not in html
    assert "our starting values" not in html
    HourlyFloor.objects.update(amount_minor=3_360)
    assert "Below your" not in text_of(as_seller, asked(FIFTY))


@pytest.mark.parametrize(
    ("price", "said"),
    [("19.99", "cheapest quarter"), ("20.00", ""), ("60.00", ""), ("60.01", "dearest quarter")],
)
def test_where_a_price_stands(as_seller: Client, figure: Figure, price: str, said: str) -> None:
    figure(1)
    html = text_of(as_seller, asked({**FIFTY, "price": price}))
    assert ("quarter" in html) == bool(said)
    assert said in html


def test_not_enough_is_said_and_the_operators_range_labelled(as_seller: Client, figure: Figure) -> None:
    figure(1, None)
    figure(0)  # of another size
    html = text_of(as_seller, asked(FIFTY))
    assert "Not enough data yet: 7 of 20 finished orders, promised within a day." in html
    assert "our starting values, until there are enough finished orders to count" in html
    html = text_of(as_seller, asked({**FIFTY, "promise": "5", "unit": "days"}))
    assert "Not enough data yet: 0 of 20 finished orders, promised within a week." in html


def test_currencies_are_never_mixed(as_seller: Client, figure: Figure, settings: Any) -> None:
    settings.SETTLEMENT_CURRENCIES = ["EUR", "JPY"]
    figure(1)
    html = text_of(as_seller, asked({**FIFTY, "price": "5600"}, currency="JPY"))
    assert "Not enough data yet: 0 of 20" in html
    assert "€" not in html


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"price": "\x00", "promise": "\x00", "unit": "\x00", "name": "\x00", "work_minutes": "\x00"},
        {"price": "-1", "promise": "-1", "unit": "hours", "work_minutes": "-1"},
        {"price": "0", "promise": "0", "unit": "hours", "work_minutes": "0"},
        {"price": "1e309", "promise": "9" * 5_000, "unit": "days", "work_minutes": "9" * 5_000},
        {"price": "NaN", "promise": "²", "unit": "weeks", "work_minutes": "١٢"},
        {"price": "9" * 400, "promise": "99999999", "unit": "days", "work_minutes": "43201"},
        {"name": "<script>alert(1)</script>", "price": "'; --", "promise": "1,5", "unit": "", "work_minutes": "1.5"},
    ],
)
def test_what_cannot_be_read_is_no_error(as_seller: Client, figure: Figure, row: dict[str, str]) -> None:
    figure(1)
    for category in ("writing", "", "\x00", "none", "x" * 10_000, "🙂"):
        html = text_of(as_seller, asked(row, category=category))
        assert "<script>alert" not in html
        assert "An hour brings" not in html
    read_row = read(row, "EUR")
    assert (read_row.price, read_row.promised_minutes, read_row.work_minutes) == (None, None, None)


def test_three_queries_for_one_package_or_three(
    seller: User, figure: Figure, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    figure(1)
    for rows in ([FIFTY], [FIFTY, {**FIFTY, "promise": "1"}, {**FIFTY, "unit": "days"}]):
        with django_assert_num_queries(3):
            guide(seller_id=seller.pk, category_slug="writing", currency="EUR", rows=rows)


def test_a_categorys_own_fee_counts(as_seller: Client, figure: Figure) -> None:
    Category.objects.filter(slug="writing").update(seller_fee_bp=0)
    assert 'An hour brings you <b class="num">€37.33</b>' in text_of(as_seller, asked(FIFTY))


@pytest.mark.parametrize(
    ("minor", "minutes", "expected"), [(5_040, 90, 3_360), (100, 7, 857), (1, 60, 1), (1, 121, 0), (5, 120, 3)]
)
def test_an_hour_rounded_half_up(minor: int, minutes: int, expected: int) -> None:
    assert hourly(eur(minor), minutes) == eur(expected)


def test_the_editor_shows_it_without_scripts(as_seller: Client, gig: Gig, figure: Figure) -> None:
    figure(1)
    html = " ".join(as_seller.get(f"/sell/gigs/{gig.pk}/edit/packages/").content.decode().split())
    assert 'id="usual"' in html
    assert html.count("Half ask") == 2  # Ten and Fifty; the whole shop takes four days
    assert "Not enough data yet: 0 of 20 finished orders, promised within a week." in html


def test_a_stranger_is_asked_to_sign_in(client: Client, categories: None) -> None:
    for path in ("/sell/gigs/guidance/", "/sell/gigs/floor/"):
        assert client.get(path).status_code == 302


# The minutes of work


def with_work(minutes: int | None) -> Any:
    return replace(CONTENT, packages=(replace(CONTENT.packages[0], work_minutes=minutes), *CONTENT.packages[1:]))


def test_minutes_are_kept_and_are_nobody_elses_business(
    gig: Gig, client: Client, as_buyer: Client, as_seller: Client
) -> None:
    version = api.edit_gig(gig_id=gig.pk, seller_id=gig.seller_id, content=with_work(31_337), at=NOON)
    assert version == gig.version  # nothing that a buyer agreed to has changed
    gig.refresh_from_db()
    assert content_of(gig).packages[0].work_minutes == 31_337
    assert 'value="31337"' in as_seller.get(f"/sell/gigs/{gig.pk}/edit/packages/").content.decode()
    for path in (gig.get_absolute_url(), f"/gigs/{gig.pk}/order/?package=1", f"/api/v1/gigs/{gig.pk}/"):
        html = as_buyer.get(path).content.decode()
        assert "work_minutes" not in html
        assert "31337" not in html
    dearer = with_work(31_338)
    dearer = replace(dearer, packages=(replace(dearer.packages[0], price_minor=1_600), *dearer.packages[1:]))
    assert api.edit_gig(gig_id=gig.pk, seller_id=gig.seller_id, content=dearer, at=NOON) == version + 1


@pytest.mark.parametrize("minutes", [0, -1, 43_201])
def test_minutes_that_are_none(gig: Gig, minutes: int) -> None:
    with pytest.raises(InvalidInput) as caught:
        api.edit_gig(gig_id=gig.pk, seller_id=gig.seller_id, content=with_work(minutes), at=NOON)
    assert set(caught.value.fields) == {"packages-0"}
    assert set(Package.objects.filter(gig=gig).values_list("work_minutes", flat=True)) == {None}


# The floor


def test_the_floor_is_set_changed_and_taken_away(as_seller: Client, seller: User, as_buyer: Client) -> None:
    assert as_seller.post("/sell/gigs/floor/", {"currency": "EUR", "amount": "25"}).status_code == 302
    assert HourlyFloor.objects.get().amount_minor == 2_500
    assert 'value="25.00"' in as_seller.get("/sell/gigs/floor/").content.decode()
    assert "25.00" not in as_buyer.get("/sell/gigs/floor/").content.decode()
    as_seller.post("/sell/gigs/floor/", {"currency": "EUR", "amount": "30,50"})
    assert HourlyFloor.objects.get().amount_minor == 3_050
    as_seller.post("/sell/gigs/floor/", {"currency": "EUR", "amount": ""})
    assert not HourlyFloor.objects.exists()


@pytest.mark.parametrize("amount", ["0", "-5", "x", "\x00x", "1e5", "9" * 14, "1.234"])
def test_a_floor_that_is_none_is_refused_at_its_field(as_seller: Client, amount: str) -> None:
    answer = as_seller.post("/sell/gigs/floor/", {"currency": "EUR", "amount": amount})
    assert answer.status_code == 200
    assert "field-error" in answer.content.decode()
    assert not HourlyFloor.objects.exists()


# The gig's page


def test_buyers_see_all_in_prices(client: Client, gig: Gig, figure: Figure) -> None:
    figure(1)
    html = " ".join(client.get(gig.get_absolute_url()).content.decode().split())
    # 20.00 and 60.00 with the buyer's fee; Fifty costs 57.68.
    low_to_high = 'Usual here: <b class="num">€20.60</b> to <b class="num">€61.80</b>, this one <b class="num">'
    assert f"{low_to_high}€57.68</b>. Half of 37 finished orders, promised within a day." in html
    assert html.count("Usual here") == 2


def test_until_there_are_enough_the_operators_guide_is_labelled(client: Client, gig: Gig, figure: Figure) -> None:
    figure(1, None)
    html = " ".join(client.get(gig.get_absolute_url()).content.decode().split())
    assert html.count("Too few finished orders here to compare. Our guide for a first package:") == 1
    Category.objects.update(usual_low_minor=0, usual_high_minor=0)
    html = client.get(gig.get_absolute_url()).content.decode()
    assert "Our guide" not in html


def test_the_page_takes_no_query_more(
    gig: Gig, make_gig: MakeGig, figure: Figure, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for size in range(5):
        figure(size)
    with django_assert_max_num_queries(6):
        Client().get(gig.get_absolute_url())
