"""Conversations of two people that belong to nothing else."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.utils.translation import gettext as _

from accounts import api as accounts
from inbox import services
from inbox.contracts import PEOPLE


def reference_of(one_id: int, other_id: int) -> str:
    low, high = sorted((one_id, other_id))
    return f"{PEOPLE}{low}:{high}"


def title_of(one: str, other: str) -> str:
    """From their names."""
    return _("%(one)s and %(other)s") % {"one": one, "other": other}


def open_talk_of_two(one_id: int, other_id: int, at: datetime) -> uuid.UUID:
    """Their conversation, made at the first call. Neither list shows it before something is said in it."""
    names = [accounts.person(one_id).name, accounts.person(other_id).name]
    return services.open_conversation(
        reference=reference_of(one_id, other_id),
        title=title_of(*names),
        url="",
        participant_ids=[one_id, other_id],
        at=at,
    )
