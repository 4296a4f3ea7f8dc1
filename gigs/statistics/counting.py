"""Counts in Redis: one hash that grows, and batches that were taken out of it and wait to be folded.

A field is ``<gig>:<day>:<i or v>``. Everything lies under one hash tag, so that a cluster keeps it together.
"""

from __future__ import annotations

import logging
import re
import secrets
import time
import uuid
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from hashlib import blake2b
from itertools import islice
from typing import Any

import redis
from django.conf import settings
from django.db import Error as DBError

from gigs.statistics.hooks import MOST_CARDS, Hits
from gigs.statistics.owners import gigs_of

logger = logging.getLogger(__name__)

_ONCE_IN_SECONDS = 30 * 60  # a visitor counts once for the same gig
_SALT_LIVES = timedelta(hours=26)  # its day, and machines whose clocks are a little late
_FIELD = re.compile(rb"(\d{1,18}):(20\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8]|29|30|31)):([iv])")
_PATIENCE_SECONDS = 0.25
_REST_SECONDS = 5.0  # after a failure: pages do not ask again at once

# KEYS: the hash, who was seen. ARGV: the day, the gig that was opened or nothing, for how many seconds once, and the
# gigs of cards in one text: few arguments are what makes the call cheap for the page's process.
_COUNT = """
if ARGV[2] ~= '' and redis.call('SET', KEYS[2], '', 'NX', 'EX', ARGV[3]) then
    redis.call('HINCRBY', KEYS[1], ARGV[2] .. ':' .. ARGV[1] .. ':v', 1)
end
for gig in string.gmatch(ARGV[4], '%d+') do redis.call('HINCRBY', KEYS[1], gig .. ':' .. ARGV[1] .. ':i', 1) end
"""
# KEYS: the hash, the list of batches, the new batch. ARGV: its id. All that wait, the oldest first.
_TAKE = """
if redis.call('EXISTS', KEYS[1]) == 1 then
    redis.call('RENAME', KEYS[1], KEYS[3])
    redis.call('RPUSH', KEYS[2], ARGV[1])
end
return redis.call('LRANGE', KEYS[2], 0, -1)
"""


@dataclass
class Count:
    impressions: int = 0
    views: int = 0


_rests_until = 0.0
_salts: dict[date, bytes] = {}


def count(hits: Hits) -> bool:
    """Adds one answer's hits in one round trip; False where Redis is away, then they are lost, and nobody waits."""
    global _rests_until
    if time.monotonic() < _rests_until:
        return False
    try:
        _count(hits)
    except (redis.RedisError, DBError) as error:
        _rests_until = time.monotonic() + _REST_SECONDS
        logger.warning("gigs were seen and not counted: %s", error)
        return False
    return True


def _count(hits: Hits) -> None:
    opened, who = "", ""
    if hits.opened is not None:
        opened, who = str(hits.opened), f"{hits.opened}:{hashed(hits.visitor, hits.day)}"
    own = gigs_of(hits.reader_id) if hits.reader_id and hits.cards else frozenset()
    cards = ",".join(str(gig_id) for gig_id in islice(hits.cards, MOST_CARDS) if gig_id not in own)
    given = [hits.day.isoformat(), opened, _ONCE_IN_SECONDS, cards]
    script(_COUNT)(keys=[key("live"), key(f"seen:{who}")], args=given)


def take() -> list[uuid.UUID]:
    """Sets aside what was counted until now; the ids of all batches that wait, earlier ones included.

    Raises redis.RedisError.
    """
    new = uuid.uuid4()
    waiting = script(_TAKE)(keys=[key("live"), key("waiting"), key(f"batch:{new}")], args=[str(new)])
    return [uuid.UUID(one.decode()) for one in waiting]


def read(batch: uuid.UUID) -> Mapping[tuple[int, date], Count]:
    """By gig and day. What is no field of ours is left out."""
    found: dict[tuple[int, date], Count] = defaultdict(Count)
    # Nobody writes to a batch: a scan finds each field, perhaps twice with the same number.
    fields = dict(client().hscan_iter(key(f"batch:{batch}"), count=1_000))
    for name, number in fields.items():
        if match := _FIELD.fullmatch(name):
            one = found[int(match[1]), date.fromisoformat(match[2].decode())]
            one.views += int(number) if match[3] == b"v" else 0
            one.impressions += int(number) if match[3] == b"i" else 0
    return found


def drop(batch: uuid.UUID) -> None:
    """Its counts are in the database."""
    with client().pipeline(transaction=True) as pipeline:
        pipeline.delete(key(f"batch:{batch}"))
        pipeline.lrem(key("waiting"), 0, str(batch))
        pipeline.execute()


def key(name: str) -> str:
    prefix = settings.CACHES["default"].get("KEY_PREFIX", "")
    return f"{prefix}{{gig-figures}}:{name}"


def hashed(visitor: str, day: date) -> str:
    """A visitor of one day: nobody can tell who it was, or find them again on the next. Raises redis.RedisError."""
    return blake2b(visitor.encode(), key=_salt_of(day), digest_size=12).hexdigest()


def _salt_of(day: date) -> bytes:
    """Random, of one day, the same for all processes, and in no file: with its end nobody can try addresses."""
    salt = _salts.get(day)
    if salt is None:
        name = key(f"salt:{day}")
        with client().pipeline(transaction=True) as pipeline:
            pipeline.set(name, secrets.token_bytes(32), nx=True, ex=_SALT_LIVES)
            pipeline.get(name)
            salt = pipeline.execute()[1]
        _salts.clear()
        _salts[day] = salt
    return salt


@cache
def client() -> redis.Redis:
    """A connection of this process's own, which waits a quarter of a second at most."""
    return redis.Redis.from_url(
        settings.REDIS_URL, socket_connect_timeout=_PATIENCE_SECONDS, socket_timeout=_PATIENCE_SECONDS, retry=None
    )


@cache
def script(source: str) -> Any:
    """A Lua script, sent once."""
    return client().register_script(source)
