"""Two orders that need nothing but time. They are placed before the first journey and looked at by the last."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.journeys.people import Person
from tests.support.browser import Visitor
from tests.support.site import Site
from tests.support.stage import address


@dataclass(frozen=True)
class LeftAlone:
    late: str  # paid, and nothing is delivered within the minute that was promised
    silent: str  # delivered, and the buyer says nothing


@pytest.fixture(scope="package", autouse=True)
def left_alone(browser: Browser, site: Site, tmp_path_factory: pytest.TempPathFactory) -> LeftAlone:
    waiting = _arrive(browser, site, "ines")
    late = waiting.order("Write a limerick while you wait")
    waiting.sees_the_clock_run()
    silent_buyer, seller = _arrive(browser, site, "carl"), _arrive(browser, site, "silas")
    silent = silent_buyer.order("Repair one broken spreadsheet")
    result: Path = tmp_path_factory.mktemp("work") / "repaired.csv"
    result.write_text("a,b\n1,2\n")
    seller.delivers(silent, "The formula in B7 divided by zero.", result)
    for one in (waiting, silent_buyer, seller):
        assert one.visitor.errors == []
        one.visitor.context.close()
    return LeftAlone(late, silent)


def _arrive(browser: Browser, site: Site, who: str) -> Person:
    person = Person(Visitor(browser, site.url), site, address(who))
    person.sign_in()
    return person
