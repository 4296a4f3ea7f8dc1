"""The cache's client is made once."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
import redis
from django.core.cache import cache, caches

from marketplace.kernel.cache import RedisCache


def test_commands_share_a_client(monkeypatch: pytest.MonkeyPatch) -> None:
    key, made = f"test-{uuid4()}", []
    make = redis.Redis.__init__

    def noted(self: redis.Redis, *given: Any, **named: Any) -> None:
        made.append(self)
        make(self, *given, **named)

    cache.set(key, "kept", 60)
    monkeypatch.setattr(redis.Redis, "__init__", noted)
    assert [cache.get(key) for _ in range(5)] == ["kept"] * 5
    cache.delete(key)
    assert (cache.get(key), made) == (None, [])


def test_it_is_the_one_that_the_site_uses() -> None:
    assert isinstance(caches["default"], RedisCache)
