"""The run: every seller whose money is due goes on to their bank. Killed at any moment, the next run goes on."""

from __future__ import annotations

import functools
import logging
import time
import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from payments import locks, rules
from payments.contracts import PayoutGate, Schedule
from payments.errors import ProviderAway
from payments.gateway import accounts, payouts
from payments.gateway.errors import GatewayError
from payments.gateway.objects import Funds
from payments.models import Brake, ConnectedAccount, Outflow, Payout
from payments.operations.lanes import Lanes
from payments.schedules import next_due
from payments.selectors import lying
from payments.selectors.due import due
from payments.selectors.plans import plan_of
from payments.services.onboarding.recording import record_account
from payments.services.payouts.asking import ask, remember

logger = logging.getLogger(__name__)

# A first payout comes as soon as there is enough; until then its account is looked at so often.
_LOOK_AGAIN = timedelta(hours=1)


def run_payouts(at: datetime, *, limit: int = 1_000, seconds: float = 40) -> int:
    """Looks into every account that is due, several at a time, and intends its payouts; returns how many.

    Outside any transaction. One seller's trouble, or an answer that does not come, holds up nobody else.
    """
    if Brake.objects.filter(outflow=Outflow.PAYOUTS).exists():
        return 0
    made: list[Payout] = []
    deadline = time.monotonic() + seconds
    with Lanes(settings.OPERATION_LANES) as lanes:
        for _ in range(limit):
            account_id = _claim(at) if time.monotonic() < deadline else None
            if account_id is None:
                break
            lanes.run(functools.partial(_look_safely, account_id, at, made))
    return len(made)


@transaction.atomic
def _claim(at: datetime) -> uuid.UUID | None:
    """Keeps other workers from the account for a while; where this one dies, the while ends by itself."""
    free = due(at).filter(Q(looking_until=None) | Q(looking_until__lte=at))
    account = free.select_for_update(of=("self",), skip_locked=True).first()
    if account is None:
        return None
    account.looking_until = at + settings.OPERATION_LEASE
    account.save(update_fields=["looking_until"])
    return account.id


def _look_safely(account_id: uuid.UUID, at: datetime, made: list[Payout]) -> None:
    try:
        made.extend(_look(account_id, at))
    except GatewayError as error:
        logger.warning("the account %s could not be looked into: %s", account_id, error)
    except Exception:  # one account that breaks must not keep the others from their money
        logger.exception("the account %s broke", account_id)


def _look(account_id: uuid.UUID, at: datetime) -> list[Payout]:
    account, found = look_into(account_id, at)
    if account.gate != PayoutGate.OPEN:
        return []
    answers = [ask(account_id, funds, at) for funds in found.values()]
    made = [answer for answer in answers if isinstance(answer, Payout)]
    _move_on(account_id, at, is_done=bool(made))
    return made


def look_now(account_id: uuid.UUID, at: datetime) -> int:
    """The run for one account, whatever its next moment: for staff who have mended what kept it. Returns how many.

    Every reason against a payout still counts. Raises ProviderAway.
    """
    ConnectedAccount.objects.filter(pk=account_id).update(payout_due_at=None)
    try:
        return len(_look(account_id, at))
    except GatewayError as error:
        raise ProviderAway from error


def look_into(account_id: uuid.UUID, at: datetime) -> tuple[ConnectedAccount, dict[str, Funds]]:
    """Reads an account and what lies in it: a bank that was changed a minute ago is seen before money goes there."""
    account = ConnectedAccount.objects.get(pk=account_id)
    seen = accounts.read(account.stripe_id)
    with transaction.atomic():
        record_account(account_id, seen, at)
    account.refresh_from_db()
    if account.gate != PayoutGate.OPEN:
        return account, {}
    found = payouts.funds(account.stripe_id)
    remember(account_id, found, at)
    return account, found


@transaction.atomic
def _move_on(account_id: uuid.UUID, at: datetime, *, is_done: bool) -> None:
    """To the schedule's next moment; a first payout does not wait for it."""
    account = locks.lock_account(account_id)
    account.looking_until = None
    is_first = not is_done and not Payout.objects.filter(account__user=account.user_id).exists()
    plan = plan_of(account.user_id)
    schedule = Schedule.DAILY if lying.aged(account_id, at) else plan.schedule
    if is_first:
        account.payout_due_at = at + _LOOK_AGAIN
    else:
        account.payout_due_at = next_due(schedule, plan.weekday, at, rules.business_zone())
    account.save(update_fields=["looking_until", "payout_due_at"])
