"""Every movement of money, as one readable table: what is debited, what is credited.

| movement | debit | credit |
|---|---|---|
| capture | stripe_balance | hold |
| stripe_fee | stripe_fee_expense | stripe_balance |
| release | hold P + b | seller_clearing P − s, fee_revenue s + b |
| release_undone | seller_clearing or seller_available, fee_revenue | hold |
| clear | seller_clearing | seller_available |
| transfer_intent | seller_available | transfer_clearing |
| transfer_done | transfer_clearing | stripe_balance |
| transfer_failed | transfer_clearing | seller_available |
| refund_intent | hold | refund_clearing |
| refund_done | refund_clearing | stripe_balance |
| refund_failed | refund_clearing | hold |
| refund_bounced | stripe_balance | buyer_payable |
| deposit | stripe_balance | platform_equity |

P price, s seller's fee, b buyer's fee. Each key makes its posting happen once. Amounts are minor units of the
charge's currency. No other module posts.
"""

from __future__ import annotations

from datetime import datetime

from payments.ledger.kinds import Kind, Place
from payments.ledger.posting import Leg, credit, debit, post
from payments.models import Charge, Refund, Release, ReleaseState

STRIPE = Place(Kind.STRIPE_BALANCE)
STRIPE_FEES = Place(Kind.STRIPE_FEE_EXPENSE)
FEES = Place(Kind.FEE_REVENUE)
TRANSFERS = Place(Kind.TRANSFER_CLEARING)
REFUNDS = Place(Kind.REFUND_CLEARING)
EQUITY = Place(Kind.PLATFORM_EQUITY)


def hold_of(charge: Charge) -> Place:
    return Place(Kind.HOLD, reference=str(charge.id))


def clearing_of(release: Release) -> Place:
    return Place(Kind.SELLER_CLEARING, owner_id=release.payee_id, reference=release.charge.reference)


def available_of(release: Release) -> Place:
    return Place(Kind.SELLER_AVAILABLE, owner_id=release.payee_id, reference=release.charge.reference)


def owed_to_buyer(charge: Charge) -> Place:
    return Place(Kind.BUYER_PAYABLE, owner_id=charge.payer_id)


def _post(kind: str, key: object, charge: Charge, at: datetime, *legs: Leg) -> bool:
    return post(
        op_key=f"{kind}:{key}", kind=kind, reference=charge.reference, currency=charge.currency, legs=legs, at=at
    )


def capture(charge: Charge, amount_minor: int, at: datetime) -> bool:
    legs = debit(STRIPE, amount_minor), credit(hold_of(charge), amount_minor)
    return _post("capture", charge.id, charge, at, *legs)


def stripe_fee(charge: Charge, fee_minor: int, at: datetime) -> bool:
    return _post("stripe_fee", charge.id, charge, at, debit(STRIPE_FEES, fee_minor), credit(STRIPE, fee_minor))


def release(release: Release, at: datetime) -> bool:
    charge, fees = release.charge, release.seller_fee_minor + release.buyer_fee_minor
    hold = debit(hold_of(charge), release.gross_minor)
    share = credit(clearing_of(release), release.gross_minor - fees)
    return _post("release", release.id, charge, at, hold, share, credit(FEES, fees))


def release_undone(release: Release, *, net_minor: int, fees_minor: int, at: datetime) -> bool:
    """Part of a release, or all of it, returns to the hold; the seller's share from where it is now.

    The key counts what was undone before, so that each part is undone once.
    """
    charge = release.charge
    share = clearing_of(release) if release.state == ReleaseState.CLEARING else available_of(release)
    legs = debit(share, net_minor), debit(FEES, fees_minor), credit(hold_of(charge), net_minor + fees_minor)
    return _post("release_undone", f"{release.id}:{release.undone_minor}", charge, at, *legs)


def clear(release: Release, at: datetime) -> bool:
    legs = debit(clearing_of(release), release.net_minor), credit(available_of(release), release.net_minor)
    return _post("clear", release.id, release.charge, at, *legs)


def transfer_intent(release: Release, operation_id: object, at: datetime) -> bool:
    legs = debit(available_of(release), release.net_minor), credit(TRANSFERS, release.net_minor)
    return _post("transfer_intent", operation_id, release.charge, at, *legs)


def transfer_done(release: Release, operation_id: object, at: datetime) -> bool:
    legs = debit(TRANSFERS, release.net_minor), credit(STRIPE, release.net_minor)
    return _post("transfer_done", operation_id, release.charge, at, *legs)


def transfer_failed(release: Release, operation_id: object, at: datetime) -> bool:
    legs = debit(TRANSFERS, release.net_minor), credit(available_of(release), release.net_minor)
    return _post("transfer_failed", operation_id, release.charge, at, *legs)


def refund_intent(refund: Refund, at: datetime) -> bool:
    legs = debit(hold_of(refund.charge), refund.amount_minor), credit(REFUNDS, refund.amount_minor)
    return _post("refund_intent", refund.id, refund.charge, at, *legs)


def refund_done(refund: Refund, at: datetime) -> bool:
    legs = debit(REFUNDS, refund.amount_minor), credit(STRIPE, refund.amount_minor)
    return _post("refund_done", refund.id, refund.charge, at, *legs)


def refund_failed(refund: Refund, at: datetime) -> bool:
    """Stripe never took it: the money is held again."""
    legs = debit(REFUNDS, refund.amount_minor), credit(hold_of(refund.charge), refund.amount_minor)
    return _post("refund_failed", refund.id, refund.charge, at, *legs)


def refund_bounced(refund: Refund, at: datetime) -> bool:
    """Failed after Stripe had taken it: the money is in the platform's balance again, owed to the buyer."""
    legs = debit(STRIPE, refund.amount_minor), credit(owed_to_buyer(refund.charge), refund.amount_minor)
    return _post("refund_bounced", refund.id, refund.charge, at, *legs)


def deposit(key: str, amount_minor: int, currency: str, at: datetime) -> bool:
    """The operator's own money, put into the balance at Stripe so that refunds never wait for funds."""
    name = f"deposit:{key}"
    legs = debit(STRIPE, amount_minor), credit(EQUITY, amount_minor)
    return post(op_key=name, kind="deposit", reference=name, currency=currency, legs=legs, at=at)
