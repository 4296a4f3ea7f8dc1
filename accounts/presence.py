"""Who is here now: sellers who opened a page within the last minutes. Kept in Redis alone, and only so long."""

from __future__ import annotations

import logging
import time

from redis.exceptions import RedisError

from marketplace.kernel.redis_client import client

logger = logging.getLogger(__name__)

HERE_SECONDS = 600
MOST = 5_000
_KEY = "artisan:here"


def saw(user_id: int) -> None:
    """Notes that somebody opened a page; no page fails because Redis is away."""
    now = time.time()
    try:
        with client().pipeline(transaction=False) as pipe:
            pipe.zadd(_KEY, {str(user_id): now})
            pipe.zremrangebyscore(_KEY, "-inf", now - HERE_SECONDS)
            pipe.execute()
    except RedisError as error:
        logger.warning("nobody is noted as here: %s", error)


def online_ids() -> list[int]:
    """Those who were here last, at most MOST; nobody where Redis is away."""
    try:
        found = client().zrevrangebyscore(_KEY, "+inf", time.time() - HERE_SECONDS, start=0, num=MOST)
    except RedisError as error:
        logger.warning("nobody is known to be here: %s", error)
        return []
    return [int(str(one, "ascii") if isinstance(one, bytes) else str(one)) for one in found]


def forget_all() -> None:
    client().delete(_KEY)
