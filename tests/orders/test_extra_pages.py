"""Extras and parts back on the page: what each side pays, receives and reads."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.kernel import clock
from orders.models import Kind, OrderPayment
from payments import api as payments
from payments.errors import ProviderAway
from tests.orders.scenes import HOUR, Desk, eur, money
from tests.orders.scenes_proposals import (
    lapse_extra,
    part_refunded,
    paying_for_an_extra,
    proposed,
    with_extra,
)
from tests.orders.test_pages import act, page
from tests.orders.test_proposal_pages import press, read

pytestmark = pytest.mark.django_db


@pytest.fixture
def at() -> datetime:
    """Pages ask the clock: these orders live now."""
    return clock.now() - 4 * HOUR


# Money


def test_accepting_an_extra_leads_to_the_payment_page(
    desk: Desk, as_buyer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = proposed(Kind.EXTRA)(desk)
    asked: list[object] = []

    def address(charge_id: object, at: object) -> str:
        asked.append(charge_id)
        return "https://checkout.test/pay"

    monkeypatch.setattr(payments, "checkout_url", address)
    answered = press(as_buyer, order, "accept_extra")
    assert (answered.status_code, answered["Location"]) == (302, "https://checkout.test/pay")
    payment = OrderPayment.objects.get(order=order, purpose="extra")
    assert asked == [payment.charge_id]
    assert "Pay €12.36 for the extra by" in read(as_buyer, order)
    assert 'action="' + reverse("orders:pay", args=[order.pk]) in as_buyer.get(page(order)).content.decode()


def test_when_the_provider_is_away_the_page_offers_it_again(
    desk: Desk, as_buyer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(charge_id: object, at: object) -> str:
        raise ProviderAway()

    monkeypatch.setattr(payments, "checkout_url", away)
    order = proposed(Kind.EXTRA)(desk)
    answered = press(as_buyer, order, "accept_extra")
    assert (answered.status_code, answered["Location"]) == (302, order.get_absolute_url())
    assert "Pay €12.36 for the extra by" in read(as_buyer, order)


def test_the_seller_says_yes_to_what_the_buyer_asked(desk: Desk, as_buyer: Client, as_seller: Client) -> None:
    order = proposed(Kind.EXTRA, "buyer")(desk)
    assert press(as_seller, order, "accept_extra").status_code == 302
    assert "Tom Oliveira agrees to your extra: Ten more." in read(as_buyer, order)
    assert "You agreed to the extra: Ten more." in read(as_seller, order)


def test_while_the_buyer_pays(desk: Desk, as_buyer: Client, as_seller: Client) -> None:
    order = paying_for_an_extra(desk)
    assert "The payment page of the extra is being closed." in read(as_buyer, order)  # its half hour was hours ago
    assert "Bea Buyer is about to pay €12.36 for the extra." in read(as_seller, order)
    lapse_extra(order, desk.at + 2 * HOUR)
    assert "Accept and pay €12.36" in read(as_buyer, order)


def test_extras_stand_in_the_money(desk: Desk, as_buyer: Client, as_seller: Client) -> None:
    order = with_extra(desk, desk.in_progress(), desk.at + HOUR)
    says = read(as_buyer, order)
    for text in ("Ten more €12.00", "Service fee €2.10", "All in €72.10", "The extra is paid: Ten more"):
        assert text in says
    says = read(as_seller, order)
    for text in ("Ten more €12.00", "Fee of the site −€7.00", "You receive €63.00"):
        assert text in says


def test_done_with_a_part_back(desk: Desk, as_buyer: Client, as_seller: Client) -> None:
    order = part_refunded(desk)
    assert "You agreed on a part back, and the order is done." in read(as_buyer, order)
    says = read(as_seller, order)
    assert "€43.20 is yours" in says
    assert "Titles €8.00 Back to the buyer −€10.00 Fee of the site −€4.80 You receive €43.20" in says
    listed = as_seller.get(reverse("orders:list"), {"role": "seller", "tab": "done"}).content.decode()
    assert "you get €43.20" in listed
    assert money(order).refunding == eur(1_030)
    answered = as_buyer.get(act(order, "claim"), follow=True).content.decode()
    assert "You have both agreed on how this order ends." in answered
