"""Which connected accounts the run of payouts looks into."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from payments.contracts import PayoutGate, Schedule
from payments.models import ConnectedAccount, PayoutPlan
from payments.selectors import lying
from payments.selectors.ages import SENT_ON_AFTER


def due(at: datetime) -> QuerySet[ConnectedAccount]:
    """Accounts into which the run would look now, with something in them; longest due first."""
    lies = lying.waiting().filter(account=OuterRef("pk"))
    is_old = lies.filter(charge__captured_at__lte=at - SENT_ON_AFTER)
    open_ones = ConnectedAccount.objects.filter(gate=PayoutGate.OPEN, bank_refused_since=None)
    open_ones = open_ones.filter(Q(stopped_until=None) | Q(stopped_until__lte=at))
    open_ones = open_ones.filter(Q(payout_due_at=None) | Q(payout_due_at__lte=at))
    return open_ones.filter(Exists(lies), Q(_pays_by_itself()) | Exists(is_old)).order_by("payout_due_at", "id")


def _pays_by_itself() -> Q:
    """Not those whose sellers ask for each payout themselves."""
    by_hand = PayoutPlan.objects.filter(schedule=Schedule.MANUAL).values("user")
    others = PayoutPlan.objects.exclude(schedule=Schedule.MANUAL).values("user")
    return Q(user__in=others) if settings.PAYOUT_SCHEDULE == Schedule.MANUAL else ~Q(user__in=by_hand)


def parked(at: datetime) -> QuerySet[ConnectedAccount]:
    """Accounts with something in them from which nothing can leave."""
    lies = lying.waiting().filter(account=OuterRef("pk"))
    stopped = ~Q(gate=PayoutGate.OPEN) | Q(bank_refused_since__isnull=False) | Q(stopped_until__gt=at)
    return ConnectedAccount.objects.filter(stopped, Exists(lies))
