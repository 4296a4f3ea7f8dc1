"""Every kind of operation: how it comes about, what it asks of Stripe, and what it may leave behind once.

The functions that take ``at`` run in processes that are killed; nothing here is shared with them but the database.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.models import User
from marketplace.kernel.money import Money
from payments import api, tasks
from payments.contracts import ChargeLine, ChargeRequest, RefundRequest, ReleaseRequest
from payments.models import Charge, Chargeback, ConnectedAccount, OperationKind, Release, ReleaseState
from payments.services import evidence
from tests.invariants.mailbag import Letter
from tests.invariants.world import World

HERE = __name__
PRICE, PART = 5_800, 1_000


# What people, workers and Stripe do, in a process of their own


def work(at: datetime) -> None:
    tasks.run_operations(at)


def pay_out(at: datetime) -> None:
    tasks.run_payouts(at)


def process_webhooks(at: datetime) -> None:
    tasks.process_webhooks(at)


def hear(at: datetime, endpoint: str, event: dict[str, Any]) -> None:
    assert Letter(endpoint, event).post() == 200


def ask_payment(at: datetime, key: str, buyer_id: int) -> None:
    line = ChargeLine("Work", 1, Money(PRICE, "EUR"))
    request = ChargeRequest(
        key=key,
        reference=key,
        purpose="order",
        payer_id=buyer_id,
        payer_email="bea@example.org",
        lines=(line,),
        window=timedelta(minutes=30),
        success_path="/",
        cancel_path="/",
    )
    api.request_charge(request, at)


def end_window(at: datetime, charge_id: str) -> None:
    with transaction.atomic():
        api.request_expiry(uuid.UUID(charge_id), at)


def refund(at: datetime, charge_id: str) -> None:
    request = RefundRequest(f"{charge_id}:back", uuid.UUID(charge_id), Money(PART, "EUR"), "cancelled")
    api.refund(request, at)


def clear(at: datetime, reference: str) -> None:
    api.clear(reference, at)


def become_payable(at: datetime, seller_id: int) -> None:
    seller = User.objects.get(pk=seller_id)
    api.onboarding_url(user_id=seller.pk, email=seller.email, country="IE", at=at)


def answer_bank(at: datetime, chargeback_id: str) -> None:
    evidence.submit(uuid.UUID(chargeback_id), at)


# What must be there before


def nothing(world: World) -> list[Any]:
    return [f"proof:{next(world.numbers)}", world.buyer.pk]


def page_open(world: World) -> list[Any]:
    charge = world.ask("order", PRICE)
    world.open_page(charge)
    return [str(charge.id)]


def paid(world: World) -> list[Any]:
    return [str(world.captured("order", PRICE).id)]


def released(world: World) -> list[Any]:
    return [_released(world).reference]


def _released(world: World) -> Charge:
    charge = world.captured("order", PRICE)
    gross = charge.free_minor
    seller_fee, buyer_fee = PRICE // 10, gross - PRICE
    request = ReleaseRequest(
        f"{charge.id}:all",
        charge.id,
        world.sellers[0].pk,
        Money(PRICE, "EUR"),
        Money(seller_fee, "EUR"),
        Money(buyer_fee, "EUR"),
    )
    api.release(request, world.at)
    return charge


def transferred(world: World) -> list[Any]:
    return [str(_transferred(world).id)]


def _transferred(world: World) -> Charge:
    charge = _released(world)
    api.clear(charge.reference, world.at)
    world.work()
    assert Release.objects.get(charge=charge).state == ReleaseState.TRANSFERRED
    return charge


def in_account(world: World) -> list[Any]:
    _transferred(world)
    ConnectedAccount.objects.update(payout_due_at=None, looking_until=None)
    return []


def a_seller(world: World) -> list[Any]:
    number = next(world.numbers)
    return [User.objects.create_user(f"new{number}@example.org", display_name="Nell", country="IE").pk]


def account_asked_for(world: World) -> list[Any]:
    """The account's own making is under way; its schedule is intended where that is recorded."""
    (seller_id,) = a_seller(world)
    world.sandbox.faults("POST /v2/core/accounts", "drop_before")
    world.attempt(lambda: become_payable(world.at, seller_id))
    world.later += timedelta(minutes=1)
    return []


def charged_back(world: World) -> list[Any]:
    charge = world.captured("order", PRICE)
    world.dispute(charge, inquiry=False, part=100, reason="fraudulent")
    world.mail.post_all()
    world.process_webhooks()
    return [str(Chargeback.objects.get(charge=charge).id)]


@dataclass(frozen=True)
class Kind:
    operation: OperationKind
    prepare: Callable[[World], list[Any]]
    intend: Callable[..., None]
    request: str  # what it asks of Stripe, as a fault names it
    postings: tuple[str, ...] = ()  # those of the intent and of its end: once each, whatever happens
    event: str = ""  # of Stripe's, that can be quicker than the answer


KINDS = {
    "session": Kind(OperationKind.CREATE_SESSION, nothing, ask_payment, "POST /v1/checkout/sessions"),
    "expiry": Kind(OperationKind.EXPIRE_SESSION, page_open, end_window, "POST /v1/checkout/sessions/*/expire"),
    "refund": Kind(
        OperationKind.CREATE_REFUND,
        paid,
        refund,
        "POST /v1/refunds",
        ("refund_intent", "refund_done"),
        "refund.created",
    ),
    "transfer": Kind(
        OperationKind.CREATE_TRANSFER,
        released,
        clear,
        "POST /v1/transfers",
        ("clear", "transfer_intent", "transfer_done"),
        "transfer.created",
    ),
    "reversal": Kind(
        OperationKind.REVERSE_TRANSFER,
        transferred,
        refund,
        "POST /v1/transfers/*/reversals",
        ("transfer_reversed", "release_undone", "refund_intent", "refund_done"),
        "transfer.reversed",
    ),
    "payout": Kind(OperationKind.CREATE_PAYOUT, in_account, pay_out, "POST /v1/payouts", (), "payout.created"),
    "account": Kind(OperationKind.CREATE_ACCOUNT, a_seller, become_payable, "POST /v2/core/accounts"),
    "schedule": Kind(
        OperationKind.SET_PAYOUT_SCHEDULE,
        account_asked_for,
        work,
        "POST /v1/balance_settings",
    ),
    "evidence": Kind(
        OperationKind.SUBMIT_EVIDENCE,
        charged_back,
        answer_bank,
        "POST /v1/disputes/*",
        event="charge.dispute.updated",
    ),
}
