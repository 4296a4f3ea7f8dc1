"""Signed links that switch off one kind of mail for one person, without signing in."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _

from inbox import choices, kinds
from inbox.rhythm import Pace
from marketplace.kernel.errors import NotFound

_SALT = "inbox.unsubscribe"
_COLLECTED = "collected:"


def collected(pace: str) -> str:
    """What stands for a kind in the link of a collected letter: ``pace`` is what the way back leads to."""
    return f"{_COLLECTED}{pace}"


def label_of(kind: str) -> str:
    return _("everything that can wait") if kind.startswith(_COLLECTED) else kinds.label_of(kind)


def switch(*, user_id: int, kind: str, wanted: bool, at: datetime) -> None:
    """What the link of a letter does, and what the way back does. Raises InvalidInput where it cannot be refused."""
    if not kind.startswith(_COLLECTED):
        choices.set_mail(user_id=user_id, kind=kind, wanted=wanted)
        return
    before = kind.removeprefix(_COLLECTED)
    pace = Pace(before) if wanted and before in Pace.values else Pace.AT_ONCE
    choices.set_pace(user_id=user_id, pace=pace if wanted else Pace.NEVER, at=at)


def link(user_id: int, kind: str) -> str:
    """An absolute address that keeps working: old mail can be unsubscribed from, too."""
    token = signing.dumps([user_id, kind], salt=_SALT)
    path = reverse("inbox:unsubscribe", args=[token])
    return f"{settings.SITE_URL}{path}"


def read(token: str) -> tuple[int, str]:
    """(user id, kind). Raises NotFound for a token that this site did not sign."""
    try:
        user_id, kind = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError) as error:
        raise NotFound(_("This link is not complete. Copy all of it from the mail.")) from error
    return int(user_id), str(kind)
