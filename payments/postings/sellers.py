"""Between the hold and sellers, and what sellers owe."""

from __future__ import annotations

from datetime import datetime

from payments.ledger.posting import credit, debit
from payments.models import Release, ReleaseState, SellerDebt, TransferReversal
from payments.postings.places import (
    FEES,
    LOSS,
    SETTLEMENT,
    STRIPE,
    TRANSFERS,
    available_of,
    clearing_of,
    debt_of,
    hold_of,
    post_for,
)


def release(release: Release, at: datetime) -> bool:
    charge, fees = release.charge, release.seller_fee_minor + release.buyer_fee_minor
    hold = debit(hold_of(charge), release.gross_minor)
    share = credit(clearing_of(release), release.gross_minor - fees)
    return post_for(charge, "release", release.id, at, hold, share, credit(FEES, fees))


def release_undone(release: Release, *, net_minor: int, fees_minor: int, at: datetime) -> bool:
    """Part of a release, or all of it, returns to the hold; the seller's share from where it is now.

    The key counts what was undone before, so that each part is undone once.
    """
    charge = release.charge
    share = clearing_of(release) if release.state == ReleaseState.CLEARING else available_of(release)
    legs = debit(share, net_minor), debit(FEES, fees_minor), credit(hold_of(charge), net_minor + fees_minor)
    return post_for(charge, "release_undone", f"{release.id}:{release.undone_minor}", at, *legs)


def release_owed(release: Release, *, net_minor: int, fees_minor: int, at: datetime) -> bool:
    """The same where the seller's share has left and does not come back: they owe it."""
    charge = release.charge
    legs = debit(debt_of(release), net_minor), debit(FEES, fees_minor), credit(hold_of(charge), net_minor + fees_minor)
    return post_for(charge, "release_owed", f"{release.id}:{release.undone_minor}", at, *legs)


def clear(release: Release, at: datetime) -> bool:
    legs = debit(clearing_of(release), release.net_minor), credit(available_of(release), release.net_minor)
    return post_for(release.charge, "clear", release.id, at, *legs)


def transfer_intent(release: Release, operation_id: object, at: datetime) -> bool:
    legs = debit(available_of(release), release.sent_minor), credit(TRANSFERS, release.sent_minor)
    return post_for(release.charge, "transfer_intent", operation_id, at, *legs)


def transfer_done(release: Release, operation_id: object, at: datetime) -> bool:
    legs = debit(TRANSFERS, release.sent_minor), credit(STRIPE, release.sent_minor)
    return post_for(release.charge, "transfer_done", operation_id, at, *legs)


def transfer_failed(release: Release, operation_id: object, at: datetime) -> bool:
    legs = debit(TRANSFERS, release.sent_minor), credit(available_of(release), release.sent_minor)
    return post_for(release.charge, "transfer_failed", operation_id, at, *legs)


def transfer_reversed(reversal: TransferReversal, at: datetime) -> bool:
    """Back from the connected account; ``release_undone`` follows in the same transaction."""
    release = reversal.release
    legs = debit(STRIPE, reversal.amount_minor), credit(available_of(release), reversal.amount_minor)
    return post_for(release.charge, "transfer_reversed", reversal.id, at, *legs)


def debt_recovered(debt: SellerDebt, payer: Release, amount_minor: int, at: datetime) -> bool:
    """Part of a later release pays an earlier order's debt: one posting for each of the two orders."""
    key = f"{debt.id}:{payer.id}"
    share = debit(available_of(payer), amount_minor)
    post_for(payer.charge, "debt_recovered", key, at, share, credit(SETTLEMENT, amount_minor))
    owed = credit(debt_of(debt.release), amount_minor)
    return post_for(debt.release.charge, "debt_settled", key, at, debit(SETTLEMENT, amount_minor), owed)


def debt_written_off(debt: SellerDebt, amount_minor: int, at: datetime) -> bool:
    key = f"{debt.id}:{debt.written_off_minor}"
    legs = debit(LOSS, amount_minor), credit(debt_of(debt.release), amount_minor)
    return post_for(debt.release.charge, "debt_written_off", key, at, *legs)
