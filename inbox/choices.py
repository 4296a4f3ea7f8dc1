"""By which ways somebody wants to be told what, and when. What nobody can refuse stays on, whatever was sent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import api as accounts
from inbox import kinds
from inbox.contracts import NoticeGroup
from inbox.kinds import Kind
from inbox.models import NoticeSetting, NoticeTimes, Notification
from inbox.rhythm import Pace, Rhythm
from marketplace.kernel.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Ways:
    """What somebody wants of one kind: counted at the bell, as mail, as a push."""

    bell: bool = True
    mail: bool = True
    push: bool = True


@dataclass(frozen=True, slots=True)
class Choice:
    kind: Kind
    ways: Ways

    def switched_off(self, *, pushes: bool) -> int:
        """How many ways, of those that exist for the kind and here."""
        ways = self.ways
        offered = [ways.bell, ways.mail or not self.kind.by_mail, ways.push or not (self.kind.by_push and pushes)]
        return offered.count(False)


def ways_of(user_id: int, kind: str) -> Ways:
    row = NoticeSetting.objects.filter(user_id=user_id, kind=kind).first()
    return _ways(row, may_refuse=kinds.may_refuse(kind))


def _ways(row: NoticeSetting | None, *, may_refuse: bool) -> Ways:
    if row is None:
        return Ways()
    return Ways(bell=row.bell or not may_refuse, mail=row.mail or not may_refuse, push=row.push)


def choices_of(user_id: int) -> dict[NoticeGroup, list[Choice]]:
    """Every kind that can reach this person, by group in the order of the page; a fixed number of queries."""
    rows = {row.kind: row for row in NoticeSetting.objects.filter(user_id=user_id)}
    shown = groups_of(user_id)
    found: dict[NoticeGroup, list[Choice]] = {group: [] for group in kinds.GROUPS if group in shown}
    for kind in kinds.kinds():
        if kind.group in found:
            found[kind.group].append(Choice(kind, _ways(rows.get(kind.name), may_refuse=kind.may_refuse)))
    return {group: some for group, some in found.items() if some}


def groups_of(user_id: int) -> set[NoticeGroup]:
    """Groups that concern this person."""
    shown = set(NoticeGroup)
    if not accounts.is_seller(user_id):
        shown.discard(NoticeGroup.GIGS)
    if not accounts.is_treasurer(user_id):
        shown.discard(NoticeGroup.STAFF)
    return shown


def chosen(
    *, user_id: int, bell: Iterable[str], mail: Iterable[str], push: Iterable[str] | None
) -> dict[NoticeGroup, list[Choice]]:
    """``choices_of`` as they would be after ``choose``."""
    at_bell, by_mail, pushed = set(bell), set(mail), set(push or ())

    def changed(known: Choice) -> Choice:
        kind = known.kind
        ways = Ways(
            bell=kind.name in at_bell or not kind.may_refuse,
            mail=kind.name in by_mail or not (kind.may_refuse and kind.by_mail),
            push=known.ways.push if push is None else kind.name in pushed or not kind.by_push,
        )
        return Choice(kind, ways)

    return {group: [changed(known) for known in some] for group, some in choices_of(user_id).items()}


def choose(*, user_id: int, bell: Iterable[str], mail: Iterable[str], push: Iterable[str] | None) -> None:
    """Sets every kind that the settings show at once; without ``push`` (not offered there), that stays as it was."""
    rows = [
        NoticeSetting(
            user_id=user_id,
            kind=choice.kind.name,
            bell=choice.ways.bell,
            mail=choice.ways.mail,
            push=choice.ways.push,
        )
        for some in chosen(user_id=user_id, bell=bell, mail=mail, push=push).values()
        for choice in some
    ]
    fields = ["bell", "mail"] if push is None else ["bell", "mail", "push"]
    NoticeSetting.objects.bulk_create(rows, update_conflicts=True, unique_fields=["user", "kind"], update_fields=fields)


def set_mail(*, user_id: int, kind: str, wanted: bool) -> None:
    """Whether notices of a kind come as mail, too. Raises InvalidInput for a kind that nobody can refuse."""
    if not kinds.may_refuse(kind):
        raise InvalidInput(_("This mail is part of an order and cannot be switched off."))
    NoticeSetting.objects.update_or_create(user_id=user_id, kind=kind, defaults={"mail": wanted})


def rhythm_of(user_id: int) -> Rhythm:
    zone = accounts.reader_zone(user_id).key
    row = NoticeTimes.objects.filter(user_id=user_id).first()
    if row is None:
        return Rhythm(zone)
    return Rhythm(zone, row.pace, row.hour, row.weekday, row.quiet_from, row.quiet_to)


def set_rhythm(*, user_id: int, rhythm: Rhythm, at: datetime) -> None:
    """From now on; what waits already comes by the new choice (``Pace.NEVER``: it stands on the site alone)."""
    fields = {name: getattr(rhythm, name) for name in ("pace", "hour", "weekday", "quiet_from", "quiet_to")}
    with transaction.atomic():
        NoticeTimes.objects.update_or_create(user_id=user_id, defaults=fields)
        waiting = Notification.objects.filter(recipient_id=user_id, collect_at__isnull=False)
        if rhythm.pace == Pace.NEVER:
            waiting.update(collect_at=None)
        else:
            waiting.update(collect_at=rhythm.waits_until(at) or at)


def set_pace(*, user_id: int, pace: Pace, at: datetime) -> None:
    """The same for the pace alone, as the link in a collected letter does it."""
    known = rhythm_of(user_id)
    rhythm = Rhythm(known.zone, pace, known.hour, known.weekday, known.quiet_from, known.quiet_to)
    set_rhythm(user_id=user_id, rhythm=rhythm, at=at)
