"""The gigs that somebody looked at last. It costs no query: a list in Redis for who is signed in, a cookie for others.

Both end after sixty days without a look. Where Redis is away, nothing is remembered, and nothing fails.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Sequence
from typing import cast

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from marketplace.kernel.errors import Conflict

logger = logging.getLogger(__name__)

MOST = 24
COOKIE, OFF = "viewed", "off"
_SECONDS = 60 * 24 * 3600
_YEAR_SECONDS = 365 * 24 * 3600
_REDIS_SECONDS = 0.3


def is_wanted(request: HttpRequest) -> bool:
    """Whether this reader lets us remember."""
    if request.user.is_authenticated:
        return request.user.keeps_viewed
    return request.COOKIES.get(COOKIE) != OFF


def note(request: HttpRequest, response: HttpResponse, gig_id: int) -> None:
    """They look at this gig now."""
    if request.method != "GET" or not is_wanted(request):
        return
    if request.user.is_authenticated:
        _push(request.user.pk, gig_id)
    else:
        _write(request, response, [gig_id, *(known for known in _in_cookie(request) if known != gig_id)][:MOST])


def ids_of(request: HttpRequest) -> list[int]:
    """What they looked at last, the last one first; before they signed in, too."""
    if not is_wanted(request):
        return []
    known = _in_cookie(request)
    if request.user.is_authenticated:
        known = [*_kept(request.user.pk), *known]
    return list(dict.fromkeys(known))[:MOST]


def forget(request: HttpRequest, response: HttpResponse) -> None:
    """Raises Conflict where it cannot be done now."""
    if request.COOKIES.get(COOKIE) != OFF:
        response.delete_cookie(COOKIE, samesite="Lax")
    if request.user.is_authenticated:
        _drop(request.user.pk)


def forget_person(user_id: int) -> None:
    """Of somebody who is gone. Where it cannot be done now, it is gone in sixty days."""
    try:
        _drop(user_id)
    except Conflict as error:
        logger.warning("what a closed account looked at is still kept: %s", error)


def switch_off(request: HttpRequest, response: HttpResponse) -> None:
    """In this browser; what an account wants is its own column, which the caller writes."""
    forget(request, response)
    if not request.user.is_authenticated:
        _set(request, response, OFF, _YEAR_SECONDS)


def switch_on(response: HttpResponse) -> None:
    response.delete_cookie(COOKIE, samesite="Lax")


def _in_cookie(request: HttpRequest) -> list[int]:
    parts = request.COOKIES.get(COOKIE, "")[:500].split("-")[:MOST]
    return [int(part) for part in parts if part.isascii() and part.isdigit() and len(part) < 19]


def _write(request: HttpRequest, response: HttpResponse, ids: Sequence[int]) -> None:
    _set(request, response, "-".join(map(str, ids)), _SECONDS)


def _set(request: HttpRequest, response: HttpResponse, value: str, seconds: int) -> None:
    response.set_cookie(COOKIE, value, max_age=seconds, samesite="Lax", httponly=True, secure=request.is_secure())


@functools.cache
def _redis() -> Redis:
    wait = {"socket_timeout": _REDIS_SECONDS, "socket_connect_timeout": _REDIS_SECONDS}
    return Redis.from_url(settings.REDIS_URL, decode_responses=True, retry=Retry(NoBackoff(), 0), **wait)


def _key(user_id: int) -> str:
    return cache.make_key(f"viewed:{user_id}")


def _push(user_id: int, gig_id: int) -> None:
    key = _key(user_id)
    try:
        with _redis().pipeline(transaction=False) as pipe:
            pipe.lrem(key, 0, str(gig_id))
            pipe.lpush(key, gig_id)
            pipe.ltrim(key, 0, MOST - 1)
            pipe.expire(key, _SECONDS)
            pipe.execute()
    except RedisError as error:
        logger.warning("a look at a gig is not remembered: %s", error)


def _kept(user_id: int) -> list[int]:
    try:
        return [int(text) for text in cast("list[str]", _redis().lrange(_key(user_id), 0, MOST - 1))]
    except RedisError as error:
        logger.warning("what was looked at is not known: %s", error)
        return []


def _drop(user_id: int) -> None:
    try:
        _redis().delete(_key(user_id))
    except RedisError as error:
        raise Conflict(_("That did not work just now. Try again in a minute.")) from error
