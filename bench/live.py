"""How soon what one person writes stands before the other, with many open windows on one live process.

Real processes: the web server as in production, the live line, a window that listens for each person. A message is sent
as the page's script sends it; the other's window hears the hint and asks for what is new, as theirs does.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import random
import re
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlencode
from uuid import UUID, uuid4

from accounts.models import User
from bench.browsing import Visitor
from bench.goals import Goal, at_most
from bench.processes import Server, address, live_line, proportional_mib, serving
from bench.sites import session_of
from bench.timing import percentile, spread
from inbox import api as inbox
from marketplace.kernel import clock
from marketplace.kernel.live import passes

_EVERY_SECONDS = 0.1
_WAIT_SECONDS = 10.0
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_LAST = re.compile(r'data-message="(\d+)"')


@dataclass(slots=True)
class Window:
    """Somebody who looks at a conversation. ``heard``: set by each hint."""

    user_id: int
    talk: UUID
    visitor: Visitor
    token: str = ""
    last: int = 0
    heard: asyncio.Event = field(default_factory=asyncio.Event)

    def open(self) -> None:
        page = self.visitor.get(f"/messages/{self.talk}/")
        self.token = _TOKEN.findall(page)[-1]

    def say(self, text: str) -> None:
        sent = {"body": text, "form_key": uuid4().hex, "csrfmiddlewaretoken": self.token, "after": str(self.last)}
        status, _, answer = self.visitor.ask("POST", f"/messages/{self.talk}/", urlencode(sent), {"HX-Request": "true"})
        if status != 200:
            raise AssertionError(f"a message was answered with {status}: {answer[:500]}")
        self._note(answer)

    def has(self, text: str) -> bool:
        status, _, answer = self.visitor.ask("GET", f"/messages/{self.talk}/new/?after={self.last}", "", {})
        if status == 204:
            return False
        self._note(answer)
        return text in answer

    def _note(self, answer: str) -> None:
        self.last = max([self.last, *map(int, _LAST.findall(answer))])


def talking(windows: int, seconds: float) -> Iterator[Goal]:
    """Every tenth of a second somebody writes to whom they talk with."""
    pairs = [pair(str(number)) for number in range(windows // 2)]
    with tempfile.TemporaryDirectory() as name, live_line(Path(name)) as line:
        env = {"DATABASE_URL": address(), "LIVE_URL": f"http://127.0.0.1:{line.port}/live/"}
        with serving(Path(name), "bench.product:application", env) as web:
            opened = [tuple(_window(one, talk, web) for one in sides) for sides, talk in pairs]
            taken = asyncio.run(_talk(line, opened, seconds))
            memory = proportional_mib(line.pid)
    print(f"  the live process and the one that started it hold {memory:.1f} MiB")
    print(f"  {len(taken)} messages with {windows} open windows: {spread([1_000 * one for one in taken])}")
    median = 1_000 * percentile(taken, 50)
    yield at_most(f"a message to the other side, {windows} windows open, median", 1_000, median, "ms")


def pair(name: str) -> tuple[tuple[int, int], UUID]:
    """Two people and their conversation; ``name`` is theirs alone."""
    rows = [User(email=f"w{name}{side}@bench.invalid", handle=f"w{name}{side}", display_name="Pat") for side in "ab"]
    one, other = (user.pk for user in User.objects.bulk_create(rows))
    talk = inbox.open_conversation(
        reference=f"people:{one}:{other}", title="Two", url="", participant_ids=[one, other], at=clock.now()
    )
    return (one, other), talk


def _window(user_id: int, talk: UUID, web: Server) -> Window:
    window = Window(user_id, talk, Visitor(web.port, session_of(user_id)))
    window.open()
    return window


async def _talk(line: Server, pairs: list[tuple[Window, ...]], seconds: float) -> list[float]:
    listening = [asyncio.create_task(_listen(line, window)) for pair in pairs for window in pair]
    while (heard := await asyncio.to_thread(_listeners, line)) < len(listening):
        print(f"  {heard} listen", end="\r", flush=True)
        await asyncio.sleep(0.2)
    rnd, sending = random.Random(3), []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        one, other = rnd.sample(rnd.choice(pairs), 2)
        sending.append(asyncio.create_task(_reach(one, other)))
        await asyncio.sleep(_EVERY_SECONDS)
    taken = await asyncio.gather(*sending)
    for task in listening:
        task.cancel()
    return [one for one in taken if one is not None]


_busy: set[UUID] = set()


async def _reach(one: Window, other: Window) -> float | None:
    """Seconds from sending until the other's window has it; None where the two are still at the message before.

    Raises TimeoutError where it never comes.
    """
    if one.talk in _busy:
        return None
    _busy.add(one.talk)
    text = f"said {uuid4().hex}"
    began = time.perf_counter()
    other.heard.clear()
    await asyncio.to_thread(one.say, text)
    async with asyncio.timeout(_WAIT_SECONDS):
        while True:
            await other.heard.wait()
            other.heard.clear()
            if await asyncio.to_thread(other.has, text):
                break
    _busy.discard(one.talk)
    return time.perf_counter() - began


async def _listen(line: Server, window: Window) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", line.port)
    path = f"/live/?pass={quote(passes.issue(window.user_id))}"
    writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n".encode())
    await writer.drain()
    while text := await reader.readline():
        if text.startswith(b"data: ") and b"page" in text:
            window.heard.set()


def _listeners(line: Server) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", line.port, timeout=10)
    connection.request("GET", "/live/healthz")
    return int(json.load(connection.getresponse())["listeners"])
