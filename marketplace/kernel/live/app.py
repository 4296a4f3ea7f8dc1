"""The process behind the live line: server-sent events, nothing else. An ASGI application without Django's apps.

python -m granian --interface asgi --port 8001 marketplace.live:application
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings

from marketplace.kernel.live import passes
from marketplace.kernel.live.hub import Full, Hints, Hub

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
BEAT_SECONDS = 20  # proxies cut what is silent for a minute
_LONGEST_SECONDS = 3600  # then the page comes back with a pass of its own
_TABS = 20


class LiveLine:
    """``GET /live/?pass=…`` is a stream of hints, ``GET /live/healthz`` says how many listen."""

    def __init__(self) -> None:
        self.hub = Hub(settings.REDIS_URL, most=settings.LIVE_CONNECTIONS, most_of_one=_TABS)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        running: asyncio.Task[None] | None = None
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                running = asyncio.create_task(self.hub.run())
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                if running:
                    running.cancel()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _answer(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["method"] != "GET":
            await _say(send, 405, "Only GET.")
        elif scope["path"].endswith("/healthz"):
            await _say(send, 200, json.dumps({"listeners": self.hub.count}))
        elif (user_id := _holder(scope["query_string"])) is None:
            await _say(send, 401, "Ask the site for a pass.")
        else:
            try:
                async with self.hub.listening(user_id) as hints:
                    await _stream(hints, receive, send)
            except Full:
                await _say(send, 503, "Too many listen.")


def _holder(query: bytes) -> int | None:
    given = parse_qs(query.decode("latin-1")).get("pass", [""])
    return passes.holder(given[0])


async def _stream(hints: Hints, receive: Receive, send: Send) -> None:
    """Until the browser leaves, or the hour is over."""
    await send({"type": "http.response.start", "status": 200, "headers": _headers(b"text/event-stream")})
    speaking = asyncio.create_task(_speak(hints, send))
    leaving = asyncio.create_task(_gone(receive))
    _done, going_on = await asyncio.wait(
        {speaking, leaving}, timeout=_LONGEST_SECONDS, return_when=asyncio.FIRST_COMPLETED
    )
    for task in going_on:
        task.cancel()
    with suppress(asyncio.CancelledError):
        await asyncio.gather(*going_on)
    if leaving in going_on:
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _speak(hints: Hints, send: Send) -> None:
    text = "retry: 2000\n\nevent: open\ndata: {}\n\n"
    while True:
        await send({"type": "http.response.body", "body": text.encode(), "more_body": True})
        try:
            page = await asyncio.wait_for(hints.get(), BEAT_SECONDS)
            text = f"data: {json.dumps({'page': page})}\n\n"
        except TimeoutError:
            text = ": still here\n\n"


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _say(send: Send, status: int, text: str) -> None:
    await send({"type": "http.response.start", "status": status, "headers": _headers(b"text/plain; charset=utf-8")})
    await send({"type": "http.response.body", "body": text.encode(), "more_body": False})


def _headers(kind: bytes) -> list[tuple[bytes, bytes]]:
    return [
        (b"content-type", kind),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),  # nginx hands on each line at once
        (b"x-content-type-options", b"nosniff"),
        # Where the line has an address of its own. The pass says who may hear, no cookie does: any origin may ask.
        (b"access-control-allow-origin", b"*"),
    ]
