"""Kinds of notices: their name on the settings page, and which of them nobody can switch off."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

STAFF_WROTE, REPORT_READ = _("Staff warns me"), _("Staff has read a report of mine")


@dataclass(frozen=True)
class Kind:
    name: str
    label: str | Promise
    may_refuse: bool = True


_kinds: dict[str, Kind] = {}


def register_kind(name: str, label: str | Promise, *, may_refuse: bool = True) -> None:
    """Makes a kind known when the app starts; one that was never registered can be refused by its link only."""
    _kinds[name] = Kind(name, label, may_refuse)


def kinds() -> list[Kind]:
    return list(_kinds.values())


def refusable() -> list[Kind]:
    return [kind for kind in _kinds.values() if kind.may_refuse]


def may_refuse(name: str) -> bool:
    return name not in _kinds or _kinds[name].may_refuse


def label_of(name: str) -> str:
    return str(_kinds[name].label) if name in _kinds else name.replace("_", " ")


register_kind("message_received", _("Somebody writes to me"))
