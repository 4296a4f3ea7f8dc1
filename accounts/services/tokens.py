"""Keys for programs. The plain key exists once, in the answer to whoever made it."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import ApiToken, User
from marketplace.kernel.errors import InvalidInput, NotFound

PREFIX = "art_"
MAX_TOKENS = 20
# Often enough for "used 2 minutes ago", seldom enough to keep reads free of writes.
_NOTE_USE_EVERY = timedelta(minutes=1)


def create_token(*, user_id: int, name: str, at: datetime) -> str:
    """The plain key, shown this once. Raises InvalidInput at ``name`` for a second of that name, or too many."""
    if ApiToken.objects.filter(user_id=user_id).count() >= MAX_TOKENS:
        raise _at_name(_("You have %(limit)s tokens. Revoke one first.") % {"limit": MAX_TOKENS})
    plain = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(user_id=user_id, name=name, sha256=digest(plain), hint=plain[:8], created_at=at)
    try:
        with transaction.atomic():
            token.save(force_insert=True)
    except IntegrityError as error:
        raise _at_name(_("You have a token of this name already. Its key was shown when it was made.")) from error
    return plain


def revoke_token(*, token_id: int, user_id: int) -> None:
    """Ends a key at once. Raises NotFound for somebody else's."""
    deleted, _rows = ApiToken.objects.filter(pk=token_id, user_id=user_id).delete()
    if not deleted:
        raise NotFound(_("There is no such token."))


def user_of_token(plain: str, at: datetime) -> User | None:
    """Whose key it is; None for an unknown key or a closed account."""
    token = ApiToken.objects.select_related("user").filter(sha256=digest(plain)).first()
    if token is None or not token.user.is_active:
        return None
    stale = Q(last_used_at=None) | Q(last_used_at__lt=at - _NOTE_USE_EVERY)
    if token.last_used_at is None or token.last_used_at < at - _NOTE_USE_EVERY:
        ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=at)
    return token.user


def digest(plain: str) -> str:
    # A key of 256 random bits needs no salt and no slow hash.
    return hashlib.sha256(plain.encode()).hexdigest()


def _at_name(message: str) -> InvalidInput:
    return InvalidInput(message, fields={"name": message})
