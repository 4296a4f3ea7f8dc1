"""What the dashboard offers to do with an object: the control API's actions, as small forms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from payments.sandbox.core import banks, disputes, fraud_warnings, refunds
from payments.sandbox.store import Obj


@dataclass(frozen=True, kw_only=True)
class Input:
    name: str
    label: str
    value: str = ""
    choices: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        return max(len(self.value), 6)


@dataclass(frozen=True, kw_only=True)
class Offer:
    text: str
    action: str
    given: dict[str, str]
    inputs: tuple[Input, ...] = field(default=())


Offers = list[Offer]
REASONS = (
    "fraudulent", "product_not_received", "product_unacceptable", "credit_not_processed", "duplicate", "unrecognized",
    "general",
)  # fmt: skip


def offers(kind: str, obj: Obj, owner: str) -> Offers:
    found = OFFERED.get(kind)
    return found(obj, owner) if found else []


def _session(session: Obj, _owner: str) -> Offers:
    given = {"session": session["id"]}
    if session["status"] == "open":
        return [
            Offer(text="Agree to a debit", action="pay/debit", given=given),
            Offer(text="Expire", action="expire", given=given),
        ]
    if session["status"] == "complete" and session["payment_status"] == "unpaid":
        return [
            Offer(text="The debit succeeds", action="pay/settle", given=given | {"outcome": "succeeded"}),
            Offer(text="The debit fails", action="pay/settle", given=given | {"outcome": "failed"}),
        ]
    return []


def _charge(charge: Obj, owner: str) -> Offers:
    if owner or not charge["paid"] or charge["refunded"] or not charge["_card"]:
        return []
    given = {"charge": charge["id"]}
    amount = Input(name="amount", label="Minor units", value=str(charge["amount"] - charge["amount_refunded"]))
    reason = Input(name="reason", label="Reason", choices=REASONS)
    kind = Input(name="fraud_type", label="Type", choices=fraud_warnings.TYPES)
    return [
        Offer(text="Open a dispute", action="disputes", given=given, inputs=(reason, amount)),
        Offer(text="Open an inquiry", action="disputes", given=given | {"inquiry": "1"}, inputs=(reason, amount)),
        Offer(text="Send a fraud warning", action="fraud_warnings", given=given, inputs=(kind,)),
    ]


def _dispute(dispute: Obj, _owner: str) -> Offers:
    given = {"dispute": dispute["id"]}
    if dispute["status"] in disputes.CLOSED:
        return []
    if dispute["status"].startswith("warning_"):
        return [
            Offer(text="Make it a chargeback", action="disputes/escalate", given=given),
            Offer(text="Close the inquiry", action="disputes/decide", given=given | {"outcome": "won"}),
        ]
    return [
        Offer(text="The platform wins", action="disputes/decide", given=given | {"outcome": "won"}),
        Offer(text="The platform loses", action="disputes/decide", given=given | {"outcome": "lost"}),
    ]


def _payout(payout: Obj, _owner: str) -> Offers:
    given = {"payout": payout["id"]}
    if payout["status"] in ("failed", "canceled"):
        return []
    code = Input(name="code", label="Why", choices=tuple(banks.FAILURES))
    text = "Let the bank return it" if payout["status"] == "paid" else "Let it fail"
    fail = Offer(text=text, action="payouts/fail", given=given, inputs=(code,))
    return [fail] if payout["status"] == "paid" else [Offer(text="Settle", action="payouts/settle", given=given), fail]


def _refund(refund: Obj, owner: str) -> Offers:
    given = {"refund": refund["id"]}
    if owner or refund["status"] in ("failed", "canceled"):
        return []
    reason = Input(name="reason", label="Why", choices=refunds.REASONS)
    made = [Offer(text="Let it fail", action="refunds/fail", given=given, inputs=(reason,))]
    if refund["status"] == "pending":
        made.append(Offer(text="Ask the buyer where to", action="refunds/require_action", given=given))
    if refund["status"] != "succeeded":
        made.append(Offer(text="Cancel", action="refunds/cancel", given=given))
    return made


def _topup(topup: Obj, _owner: str) -> Offers:
    if topup["status"] not in ("pending", "succeeded"):
        return []
    return [Offer(text="Let the bank refuse it", action="topups/fail", given={"topup": topup["id"]})]


def _account(account: Obj, _owner: str) -> Offers:
    given = {"account": account["id"]}
    if not account["connected"] or account["closed"]:
        return []
    number = banks.suggestion(account["country"] or "DE")
    bank = Input(name="bank_number", label="IBAN or number", value=number)
    due = Input(name="due", label="What is due", value="individual.verification.document")
    if not account["details_submitted"]:
        opening = Offer(text="Fill in the onboarding page", action="onboard", given=given, inputs=(bank,))
    else:
        opening = Offer(text="Change the bank account", action="accounts/bank", given=given, inputs=(bank,))
    return [
        Offer(text="Activate", action="accounts/judge", given=given | {"status": "active"}),
        Offer(text="Verification pending", action="accounts/judge", given=given | {"status": "pending"}),
        Offer(text="Cut the connection", action="accounts/deauthorize", given=given),
        Offer(text="Close", action="accounts/close", given=given),
        Offer(text="Restrict", action="accounts/judge", given=given | {"status": "restricted"}, inputs=(due,)),
        opening,
    ]


def _event(event: Obj, _owner: str) -> Offers:
    return [
        Offer(text="Send again", action="webhooks", given={"resend": event["id"]}),
        Offer(text="Withhold", action="webhooks/withhold", given={"event": event["id"]}),
    ]


OFFERED: dict[str, Callable[[Obj, str], Offers]] = {
    "account": _account,
    "charge": _charge,
    "checkout.session": _session,
    "dispute": _dispute,
    "event": _event,
    "payout": _payout,
    "refund": _refund,
    "topup": _topup,
    "v2_event": _event,
}
