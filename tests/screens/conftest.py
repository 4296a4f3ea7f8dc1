"""A stage with every situation, one server before it, and Chromium."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import setup_databases, teardown_databases
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer
from pytest_django.plugin import DjangoDbBlocker

from orders import sources
from tests.screens.frozen import FrozenClock
from tests.screens.looking import Looker, Tour
from tests.screens.page import PICTURES
from tests.screens.stage import AT, Shelf, Staged, stage
from tests.support.browser import chromium

HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)  # before the name of the group goes into the name of the test
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One process stages them all."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("screens"))


@pytest.fixture(scope="package")
def clock() -> Iterator[FrozenClock]:
    frozen = FrozenClock(AT)
    with frozen.shown():
        yield frozen


@pytest.fixture(scope="package")
def database(django_db_setup: None, django_db_blocker: DjangoDbBlocker, django_db_keepdb: bool) -> Iterator[None]:
    """The tests' own, which pytest-django makes only for marked tests. These are not marked: the server sees nothing of
    the transaction that would be around each, and a flush after each would take the stage away.
    """
    with django_db_blocker.unblock():
        is_there = connection.settings_dict["NAME"] == connection.creation._get_test_db_name()
        aliases = set() if is_there else {connection.alias}
        made = setup_databases(0, interactive=False, keepdb=django_db_keepdb, aliases=aliases)
        yield
        call_command("flush", interactive=False, verbosity=0, allow_cascade=True)
        teardown_databases(made, verbosity=0, keepdb=django_db_keepdb)


@pytest.fixture(scope="package")
def staged(database: None, clock: FrozenClock) -> Iterator[Staged]:
    """Committed, for the server to read."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sources._sources, "toy", Shelf())
        yield stage()


@pytest.fixture(scope="package")
def server(staged: Staged) -> Iterator[str]:
    running = LiveServer("127.0.0.1")
    yield running.url
    running.stop()


# After the stage: in the thread of Playwright's loop Django refuses to ask a database.
@pytest.fixture(scope="package")
def browser(server: str) -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="package")
def tour(staged: Staged, server: str, browser: Browser, clock: FrozenClock) -> Iterator[Tour]:
    looker = Looker(browser, server, clock, _emptied(PICTURES) if os.environ.get("WRITE_PICTURES") else None)
    yield Tour(staged, looker)
    looker.close()


def _emptied(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for picture in folder.iterdir():
        picture.unlink()
    return folder
