"""At most so many calls a second that send money on, over all workers together.

Stripe allows 25 requests a second to an endpoint. We allow 20 and a burst of 5, so that no second sees more
than 25. The bucket lies in Redis and goes by Redis's clock, one for each key of ours at Stripe. Where Redis is
away, each process goes on by itself, slowly: never without a limit, and never not at all.
"""

from __future__ import annotations

import functools
import hashlib
import logging

from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry
from throttled import MemoryStore, RateLimiterType, RedisStore, Throttled, rate_limiter
from throttled.exceptions import StoreUnavailableError

from payments.models import OperationKind

logger = logging.getLogger(__name__)

THROTTLED = frozenset({OperationKind.CREATE_TRANSFER, OperationKind.CREATE_PAYOUT, OperationKind.REVERSE_TRANSFER})

_BURST = 5
# With ten processes that all lost Redis, this is still what Stripe allows.
_ALONE_PER_SECOND = 2
_REDIS_SECONDS = 0.5


def take() -> float:
    """Takes the right to one call: 0 where it was there, else in how many seconds to ask again."""
    key = _key()
    try:
        answer = _shared(settings.REDIS_URL, settings.STRIPE_OUTFLOWS_PER_SECOND).limit(key)
    except StoreUnavailableError as error:
        logger.warning("Redis does not keep the pace of payments, this process does: %s", error.__cause__)
        answer = _alone().limit(key)
    return max(answer.state.retry_after, 0.001) if answer.limited else 0.0


def _key() -> str:
    """Nobody reads our key at Stripe out of Redis. Test runs side by side have a bucket each, as they have caches."""
    ours = hashlib.sha256(settings.STRIPE_SECRET_KEY.encode()).hexdigest()[:16]
    return f"{settings.CACHES['default'].get('KEY_PREFIX', '')}:{ours}"


@functools.cache
def _shared(address: str, per_second: int) -> Throttled:
    options = {
        "SOCKET_TIMEOUT": _REDIS_SECONDS,
        "SOCKET_CONNECT_TIMEOUT": _REDIS_SECONDS,
        "CONNECTION_POOL_KWARGS": {"retry": Retry(NoBackoff(), 0)},
    }
    return Throttled(
        using=RateLimiterType.GCRA.value,
        quota=rate_limiter.per_sec(per_second, burst=_BURST),
        store=RedisStore(server=address, options=options),
        key_prefix="stripe-outflows",
    )


@functools.cache
def _alone() -> Throttled:
    quota = rate_limiter.per_sec(_ALONE_PER_SECOND, burst=1)
    return Throttled(using=RateLimiterType.GCRA.value, quota=quota, store=MemoryStore())
