"""Whether somebody is still signed in somewhere: for what a browser was promised as long as it is."""

from __future__ import annotations

from importlib import import_module

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.utils.crypto import constant_time_compare

from accounts.models import User


def session_lives(user_id: int, session_key: str) -> bool:
    """Whether that session exists, is theirs and was not ended by a new password, by signing out or by staff."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None or not session_key:
        return False
    known = import_module(settings.SESSION_ENGINE).SessionStore(session_key).load()
    if str(known.get(SESSION_KEY)) != str(user_id):
        return False
    told = str(known.get(HASH_SESSION_KEY, ""))
    wanted = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return any(constant_time_compare(told, each) for each in wanted)
