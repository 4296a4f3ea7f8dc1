"""Kinds of notices: what the settings call them, in which group, which nobody can switch off, which can wait."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inbox.contracts import NoticeGroup
from inbox.models import Notification

STAFF_WROTE, REPORT_READ = _("Staff warns me"), _("Staff has read a report of mine")

GROUPS: dict[NoticeGroup, str | Promise] = {
    NoticeGroup.ORDERS: _("Orders and deadlines"),
    NoticeGroup.DISPUTES: _("Disputes"),
    NoticeGroup.MONEY: _("Money"),
    NoticeGroup.TALKS: _("Messages and offers"),
    NoticeGroup.GIGS: _("My gigs"),
    NoticeGroup.SAVED: _("What I saved"),
    NoticeGroup.SITE: _("The site and my account"),
    NoticeGroup.STAFF: _("Work of the staff"),
}


@dataclass(frozen=True)
class Kind:
    """``may_refuse``: its mail can be switched off. ``can_wait``: for quiet hours to end, for a collected letter.

    ``by_mail``, ``by_push``: whether it ever leaves the site that way.
    """

    name: str
    label: str | Promise
    may_refuse: bool = True
    group: NoticeGroup = NoticeGroup.SITE
    can_wait: bool = True
    by_mail: bool = True
    by_push: bool = True


_kinds: dict[str, Kind] = {}


def register_kind(
    name: str,
    label: str | Promise,
    *,
    may_refuse: bool = True,
    group: NoticeGroup = NoticeGroup.SITE,
    can_wait: bool | None = None,
    by_mail: bool = True,
    by_push: bool = True,
) -> None:
    """Makes a kind known when the app starts; one that was never registered can be refused by its link only.

    Unless it is said, what can be refused can wait, too.
    """
    waits = may_refuse if can_wait is None else can_wait
    _kinds[name] = Kind(name, label, may_refuse, group, waits, by_mail, by_push)


def kinds() -> list[Kind]:
    return list(_kinds.values())


def kind_of(name: str) -> Kind:
    return _kinds.get(name) or Kind(name, name.replace("_", " "))


def may_refuse(name: str) -> bool:
    return kind_of(name).may_refuse


def can_wait(name: str) -> bool:
    return kind_of(name).can_wait


def leaves(name: str) -> bool:
    """Whether it comes by any way but the site itself."""
    kind = kind_of(name)
    return kind.by_mail or kind.by_push


def label_of(name: str) -> str:
    return str(kind_of(name).label)


def of_group(rows: QuerySet[Notification], group: NoticeGroup | None) -> QuerySet[Notification]:
    """Those of a group, where it is given; a kind that nobody registered belongs to the site's own."""
    if group is None:
        return rows
    if group != NoticeGroup.SITE:
        return rows.filter(kind__in=[kind.name for kind in _kinds.values() if kind.group == group])
    return rows.exclude(kind__in=[kind.name for kind in _kinds.values() if kind.group != group])


register_kind("message_received", _("Somebody writes to me"), group=NoticeGroup.TALKS)
