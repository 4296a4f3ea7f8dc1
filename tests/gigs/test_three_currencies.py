"""A site with three currencies, from the shelf to the seller's account and back, with the provider's sandbox behind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from gigs import api as gigs
from gigs.contracts import CatalogueQuery, PackageContent
from gigs.models import Gig
from marketplace.kernel import clock, files
from marketplace.kernel.money import Money
from orders import api as orders
from orders.models import Order
from payments import api as payments
from payments.models import Charge, ConnectedAccount
from payments.operations import executor
from payments.services import books
from tests.gigs.conftest import MakeGig
from tests.support.sandbox import SandboxProcess

pytestmark = pytest.mark.django_db(transaction=True)

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Case:
    """In minor units: the price, with 3 % or the least fee on top, less 10 % for the site."""

    currency: str
    price: int
    all_in: int
    share: int
    shown: str

    def money(self, minor: int) -> Money:
        return Money(minor, self.currency)


CASES = [
    Case("EUR", 4_333, 4_463, 3_900, "€44.63"),  # 3 % are 129.99 cents, 10 % are 433.3
    Case("USD", 1_250, 1_300, 1_125, "$13.00"),  # the least fee
    Case("JPY", 2_450, 2_525, 2_205, "¥2,525"),  # 73.5 yen are less than the least fee of 75
]


@pytest.fixture(scope="module")
def sandbox_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxProcess]:
    process = SandboxProcess(tmp_path_factory.mktemp("stripe"), options=("--funds-seconds", "0")).up()
    yield process
    process.stop()


@pytest.fixture(autouse=True)
def sandbox(sandbox_process: SandboxProcess, settings: Any) -> SandboxProcess:
    sandbox_process.reset()
    settings.STRIPE_API_BASE = sandbox_process.url
    settings.SETTLEMENT_CURRENCIES = [case.currency for case in CASES]
    for case in CASES:  # a refund gives back what Stripe's fee took
        sandbox_process.control("funds/add", amount=10_000, currency=case.currency.lower())
        payments.record_deposit(key=f"capital:{case.currency}", amount=case.money(10_000), at=clock.now())
    return sandbox_process


@pytest.fixture
def at() -> datetime:
    return clock.now()


@pytest.fixture
def account(seller: User, sandbox: SandboxProcess, at: datetime) -> ConnectedAccount:
    payments.onboarding_url(user_id=seller.pk, email=seller.email, country="PT", at=at)
    account = ConnectedAccount.objects.get(user=seller)
    sandbox.control("onboard", account=account.stripe_id)
    payments.refresh_gate(seller.pk, at)
    return account


def _gig(make_gig: MakeGig, case: Case) -> Gig:
    packages = (PackageContent("Ten pages", case.price, 240, 1),)
    return make_gig(currency=case.currency, packages=packages, extras=(), questions=(), checklist=())


def _bought(gig: Gig, client: Client, sandbox: SandboxProcess) -> Order:
    """Through the pages: checkout, hosted payment, and back."""
    path = f"/gigs/{gig.pk}/order/"
    page = client.get(f"{path}?package=1").content.decode()
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page))
    response = client.post(path, hidden)
    order = Order.objects.latest("placed_at")
    charge = Charge.objects.get(pk=order.charge_id)
    assert response.headers["Location"] == charge.checkout_url
    sandbox.pay(charge.session_id)
    client.get(f"{order.get_absolute_url()}?paid=1")
    return Order.objects.get(pk=order.pk)


def _deliver(order: Order, at: datetime) -> None:
    file = files.store(SimpleUploadedFile("pages.txt", b"read"), uploaded_by_id=order.seller_id, at=at)
    handover = orders.Handover(note="All ten are read.", files=[file], checklist=frozenset())
    orders.deliver(order_id=order.pk, actor_id=order.seller_id, handover=handover, at=at)


def _clean(page: str, case: Case) -> None:
    """Amounts of the order's currency alone, and yen without decimals."""
    signs = {"EUR": "€", "USD": "$", "JPY": "¥"}
    text = re.sub(r"<(script|style).*?</\1>", "", page, flags=re.DOTALL)
    for code, sign in signs.items():
        assert (sign in text) == (code == case.currency), code
    assert not re.search(r"¥[\d,]+\.\d", text)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.currency)
def test_listed_filtered_ordered_paid_accepted_cleared_and_transferred(
    case: Case,
    make_gig: MakeGig,
    account: ConnectedAccount,
    as_buyer: Client,
    as_seller: Client,
    sandbox: SandboxProcess,
    at: datetime,
) -> None:
    gig = _gig(make_gig, case)
    query = CatalogueQuery(currency=case.currency, low_minor=case.all_in, high_minor=case.all_in, sort="price")
    assert [card.price for card in gigs.search(query, at).cards] == [case.money(case.all_in)]
    _clean(as_buyer.get(gig.get_absolute_url()).content.decode(), case)

    order = _bought(gig, as_buyer, sandbox)
    assert (order.state, order.all_in, order.terms.seller_receives) == (
        "in_progress",
        case.money(case.all_in),
        case.money(case.share),
    )
    paid = sandbox.client().v1.charges.retrieve(Charge.objects.get().stripe_charge_id)
    assert (paid.amount, paid.currency) == (case.all_in, case.currency.lower())
    asked = sandbox.requests("POST /v1/checkout/sessions")[-1]["params"]
    assert asked["adaptive_pricing"]["enabled"] in (False, "false")

    _deliver(order, at)
    orders.accept(order_id=order.pk, actor_id=order.buyer_id, at=at)
    for client in (as_buyer, as_seller):
        _clean(client.get(order.get_absolute_url()).content.decode(), case)
    assert case.shown in as_buyer.get("/orders/?tab=done").content.decode()
    position = payments.position(order.reference, case.currency)
    assert (position.clearing, position.fees) == (case.money(case.share), case.money(case.all_in - case.share))

    later = at + timedelta(days=2)
    orders.run_due(later, order.pk)
    executor.run_due(later)
    stands = payments.positions({order.reference: case.currency})[order.reference]
    assert (stands.transferred, stands.clearing, stands.held) == (case.money(case.share), case.money(0), case.money(0))
    [sent] = sandbox.client().v1.transfers.list({"destination": account.stripe_id}).data
    assert (sent.amount, sent.currency) == (case.share, case.currency.lower())
    assert books.differences() == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.currency)
def test_refunded_to_the_minor_unit(
    case: Case, make_gig: MakeGig, as_buyer: Client, sandbox: SandboxProcess, at: datetime
) -> None:
    order = _bought(_gig(make_gig, case), as_buyer, sandbox)
    orders.undo(order_id=order.pk, actor_id=order.buyer_id, at=clock.now())
    executor.run_due(at + HOUR)
    [refund] = sandbox.client().v1.refunds.list({"limit": 10}).data
    assert (refund.amount, refund.currency, refund.status) == (case.all_in, case.currency.lower(), "succeeded")
    stands = payments.position(order.reference, case.currency)
    assert (stands.refunded, stands.held) == (case.money(case.all_in), case.money(0))
    _clean(as_buyer.get(order.get_absolute_url()).content.decode(), case)
    assert books.differences() == []


def test_a_case_in_yen_is_decided_in_whole_yen(
    make_gig: MakeGig, account: ConnectedAccount, as_buyer: Client, sandbox: SandboxProcess, at: datetime
) -> None:
    case = CASES[2]
    order = _bought(_gig(make_gig, case), as_buyer, sandbox)
    moderator = User.objects.create_user("mo@example.org", display_name="Mo Moderator", is_moderator=True)
    _deliver(order, at)
    ground = {"ground": "not_as_described", "statement": "Three of ten pages were not read."}
    case_of_buyer = orders.Case(back=case.money(800), **ground)
    orders.open_dispute(order_id=order.pk, actor_id=order.buyer_id, case=case_of_buyer, at=at)
    answer = orders.Case(back=case.money(200), ground="", statement="Two pages, and I read them since.")
    orders.answer_dispute(order_id=order.pk, actor_id=order.seller_id, case=answer, at=at)
    staff = Client()
    staff.force_login(moderator, backend="django.contrib.auth.backends.ModelBackend")
    page = staff.get(f"/moderation/{order.pk}/").content.decode()
    assert 'data-amount="2450" data-currency="JPY" data-places="0"' in page
    _clean(page, case)
    reason = "Three of ten pages were not read in time."
    orders.decide(order_id=order.pk, moderator_id=moderator.pk, percent=67, reason=reason, at=at)
    orders.run_due(at + timedelta(days=4), order.pk)
    executor.run_due(at + timedelta(days=4))
    stands = payments.position(order.reference, "JPY")
    # 67 % of 2,450 are 1,641.5; 10 % of 1,642 are 164.2; a third of the fee of 75 goes back, rounded for the buyer.
    assert (stands.clearing, stands.fees, stands.refunded) == (
        case.money(1_642 - 164),
        case.money(164 + 50),
        case.money(808 + 25),
    )
    assert books.differences() == []
