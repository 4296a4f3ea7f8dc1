"""The sections of the settings: this app's own, and those of apps above."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Section:
    label: str | Promise
    url_name: str
    position: int


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    url: str
    is_current: bool


_sections = [
    Section(_("Profile"), "accounts:settings", 10),
    Section(_("Language and time"), "accounts:settings_time", 20),
    Section(_("Sign-in"), "accounts:settings_access", 40),
    Section(_("API tokens"), "accounts:settings_tokens", 50),
    Section(_("Your data"), "accounts:leaving", 90),
]


def register_settings_section(label: str | Promise, url_name: str, *, position: int) -> None:
    """Adds a tab to the settings pages."""
    section = Section(label, url_name, position)
    if section not in _sections:
        _sections.append(section)
        _sections.sort(key=lambda known: known.position)


def tabs(current: str) -> list[Tab]:
    """The tabs with the one of this URL name as current, for components/tabs.html."""
    return [Tab(str(known.label), reverse(known.url_name), known.url_name == current) for known in _sections]
