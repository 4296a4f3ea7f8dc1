"""A seller says how they want to be paid."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.kernel import words
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.money import Money, payable_step
from payments import rules
from payments.contracts import Schedule
from payments.models import ConnectedAccount, Payout, PayoutPlan, SteadyAmount
from payments.schedules import next_due


@transaction.atomic
def save_plan(*, user_id: int, schedule: Schedule, weekday: int, steady: list[Money], at: datetime) -> None:
    """Keeps schedule and steady amounts; the next payout moves with them. ``weekday`` 0 is Monday.

    Raises InvalidInput: a steady amount goes with weeks, and is no less than the smallest payout.
    """
    _check(schedule, steady)
    PayoutPlan.objects.update_or_create(
        pk=user_id, defaults={"schedule": schedule, "weekday": weekday, "changed_at": at}
    )
    SteadyAmount.objects.filter(user_id=user_id).delete()
    SteadyAmount.objects.bulk_create(
        [SteadyAmount(user_id=user_id, currency=one.currency, amount_minor=one.amount_minor) for one in steady]
    )
    if Payout.objects.filter(account__user_id=user_id).exists():
        due = next_due(schedule, weekday, at, rules.business_zone())
        ConnectedAccount.objects.filter(user_id=user_id).exclude(payout_due_at=None).update(payout_due_at=due)


def _check(schedule: Schedule, steady: list[Money]) -> None:
    if steady and schedule != Schedule.WEEKLY:
        raise _at_schedule(_("A steady amount goes with weekly payouts."))
    for amount in steady:
        least = rules.minimum(amount.currency)
        if not amount.is_payable:
            step = words.amount(Money(payable_step(amount.currency), amount.currency))
            text = _("Amounts go in steps of %(step)s.") % {"step": step}
            raise InvalidInput(text, fields={f"steady_{amount.currency.lower()}": text})
        if amount < least:
            text = _("The smallest payout is %(amount)s.") % {"amount": words.amount(least)}
            raise InvalidInput(text, fields={f"steady_{amount.currency.lower()}": text})


def _at_schedule(text: str) -> InvalidInput:
    return InvalidInput(text, fields={"schedule": text})
