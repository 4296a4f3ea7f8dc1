"""Paying, with the provider's sandbox as a process of its own behind it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.kernel import clock
from orders import api
from orders.states import State
from payments.models import Charge
from payments.operations import executor
from tests.orders.scenes import Desk, eur, get, money
from tests.support.sandbox import SandboxProcess

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def sandbox_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxProcess]:
    process = SandboxProcess(tmp_path_factory.mktemp("stripe"), options=("--funds-seconds", "0")).up()
    yield process
    process.stop()


@pytest.fixture(autouse=True)
def sandbox(sandbox_process: SandboxProcess, settings: Any) -> SandboxProcess:
    sandbox_process.reset()
    settings.STRIPE_API_BASE = sandbox_process.url
    return sandbox_process


@pytest.fixture
def at() -> datetime:
    return clock.now()


def test_pay_come_back_and_begin(desk: Desk, as_buyer: Client, sandbox: SandboxProcess) -> None:
    order = desk.pending()
    answer = as_buyer.post(reverse("orders:pay", args=[order.pk]))
    charge = Charge.objects.get(pk=order.charge_id)
    assert (answer.status_code, answer["Location"]) == (302, charge.checkout_url)
    assert charge.checkout_url.startswith(sandbox.url)
    # Back without having paid: nothing has begun.
    as_buyer.get(f"{order.get_absolute_url()}?paid=1")
    assert get(order.pk).state == State.PENDING_PAYMENT
    sandbox.pay(charge.session_id)
    back = as_buyer.get(f"{order.get_absolute_url()}?paid=1", follow=True)
    assert get(order.pk).state == State.IN_PROGRESS
    assert "Tom Oliveira delivers by" in back.content.decode()
    assert money(order).held == eur(5_974)


def test_two_tabs_pay_on_one_page(desk: Desk, as_buyer: Client, sandbox: SandboxProcess) -> None:
    order = desk.pending()
    urls = {as_buyer.post(reverse("orders:pay", args=[order.pk]))["Location"] for _tab in range(2)}
    assert len(urls) == 1
    assert len(sandbox.requests("POST /v1/checkout/sessions")) == 1


def test_the_provider_is_away(desk: Desk, as_buyer: Client, settings: Any) -> None:
    order = desk.pending()
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    answer = as_buyer.post(
        reverse("orders:pay", args=[order.pk]), headers={"Referer": f"http://testserver{order.get_absolute_url()}"}
    )
    assert (answer.status_code, answer["Location"]) == (302, f"http://testserver{order.get_absolute_url()}")
    assert get(order.pk).state == State.PENDING_PAYMENT


def test_the_window_closes_the_page_before_the_order(desk: Desk, as_buyer: Client, sandbox: SandboxProcess) -> None:
    order = desk.pending()
    as_buyer.post(reverse("orders:pay", args=[order.pk]))
    later = desk.at + timedelta(minutes=30)
    api.run_due(later, order.pk)
    assert get(order.pk).state == State.PENDING_PAYMENT
    executor.run_due(later)
    assert get(order.pk).state == State.EXPIRED
    session = Charge.objects.get(pk=order.charge_id).session_id
    with pytest.raises(AssertionError):
        sandbox.pay(session)


def test_paid_in_the_last_second_wins_over_the_window(desk: Desk, as_buyer: Client, sandbox: SandboxProcess) -> None:
    order = desk.pending()
    as_buyer.post(reverse("orders:pay", args=[order.pk]))
    sandbox.pay(Charge.objects.get(pk=order.charge_id).session_id)
    later = desk.at + timedelta(minutes=30)
    api.run_due(later, order.pk)
    executor.run_due(later)
    assert get(order.pk).state == State.IN_PROGRESS


def test_a_cancelled_order_is_refunded_at_the_provider(desk: Desk, as_buyer: Client, sandbox: SandboxProcess) -> None:
    sandbox.control("funds/add", amount=10_000, currency="eur")  # a refund gives back what Stripe's fee took
    order = desk.pending()
    as_buyer.post(reverse("orders:pay", args=[order.pk]))
    sandbox.pay(Charge.objects.get(pk=order.charge_id).session_id)
    as_buyer.get(f"{order.get_absolute_url()}?paid=1")
    api.undo(order_id=order.pk, actor_id=desk.buyer.pk, at=desk.at)
    executor.run_due(desk.at + timedelta(minutes=1))
    position = money(order)
    assert (position.refunded, position.refunding, position.held) == (eur(5_974), eur(0), eur(0))
    assert len(sandbox.requests("POST /v1/refunds")) == 1
