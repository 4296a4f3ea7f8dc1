"""A page of Chromium, as one of the demo's people."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, sync_playwright

from demo_pages import enter
from tests.support.browser import ARGUMENTS, executable


def chromium_path() -> str:
    path = executable()
    if not path:
        raise SystemExit("no Chromium; name one with CHROMIUM=")
    return path


@contextmanager
def signed_in(address: str, role: str | None, *, width: int = 1280) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=ARGUMENTS)
        context = browser.new_context(
            base_url=address,
            viewport={"width": width, "height": 900},
            reduced_motion="reduce",
            timezone_id="Europe/Lisbon",
            locale="en-GB",
            bypass_csp=False,
        )
        page = context.new_page()
        enter(page, role)
        yield page
        browser.close()
