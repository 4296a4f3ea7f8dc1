"""Journeys: real Chromium against real web, worker, beat and sandbox processes, with the site's own timers."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.left_alone import left_alone  # noqa: F401 - fixtures
from tests.journeys.people import Person
from tests.support.browser import Visitor, chromium
from tests.support.site import Site
from tests.support.stage import address

# Seconds. Long enough to act by hand, short enough to wait for.
RULES = {
    "acceptance": 90,
    "acceptance_reminder": 60,
    "very_late_minimum": 5,
    "clearing_fast": 4,
    "clearing_trusted": 4,
    "clearing_standard": 4,
    "dispute_answer_small": 20,
    "appeal": 10,
}
HERE = Path(__file__).parent

expect.set_options(timeout=15_000)


@pytest.hookimpl(tryfirst=True)  # before the name of the group goes into the name of the test
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("journeys"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Tells ``person`` whether its journey failed, so that it leaves a picture of every page."""
    report = yield
    if report.failed:
        item.stash[FAILED] = True
    return report


FAILED = pytest.StashKey[bool]()


# Of the package and not of the session: Playwright's loop must be gone before Django's own tests go on.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One site for all journeys: each has people of its own. At the end its ledger has no difference."""
    running = Site(tmp_path_factory.mktemp("site"), RULES)
    try:
        running.start()
        yield running
        assert ", 0 differences" in running.manage("check_ledger")
    finally:
        running.stop()


@pytest.fixture
def person(request: pytest.FixtureRequest, browser: Browser, site: Site) -> Iterator[Callable[..., Person]]:
    """Opens a browser for somebody, signed in where they are known to the stage.

    At the end no page may have written an error to its console, and the ledger has no difference.
    """
    people: list[Person] = []

    def arrive(who: str = "", *, javascript: bool = True, width: int = 1280) -> Person:
        visitor = Visitor(browser, site.url, javascript=javascript, width=width)
        people.append(Person(visitor, site, address(who) if who else ""))
        if who:
            people[-1].sign_in()
        return people[-1]

    yield arrive
    if request.node.stash.get(FAILED, False):
        folder = _leave_pictures(request.node.name, people, site)
        request.node.add_report_section("teardown", "pictures", f"{folder}; logs in {site.folder}")
    errors = [error for one in people for error in one.visitor.errors]
    for one in people:
        one.visitor.context.close()
    assert errors == []
    assert site.ended() == []
    assert site.differences() == []


def _leave_pictures(name: str, people: list[Person], site: Site) -> Path:
    folder = Path(os.environ.get("JOURNEY_PICTURES", site.folder / "failed"))
    folder.mkdir(parents=True, exist_ok=True)
    for number, one in enumerate(people):
        one.visitor.picture(folder / f"{name}-{number}.png")
    return folder
