"""Sellers whose money waits because they cannot be paid are reminded: often at first, never for ever."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, Min, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import api as accounts
from payments.contracts import ORDERS_STOP_AFTER, PayoutGate
from payments.models import ConnectedAccount, PayoutReminder, Release
from payments.selectors.ages import REFUNDED_AFTER, SENT_ON_AFTER
from payments.selectors.gate import WAITING
from payments.services.telling import tell

# Days after the oldest payment that waits.
DAYS = (1, 3, 7, 14, 21, 28, 30, 45, 60, 70, 77)


def remind(at: datetime, *, limit: int = 500) -> int:
    """Sends what is due, the latest of several alone; returns how many. One transaction each."""
    open_ones = ConnectedAccount.objects.filter(user=OuterRef("payee"), gate=PayoutGate.OPEN, replaced_at=None)
    blocked = Release.objects.filter(~Exists(open_ones), state__in=WAITING, charge__captured_at__isnull=False)
    rows = blocked.values("payee").annotate(since=Min("charge__captured_at"))
    rows = rows.filter(since__lte=at - timedelta(days=DAYS[0])).order_by("since")
    sent = 0
    for user_id, since in rows.values_list("payee", "since")[:limit]:
        sent += _remind(user_id, since, at)
    return sent


@transaction.atomic
def _remind(user_id: int, since: datetime, at: datetime) -> bool:
    day = max(day for day in DAYS if since + timedelta(days=day) <= at)
    _row, is_new = PayoutReminder.objects.get_or_create(user_id=user_id, since=since, day=day, defaults={"at": at})
    if is_new:
        with accounts.speaking_to(user_id):
            tell(user_id, f"reminder:{since.timestamp():.0f}:{day}", _title(day), _text(day), at)
    return is_new


def _title(day: int) -> str:
    text = ngettext("Your money has waited for %(days)d day", "Your money has waited for %(days)d days", day)
    return text % {"days": day}


def _text(day: int) -> str:
    if day >= SENT_ON_AFTER.days:
        text = _("Set up payouts now: %(days)d days after the buyer paid, the money goes back to them.")
        return text % {"days": REFUNDED_AFTER.days}
    if day >= ORDERS_STOP_AFTER.days:
        return _("Nobody can order from you until you have set up payouts. It takes a few minutes.")
    text = _("We cannot pay you yet. Set up payouts, or give the provider what it asks for; it takes a few minutes. ")
    return text + _("After %(days)d days nobody can order from you any more.") % {"days": ORDERS_STOP_AFTER.days}
