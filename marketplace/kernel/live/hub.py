"""One subscription to Redis for everybody who listens to this process."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from redis import asyncio as redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from marketplace.kernel.live.channels import base_channel, channel_of

logger = logging.getLogger(__name__)
Hints = asyncio.Queue[str]
_WAITING = 8  # hints for one page; where more would wait, it is behind anyway and looks at everything
_PAUSE_SECONDS = 1.0


class Full(Exception):
    """So many listen already: to this process, or as this person."""


class Hub:
    """``most``: listeners of all together; ``most_of_one``: of one person."""

    def __init__(self, url: str, *, most: int, most_of_one: int) -> None:
        # It would come back by itself, and nobody would know that something was missed.
        never = Retry(NoBackoff(), 0)
        self._client = redis.Redis.from_url(url, health_check_interval=15, socket_connect_timeout=2, retry=never)
        self._pubsub = self._client.pubsub()
        self._listeners: defaultdict[str, set[Hints]] = defaultdict(set)
        self._most, self._most_of_one = most, most_of_one

    @property
    def count(self) -> int:
        return sum(map(len, self._listeners.values()))

    @asynccontextmanager
    async def listening(self, user_id: int) -> AsyncIterator[Hints]:
        """What is said to one person from now on. Raises Full."""
        channel, hints = channel_of(user_id), Hints(_WAITING)
        if self.count >= self._most or len(self._listeners[channel]) >= self._most_of_one:
            raise Full
        self._listeners[channel].add(hints)
        try:
            if len(self._listeners[channel]) == 1:
                await self._subscribe(channel)
            yield hints
        finally:
            self._listeners[channel].discard(hints)
            if not self._listeners[channel]:
                del self._listeners[channel]
                await self._unsubscribe(channel)

    async def _subscribe(self, channel: str) -> None:
        try:
            await self._pubsub.subscribe(channel)
        except RedisError as error:  # ``run`` subscribes to all again when it is back
            logger.warning("Not subscribed: %s", error)

    async def _unsubscribe(self, channel: str) -> None:
        try:
            await self._pubsub.unsubscribe(channel)
        except RedisError as error:
            logger.warning("Not unsubscribed: %s", error)

    async def run(self) -> None:
        """Hands on what is said, for ever. After Redis was away everybody looks again: something may have been said."""
        was_away = False
        while True:
            try:
                await self._pubsub.subscribe(base_channel(), *self._listeners)
                if was_away:
                    for channel in self._listeners:
                        self._hand_on(channel, "")
                async for message in self._pubsub.listen():
                    if message["type"] == "message":
                        self._hand_on(message["channel"].decode(), message["data"].decode())
            except (RedisError, OSError) as error:
                logger.warning("Redis is away: %s", error)
                await self._pubsub.aclose()  # type: ignore[no-untyped-call]
                self._pubsub = self._client.pubsub()
                was_away = True
                await asyncio.sleep(_PAUSE_SECONDS)

    def _hand_on(self, channel: str, page: str) -> None:
        for hints in self._listeners.get(channel, ()):
            if not hints.full():
                hints.put_nowait(page)
