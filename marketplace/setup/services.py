"""Choosing the look, and noting what of the set-up was done."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from accounts import api as accounts
from marketplace.kernel import identity, outbox
from marketplace.kernel.errors import InvalidInput, NotFound
from marketplace.setup import colours, look, pictures
from marketplace.setup.colours import DARK, LIGHT, Theme
from marketplace.setup.models import ONLY, SetupLink, SetupStep, SiteLook

LINK_LIVES = timedelta(hours=24)
PICTURES = ("logo", "mail_logo", "icon", "touch_icon")
DROP = "drop-look-files"
_LINGER = timedelta(minutes=10)  # pages that were made before, and other processes, still ask for the former ones


def save_look(
    *,
    name: str,
    tagline: str,
    accent_light: str,
    accent_dark: str,
    at: datetime,
    logo: UploadedFile[Any] | None = None,
    icon: UploadedFile[Any] | None = None,
    without_logo: bool = False,
    without_icon: bool = False,
) -> None:
    """Shows it from now on: here at once, in other processes within seconds. What was shown before is deleted a little
    later, but for logos in letters; where this fails, what it stored. Raises InvalidInput by field.
    """
    check_accent("accent_light", accent_light, LIGHT)
    check_accent("accent_dark", accent_dark, DARK)
    changed: dict[str, Any] = {
        "name": name,
        "tagline": tagline,
        "accent_light": accent_light,
        "accent_dark": accent_dark,
        "chosen_at": at,
    }
    try:
        if logo:
            kept = pictures.keep_logo(logo)
            changed |= {"logo": kept.shown, "mail_logo": kept.in_mail}
        elif without_logo:
            changed |= {"logo": "", "mail_logo": ""}
        if icon:
            changed["icon"], changed["touch_icon"] = pictures.keep_icon(icon)
        elif without_icon:
            changed |= {"icon": "", "touch_icon": ""}
        _write(changed, at)
    except BaseException:
        pictures.drop(changed[name] for name in PICTURES if name in changed)
        raise
    look.reread()


def check_accent(field: str, accent: str, theme: Theme) -> None:
    """Raises InvalidInput where the colour cannot be read in this theme, with the ratio."""
    if not accent:
        return
    if not colours.is_colour(accent):
        message = _("Write a colour as # and six digits, such as #1f5d45.")
        raise InvalidInput(message, fields={field: message})
    ratio = colours.worst(accent, theme)
    if ratio < colours.AA:
        texts = (
            _("Too light to read: the contrast is %(ratio)s to 1, and %(least)s to 1 is needed. Take a darker one."),
            _("Too dark to read: the contrast is %(ratio)s to 1, and %(least)s to 1 is needed. Take a lighter one."),
        )
        message = texts[theme is DARK] % {"ratio": f"{ratio:.1f}", "least": colours.AA}
        raise InvalidInput(message, code="contrast", fields={field: message})


def close_setup(at: datetime) -> None:
    """It is done: nothing leads there any more."""
    _write({"set_up_at": at}, at)
    look.reread()


def _write(changed: dict[str, Any], at: datetime) -> None:
    with transaction.atomic():
        SiteLook.objects.get_or_create(pk=ONLY)
        known = SiteLook.objects.select_for_update().get(pk=ONLY)
        former = {getattr(known, name) for name in PICTURES if name in changed}
        former -= {"", known.mail_logo, *changed.values()}  # letters that were sent ask for theirs for ever
        SiteLook.objects.filter(pk=ONLY).update(**changed)
        if former:
            key = f"look-files:{uuid.uuid4().hex}"
            outbox.enqueue(topic=DROP, key=key, payload={"paths": sorted(former)}, at=at, due_at=at + _LINGER)


def note(name: str, *, by_id: int | None, at: datetime, **detail: Any) -> None:
    """What came of a step, in place of what came of it before."""
    SetupStep.objects.update_or_create(pk=name, defaults={"at": at, "by_id": by_id, "detail": detail})


@transaction.atomic
def send_test_mail(*, to: str, by_id: int, at: datetime) -> None:
    """Into the outbox, as every letter."""
    key = f"setup-mail:{uuid.uuid4().hex}"
    context = {
        "site_name": identity.name(),
        "site_url": settings.SITE_URL,
        "recipient": accounts.person(by_id),
        "url": "",
    }
    payload = {
        "to": to,
        "subject": _("Test mail of %(site)s") % {"site": identity.name()},
        "text": render_to_string("emails/setup_test.txt", context).strip() + "\n",
        "html": render_to_string("emails/setup_test.html", context),
    }
    outbox.enqueue(topic="mail", key=key, payload=payload, at=at)
    note("mail", by_id=by_id, at=at, key=key, to=to)


# The way in before there is an operator


def make_link(at: datetime) -> str:
    """An address that is good once, for a day; links made before are not good any more. Raises InvalidInput."""
    if accounts.has_operator():
        raise InvalidInput(_("There is a staff account already. Sign in with it and open the set-up."))
    word = secrets.token_urlsafe(32)
    with transaction.atomic():
        SetupLink.objects.filter(used_at=None).delete()
        SetupLink.objects.create(digest=_digest(word), made_at=at)
    return f"{settings.SITE_URL}/setup/start/{word}/"


def check_link(word: str, at: datetime) -> None:
    """Raises NotFound where it opens nothing."""
    _open_link(word, at)


@transaction.atomic
def use_link(*, word: str, display_name: str, email: str, password: str, at: datetime) -> int:
    """The first operator's account; returns their id. Raises NotFound, InvalidInput by field."""
    link = _open_link(word, at, is_locked=True)
    user_id = accounts.create_operator(name=display_name, email=email, password=password, at=at)
    link.used_at = at
    link.save(update_fields=["used_at"])
    return user_id


def _open_link(word: str, at: datetime, *, is_locked: bool = False) -> SetupLink:
    rows = SetupLink.objects.select_for_update() if is_locked else SetupLink.objects.all()
    link = rows.filter(digest=_digest(word), used_at=None, made_at__gt=at - LINK_LIVES).first()
    if link is None or accounts.has_operator():
        raise NotFound(_("This link opens nothing any more."))
    return link


def _digest(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()
