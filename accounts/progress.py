"""How far a seller's side has come, for the checklist."""

from __future__ import annotations

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef

from accounts.contracts import SellerProgress
from accounts.models import SellerProfile

_SECOND_STEPS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def seller_progress(user_id: int) -> SellerProgress:
    """One query; all false for who does not sell."""
    second = Authenticator.objects.filter(user=OuterRef("pk"), type__in=_SECOND_STEPS)
    row = (
        SellerProfile.objects.filter(pk=user_id)
        .annotate(has_second_step=Exists(second))
        .values_list(
            "user__portrait", "headline", "bio", "has_second_step", "hours", "time_said_at", "checklist_closed_at"
        )
        .first()
    )
    if row is None:
        return SellerProgress()
    portrait, headline, bio, has_second_step, hours, time_said_at, closed_at = row
    return SellerProgress(
        has_portrait=bool(portrait),
        has_words=bool(headline and bio),
        has_second_step=has_second_step,
        has_said_time=bool(hours or time_said_at),
        is_closed=closed_at is not None,
    )


def close_checklist(*, user_id: int, at: datetime) -> None:
    SellerProfile.objects.filter(pk=user_id, checklist_closed_at=None).update(checklist_closed_at=at)
