"""Movements, accounts and states of money in words that a treasurer reads."""

from __future__ import annotations

from django.utils.translation import gettext as _

from payments.ledger.kinds import Kind

# Accounts that usually stand in debit: what the platform has, what it spent, what others owe it.
DEBIT_SIDE = frozenset(
    {
        Kind.STRIPE_BALANCE,
        Kind.PLATFORM_BANK,
        Kind.SELLER_DEBT,
        Kind.DISPUTE_CLEARING,
        Kind.STRIPE_FEE_EXPENSE,
        Kind.DISPUTE_FEE_EXPENSE,
        Kind.PROMOTION_EXPENSE,
        Kind.PLATFORM_LOSS,
    }
)


def account_words(kind: str) -> str:
    return {
        Kind.STRIPE_BALANCE: _("Balance at Stripe"),
        Kind.PLATFORM_BANK: _("The platform's bank"),
        Kind.PLATFORM_EQUITY: _("The operator's own money"),
        Kind.HOLD: _("Hold"),
        Kind.SELLER_CLEARING: _("Seller's share, clearing"),
        Kind.SELLER_AVAILABLE: _("Seller's share, cleared"),
        Kind.SELLER_DEBT: _("Seller's debt"),
        Kind.DEBT_SETTLEMENT: _("Debts between orders"),
        Kind.TRANSFER_CLEARING: _("Transfers on their way"),
        Kind.REFUND_CLEARING: _("Refunds on their way"),
        Kind.DISPUTE_CLEARING: _("Taken by open chargebacks"),
        Kind.BUYER_PAYABLE: _("Owed to a buyer"),
        Kind.FEE_REVENUE: _("Fees earned"),
        Kind.STRIPE_FEE_EXPENSE: _("Stripe's fees"),
        Kind.DISPUTE_FEE_EXPENSE: _("Chargeback fees"),
        Kind.PROMOTION_EXPENSE: _("Promotions"),
        Kind.PLATFORM_LOSS: _("Losses"),
        Kind.SUSPENSE: _("Suspense: not explained yet"),
    }.get(Kind(kind) if kind in set(Kind) else Kind.SUSPENSE, kind)


def movement_words(kind: str) -> str:
    return _movements().get(kind, kind.replace("_", " "))


def _movements() -> dict[str, str]:
    return _with_buyers() | _with_sellers() | _of_the_platform()


def _with_buyers() -> dict[str, str]:
    return {
        "capture": _("The buyer's payment came in"),
        "stripe_fee": _("Stripe kept its fee"),
        "promotion": _("The platform paid instead of a buyer"),
        "promotion_returned": _("The platform's payment went back"),
        "refund_intent": _("A refund was decided"),
        "refund_done": _("The refund left"),
        "refund_failed": _("Stripe did not take the refund"),
        "refund_bounced": _("The refund came back from the bank"),
        "refund_unpaid": _("The refund failed before it had left"),
        "refund_reissued": _("A refund that came back is sent again"),
        "reissue_failed": _("Stripe did not take it again"),
        "paid_by_bank": _("The buyer was paid from the bank"),
        "chargeback_withdrawn": _("The bank took the payment back"),
        "chargeback_reinstated": _("The bank gave it back"),
        "chargeback_lost": _("The chargeback is lost"),
        "dispute_fee": _("Stripe's fee for a chargeback"),
        "dispute_fee_returned": _("Stripe gave its fee for a chargeback back"),
    }


def _with_sellers() -> dict[str, str]:
    return {
        "release": _("Released: the seller's share clears, the fees are earned"),
        "release_undone": _("A release was undone"),
        "release_owed": _("A release was undone whose share had left: the seller owes it"),
        "clear": _("Cleared: it is the seller's"),
        "transfer_intent": _("The transfer to the seller was decided"),
        "transfer_done": _("The transfer reached the seller's account"),
        "transfer_failed": _("Stripe did not take the transfer"),
        "transfer_reversed": _("The transfer came back"),
        "debt_recovered": _("Kept back for an earlier debt"),
        "debt_settled": _("A debt was paid from a later order"),
        "debt_written_off": _("A debt was written off"),
    }


def _of_the_platform() -> dict[str, str]:
    return {
        "withdrawal": _("Withdrawn to the platform's bank"),
        "withdrawal_returned": _("A withdrawal came back"),
        "deposit": _("The operator put money in"),
        "suspense_in": _("Something came in at Stripe that nothing here explains"),
        "suspense_out": _("Something went out at Stripe that nothing here explains"),
        "stripe_cost": _("Stripe's own bill"),
        "stripe_cost_returned": _("Stripe gave back of its bill"),
        "manual": _("A posting by hand, agreed by two people"),
    }


def outflow_words(outflow: str) -> str:
    return {
        "refunds": _("Refunds to buyers"),
        "transfers": _("Transfers to sellers"),
        "payouts": _("Payouts to banks"),
    }.get(outflow, outflow)


def operation_words(kind: str) -> str:
    return {
        "create_session": _("Make a Checkout page"),
        "expire_session": _("Close a Checkout page"),
        "create_refund": _("Refund a buyer"),
        "create_transfer": _("Transfer to a seller"),
        "create_account": _("Open a seller's account"),
        "set_payout_schedule": _("Keep payouts in our hands"),
        "create_payout": _("Pay out to a seller's bank"),
        "reverse_transfer": _("Ask a transfer back"),
        "submit_evidence": _("Send evidence for a chargeback"),
        "create_withdrawal": _("Pay out to the platform's bank"),
    }.get(kind, kind.replace("_", " "))


def state_words(state: str) -> str:
    """States of every row that money pages show; the plain word where there is no better one."""
    return {
        "pending": _("pending"),
        "captured": _("paid"),
        "expired": _("expired"),
        "parked": _("parked"),
        "done": _("done"),
        "failed": _("refused"),
        "asked": _("asked"),
        "clearing": _("clearing"),
        "available": _("cleared, not sent"),
        "sending": _("being sent"),
        "transferred": _("in the seller's account"),
        "settled": _("settled"),
        "undone": _("undone"),
        "waiting": _("waits for the seller's share"),
        "succeeded": _("with the buyer"),
        "refused": _("refused by Stripe"),
        "bounced": _("came back"),
        "sent": _("on its way"),
        "paid": _("paid"),
        "inquiry": _("inquiry"),
        "open": _("open"),
        "incomplete": _("incomplete"),
        "won": _("won"),
        "lost": _("lost"),
        "closed": _("closed"),
        "planned": _("planned"),
        "needless": _("not needed"),
        "declined": _("declined"),
        "withdrawn": _("withdrawn"),
    }.get(state, state.replace("_", " "))


_TONES = {
    "late": ("parked", "failed", "refused", "bounced", "lost", "declined"),
    "soon": ("pending", "asked", "waiting", "sending", "inquiry", "open", "incomplete", "planned", "sent"),
    "ok": ("captured", "done", "transferred", "settled", "succeeded", "paid", "won"),
}


def state_tone(state: str) -> str:
    """The badge's tone."""
    return next((tone for tone, states in _TONES.items() if state in states), "")


def deed_words(kind: str) -> tuple[str, str]:
    """What a deed is called, and what it means."""
    return {
        "posting": (
            _("Posting"),
            _("Moves an amount between two accounts of the platform itself. Always needs a second person."),
        ),
        "refund": (
            _("Refund"),
            _("Goes back to the buyer's card. The order itself stays as it is: end a running one on its own page."),
        ),
        "write_off": (
            _("Write a debt off"),
            _("The platform bears what the seller owes; it is not asked of them any more."),
        ),
        "paid_by_bank": (
            _("Paid from the bank"),
            _("A refund that came back, which you have sent from the platform's bank account. Send it there first."),
        ),
        "withdrawal": (
            _("Withdrawal"),
            _("Goes from the balance at Stripe to the platform's bank. Only the platform's own money can go."),
        ),
        "deposit": (
            _("Deposit"),
            _("Writes down money of the operator's own that has come into the balance at Stripe."),
        ),
        "goodwill": (
            _("Give a seller money"),
            _("From the platform's own pocket; cleared at once and sent with the next transfer."),
        ),
        "clear_warning": (
            _("Let a payment go on"),
            _("After a fraud warning you have looked at it and believe it. Its share may be released and sent again."),
        ),
    }[kind]


def evidence_words(name: str) -> str:
    """Stripe's fields of evidence."""
    return {
        "customer_name": _("Buyer"),
        "customer_email_address": _("Buyer's e-mail address"),
        "product_description": _("What was sold"),
        "service_date": _("Delivered on"),
        "access_activity_log": _("What happened"),
        "refund_policy_disclosure": _("What buyers are told of refunds"),
        "uncategorized_text": _("What both sides wrote"),
    }.get(name, name.replace("_", " "))
