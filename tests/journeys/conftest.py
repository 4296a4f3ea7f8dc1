"""Journeys: real Chromium against real web, worker, beat and sandbox processes, with the site's own timers."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.support.browser import chromium, new_person
from tests.support.site import Site

# Long enough to act by hand, short enough to wait for.
RULES = {
    "clearing_fast": 2,
    "clearing_trusted": 2,
    "clearing_standard": 2,
    "undo": 1,
    "appeal": 3,
    "payment_window": 300,
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/journeys/" in str(item.path):
            item.add_marker(pytest.mark.xdist_group("journeys"))
            item.add_marker(pytest.mark.timeout(300))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def rules(request: pytest.FixtureRequest) -> dict[str, int]:
    """A module sets RULES to have timers of its own."""
    return {**RULES, **getattr(request.module, "SITE_RULES", {})}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, rules: dict[str, int]) -> Iterator[Site]:
    running = Site(tmp_path_factory.mktemp("site"), rules)
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.fixture
def person(browser: Browser, site: Site) -> Iterator[Callable[..., Page]]:
    """Opens a browser for a new person; at the end no page may have written an error to its console."""
    pages: list[Page] = []

    def arrive(**options: int) -> Page:
        pages.append(new_person(browser, site.url, **options))
        return pages[-1]

    yield arrive
    errors = [error for page in pages for error in page.console_errors]  # type: ignore[attr-defined]
    for page in pages:
        page.context.close()
    assert errors == []
