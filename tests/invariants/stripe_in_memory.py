"""Stripe as a few dictionaries, in place of the gateway's functions: keys, lost answers, refusals, late news.

It lives in the test's own time, which the sandbox process cannot; the executor, its leases and its error table
are the product's own.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeVar

import pytest

from marketplace.kernel.money import Money
from payments.gateway import objects, refunds, sessions, transfers
from payments.gateway.errors import BalanceInsufficient, Busy, Missing, NoAnswer, Refused, ServerFailed

T = TypeVar("T")
M = TypeVar("M", objects.Session, objects.Refund, objects.Transfer, objects.Reversal)

# What happens to the next calls that would make something: carried out or not, answered or not.
FAULTS = {
    "lost": (True, NoAnswer("timeout")),
    "away": (False, NoAnswer("no connection")),
    "busy": (False, Busy("429")),
    "500": (False, ServerFailed("500")),
    "poor": (False, BalanceInsufficient("balance", "balance_insufficient")),
    "refused": (False, Refused("no", "no_such_thing")),
}


class StripeInMemory:
    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.at = datetime.min.replace(tzinfo=UTC)
        self.fault = ""
        self.numbers = itertools.count(1)
        self.by_key: dict[str, Any] = {}
        self.sessions: dict[str, objects.Session] = {}
        self.closes_at: dict[str, datetime] = {}
        self.refunds: dict[str, objects.Refund] = {}
        self.refunded: dict[str, tuple[str, int]] = {}  # refund → charge, amount
        self.transfers: dict[str, objects.Transfer] = {}
        self.groups: dict[str, str] = {}  # transfer → charge
        self.reversals: dict[str, objects.Reversal] = {}
        self.claimed: set[str] = set()  # charges that a bank has taken back for now: Stripe refunds nothing of them
        for module, names in (
            (sessions, ("create", "expire", "read", "find")),
            (refunds, ("create", "read", "find")),
            (transfers, ("create", "read", "find")),
        ):
            kind = module.__name__.rpartition(".")[2].removesuffix("s")
            for name in names:
                patch.setattr(module, name, getattr(self, f"{name}_{kind}"))
        patch.setattr(transfers, "reverse", self.reverse)
        patch.setattr(transfers, "find_reversal", self.find_reversal)

    def make(self, key: str, make: Callable[[], T]) -> T:
        """One object per key; an error of Stripe's own is kept under the key as well."""
        if key in self.by_key:
            kept: T | Exception = self.by_key[key]
            if isinstance(kept, Exception):
                raise kept
            return kept
        carried_out, error = FAULTS.get(self.fault, (True, None))
        if isinstance(error, ServerFailed | Refused):
            self.by_key[key] = error
        made = make() if carried_out else None
        if made is not None:
            self.by_key[key] = made
        if error or made is None:
            raise error or AssertionError(self.fault)
        return made

    # Sessions

    def create_session(self, params: dict[str, Any], key: str) -> objects.Session:
        def make() -> objects.Session:
            # Checked where a session is made: the same key gets the answer of the first time, however late.
            if params["expires_at"] <= self.at.timestamp():
                raise Refused("expires_at lies in the past")
            session_id = f"cs_{next(self.numbers)}"
            made = objects.Session(
                id=session_id,
                url=f"https://checkout.test/{session_id}",
                status="open",
                is_paid=False,
                livemode=False,
                payment_intent_id="",
                charge_id="",
                received=None,
                fee=None,
                metadata=params["metadata"],
            )
            self.sessions[session_id] = made
            self.closes_at[session_id] = datetime.fromtimestamp(params["expires_at"], UTC)
            return made

        return self.make(key, make)

    def read_session(self, session_id: str) -> objects.Session:
        if self.fault == "away":
            raise NoAnswer("no connection")
        if session_id not in self.sessions:
            raise Missing("no such session")
        found = self.sessions[session_id]
        if found.status == "open" and self.at >= self.closes_at[session_id]:
            self.sessions[session_id] = found = replace(found, status="expired", url="")
        return found

    def expire_session(self, session_id: str, key: str) -> objects.Session:
        found = self.read_session(session_id)
        if found.status != "open":
            raise Refused("not open")

        def close() -> objects.Session:
            self.sessions[session_id] = replace(found, status="expired", url="")
            return self.sessions[session_id]

        return self.make(key, close)

    def find_session(self, op_id: str, since: datetime) -> objects.Session | None:
        return self._by_operation(self.sessions, op_id)

    def is_open(self, session_id: str) -> bool:
        return self.read_session(session_id).status == "open"

    def pay(self, session_id: str, minor: int) -> bool:
        """The buyer pays on the hosted page, where it is still open."""
        if not self.is_open(session_id):
            return False
        found = self.sessions[session_id]
        self.sessions[session_id] = replace(
            found,
            status="complete",
            url="",
            is_paid=True,
            payment_intent_id=f"pi_{session_id}",
            charge_id=f"ch_{session_id}",
            received=Money(minor, "EUR"),
            fee=Money(25 + minor * 15 // 1_000, "EUR"),
        )
        return True

    # Refunds

    def create_refund(self, params: dict[str, Any], key: str) -> objects.Refund:
        def make() -> objects.Refund:
            if params["charge"] in self.claimed:
                raise Refused("the payment is disputed", "charge_disputed")
            refund_id = f"re_{next(self.numbers)}"
            self.refunds[refund_id] = objects.Refund(refund_id, "pending", "", params["metadata"])
            self.refunded[refund_id] = params["charge"], params["amount"]
            return self.refunds[refund_id]

        return self.make(key, make)

    def read_refund(self, refund_id: str) -> objects.Refund:
        if self.fault == "away":
            raise NoAnswer("no connection")
        return self.refunds[refund_id]

    def find_refund(self, op_id: str, charge: str) -> objects.Refund | None:
        return self._by_operation(self.refunds, op_id)

    def settle_refund(self, refund_id: str, status: str) -> None:
        """What the bank says: pending → succeeded; both → failed."""
        if self.refunds[refund_id].status != "failed":
            self.refunds[refund_id] = replace(self.refunds[refund_id], status=status)

    # Transfers

    def create_transfer(self, params: dict[str, Any], key: str) -> objects.Transfer:
        def make() -> objects.Transfer:
            transfer_id = f"tr_{next(self.numbers)}"
            self.transfers[transfer_id] = objects.Transfer(
                transfer_id, Money(params["amount"], "EUR"), params["destination"], params["metadata"]
            )
            self.groups[transfer_id] = params["source_transaction"]
            return self.transfers[transfer_id]

        return self.make(key, make)

    def read_transfer(self, transfer_id: str) -> objects.Transfer:
        return self.transfers[transfer_id]

    def find_transfer(self, op_id: str, group: str) -> objects.Transfer | None:
        return self._by_operation(self.transfers, op_id)

    def reverse(self, params: dict[str, Any], key: str) -> objects.Reversal:
        def make() -> objects.Reversal:
            transfer_id, amount = params["transfer"], params["amount"]
            if amount > self.sent(transfer_id):
                raise Refused("more than was sent")
            reversal_id = f"trr_{next(self.numbers)}"
            made = objects.Reversal(reversal_id, transfer_id, Money(amount, "EUR"), params["metadata"])
            self.reversals[reversal_id] = made
            return made

        return self.make(key, make)

    def find_reversal(self, op_id: str, transfer_id: str) -> objects.Reversal | None:
        return self._by_operation(self.reversals, op_id)

    def sent(self, transfer_id: str) -> int:
        """What is still out there of a transfer."""
        back = sum(found.amount.amount_minor for found in self.reversals.values() if found.transfer_id == transfer_id)
        return self.transfers[transfer_id].amount.amount_minor - back

    def _by_operation(self, found: dict[str, M], op_id: str) -> M | None:
        if self.fault == "away":
            raise NoAnswer("no connection")
        return next((item for item in found.values() if item.metadata["op_id"] == op_id), None)

    # What is true there, whatever is believed here

    def left_of(self, charge: str) -> int:
        """What was paid, less all that went back to the buyer or on to the seller."""
        return self.not_refunded(charge) - self.sent_on(charge)

    def not_refunded(self, charge: str) -> int:
        received = next((found.received for found in self.sessions.values() if found.charge_id == charge), None)
        paid = received.amount_minor if received else 0
        return paid - sum(amount for pk, (of, amount) in self.refunded.items() if of == charge and self._took(pk))

    def sent_on(self, charge: str) -> int:
        return sum(self.sent(pk) for pk, of in self.groups.items() if of == charge)

    def _took(self, refund_id: str) -> bool:
        return self.refunds[refund_id].status != "failed"

    def released(self) -> list[str]:
        """Which releases were sent on, as often as they were."""
        return [found.metadata["release_id"] for found in self.transfers.values()]

    def once_per_release(self) -> bool:
        return len(self.released()) == len(set(self.released()))

    def once_per_refund(self) -> bool:
        asked = [found.metadata["refund_id"] for found in self.refunds.values()]
        return len(asked) == len(set(asked))
