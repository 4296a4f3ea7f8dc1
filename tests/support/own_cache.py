"""Keys of this process in the cache: tests that run side by side share one Redis, which ``cache.clear`` empties."""

from __future__ import annotations

import redis
from django.conf import settings
from django.core.cache import cache


def clear_own_cache() -> None:
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        for key in client.scan_iter(match=cache.make_key("*"), count=1_000):
            client.delete(key)
