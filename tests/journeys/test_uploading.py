"""A seller delivers over a network that is cut: in the middle of a file, over a reload, until all of it is there."""

from __future__ import annotations

import hashlib
import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.journeys.people import Person
from tests.support.browser import Visitor
from tests.support.cuttable import Network, network_to
from tests.support.processes import wait_until
from tests.support.site import Site
from tests.support.stage import address

FILM = "Cut one film of your workshop"
MEGABYTE = 1 << 20
_BROKEN = re.compile(r"net::ERR_(CONNECTION|EMPTY_RESPONSE|ABORTED|FAILED|SOCKET)")


@pytest.fixture
def network(site: Site) -> Iterator[Network]:
    with network_to(site.port) as network:
        yield network


@pytest.fixture
def seller(browser: Browser, site: Site, network: Network) -> Iterator[Person]:
    """Reaches the site through a network that can be cut; that is all that may be wrong on their pages."""
    visitor = Visitor(browser, network.url)
    one = Person(visitor, site, address("vera"))
    one.sign_in()
    yield one
    errors = [error for error in visitor.errors if not _BROKEN.search(error)]
    visitor.context.close()
    assert errors == []


def _opens_the_form(seller: Person, order_id: str) -> None:
    seller.opens(order_id)
    seller.follow("Deliver the work")
    seller.page.get_by_label("What is in it").fill("The film, and the sound alone.")


def _row(seller: Person, file: Path) -> Locator:
    return seller.page.get_by_role("listitem").filter(has_text=file.name)


def _content(file: Path, size: int) -> Path:
    with file.open("wb") as content:
        for start in range(0, size, MEGABYTE):
            content.write(os.urandom(min(MEGABYTE, size - start)))
    return file


def _sums(site: Site, order_id: str) -> dict[object, object]:
    rows = site.rows(
        "SELECT name, sha256 FROM kernel_storedfile s JOIN orders_deliveryfile f ON f.file_id = s.id "
        "JOIN orders_delivery d ON d.id = f.delivery_id WHERE d.order_id = %s",
        order_id,
    )
    return {row["name"]: row["sha256"] for row in rows}


def _sum(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def test_a_delivery_over_a_network_that_is_cut(
    person: Callable[..., Person], seller: Person, network: Network, site: Site, tmp_path: Path
) -> None:
    buyer = person("uma")
    order_id = buyer.order(FILM)
    film, sound = _content(tmp_path / "film.mov", 12 * MEGABYTE), _content(tmp_path / "sound.wav", 3 * MEGABYTE)
    _opens_the_form(seller, order_id)

    # Cut in the middle of both, paused meanwhile, then on by itself and by hand.
    network.cut_after(5 * MEGABYTE)
    seller.attach("Files", film, sound)
    wait_until(lambda: network.is_cut, seconds=20, what="a cut in the middle")
    expect(_row(seller, film)).to_contain_text("No connection. It goes on by itself")
    _row(seller, film).get_by_role("button", name="Pause").click()
    expect(_row(seller, film)).to_contain_text("Paused at")
    network.mend()
    expect(_row(seller, sound)).to_contain_text("here", timeout=40_000)

    # A reload takes the page's knowledge away, not what has arrived: the same file again goes on where it stopped.
    seller.page.reload()
    expect(_row(seller, film)).to_contain_text(re.compile(r"[1-9]\d? % is here\. Choose the same file again"))
    expect(_row(seller, sound).get_by_label("Send")).to_be_checked()
    before = network.sent_bytes
    seller.attach("Files", film)
    expect(_row(seller, film)).to_contain_text("here", timeout=40_000)
    assert network.sent_bytes - before < 12 * MEGABYTE
    seller.page.get_by_label("What is in it").fill("The film, and the sound alone.")

    # A form that is sent while a file is under way waits for it.
    more = _content(tmp_path / "more.bin", 9 * MEGABYTE)
    seller.attach("Files", more)
    seller.press("Deliver")
    seller.is_told("Delivered.")
    assert _sums(site, order_id) == {file.name: _sum(file) for file in (film, sound, more)}

    buyer.opens(order_id)
    buyer.sees("film.mov", "sound.wav", "more.bin")
    buyer.page.get_by_role("link", name="Preview sound.wav").first.click()
    expect(buyer.page.locator("audio")).to_be_visible()


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_a_gigabyte_over_a_network_that_is_cut(
    person: Callable[..., Person], seller: Person, network: Network, site: Site, tmp_path: Path
) -> None:
    order_id = person("uma").order(FILM)
    film = _content(tmp_path / "film.mov", 1024 * MEGABYTE)
    _opens_the_form(seller, order_id)
    web = site.processes["web"]
    before = web.most_memory()
    network.cut_after(500 * MEGABYTE)
    seller.attach("Files", film)
    wait_until(lambda: network.is_cut, seconds=600, what="a cut in the middle")
    expect(_row(seller, film)).to_contain_text("No connection. It goes on by itself")
    network.mend()
    expect(_row(seller, film)).to_contain_text("here", timeout=900_000)
    seller.press("Deliver")
    seller.is_told("Delivered.")
    grown = web.most_memory() - before
    sys.stdout.write(f"grown by {grown / MEGABYTE:.0f} MiB, {network.sent_bytes / MEGABYTE:.0f} MiB sent\n")
    assert _sums(site, order_id) == {film.name: _sum(film)}
    assert grown < 32 * MEGABYTE
    assert network.sent_bytes < 1060 * MEGABYTE
