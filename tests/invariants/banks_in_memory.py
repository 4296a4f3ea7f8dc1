"""What buyers' banks do at Stripe: they ask, take payments back, decide, and warn of fraud. In the test's own time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from marketplace.kernel.money import Money
from payments.gateway import disputes, objects, warnings
from payments.gateway.errors import NoAnswer, Refused
from tests.invariants.stripe_in_memory import StripeInMemory

FEE = 1_500
ANSWER = timedelta(days=7)
DECIDED = ("won", "lost", "warning_closed")
SELLERS_FAULT = "product_not_received"
REASONS = ("fraudulent", SELLERS_FAULT)


class BanksInMemory:
    """A payment is claimed at most once, in one claim for all or half of what was not refunded."""

    def __init__(self, stripe: StripeInMemory, patch: pytest.MonkeyPatch) -> None:
        self.stripe = stripe
        self.claims: dict[str, objects.Dispute] = {}
        self.warnings: dict[str, objects.FraudWarning] = {}
        patch.setattr(disputes, "read", self.read_claim)
        patch.setattr(disputes, "submit", self.submit)
        patch.setattr(warnings, "read", self.read_warning)

    # Claims

    def claim(self, charge: str, *, reason: str, half: bool, inquiry: bool) -> str:
        """The claim's id; "" where there is nothing to be claimed."""
        left = self.stripe.not_refunded(charge)
        amount = left // 2 if half else left
        if amount <= 0 or any(found.charge_id == charge for found in self.claims.values()):
            return ""
        claim_id = f"dp_{charge}"
        self.claims[claim_id] = objects.Dispute(
            claim_id, charge, "warning_needs_response", reason, Money(amount, "EUR"), (),
            self.stripe.at + ANSWER, False, 0, False, {},
        )  # fmt: skip
        if not inquiry:
            self.escalate(claim_id)
        return claim_id

    def escalate(self, claim_id: str) -> None:
        """An inquiry becomes a claim: the money leaves."""
        found = self.claims[claim_id]
        if found.status == "warning_needs_response":
            self.stripe.claimed.add(found.charge_id)
            taken = objects.Movement(f"txn_{claim_id}_out", Money(-found.amount.amount_minor, "EUR"), FEE)
            self.claims[claim_id] = replace(found, status="needs_response", movements=(taken,))

    def decide(self, claim_id: str, outcome: str) -> None:
        """``won``: the platform gets the money back, ``won first``: only with ``pay_back``. An inquiry just ends."""
        found = self.claims[claim_id]
        if found.status in DECIDED:
            return
        if not found.movements:
            self.claims[claim_id] = replace(found, status="warning_closed")
            return
        self.claims[claim_id] = replace(found, status="lost" if outcome == "lost" else "won")
        if outcome == "lost":
            self.stripe.claimed.discard(found.charge_id)
        elif outcome == "won":
            self.pay_back(claim_id)

    def pay_back(self, claim_id: str) -> None:
        """What was decided for the platform arrives."""
        found = self.claims[claim_id]
        self.stripe.claimed.discard(found.charge_id)
        back = objects.Movement(f"txn_{claim_id}_back", found.amount, 0)
        self.claims[claim_id] = replace(found, movements=(*found.movements, back))

    def owing(self) -> list[str]:
        """Decided for the platform, and not paid back yet."""
        return sorted(pk for pk, found in self.claims.items() if found.status == "won" and len(found.movements) == 1)

    def undecided(self) -> list[str]:
        return sorted(pk for pk, found in self.claims.items() if found.status not in DECIDED)

    def read_claim(self, claim_id: str) -> objects.Dispute:
        self._answer()
        return self.claims[claim_id]

    def submit(self, params: dict[str, Any], key: str) -> objects.Dispute:
        def make() -> objects.Dispute:
            if self.claims[params["dispute"]].status in DECIDED:
                raise Refused("the bank has decided")
            sent = replace(self.claims[params["dispute"]], has_evidence=True, submissions=1)
            self.claims[params["dispute"]] = sent
            return sent

        return self.stripe.make(key, make)

    # Warnings

    def warn(self, charge: str) -> str:
        """The card's issuer believes that a payment is fraudulent; more than one may say so."""
        warning_id = f"issfr_{len(self.warnings)}"
        self.warnings[warning_id] = objects.FraudWarning(warning_id, charge, "made_with_stolen_card", True, False)
        return warning_id

    def read_warning(self, warning_id: str) -> objects.FraudWarning:
        self._answer()
        return self.warnings[warning_id]

    def _answer(self) -> None:
        if self.stripe.fault == "away":
            raise NoAnswer("no connection")
