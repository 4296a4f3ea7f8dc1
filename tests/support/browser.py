"""Real Chromium through Playwright, one context (cookies of its own) per person."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


def executable() -> str | None:
    """The browser that the test command found; None lets Playwright use its own."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


def new_person(browser: Browser, base_url: str, *, width: int = 1280, height: int = 900) -> Page:
    """A page in a context of its own; every console error and failed response fails the journey."""
    context: BrowserContext = browser.new_context(
        base_url=base_url, viewport={"width": width, "height": height}, timezone_id="Europe/Lisbon", locale="en-GB"
    )
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.console_errors = []  # type: ignore[attr-defined]  # carried for the check at the end of a journey
    page.on("console", lambda entry: entry.type == "error" and page.console_errors.append(entry.text))  # type: ignore[attr-defined]
    page.on("pageerror", lambda error: page.console_errors.append(str(error)))  # type: ignore[attr-defined]
    return page
