"""Real Chromium through Playwright, one context (cookies of its own) per person."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]

REFUSED_FORM = re.compile(r"status of (400|422) ")


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


class Visitor:
    """One person's browser: a page in a context of its own, and every error its pages wrote to the console."""

    def __init__(
        self, browser: Browser, base_url: str, *, javascript: bool = True, width: int = 1280,
        zone: str = "Europe/Lisbon",
    ) -> None:  # fmt: skip
        self.context = browser.new_context(
            base_url=base_url,
            viewport={"width": width, "height": 900},
            timezone_id=zone,
            locale="en-GB",
            java_script_enabled=javascript,
            reduced_motion="reduce",
        )
        self.context.set_default_timeout(15_000)
        self.errors: list[str] = []
        self.context.on("console", self._note)
        self.context.on("weberror", lambda error: self.errors.append(str(error.error)))
        self.page = self.context.new_page()

    def another_tab(self) -> Page:
        return self.context.new_page()

    def picture(self, path: Path) -> None:
        for number, page in enumerate(self.context.pages):
            page.screenshot(path=path.with_suffix(f".{number}.png"), full_page=True)

    def _note(self, entry: ConsoleMessage) -> None:
        # A form that comes back with what is wrong is an answer that its reader sees, not a fault of the page.
        is_form_again = REFUSED_FORM.search(entry.text)
        if entry.type == "error" and not is_form_again:
            self.errors.append(f"{entry.page.url if entry.page else ''}: {entry.text}")
