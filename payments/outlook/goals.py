"""A seller says what they want to earn in a month."""

from __future__ import annotations

from django.db import transaction

from marketplace.kernel.money import Money
from payments.models import EarningGoal


@transaction.atomic
def save_goals(*, user_id: int, goals: list[Money]) -> None:
    """These and no others, at most one in a currency, each more than nothing."""
    EarningGoal.objects.filter(user_id=user_id).exclude(currency__in=[goal.currency for goal in goals]).delete()
    EarningGoal.objects.bulk_create(
        [EarningGoal(user_id=user_id, currency=goal.currency, amount_minor=goal.amount_minor) for goal in goals],
        update_conflicts=True,
        unique_fields=["user", "currency"],
        update_fields=["amount_minor"],
    )
