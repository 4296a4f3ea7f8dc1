"""What this app itself has written down of somebody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession

from accounts.models import ApiToken, FormerHandle, SellerProfile, Suspension, User

_PERSON = (
    "email",
    "display_name",
    "handle",
    "country",
    "city",
    "time_zone",
    "language",
    "hat",
    "joined_at",
    "last_login",
)
_SELLER = ("headline", "bio", "languages", "skills", "links", "hours", "started_at")


def account_of(user_id: int) -> Iterator[Mapping[str, object]]:
    """One row: the person, with what they say of themselves as a seller."""
    for row in User.objects.filter(pk=user_id).values(*_PERSON):
        seller = SellerProfile.objects.filter(pk=user_id).values(*_SELLER).first()
        former = FormerHandle.objects.filter(user_id=user_id).order_by("-left_at").values_list("handle", flat=True)
        yield {**row, "former_handles": list(former), "seller": seller}


def sign_ins_of(user_id: int) -> Iterator[Mapping[str, object]]:
    """Every way in, and where they are signed in; no secrets."""
    for kind, rows in (
        ("address", EmailAddress.objects.values("email", "verified")),
        ("second step or passkey", Authenticator.objects.values("type", "created_at", "last_used_at")),
        ("account elsewhere", SocialAccount.objects.values("provider", "uid", "date_joined", "last_login")),
        ("session", UserSession.objects.values("ip", "user_agent", "created_at")),
        ("token", ApiToken.objects.values("name", "created_at", "last_used_at")),
    ):
        for row in rows.filter(user_id=user_id).order_by("pk"):
            yield {"kind": kind, **row}


def suspensions_of(user_id: int) -> Iterator[Mapping[str, object]]:
    names = ("reason", "at", "appeal_text", "appealed_at", "answer", "answered_at", "lifted_at")
    yield from Suspension.objects.filter(user_id=user_id).order_by("pk").values(*names)
