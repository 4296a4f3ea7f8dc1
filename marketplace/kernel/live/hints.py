"""Telling people's open pages that something is new."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from functools import partial

import redis
from django.conf import settings
from django.db import transaction

from marketplace.kernel.live.channels import channel_of
from marketplace.kernel.redis_client import client

logger = logging.getLogger(__name__)


def hint(user_ids: Iterable[int], page: str = "") -> None:
    """Once this transaction has been committed: whoever has ``page`` (a path) open looks again, others count anew.

    Lost where Redis is away: pages ask from time to time, too.
    """
    if settings.LIVE_URL and (wanted := sorted(set(user_ids))):
        transaction.on_commit(partial(_publish, wanted, page), robust=True)


def _publish(user_ids: list[int], page: str) -> None:
    try:
        with client().pipeline(transaction=False) as together:
            for user_id in user_ids:
                together.publish(channel_of(user_id), page)
            together.execute()
    except redis.RedisError as error:
        logger.warning("No hint to %s people: %s", len(user_ids), error)
