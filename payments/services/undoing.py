"""Undoing releases: the seller's share returns to the hold from wherever it is by now.

Clearing or available: at once, in our books alone. On its way or in the connected account: asked back by a
transfer reversal. Not to be had any more: the seller owes it. Whoever waits for the hold to fill again (a refund,
a lost chargeback) is served by ``services/waiting.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Sum

from marketplace.kernel.ids import new_id
from payments import locks, postings
from payments.models import Charge, OperationKind, Release, ReleaseState, ReversalState, TransferReversal
from payments.operations import queue
from payments.services import debts

LEFT_OR_LEAVING = (ReleaseState.SENDING, ReleaseState.TRANSFERRED)
_OPEN = (ReversalState.PLANNED, ReversalState.ASKED)


def undo(charge: Charge, at: datetime, *, at_most_minor: int, key: str) -> int:
    """Undoes that much of a locked charge's releases, newest first; returns what is in the hold at once.

    The rest is asked back from connected accounts: the hold fills when that has ended, well or badly. ``key``
    says what for, so that it happens once.
    """
    left, here = at_most_minor, 0
    for release in reversed(locks.lock_releases(charge)):
        part = min(left, release.gross_minor - release.undone_minor - _promised_minor(release))
        if not part:
            continue
        left -= part
        if release.state in LEFT_OR_LEAVING:
            _plan(release, part, f"{key}:{release.id}", at)
        else:
            undo_here(release, part, at)
            here += part
    return here


def undo_here(release: Release, part_minor: int, at: datetime) -> None:
    """Undoes part of a locked release that has not left. What paid a debt meanwhile is owed anew."""
    fees = _fees_of(release, release.undone_minor, part_minor)
    net = part_minor - fees
    here = min(net, release.sendable_minor)
    postings.release_undone(release, net_minor=here, fees_minor=fees, at=at)
    if net > here:
        postings.release_owed(release, net_minor=net - here, fees_minor=0, at=at)
        debts.owe(release, net - here, at)
    _count(release, part_minor)


def _fees_of(release: Release, before_minor: int, part_minor: int) -> int:
    """The fees' part of what is undone after ``before_minor`` of the gross was."""
    return release.fees_undone_minor(before_minor + part_minor) - release.fees_undone_minor(before_minor)


def _count(release: Release, part_minor: int) -> None:
    release.undone_minor += part_minor
    if release.undone_minor == release.gross_minor:
        release.state = ReleaseState.UNDONE
    release.save(update_fields=["undone_minor", "state", "reversed_minor"])
    release.charge.released_minor -= part_minor
    release.charge.save(update_fields=["released_minor"])


def _open(release: Release) -> Sequence[TransferReversal]:
    return list(TransferReversal.objects.filter(release=release, state__in=_OPEN).order_by("asked_at", "id"))


def _promised_minor(release: Release) -> int:
    return sum(reversal.part_minor for reversal in _open(release))


def promised_minor(charge: Charge) -> int:
    """What open reversals will bring back into a charge's hold, however they end."""
    if not charge.released_minor:  # nothing is out that could come back
        return 0
    open_ones = TransferReversal.objects.filter(release__charge=charge, state__in=_OPEN)
    return open_ones.aggregate(sum=Sum("part_minor"))["sum"] or 0


def _plan(release: Release, part_minor: int, key: str, at: datetime) -> None:
    """One reversal of a release at a time, so that the one rounding of its fees adds up; the others wait."""
    waiting = _open(release)
    before = release.undone_minor + sum(reversal.part_minor for reversal in waiting)
    fees = _fees_of(release, before, part_minor)
    there = release.sent_minor - release.reversed_minor - sum(reversal.amount_minor for reversal in waiting)
    amount = min(part_minor - fees, max(there, 0))
    planned = TransferReversal.objects.create(
        key=key,
        release=release,
        part_minor=part_minor,
        amount_minor=amount,
        fees_minor=fees,
        owed_minor=part_minor - fees - amount,
        state=ReversalState.PLANNED,
        asked_at=at,
    )
    if not waiting:
        _start(planned, at)


def _start(reversal: TransferReversal, at: datetime) -> None:
    """Asks Stripe, once the transfer itself is through."""
    release = reversal.release
    if release.state == ReleaseState.SENDING:
        return  # ``after_transfer`` comes back to it
    if not reversal.amount_minor:
        end(reversal, ReversalState.NEEDLESS, at)
        return
    op_id = new_id()
    reversal.state = ReversalState.ASKED
    reversal.save(update_fields=["state"])
    params = {
        "transfer": release.stripe_transfer_id,
        "amount": reversal.amount_minor,
        "metadata": {"op_id": str(op_id), "reversal_id": str(reversal.id), "reference": release.charge.reference},
    }
    queue.enqueue(
        OperationKind.REVERSE_TRANSFER,
        reversal.id,
        operation_id=op_id,
        reference=release.charge.reference,
        lane=release.account.stripe_id if release.account else "",
        params=params,
        at=at,
    )


def after_transfer(release: Release, at: datetime) -> None:
    """The transfer of a locked release has ended: what was planned meanwhile goes on."""
    if release.state == ReleaseState.TRANSFERRED:
        _start_next(release, at)
        return
    for reversal in _open(release):  # it never left: our books alone
        reversal.release = release
        undo_here(release, reversal.part_minor, at)
        _close(reversal, ReversalState.NEEDLESS, at)


def _start_next(release: Release, at: datetime) -> None:
    waiting = _open(release)
    if waiting and waiting[0].state == ReversalState.PLANNED:
        waiting[0].release = release
        _start(waiting[0], at)


def end(reversal: TransferReversal, state: ReversalState, at: datetime) -> None:
    """Posts what a reversal came to: back in the hold, with or without the seller's money."""
    release = reversal.release
    back = reversal.amount_minor if state == ReversalState.DONE else 0
    owed = reversal.amount_minor + reversal.owed_minor - back
    if back:
        postings.transfer_reversed(reversal, at)
        postings.release_undone(release, net_minor=back, fees_minor=reversal.fees_minor, at=at)
        release.reversed_minor += back
    if owed or not back:
        fees = 0 if back else reversal.fees_minor
        postings.release_owed(release, net_minor=owed, fees_minor=fees, at=at)
        debts.owe(release, owed, at)
    _count(release, reversal.part_minor)
    _close(reversal, state, at)
    _start_next(release, at)


def _close(reversal: TransferReversal, state: ReversalState, at: datetime) -> None:
    reversal.state, reversal.ended_at = state, at
    reversal.save(update_fields=["state", "ended_at", "stripe_reversal_id", "failure", "livemode"])
