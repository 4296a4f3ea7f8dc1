"""Somebody who cannot spell finds a gig, narrows, asks why it is there, keeps it, compares, and shares the address."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.people import Person
from tests.support.stage import BUYERS, PASSWORD, address

TITLE = "Draw a concert poster for your band"
OTHERS = ["Draw a poster-sized banner for your fair", "Draw a portrait from your photo as a poster"]
TYPED, MEANT = "postr", "poster"


@pytest.mark.parametrize(("who", "width"), [("ella", 1280), ("yuki", 390)])
def test_a_misspelt_search_ends_in_an_address_for_a_friend(person: Callable[..., Person], who: str, width: int) -> None:
    finder = person(width=width)
    _types_it_wrong(finder)
    _narrows(finder)
    shared = finder.page.url
    _asks_why(finder)
    _keeps_it(finder, who)
    _compares(finder)
    _shares(finder, person(width=width), shared, who)


def test_a_choice_counts_that_is_made_the_moment_the_results_arrive(person: Callable[..., Person]) -> None:
    """A quick hand on a slow machine: whatever can be chosen is already heard."""
    page = person().page
    page.goto(f"/search/?q={MEANT}")
    page.wait_for_function("window.htmx")
    page.evaluate(
        """() => new MutationObserver((_, arrival) => {
             const sort = document.querySelector("#sort");
             if (sort?.value !== "price") return;
             arrival.disconnect();
             sort.value = "newest";
             sort.dispatchEvent(new Event("change", { bubbles: true }));
           }).observe(document.body, { childList: true, subtree: true })"""
    )
    page.get_by_label("Sort by").select_option("Lowest price")
    page.wait_for_url("**sort=newest**")


def test_a_choice_counts_that_is_made_before_the_page_has_loaded(person: Callable[..., Person]) -> None:
    """A picture that does not come keeps the page from having loaded."""
    page = person().page
    page.route("**/waits.svg", lambda _route: None)
    picture = "Object.assign(new Image(), { src: '/waits.svg' })"
    page.add_init_script(f"addEventListener('DOMContentLoaded', () => document.body.append({picture}))")
    page.goto(f"/search/?q={MEANT}", wait_until="domcontentloaded")
    for value in ("price", "newest"):
        page.get_by_label("Sort by").select_option(value)
        page.wait_for_url(f"**sort={value}**", wait_until="domcontentloaded")
        assert page.evaluate("document.readyState") == "interactive"


def _types_it_wrong(finder: Person) -> None:
    finder.page.goto("/search/")
    # On a phone it is in the menu.
    theme = finder.page.get_by_role("navigation", name="Main").get_by_role("button", name="Dark theme")
    expect(theme).to_be_visible(visible=finder.page.viewport_size["width"] > 768)
    box = finder.page.get_by_label("Search gigs").filter(visible=True).first
    box.fill(TYPED)
    box.press("Enter")
    expect(finder.heading).to_have_text(f"“{TYPED}”")
    _says(finder, f"Nothing has “{TYPED}”. Shown: {MEANT}.", "3 gigs")
    for title in (TITLE, *OTHERS):
        expect(_cards(finder).filter(has_text=title)).to_be_visible()
    _fits(finder)


def _narrows(finder: Person) -> None:
    """By category, by price and by the promised time; each counts at once, and stands in the address."""
    page = finder.page
    _filters(finder).get_by_role("navigation", name="Categories").get_by_role("link", name="Design 3").click()
    page.wait_for_url("**/categories/design/?**")
    _says(finder, "3 gigs in Design")
    highest = _filters(finder).get_by_label("To", exact=True)
    highest.fill("40")
    highest.press("Enter")
    _says(finder, "2 gigs")
    for order, kept in (("Lowest price", "sort=price"), ("Best match", "sort=$")):  # which keeps what was narrowed
        page.get_by_label("Sort by").select_option(order)
        page.wait_for_url(re.compile(kept))
        _says(finder, "2 gigs")
    _filters(finder).get_by_label("24 hours").check()
    _says(finder, "1 gig")
    page.wait_for_url("**within=24h**")
    _shows_what_was_narrowed(finder)


def _shows_what_was_narrowed(reader: Person) -> None:
    """The same for whoever opens the address."""
    expect(reader.heading).to_have_text(f"“{TYPED}”")
    _says(reader, f"Shown: {MEANT}.", re.compile(r"\b1 gig\b"), "in Design")
    expect(_cards(reader)).to_have_count(1)
    expect(_cards(reader)).to_contain_text(TITLE)
    expect(_cards(reader)).to_contain_text("€20.60")  # the package that answers is the smaller one
    expect(reader.page.get_by_label("Chosen filters")).to_contain_text("24 hours")
    filters = _filters(reader)
    expect(filters.get_by_label("24 hours")).to_be_checked()
    expect(filters.get_by_label("To", exact=True)).to_have_value("40.00")
    expect(filters.get_by_role("link", name="Design 1")).to_have_attribute("aria-current", "page")
    _fits(reader)


def _asks_why(finder: Person) -> None:
    page = finder.page
    finder.follow(f"Why here? {TITLE}")
    why = page.get_by_role("dialog", name=TITLE)
    expect(why).to_contain_text("Your words are in the title.")
    expect(why).to_contain_text("The package shown costs €20.60 all in and is promised within 6 h.")
    expect(why).to_contain_text(re.compile(r"Score: \d+ of 100"))
    score = why.get_by_role("table", name="What the score is made of")
    expect(score.get_by_role("rowheader")).to_have_text(
        [re.compile(f"^{name}") for name in ("Your words", "Standing", "Price", "Availability")]
    )
    expect(why.get_by_role("table", name="What the standing is made of").get_by_role("row")).to_have_count(5)
    expect(why).to_contain_text("nobody can pay for a place, and nothing about you is used")
    _fits(finder)
    finder.press("Close", within=why)
    expect(why).to_be_hidden()


def _keeps_it(finder: Person, who: str) -> None:
    """Signed in on the way, they come back to where they were; then it goes into a list of its own."""
    page, narrowed = finder.page, finder.page.url
    finder.follow(f"Save: {TITLE}")
    page.get_by_label("E-mail address").fill(address(who))
    page.get_by_label("Password").fill(PASSWORD)
    finder.press("Sign in")
    finder.is_told("Saved to “Saved”.")
    assert page.url == narrowed
    _shows_what_was_narrowed(finder)
    expect(page.get_by_role("button", name=f"Save: {TITLE}")).to_have_attribute("aria-pressed", "true")
    page.goto("/saved/new/")
    page.get_by_label("Name").fill("For the band")
    finder.press("Make the list")
    page.goto("/saved/")
    finder.follow(f"Note and list {TITLE}")
    page.get_by_label("List").select_option("For the band")
    finder.press("Save changes")
    finder.is_told("Saved to “For the band”.")
    page.get_by_role("navigation", name="Your lists").get_by_role("link", name="For the band 1").click()
    finder.follow(TITLE)


def _compares(finder: Person) -> None:
    expect(finder.heading).to_have_text(TITLE)
    table = finder.page.get_by_role("group", name="Compare the packages").get_by_role("table")
    expect(table.get_by_role("columnheader")).to_have_text(["What", "Sketch", "Poster"])
    rows = {row.get_by_role("rowheader").inner_text(): row for row in table.get_by_role("row").all()[1:]}
    said = {name: row.get_by_role("cell").all_inner_texts() for name, row in rows.items()}
    assert said == {
        "Size": ["A4", "A3"],
        "Print file": ["–", "yes"],
        "Revisions": ["0", "2"],
        "Ready in": ["6 h", "24 h"],
        "All in": ["€20.60", "€41.20"],
    }
    _fits(finder)


def _shares(finder: Person, friend: Person, shared: str, who: str) -> None:
    """The address alone says it all, to somebody else as to who made it, and nothing of who that was."""
    assert parse_qs(urlsplit(shared).query) == {"q": [TYPED], "max": ["40.00"], "within": ["24h"]}
    assert not any(part.lower() in shared.lower() for part in (who, *BUYERS[who].split(), "@", "session", "token"))
    for reader in (friend, finder):
        reader.page.goto(shared)
        _shows_what_was_narrowed(reader)
    expect(friend.page.get_by_role("link", name=f"Save: {TITLE}")).to_be_visible()  # a visitor's is a link


def _filters(reader: Person) -> Locator:
    """Beside the results, or above them behind a word where there is no room."""
    filters = reader.page.get_by_role("complementary", name="Filters")
    if not filters.is_visible():
        reader.page.locator("#results .filters-fold summary").click()
    return filters


def _cards(reader: Person) -> Locator:
    return reader.page.locator("#results .gig-card")


def _says(reader: Person, *texts: str | re.Pattern[str]) -> None:
    for text in texts:
        expect(reader.page.locator("#results [role=status]")).to_contain_text(text)


def _fits(reader: Person) -> None:
    page = reader.page
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url
