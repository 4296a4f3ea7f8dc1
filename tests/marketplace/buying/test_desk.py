"""The buyer's desk with orders in it: what it shows, what it costs, and what was spent."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from gigs import api as gigs
from gigs.models import Gig
from marketplace.kernel import clock
from marketplace.kernel.ids import new_id
from marketplace.pages.spending import MONTHS, Spending
from orders import api as orders
from orders.models import Order
from payments.models import Charge
from tests.gigs.test_offer_pages import done
from tests.marketplace.test_desk import person

pytestmark = pytest.mark.django_db
DESK = "/desk/"
QUERIES = 19


def test_a_done_order_can_be_had_again_and_reviewed(as_buyer: Client, gig: Gig, buyer: User) -> None:
    order = done(gig, buyer)
    answer = as_buyer.get(DESK)
    page = answer.content.decode()
    (one,) = answer.context["again"]
    assert (one.again.price, one.again.before) == (order.terms.all_in, order.terms.all_in)
    assert f"/gigs/{gig.pk}/order/?again={order.pk}" in page
    assert [row.code for row in answer.context["reviews"]] == [order.code]
    assert answer.context["spending"].this_month == order.all_in
    assert f'data-value="{order.all_in.amount_minor}"' in page
    assert "charts.js" in page


def test_it_says_what_changed_since(as_buyer: Client, gig: Gig, buyer: User) -> None:
    order = done(gig, buyer)
    gig.packages.filter(name="Fifty").update(price_minor=6_600, all_in_minor=6_798)
    (one,) = as_buyer.get(DESK).context["again"]
    assert one.again.price is not None
    assert (one.again.is_same, one.again.price > one.again.before) == (False, True)
    shown = as_buyer.get(one.again.url)
    assert shown.context["changes"]
    assert "Not quite as last time." in shown.content.decode()
    gig.packages.filter(name="Fifty").update(name="Sixty")
    changes = as_buyer.get(one.again.url).context["changes"]
    assert changes[0] == "“Fifty” is not offered any more; “Ten” is chosen instead."
    assert order.state == "completed"


def test_a_gig_that_is_gone_or_rests_says_so(as_buyer: Client, gig: Gig, buyer: User) -> None:
    done(gig, buyer)
    gigs.pause(gig_id=gig.pk, seller_id=gig.seller_id, at=clock.now())
    (one,) = as_buyer.get(DESK).context["again"]
    assert (one.again.price, one.again.reason) == (None, "It takes no orders just now.")
    type(gig).objects.update(is_private=True, share_key="k" * 24)
    (one,) = as_buyer.get(DESK).context["again"]
    assert (one.again.price, one.again.url, one.again.reason) == (None, "", "It is only offered by its link.")
    gigs.archive(gig_id=gig.pk, seller_id=gig.seller_id, at=clock.now())
    (one,) = as_buyer.get(DESK).context["again"]
    assert (one.again.price, one.again.url, one.again.reason) == (None, "", "It is not offered any more.")
    assert "Find another" in as_buyer.get(DESK).content.decode()


def copies(order: Order, count: int) -> None:
    row = Order.objects.get(pk=order.pk)
    for number in range(count):
        row.id, row.code, row.form_key, row.charge_id = new_id(), f"C{count}{number}", f"k{count}{number}", None
        row.state = "completed" if number % 2 else "delivered"
        row.save(force_insert=True)


def test_it_takes_as_many_queries_for_one_order_as_for_many(
    as_buyer: Client, gig: Gig, buyer: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    order = done(gig, buyer)
    copies(order, 1)
    as_buyer.get(DESK)
    with django_assert_num_queries(QUERIES):
        as_buyer.get(DESK)
    copies(order, 12)
    with django_assert_num_queries(QUERIES):
        answer = as_buyer.get(DESK)
    assert (len(answer.context["board"].waiting), answer.context["review_count"]) == (7, 7)


def test_the_csv_holds_every_currency(as_buyer: Client, gig: Gig, buyer: User) -> None:
    order = done(gig, buyer)
    answer = as_buyer.get(reverse("pages:spending_csv"))
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    paid = order.all_in.plain
    assert rows[0] == ["Month", "Currency", "Paid", "Came back", "Spent"]
    assert [row[1:] for row in rows[1:]] == [["EUR", paid, "0.00", paid]]
    assert answer["Content-Disposition"] == 'attachment; filename="spending.csv"'


def test_another_persons_spending_is_not_theirs(gig: Gig, buyer: User) -> None:
    done(gig, buyer)
    as_stranger = Client()
    as_stranger.force_login(person("Sid"))
    answer = as_stranger.get(DESK)
    assert (answer.context["chart"], answer.context["again"], answer.context["reviews"]) == (None, [], [])
    assert len(as_stranger.get(reverse("pages:spending_csv")).content.decode().splitlines()) == 1


def test_twelve_months_end_with_this_one(gig: Gig, buyer: User) -> None:
    done(gig, buyer)
    at = datetime(2027, 2, 28, 12, tzinfo=UTC)
    Charge.objects.update(captured_at=at - timedelta(days=340))
    spending = Spending(buyer.pk, at)
    assert (len(spending.months), spending.months[0], spending.months[-1]) == (
        MONTHS,
        date(2026, 3, 1),
        date(2027, 2, 1),
    )
    chart = spending.chart("")
    assert [row.cells[0].value for row in chart.rows if row.cells[0].value] == [spending.total.amount_minor]
    assert [row.short for row in chart.rows][-2:] == ["Jan", "Feb"]
    with translation.override("es"):
        assert [row.short for row in spending.chart("").rows][-2:] == ["ene", "feb"]
    assert spending.this_month.amount_minor == 0
    assert Spending(buyer.pk, at, "SEK").code == "EUR"
    assert orders.tab_counts(buyer.pk, "buyer")["done"] == 1


def test_the_list_of_done_orders_offers_them_again(as_buyer: Client, as_seller: Client, gig: Gig, buyer: User) -> None:
    order = done(gig, buyer)
    link = f"/gigs/{gig.pk}/order/?again={order.pk}"
    assert link in as_buyer.get("/orders/?role=buyer&tab=done").content.decode()
    assert link not in as_seller.get("/orders/?role=seller&tab=done").content.decode()
    gigs.pause(gig_id=gig.pk, seller_id=gig.seller_id, at=clock.now())
    assert link not in as_buyer.get("/orders/?role=buyer&tab=done").content.decode()
