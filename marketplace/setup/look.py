"""The look of the site as every process knows it: at most SITE_RULES_REREAD_SECONDS old, one query each time."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import Error, connection
from django.urls import reverse

from marketplace.kernel.identity import HOUSE_ACCENT, Identity
from marketplace.kernel.prepared import prepared
from marketplace.setup import stylesheet
from marketplace.setup.models import ONLY, SiteLook

logger = logging.getLogger(__name__)


@dataclass
class _Known:
    look: SiteLook | None = None
    css: str = ""
    read_at: float | None = None  # on this machine's monotonic clock; None: never


_known = _Known()


def current() -> SiteLook:
    """The operator's, or one with nothing in it."""
    age = None if _known.read_at is None else time.monotonic() - _known.read_at
    if age is None or age > settings.SITE_RULES_REREAD_SECONDS:
        reread()
    return _known.look or SiteLook()


def reread() -> None:
    """Where the database does not answer, what is known stays."""
    try:
        known = _LOOK.first()
    except Error as error:
        if connection.in_atomic_block:
            raise
        logger.warning("the look of the site stays as it is known: %s", error)
    else:
        _keep(known)
    _known.read_at = time.monotonic()


_LOOK = prepared(lambda: SiteLook.objects.filter(pk=ONLY))


def forget() -> None:
    """As if nothing were chosen, and just read."""
    _keep(None)
    _known.read_at = time.monotonic()


def _keep(look: SiteLook | None) -> None:
    _known.look = look
    _known.css = stylesheet.text(look.accent_light, look.accent_dark) if look else ""


def css() -> str:
    """The stylesheet of the site's own colours; empty where it has none."""
    current()
    return _known.css


def is_set_up() -> bool:
    return current().set_up_at is not None


def known_name() -> str:
    """What the site is called, as far as this process knows it without asking anybody."""
    return (_known.look.name if _known.look else "") or settings.SITE_NAME


def identity() -> Identity:
    look, text = current(), css()
    return Identity(
        name=look.name or settings.SITE_NAME,
        tagline=look.tagline or settings.SITE_TAGLINE,
        logo_url=_url(look.logo),
        mail_logo_url=_url(look.mail_logo),
        icon_url=_url(look.icon),
        touch_icon_url=_url(look.touch_icon),
        stylesheet_url=reverse("setup:stylesheet", args=[stylesheet.mark(text)]) if text else "",
        accent=look.accent_light or HOUSE_ACCENT,
    )


def _url(path: str) -> str:
    return default_storage.url(path) if path else ""
