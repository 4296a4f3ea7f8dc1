"""What the site is called and how it looks: the settings say so, unless an app above knows better."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise

HOUSE_ACCENT = "#1f5d45"


@dataclass(frozen=True, slots=True)
class Identity:
    """Addresses are paths of this site; empty where there is only what the product ships."""

    name: str
    tagline: str | Promise
    logo_url: str = ""
    mail_logo_url: str = ""  # a PNG: mail programs show nothing else everywhere
    icon_url: str = ""  # 32 pixels
    touch_icon_url: str = ""  # 180 pixels
    stylesheet_url: str = ""
    accent: str = HOUSE_ACCENT  # of buttons in letters, which are white on it


def from_settings() -> Identity:
    return Identity(settings.SITE_NAME, settings.SITE_TAGLINE)


_source: list[Callable[[], Identity]] = [from_settings]


def provide(source: Callable[[], Identity]) -> None:
    """``source`` answers from now on; it is called for every page and must be cheap."""
    _source[:] = [source]


def current() -> Identity:
    return _source[0]()


def name() -> str:
    """What the site is called."""
    return current().name
