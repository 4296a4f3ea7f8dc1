"""How somebody can sign in, and where they are: what the section "Sign-in" of their settings shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest

from accounts.browsers import browser_of
from accounts.models import User
from marketplace.kernel import clock


@dataclass(frozen=True, slots=True)
class Key:
    """A passkey or security key. ``is_alone``: signs in without the password."""

    id: int
    name: str
    is_alone: bool
    made_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Connected:
    """An account elsewhere: ``name`` of the provider, ``who`` they are there."""

    id: int
    name: str
    who: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    id: int
    browser: str
    ip: str
    since: datetime
    is_this: bool


@dataclass(frozen=True, slots=True)
class Access:
    """``app``: an authenticator app is asked. ``codes_left``: recovery codes; none where there never were any."""

    keys: tuple[Key, ...]
    app: bool
    codes_left: int | None
    connected: tuple[Connected, ...]
    offers_providers: bool
    sessions: tuple[SignedIn, ...]


def access_of(user: User, request: HttpRequest) -> Access:
    offered = {provider.id for provider in get_adapter().list_providers(request)}
    known = list(Authenticator.objects.filter(user_id=user.pk).order_by("created_at", "pk"))
    codes = next((each for each in known if each.type == Authenticator.Type.RECOVERY_CODES), None)
    return Access(
        keys=tuple(_key(each) for each in known if each.type == Authenticator.Type.WEBAUTHN),
        app=any(each.type == Authenticator.Type.TOTP for each in known),
        codes_left=len(codes.wrap().get_unused_codes()) if codes else None,
        connected=tuple(
            _connected(each, offered) for each in SocialAccount.objects.filter(user_id=user.pk).order_by("pk")
        ),
        offers_providers=bool(offered),
        sessions=_sessions(user, request.session.session_key),
    )


def _key(stored: Authenticator) -> Key:
    wrapped = stored.wrap()
    return Key(stored.pk, wrapped.name, bool(wrapped.is_passwordless), stored.created_at, stored.last_used_at)


def _connected(account: SocialAccount, offered: set[str]) -> Connected:
    if account.provider not in offered:  # any more: the operator has taken it away
        return Connected(account.pk, account.provider.title(), account.uid)
    return Connected(account.pk, account.get_provider().name, str(account.get_provider_account()))


def _sessions(user: User, current: str | None) -> tuple[SignedIn, ...]:
    """Those that are still valid, this one first."""
    found = [
        SignedIn(each.pk, browser_of(each.user_agent), each.ip, each.created_at, each.session_key == current)
        for each in UserSession.objects.purge_and_list(user)
    ]
    return tuple(sorted(found, key=lambda one: (one.is_this, one.since), reverse=True))


def end_session(user: User, session_id: int) -> None:
    """Nothing happens where it has ended already, or is somebody else's."""
    for session in UserSession.objects.filter(user_id=user.pk, pk=session_id):
        session.end()


def end_other_sessions(user: User, request: HttpRequest) -> None:
    """Those as well that are on no list; this one goes on under another key."""
    user.signed_out_at = clock.now()
    user.save(update_fields=["signed_out_at"])
    update_session_auth_hash(request, user)
    for session in UserSession.objects.filter(user_id=user.pk):
        session.end()
    UserSession.objects.create_from_request(request)
