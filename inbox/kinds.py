"""Kinds of notices: what the settings call them, in which group, which nobody can switch off, which can wait."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inbox.contracts import NoticeGroup

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
    """``may_refuse``: its mail can be switched off. ``can_wait``: for quiet hours to end, for a collected letter."""

    name: str
    label: str | Promise
    may_refuse: bool = True
    group: NoticeGroup = NoticeGroup.SITE
    can_wait: bool = True


_kinds: dict[str, Kind] = {}


def register_kind(
    name: str,
    label: str | Promise,
    *,
    may_refuse: bool = True,
    group: NoticeGroup = NoticeGroup.SITE,
    can_wait: bool | None = None,
) -> None:
    """Makes a kind known when the app starts; one that was never registered can be refused by its link only.

    Unless it is said, what can be refused can wait, too.
    """
    _kinds[name] = Kind(name, label, may_refuse, group, may_refuse if can_wait is None else can_wait)


def kinds() -> list[Kind]:
    return list(_kinds.values())


def may_refuse(name: str) -> bool:
    return name not in _kinds or _kinds[name].may_refuse


def can_wait(name: str) -> bool:
    return name not in _kinds or _kinds[name].can_wait


def label_of(name: str) -> str:
    return str(_kinds[name].label) if name in _kinds else name.replace("_", " ")


def among(group: NoticeGroup) -> Q:
    """Notices of a group; a kind that nobody registered belongs to the site's own."""
    names = [kind.name for kind in _kinds.values() if kind.group == group]
    if group != NoticeGroup.SITE:
        return Q(kind__in=names)
    return ~Q(kind__in=[kind.name for kind in _kinds.values() if kind.group != group])


register_kind("message_received", _("Somebody writes to me"), group=NoticeGroup.TALKS)
