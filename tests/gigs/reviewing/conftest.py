"""An operator who wants gigs looked at, two moderators, and short ways to hand in and to decide."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from accounts.models import User
from gigs import api
from gigs.contracts import GigContent
from gigs.models import Gig, GigReview
from gigs.models.reviewing import Concern, Fingerprint, Flag, Takedown
from gigs.reviewing import deciding, policy
from gigs.reviewing.states import Mode, RoundState
from gigs.selectors.owned import content_of
from inbox.models import Notification
from tests.gigs.conftest import CONTENT, MakeGig

HOUR = timedelta(hours=1)
NEW_TEXT = (
    "<p>Now I write about boats only: hulls, sails, ropes and harbours, in the words of somebody who spent ten years "
    "on them. Send photos and measures, you get a page per boat.</p>"
)


def moderator(email: str, name: str) -> User:
    return get_user_model().objects.create_user(email, display_name=name, is_moderator=True)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def mo(db: None) -> User:
    return moderator("mo@example.org", "Mo Moderator")


@pytest.fixture
def di(db: None) -> User:
    return moderator("di@example.org", "Di Second")


@pytest.fixture
def as_mo(mo: User) -> Client:
    return signed_in(mo)


@pytest.fixture
def as_di(di: User) -> Client:
    return signed_in(di)


def wants(mode: Mode, at: datetime, **checks: str) -> None:
    policy.choose(mode=mode, by_id=None, at=at, checks=checks)


@pytest.fixture
def waiting(make_gig: MakeGig, at: datetime) -> GigReview:
    """A new gig that was handed in."""
    wants(Mode.NEW, at)
    return round_of(make_gig())


@pytest.fixture
def live(make_gig: MakeGig, at: datetime) -> Gig:
    """A gig that was live before the operator wanted larger changes looked at."""
    gig = make_gig()
    wants(Mode.CHANGES, at)
    return gig


def round_of(gig: Gig) -> GigReview:
    return GigReview.objects.filter(gig=gig).latest("number")


def edit(gig: Gig, at: datetime, **changes: Any) -> Gig:
    content: GigContent = replace(CONTENT, currency="EUR", **changes)
    api.edit_gig(gig_id=gig.pk, seller_id=gig.seller_id, content=content, at=at)
    gig.refresh_from_db()
    return gig


def approve(one: GigReview, by: User, at: datetime, edition: int | None = None) -> None:
    deciding.approve(round_id=one.pk, moderator_id=by.pk, edition=edition or one.edition, at=at)


def send_back(one: GigReview, by: User, at: datetime, edition: int | None = None, **notes: str) -> None:
    said = notes or {"title": "Say what the buyer gets."}
    deciding.send_back(round_id=one.pk, moderator_id=by.pk, edition=edition or one.edition, notes=said, at=at)


def everything(gig: Gig) -> list[object]:
    """Whatever a refusal must leave alone."""
    gig.refresh_from_db()
    rows = [list(model.objects.order_by("pk").values()) for model in (GigReview, Concern, Flag, Takedown, Fingerprint)]
    told = list(Notification.objects.order_by("pk").values_list("recipient_id", "kind"))
    return [gig.state, gig.version, gig.published_at, gig.cover, content_of(gig), told, *rows]


def told(user: User) -> list[str]:
    return list(Notification.objects.filter(recipient=user).order_by("pk").values_list("kind", flat=True))


def state(gig: Gig) -> str:
    return Gig.objects.values_list("state", flat=True).get(pk=gig.pk)


WAITING, APPROVED, SENT_BACK, WITHDRAWN = (
    RoundState.WAITING,
    RoundState.APPROVED,
    RoundState.SENT_BACK,
    RoundState.WITHDRAWN,
)
Act = Callable[..., None]
