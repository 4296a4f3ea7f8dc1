"""The live line as a process of its own: who hears what, what happens where Redis or the process is away."""

from __future__ import annotations

import json
import os
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
import redis
from django.db import transaction

from marketplace.kernel.live import hints, passes
from marketplace.kernel.live.channels import channel_of
from marketplace.kernel.redis_client import client
from tests.support.cuttable import Network
from tests.support.listening import Listener, connected
from tests.support.processes import Process, free_port, wait_until


@pytest.fixture
def network(settings: Any) -> Iterator[Network]:
    """Between the live process and Redis."""
    network = Network(urlsplit(settings.REDIS_URL).port or 6379)
    yield network
    network.close()


@pytest.fixture
def line(settings: Any, tmp_path: Path, network: Network) -> Iterator[str]:
    """Its address. At most three may listen, one of them at most as often as a browser has tabs."""
    settings.SITE_URL = f"http://{tmp_path.name}.example"  # channels of its own
    port = free_port()
    settings.LIVE_URL = f"http://127.0.0.1:{port}/live/"
    parts = urlsplit(settings.REDIS_URL)
    through = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[0] + "@" + urlsplit(network.url).netloc))
    env = {
        "DJANGO_SETTINGS_MODULE": "tests.support.live_settings",
        "LIVE_SITE_URL": settings.SITE_URL,
        "LIVE_CONNECTIONS": "3",
        "REDIS_URL": through,
        "SECRET_KEY": settings.SECRET_KEY,
    }
    options = ["--interface", "asgi", "--host", "127.0.0.1", "--port", str(port), "--no-access-log"]
    process = Process("live", ["-m", "granian", *options, "marketplace.live:application"], env=env, folder=tmp_path)
    process.start_and_wait(f"{settings.LIVE_URL}healthz")
    yield settings.LIVE_URL
    process.kill()


def _listeners(line: str) -> int:
    with urllib.request.urlopen(f"{line}healthz", timeout=5) as answer:
        return int(json.load(answer)["listeners"])


@pytest.mark.django_db(transaction=True)
def test_a_hint_reaches_whom_it_is_for_once_it_is_true(line: str) -> None:
    one, tab, other = Listener(line, 1), Listener(line, 1), Listener(line, 2)
    with transaction.atomic():
        hints.hint([1], "/messages/7/")
        assert one.hears_nothing()
    assert [one.next(), tab.next()] == ["/messages/7/"] * 2
    assert other.hears_nothing()
    with pytest.raises(ZeroDivisionError):
        _hint_and_fail()
    hints.hint([1, 2])
    assert [one.next(), tab.next(), other.next()] == [""] * 3


def _hint_and_fail() -> None:
    with transaction.atomic():
        hints.hint([1, 2], "/never/")
        raise ZeroDivisionError


def test_only_with_a_pass_that_is_not_old(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time", lambda: 1_000_000_000.0)
    old = passes.issue(1)
    monkeypatch.undo()
    for ticket in ("", "1", "1:x:y", old, passes.issue(1)[:-1]):
        assert connected(line, ticket).getresponse().status == 401, ticket
    assert _listeners(line) == 0


def test_whoever_leaves_makes_room(line: str) -> None:
    here = [Listener(line, 1), Listener(line, 2), Listener(line, 3)]
    assert Listener(line, 4).status == 503
    here[0].close()
    wait_until(lambda: _listeners(line) == 2, seconds=10, what="leaving")
    assert Listener(line, 4).status == 200


@pytest.mark.django_db(transaction=True)
def test_after_redis_was_away_everybody_looks_again(line: str, network: Network) -> None:
    one = Listener(line, 1)
    network.cut()
    hints.hint([1], "/lost/")
    assert one.hears_nothing(3)
    later = Listener(line, 2)
    network.mend()
    assert [one.next(20), later.next(20)] == ["", ""]
    wait_until(lambda: _subscribers(1) and _subscribers(2), seconds=20, what="subscribing again")
    hints.hint([1, 2], "/found/")
    assert [one.next(), later.next()] == ["/found/"] * 2


def _subscribers(user_id: int) -> int:
    client = redis.Redis.from_url(os.environ["REDIS_URL"])
    counted: Any = client.pubsub_numsub(channel_of(user_id))
    return int(counted[0][1])


@pytest.mark.django_db(transaction=True)
def test_nothing_fails_where_redis_is_away(settings: Any, caplog: pytest.LogCaptureFixture) -> None:
    settings.LIVE_URL, settings.REDIS_URL = "/live/", f"redis://127.0.0.1:{free_port()}/0"
    client.cache_clear()
    try:
        hints.hint([1, 2], "/messages/7/")
    finally:
        client.cache_clear()
    assert "No hint to 2 people" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_without_a_line_nothing_is_said(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.LIVE_URL = ""
    monkeypatch.setattr(hints, "client", lambda: pytest.fail("Redis was asked"))
    hints.hint([1], "/messages/7/")
