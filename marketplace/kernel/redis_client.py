"""Redis beside the cache, for what is only true for a while. Callers go on where it is away (redis.RedisError)."""

from __future__ import annotations

from functools import cache

from django.conf import settings
from redis import Redis

_SECONDS = 0.5


@cache
def client() -> Redis:
    return Redis.from_url(settings.REDIS_URL, socket_connect_timeout=_SECONDS, socket_timeout=_SECONDS)
