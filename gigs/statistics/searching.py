"""What is searched for, counted in Redis: for each phrase of a day how many different visitors, and never who.

A visitor is an address here, without the name of a browser: anybody can make up five names, and the phrase is shown to
all. A HyperLogLog keeps that number and gives no visitor back. Phrases that too few people searched for leave Redis
with their day, and reach no table.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import redis

from gigs.insights.phrases import phrase_of
from gigs.statistics import counting
from gigs.statistics.hooks import Hits

logger = logging.getLogger(__name__)

_SLUG = re.compile(r"[\w-]{1,40}")
_LIVES = timedelta(days=3)
_MOST = 50_000  # phrases of a day
_AT_ONCE = 1_000

# KEYS: the day's phrases, who searched for this one. ARGV: the phrase, the visitor, how long in seconds, the most.
_COUNT = """
if redis.call('SISMEMBER', KEYS[1], ARGV[1]) == 0 then
    if redis.call('SCARD', KEYS[1]) >= tonumber(ARGV[4]) then return end
    redis.call('SADD', KEYS[1], ARGV[1])
    redis.call('EXPIRE', KEYS[1], ARGV[3])
end
redis.call('PFADD', KEYS[2], ARGV[2])
redis.call('EXPIRE', KEYS[2], ARGV[3])
"""


@dataclass(frozen=True, slots=True)
class Searched:
    """``category``: the slug of the one that was chosen with it, or empty."""

    words: str
    category: str
    visitors: int


def count(hits: Hits) -> None:
    """In one round trip, once the answer is out; lost where Redis is away."""
    phrase = phrase_of(hits.searched)
    if not phrase:
        return
    category = hits.category if _SLUG.fullmatch(hits.category) else ""
    member = f"{category}|{phrase}"
    try:
        given = [member, counting.hashed(hits.line, hits.day), int(_LIVES.total_seconds()), _MOST]
        counting.script(_COUNT)(keys=[_phrases(hits.day), _visitors(hits.day, member)], args=given)
    except redis.RedisError as error:
        logger.warning("a search was not counted: %s", error)


def read(day: date, least_visitors: int) -> Iterator[Searched]:
    """What at least so many different visitors searched for. Raises redis.RedisError."""
    client, part = counting.client(), []
    for member in client.sscan_iter(_phrases(day), count=_AT_ONCE):
        part.append(member.decode())
        if len(part) == _AT_ONCE:
            yield from _read(client, day, part, least_visitors)
            part = []
    yield from _read(client, day, part, least_visitors)


def _read(client: redis.Redis, day: date, members: list[str], least_visitors: int) -> Iterator[Searched]:
    with client.pipeline(transaction=False) as pipeline:
        for member in members:
            pipeline.pfcount(_visitors(day, member))
        numbers = pipeline.execute()
    for member, visitors in zip(members, numbers, strict=True):
        if visitors >= least_visitors:
            category, _bar, words = member.partition("|")
            yield Searched(words, category, visitors)


def drop(day: date) -> None:
    """What is worth keeping of it is in the database. Raises redis.RedisError."""
    client = counting.client()
    for member in client.sscan_iter(_phrases(day), count=_AT_ONCE):
        client.unlink(_visitors(day, member.decode()))
    client.unlink(_phrases(day))


def _phrases(day: date) -> str:
    return counting.key(f"searched:{day}")


def _visitors(day: date, member: str) -> str:
    return counting.key(f"searched-by:{day}:{member}")
