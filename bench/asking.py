"""How soon a message stands before the other while the live process is away: then each window asks by itself.

Two Chromium windows and a web server as in production, which tells them of a line that nobody answers.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

from django.conf import settings
from playwright.sync_api import Browser, Page

from bench.goals import Goal, at_most
from bench.live import pair
from bench.processes import Server, address, free_port, serving
from bench.sites import session_of
from bench.timing import percentile, spread
from tests.support.browser import chromium

MESSAGES = 10
_EVERY_MILLISECONDS = 8_000  # assets/js/live.js: how often a window asks without a line
_GOAL_SECONDS = 10


def without_the_line() -> Iterator[Goal]:
    """Somebody writes at any moment between two questions of the other's window."""
    sides, talk = pair("asking")
    sessions = [session_of(one) for one in sides]
    with tempfile.TemporaryDirectory() as name:
        env = {"DATABASE_URL": address(), "LIVE_URL": f"http://127.0.0.1:{free_port()}/live/", "SERVES_STATIC": "true"}
        with serving(Path(name), "bench.product:application", env) as web, chromium() as browser:
            taken = _talk([_window(browser, web, session, talk) for session in sessions])
    print(f"  {len(taken)} messages without a live process: {spread([1_000 * one for one in taken])}")
    yield at_most("a message while the live process is away, median", _GOAL_SECONDS, percentile(taken, 50), "s")
    yield at_most(f"the same, slowest of {len(taken)}", _GOAL_SECONDS, max(taken), "s")


def _window(browser: Browser, web: Server, session: str, talk: UUID) -> Page:
    context = browser.new_context(base_url=f"http://127.0.0.1:{web.port}", locale="en-GB")
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "domain": "127.0.0.1", "path": "/"}])
    page = context.new_page()
    page.goto(f"/messages/{talk}/")
    page.wait_for_load_state("load")
    return page


def _talk(windows: list[Page]) -> list[float]:
    rnd = random.Random(8)
    taken = []
    for _number in range(MESSAGES):
        one, other = rnd.sample(windows, 2)
        one.wait_for_timeout(rnd.uniform(0, _EVERY_MILLISECONDS))
        taken.append(_reach(one, other))
    return taken


def _reach(one: Page, other: Page) -> float:
    """Seconds from the press until the other's window shows it. Raises TimeoutError where it does not come."""
    text = f"said {uuid4().hex}"
    one.get_by_label("Message").fill(text)
    began = time.perf_counter()
    one.get_by_role("button", name="Send", exact=True).click()
    other.locator("#thread .bubble").get_by_text(text).wait_for(timeout=3_000 * _GOAL_SECONDS)
    return time.perf_counter() - began
