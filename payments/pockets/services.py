"""A seller makes, changes and removes pockets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from marketplace.kernel.errors import InvalidInput
from payments.documents.months import in_business_zone
from payments.models import Pocket, PocketShare, PocketTotal, Rhythm
from payments.models.planning import MOST_POCKETS, WHOLE_PERCENT
from payments.pockets.selectors import own_share

_FURTHEST_REMINDER = timedelta(days=2 * 365)


@dataclass(frozen=True, slots=True)
class PocketDraft:
    """A pocket as its owner wants it."""

    name: str
    percent: int  # of what is paid out, 1 to 100
    rhythm: Rhythm = Rhythm.NEVER
    remind_on: date | None = None  # the first time; with a rhythm only


@transaction.atomic
def add_pocket(*, user_id: int, draft: PocketDraft, at: datetime) -> Pocket:
    """It counts what is paid out from now on. Raises InvalidInput with the field."""
    total = _lock(user_id)
    if total.pockets >= MOST_POCKETS:
        raise InvalidInput(_("You have %(most)d pockets; that is all there can be.") % {"most": MOST_POCKETS})
    _check(user_id, draft, WHOLE_PERCENT - total.percent, at)
    pocket = Pocket.objects.create(user_id=user_id, name=draft.name, created_at=at, **_reminder(draft))
    PocketShare.objects.create(pocket=pocket, user_id=user_id, percent=draft.percent, since=at)
    return pocket


@transaction.atomic
def change_pocket(*, user_id: int, pocket_id: int, draft: PocketDraft, at: datetime) -> Pocket:
    """A new percentage counts from now on; what was set aside before stays as it was. Raises InvalidInput, NotFound."""
    total = _lock(user_id)
    share = own_share(user_id, pocket_id)
    pocket = share.pocket
    _check(user_id, draft, WHOLE_PERCENT - total.percent + share.percent, at, now=pocket)
    pocket.name = draft.name
    for name, value in _reminder(draft, pocket).items():
        setattr(pocket, name, value)
    pocket.save()
    if share.percent != draft.percent:
        at = max(at, share.since)  # another tab may have waited less for the lock
        share.until = at
        share.save(update_fields=["until"])
        PocketShare.objects.create(pocket=pocket, user_id=user_id, percent=draft.percent, since=at)
    return pocket


@transaction.atomic
def remove_pocket(*, user_id: int, pocket_id: int) -> str:
    """Forgets the pocket and what it showed; returns its name. Raises NotFound."""
    _lock(user_id)
    pocket = own_share(user_id, pocket_id).pocket
    pocket.delete()
    return pocket.name


def _lock(user_id: int) -> PocketTotal:
    """One change of somebody's pockets at a time."""
    PocketTotal.objects.bulk_create([PocketTotal(user_id=user_id)], ignore_conflicts=True)
    return PocketTotal.objects.select_for_update().get(pk=user_id)


def _check(user_id: int, draft: PocketDraft, room: int, at: datetime, *, now: Pocket | None = None) -> None:
    if not 1 <= draft.percent <= WHOLE_PERCENT:
        raise _at("percent", _("A percentage from 1 to 100."))
    if draft.percent > room:
        raise _at("percent", _("Together your pockets come to 100 %% at most: %(room)d %% is left.") % {"room": room})
    others = Pocket.objects.filter(user_id=user_id).exclude(pk=now.pk if now else 0).annotate(lower=Lower("name"))
    if others.filter(lower=Lower(Value(draft.name))).exists():
        raise _at("name", _("You have a pocket of that name."))
    if now and draft.remind_on and draft.remind_on == now.remind_on:
        return  # it may be due just now
    today = in_business_zone(at).date()
    if draft.rhythm != Rhythm.NEVER and not (draft.remind_on and today < draft.remind_on <= today + _FURTHEST_REMINDER):
        raise _at("remind_on", _("Say a day that is still to come, within two years."))


def _at(field: str, text: str) -> InvalidInput:
    return InvalidInput(text, fields={field: text})


def _reminder(draft: PocketDraft, now: Pocket | None = None) -> dict[str, object]:
    """Whoever leaves the day as it is keeps the 31st, though it may be the 28th just now."""
    day = draft.remind_on if draft.rhythm != Rhythm.NEVER else None
    kept = now.remind_day if now and day and day == now.remind_on else None
    return {"rhythm": draft.rhythm, "remind_on": day, "remind_day": kept or (day.day if day else None)}
