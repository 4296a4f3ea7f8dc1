"""Signed links that switch off one kind of mail for one person, without signing in."""

from __future__ import annotations

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.kernel.errors import NotFound

_SALT = "inbox.unsubscribe"


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
