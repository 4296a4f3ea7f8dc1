"""From hours to a month's income, by hand; what the page says; and where nothing is known."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from gigs.insights.earnings import typical_of, work_out
from gigs.insights.estimating import Typical, estimate, possible_orders
from gigs.models import Category, EarningFigure
from marketplace.kernel.money import Money
from orders import api as orders
from tests.gigs.conftest import NOON, MakeGig
from tests.gigs.insights.test_receipts import done
from tests.orders.scenes import DAY, Desk

DO = {"category": "writing", "hours": "10", "work": "120", "currency": "EUR"}


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


def tenth_off(price: Money) -> Money:
    return price - price.share(1_000)


TYPICAL = Typical((eur(2_000), eur(3_000), eur(6_000)), (100, 250, 800), 37, 5)


@pytest.fixture
def desk(buyer: User, seller: User, stranger: User) -> Desk:
    return Desk(buyer, seller, stranger, NOON)


@pytest.fixture
def figure(categories: None) -> EarningFigure:
    return EarningFigure.objects.create(
        category=Category.objects.get(slug="writing"), currency="EUR", orders=37, sellers=5,
        prices=[2_000, 3_000, 6_000], monthly=[100, 250, 800], counted_at=NOON,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("hours", "minutes", "hundredths"), [(7, 60, 3_000), (10, 120, 2_142), (1, 2_400, 10), (80, 15, 137_142)]
)
def test_orders_that_fit(hours: int, minutes: int, hundredths: int) -> None:
    assert possible_orders(hours, minutes) == hundredths


def test_orders_are_the_limit() -> None:
    found = estimate(TYPICAL, weekly_hours=10, order_minutes=120, receives=tenth_off)
    assert [line.income for line in (found.low, found.middle, found.high)] == [eur(1_800), eur(6_750), eur(43_200)]
    assert (found.low.receives, found.middle.orders, found.is_bound_by_hours) == (eur(1_800), "2.5", False)


def test_hours_are_the_limit() -> None:
    found = estimate(TYPICAL, weekly_hours=7, order_minutes=1_200, receives=tenth_off)  # 1.5 orders
    assert [line.income for line in (found.low, found.middle, found.high)] == [eur(1_800), eur(4_050), eur(8_100)]
    assert found.is_bound_by_hours


def test_the_page_says_how(client: Client, figure: EarningFigure) -> None:
    html = " ".join(client.get("/sell/estimate/", DO).content.decode().split())
    for text in (
        "About €18.00 to €432.00 a month",
        "From 37 completed orders of 5 sellers in Writing, in the last 90 days.",
        'the middle is <b class="num">€67.50</b>',
        "Orders are the limit, not your hours",
        "?starter=none&amp;category=writing",
    ):
        assert text in html, text


def test_what_is_below_takes_the_figures_from_above(client: Client, figure: EarningFigure) -> None:
    child = Category.objects.filter(parent__slug="writing").first()
    assert child is not None
    html = client.get("/sell/estimate/", DO | {"category": child.slug}).content.decode()
    assert "of 5 sellers in Writing" in html
    assert f"{child.name} alone has too few." in html.replace("&amp;", "&").replace("&#x27;", "'")


def test_too_little_is_said_as_such(client: Client, figure: EarningFigure) -> None:
    EarningFigure.objects.update(orders=7, prices=[], monthly=[])
    html = " ".join(client.get("/sell/estimate/", DO).content.decode().split())
    assert "We do not know enough yet" in html
    assert "7 orders were completed in Writing in the last 90 days, in EUR. From 20 on" in html
    assert "A month brings" not in html


@pytest.mark.parametrize("wrong", [{"hours": "0"}, {"hours": "81"}, {"hours": "x"}, {"category": "x"}, {"work": "7"}])
def test_wrong_values_are_said_and_kept(client: Client, figure: EarningFigure, wrong: dict[str, str]) -> None:
    html = client.get("/sell/estimate/", DO | wrong).content.decode()
    assert "field-error" in html
    assert "A month brings" not in html
    assert 'value="120" selected' in html or wrong == {"work": "7"}


def test_the_form_alone_and_a_part_for_htmx(client: Client, figure: EarningFigure) -> None:
    plain = client.get("/sell/estimate/").content.decode()
    assert "<h1>" in plain
    assert "field-error" not in plain
    part = client.get("/sell/estimate/", DO, headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith('<div id="estimate"')
    assert 'hx-select="#estimate-answer > *"' in part  # the region that says the answer stays
    assert part.index('id="estimate-go"') < part.index('<div id="estimate-answer" aria-live="polite">')
    assert part.index('aria-live="polite"') < part.index('id="estimate-said"')
    assert "<h1" not in part
    again = client.get("/sell/estimate/", DO, headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert "<h1>" in again.content.decode()
    assert "HX-Request" in again.headers["Vary"]


def test_figures_from_real_orders(
    make_gig: MakeGig, desk: Desk, settings: object, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    gig = make_gig()
    for _number in range(3):
        done(desk, "gig", str(gig.pk))
    done(desk, "toy", str(gig.pk))
    orders.catch_up_reputation(NOON + DAY)
    settings.GUIDANCE_LEAST_ORDERS, settings.GUIDANCE_LEAST_SELLERS = 3, 1  # type: ignore[attr-defined]
    assert work_out(NOON + DAY) == 1
    writing = Category.objects.get(slug="writing")
    price = desk.terms.price
    with django_assert_num_queries(2):
        source, typical, own = typical_of(writing, "EUR")
    assert (source, own, typical) == (writing, 3, Typical((price,) * 3, (100,) * 3, 3, 1))
    settings.GUIDANCE_LEAST_SELLERS = 2  # type: ignore[attr-defined]
    work_out(NOON + DAY)
    assert typical_of(writing, "EUR") == (writing, None, 3)
    assert typical_of(writing, "USD") == (writing, None, 0)
    assert work_out(NOON + timedelta(days=91)) == 0
