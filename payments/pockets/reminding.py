"""Reminders of pockets: one notice on each of their days, and the day moves on in the same transaction."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import api as accounts
from inbox import api as inbox
from inbox.contracts import Notice, NoticeGroup
from marketplace.kernel import words
from payments.documents.months import in_business_zone
from payments.models import Pocket, Rhythm
from payments.pockets.days import first_after
from payments.pockets.selectors import pockets_of

KIND = "pocket"
inbox.register_kind(KIND, gettext_lazy("What I set aside"), group=NoticeGroup.MONEY)


def remind(at: datetime, *, limit: int = 500) -> int:
    """Sends what is due today or was due while nothing ran; returns how many. One transaction each."""
    sent = 0
    while sent < limit and _remind_one(at):
        sent += 1
    return sent


@transaction.atomic
def _remind_one(at: datetime) -> bool:
    today = in_business_zone(at).date()
    due = Pocket.objects.filter(remind_on__lte=today).order_by("remind_on", "pk")
    pocket = due.select_for_update(skip_locked=True).first()
    if pocket is None or pocket.remind_on is None or pocket.remind_day is None:
        return False
    with accounts.speaking_to(pocket.user_id):
        _tell(pocket, at)
    pocket.remind_on = first_after(Rhythm(pocket.rhythm), pocket.remind_day, pocket.remind_on, today)
    pocket.save(update_fields=["remind_on"])
    return True


def _tell(pocket: Pocket, at: datetime) -> None:
    row = next(row for row in pockets_of(pocket.user_id).rows if row.id == pocket.pk)
    title = _("A reminder of yours: %(name)s") % {"name": pocket.name}
    amounts = ", ".join(words.amount(amount) for amount in row.total)
    text = _("You look at %(percent)d %% of each payout as set aside for it.") % {"percent": row.percent}
    context: dict[str, object] = {"text": text, "amount": amounts}
    key = f"pocket:{pocket.pk}:{pocket.remind_on}"
    inbox.notify(Notice(pocket.user_id, KIND, key, title, reverse("payments:pockets"), context), at)
