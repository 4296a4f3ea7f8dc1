"""Names of the channels in Redis, which do not know of its databases: each site has its own."""

from __future__ import annotations

from django.conf import settings

LONGEST_PAGE = 500


def channel_of(user_id: int) -> str:
    return f"live:{settings.SITE_URL}:{user_id}"


def base_channel() -> str:
    """Nothing is said there: a process that serves nobody yet listens to it."""
    return f"live:{settings.SITE_URL}"
