"""Time in which nobody swept: people who should have answered meanwhile get it back, once."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Subquery

from marketplace.kernel.models import Heartbeat
from orders.models import Order, Outage, Proposal, Timer
from orders.services import clocks
from orders.states import Action

logger = logging.getLogger(__name__)

AWAY_FROM = timedelta(minutes=15)
# Windows at whose end a person's silence counts. Not the seller's own deadline, staff's, or a payment page's.
WINDOWS = (
    Action.LAPSE_REQUEST,
    Action.GIVE_UP_WAITING,
    Action.RESUME,
    Action.EXPIRE_PROPOSAL,
    Action.AUTO_ACCEPT,
    Action.LAPSE_FUNDING,
    Action.DEFAULT_DISPUTE,
    Action.END_NEGOTIATION,
    Action.ENFORCE,
    Action.REVEAL_REVIEWS,
)
# These move along with what they remind of, unless their time has come.
_REMINDERS = (Action.REMIND_REQUIREMENTS, Action.REMIND_ACCEPTANCE, Action.REMIND_ANSWER)


def make_up(heartbeat: str, at: datetime) -> Outage | None:
    """Extends every window that was open when the ``heartbeat`` stopped by the time since; None where it did not stop.

    Before anything is swept. Two sweepers that start at the same moment wait for each other at the heartbeat's row,
    which has the new time then.
    """
    if not Heartbeat.objects.filter(name=heartbeat, beat_at__lte=at - AWAY_FROM).exists():
        return None
    with transaction.atomic():
        beat = Heartbeat.objects.select_for_update().get(name=heartbeat)
        if at - beat.beat_at < AWAY_FROM:
            return None
        outage = _extend(beat.beat_at, at)
        Heartbeat.objects.filter(name=heartbeat).update(beat_at=at)
    logger.warning("nobody swept for %s: %s windows are that much longer", outage.gap, outage.extended_count)
    return outage


# The orders first, as everywhere: whoever holds one of them ends before its timers move.
_LOCK = """
SELECT count(*) FROM (
    SELECT FROM orders_order WHERE id IN (SELECT order_id FROM orders_timer WHERE due_at > %s AND kind = ANY(%s))
    ORDER BY id FOR UPDATE
) AS locked
"""


def _extend(began: datetime, at: datetime) -> Outage:
    gap = at - began
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [began, list(WINDOWS)])
    reminders = Timer.objects.filter(kind__in=_REMINDERS, due_at__gt=at)
    reminders.update(due_at=F("due_at") + gap)
    windows = Timer.objects.filter(kind__in=WINDOWS, due_at__gt=began)
    extended = windows.update(due_at=F("due_at") + gap, extended=F("extended") + gap)
    Proposal.objects.open_since(began).update(answer_by=F("answer_by") + gap)
    for kind, name in clocks.SHOWN.items():
        if kind in WINDOWS:
            _show(kind, name)
    return Outage.objects.create(began_at=began, ended_at=at, extended_count=extended)


def _show(kind: Action, name: str) -> None:
    """The moment that stands on the order as well follows its timer."""
    timers = Timer.objects.filter(order=OuterRef("pk"), kind=kind, due_at__isnull=False, extended__gt=timedelta())
    Order.objects.filter(Exists(timers)).update(**{name: Subquery(timers.values("due_at"))})
