"""Conversations of two people that belong to nothing else."""

from __future__ import annotations

from django.utils.translation import gettext as _

from inbox.contracts import PEOPLE


def reference_of(one_id: int, other_id: int) -> str:
    low, high = sorted((one_id, other_id))
    return f"{PEOPLE}{low}:{high}"


def title_of(one: str, other: str) -> str:
    """From their names."""
    return _("%(one)s and %(other)s") % {"one": one, "other": other}
