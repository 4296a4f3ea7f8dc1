"""How sellers want to be paid."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.conf import settings

from payments.contracts import Schedule
from payments.models import PayoutPlan, SteadyAmount


@dataclass(frozen=True, slots=True)
class Plan:
    schedule: Schedule
    weekday: int  # 0 is Monday; of a weekly schedule
    steady_minor: dict[str, int] = field(default_factory=dict)  # by currency, at most so much a week

    def part_of(self, available_minor: int, currency: str) -> int:
        """What of an available amount goes out this week; the rest stays as savings."""
        if self.schedule != Schedule.WEEKLY:
            return available_minor
        return min(available_minor, self.steady_minor.get(currency, available_minor))


def plan_of(user_id: int) -> Plan:
    """Two queries."""
    row = PayoutPlan.objects.filter(pk=user_id).first()
    amounts = SteadyAmount.objects.filter(user_id=user_id).values_list("currency", "amount_minor")
    steady = dict(amounts.order_by("currency"))
    if row is None:
        return Plan(Schedule(settings.PAYOUT_SCHEDULE), settings.PAYOUT_WEEKDAY, steady)
    return Plan(Schedule(row.schedule), row.weekday, steady)
