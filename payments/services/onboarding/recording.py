"""What the provider says of an account becomes ours: whether it can be paid, what is asked for, where its bank is."""

from __future__ import annotations

import logging
import uuid
from dataclasses import asdict
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from accounts import api as accounts
from marketplace.kernel import events
from payments import locks
from payments.contracts import PayoutGate
from payments.events import PayoutGateChanged
from payments.gateway import objects
from payments.models import ConnectedAccount, Release, ReleaseState
from payments.services.telling import tell

logger = logging.getLogger(__name__)

# No payout so long after the bank, or the whole account, was changed: whoever took over an account at the provider
# gets nothing while its owner reads the mail about it.
SAFETY_STOP = timedelta(hours=24)


def record_account(account_id: uuid.UUID, found: objects.ConnectedAccount, at: datetime) -> None:
    """Applies an account that was read at the provider. Inside a transaction."""
    account = locks.lock_account(account_id)
    was = PayoutGate(account.gate)
    account.stripe_id = account.stripe_id or found.id
    account.livemode, account.synced_at = found.livemode if not found.is_closed else account.livemode, at
    _learn_requirements(account, found)
    if found.banks is not None:
        _learn_banks(account, found.banks, at)
    gate = _gate(found)
    if gate != was:
        account.gate, account.gate_since = gate, at
        if gate == PayoutGate.OPEN:
            account.opened_at = account.opened_at or at
    account.save()
    if gate != was and account.replaced_at is None:
        _tell_gate(account, gate, was, at)


def _gate(found: objects.ConnectedAccount) -> PayoutGate:
    if found.is_closed:
        return PayoutGate.CLOSED
    return PayoutGate.OPEN if found.can_receive else PayoutGate.INCOMPLETE


def _learn_requirements(account: ConnectedAccount, found: objects.ConnectedAccount) -> None:
    account.requirements = [asdict(requirement) for requirement in found.requirements]
    account.requirements_due_at = found.deadline


def _learn_banks(account: ConnectedAccount, banks: tuple[objects.Bank, ...], at: datetime) -> None:
    """A bank that is taken away and another put in its place is a change as well, so the marks are never emptied."""
    marks = sorted(bank.mark for bank in banks)
    if not marks:
        return
    is_change = bool(account.bank_marks) and marks != account.bank_marks
    account.bank_marks, account.bank_label = marks, ", ".join(bank.label for bank in banks)[:100]
    if is_change:
        account.bank_refused_since = None
        account.stopped_until, account.payout_due_at = at + SAFETY_STOP, None
        _tell_bank(account, at)
    elif any(bank.is_refused for bank in banks) and account.bank_refused_since is None:
        account.bank_refused_since = at


def _tell_bank(account: ConnectedAccount, at: datetime) -> None:
    logger.warning("the bank of %s was changed", account)
    with accounts.speaking_to(account.user_id):
        tell(
            account.user_id,
            f"account:{account.id}:bank:{at.timestamp()}",
            _("Your bank account was changed"),
            _(
                "Payouts go to %(bank)s from now on. For your safety nothing is paid out for 24 hours. "
                "If this was not you, change your password and write to us at once."
            )
            % {"bank": account.bank_label},
            at,
        )


def _tell_gate(account: ConnectedAccount, gate: PayoutGate, was: PayoutGate, at: datetime) -> None:
    events.publish(PayoutGateChanged(account.user_id, gate, at))
    if gate == PayoutGate.OPEN:
        # What the provider refused while the account was not in order may be tried again.
        Release.objects.filter(payee_id=account.user_id, state=ReleaseState.AVAILABLE).update(note="")
        return
    key = f"account:{account.id}:{gate}:{at.timestamp()}"
    with accounts.speaking_to(account.user_id):
        _say_gate(account, gate, was, key, at)


def _say_gate(account: ConnectedAccount, gate: PayoutGate, was: PayoutGate, key: str, at: datetime) -> None:
    if gate == PayoutGate.CLOSED:
        title = _("Your payout account was closed")
        text = _("Nothing can be paid to you until you have made a new one. What you earn waits here meanwhile.")
        tell(account.user_id, key, title, text, at)
    elif was == PayoutGate.OPEN:
        title = _("The payment provider has stopped payments to you")
        text = _("It needs something more from you, listed on your earnings page. What you earn waits here meanwhile.")
        tell(account.user_id, key, title, text, at)
