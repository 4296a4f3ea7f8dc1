"""Two people talk with their windows open: what one writes stands in the other's window without a reload, whether the
live line is there, goes in the middle, or the writer has no network for a while. Nothing is lost or said twice.
"""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, Route, expect

from tests.journeys.people import Person
from tests.support.processes import wait_until
from tests.support.site import Site


def _write_first(buyer: Person) -> None:
    """From the seller's profile; where the two have talked before, it leads to their conversation."""
    buyer.page.goto("/@liv-aas/")
    buyer.follow("Write to Liv Aas")
    if buyer.page.get_by_label("Your message").is_visible():
        buyer.page.get_by_label("Your message").fill("Hello, may I ask something?")
        buyer.press("Send")
    expect(buyer.heading).to_contain_text("Liv Aas")


def _texts(one: Person) -> Locator:
    return one.page.locator("#thread .bubble")


def _write(one: Person, text: str) -> None:
    one.page.get_by_label("Message").fill(text)
    one.press("Send")


def _stands_once(one: Person, text: str, seconds: float = 10) -> None:
    found = _texts(one).get_by_text(text, exact=True)
    expect(found).to_have_count(1, timeout=seconds * 1000)


def _nobody_waits(*people: Person) -> None:
    for one in people:
        expect(one.page.locator("[data-waits]")).to_have_count(0)


def _follow_without_reload(buyer: Person, seller: Person) -> None:
    loads = [one.page.evaluate("performance.timeOrigin") for one in (buyer, seller)]
    for number in range(3):
        _write(buyer, f"Question {number}")
        _stands_once(seller, f"Question {number}")
        _write(seller, f"Answer {number}")
        _stands_once(buyer, f"Answer {number}")
    expect(seller.page.locator("#seen")).to_contain_text("Seen")
    assert loads == [one.page.evaluate("performance.timeOrigin") for one in (buyer, seller)], "somebody reloaded"


def _bell_counts_elsewhere(buyer: Person, seller: Person) -> None:
    """In a window that shows something else, and no more once it was read in another."""
    seller.page.goto("/settings/")
    _write(buyer, "Are you there?")
    bell = seller.page.locator("[data-bell] .pip")
    expect(bell).to_contain_text("1")
    tab = seller.visitor.another_tab()
    tab.goto(buyer.page.url)
    expect(bell).to_have_count(0)
    tab.close()


def _go_on_without_the_line(buyer: Person, seller: Person, site: Site) -> None:
    """Its process goes in the middle: both go on by asking, and hear again when it is back."""
    seller.page.goto(buyer.page.url)
    site.processes["live"].kill()
    _write(buyer, "Without the line")
    _stands_once(seller, "Without the line", 20)
    site.processes["live"].start_and_wait(f"{site.live_url}healthz")
    wait_until(
        lambda: seller.page.evaluate("fetch(document.body.dataset.unreadUrl).then(one => one.ok)"),
        seconds=20,
        what="a pass",
    )
    _write(seller, "With it again")
    _stands_once(buyer, "With it again", 20)


def _wait_without_network(buyer: Person, seller: Person) -> None:
    """What is written waits in the browser, and goes once."""
    buyer.visitor.context.set_offline(True)
    _write(buyer, "Written offline")
    _write(buyer, "And another")
    expect(buyer.page.locator("[data-waits] [data-failed]:visible")).to_have_count(2)
    buyer.visitor.context.set_offline(False)
    for one in (seller, buyer):
        _stands_once(one, "Written offline", 20)
        _stands_once(one, "And another", 20)
    _nobody_waits(buyer, seller)


def _lose_an_answer(buyer: Person, seller: Person) -> None:
    """The message has arrived, is sent again, and stands there once."""
    lost: list[str] = []

    def lose(route: Route) -> None:
        if not lost and route.request.method == "POST":
            lost.append(route.fetch().text())
            route.abort()
        else:
            route.continue_()

    buyer.page.route("**/messages/**", lose)
    _write(buyer, "Sent twice by the browser")
    for one in (seller, buyer):
        _stands_once(one, "Sent twice by the browser", 20)
    buyer.page.unroute("**/messages/**")
    assert lost
    _nobody_waits(buyer, seller)


def test_windows_follow_each_other(person: Callable[..., Person], site: Site) -> None:
    buyer, seller = person("kai"), person("liv")
    _write_first(buyer)
    seller.page.goto(buyer.page.url)
    expect(_texts(seller).first).to_be_visible()
    _follow_without_reload(buyer, seller)
    _bell_counts_elsewhere(buyer, seller)
    _go_on_without_the_line(buyer, seller, site)
    _wait_without_network(buyer, seller)
    _lose_an_answer(buyer, seller)
    said = site.rows(
        "SELECT body, count(*) AS times FROM inbox_message WHERE body LIKE ANY(%s) GROUP BY body",
        ["Question %", "Answer %", "With%", "Written%", "And another", "Sent twice%"],
    )
    assert {str(row["times"]) for row in said} == {"1"}
    assert len(said) == 11
    # A browser writes of its own accord that it reached nobody; anything else would be a fault.
    for one in (buyer, seller):
        one.visitor.errors[:] = [error for error in one.visitor.errors if "Failed to load resource: net::" not in error]


def test_without_javascript_it_is_a_plain_page(person: Callable[..., Person]) -> None:
    buyer = person("kai", javascript=False)
    _write_first(buyer)
    buyer.page.get_by_label("Message").fill("By a plain form")
    buyer.press("Send")
    _stands_once(buyer, "By a plain form")
