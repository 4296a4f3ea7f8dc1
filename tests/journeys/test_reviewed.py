"""A seller hands in a gig, is sent back with two reasons, mends it, and is found once staff say yes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import closing

import psycopg2
import pytest
from playwright.sync_api import expect

from tests.journeys.people import Person
from tests.support.site import Site

TITLE, BETTER = "Draw something for you", "Draw a family tree of three generations"
WORDS = "You send names and dates, I draw the tree by hand and give it back as a file that you can print."


@pytest.fixture
def looked_at(site: Site) -> Iterator[None]:
    """The operator wants every new gig looked at, while this story lasts."""
    _choose(site, "new")
    yield
    _choose(site, "nothing")


def _choose(site: Site, mode: str) -> None:
    with closing(psycopg2.connect(site.database_url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO gigs_reviewpolicy (mode, checks, allowed_hosts, at) VALUES (%s, '{}', '', now())", [mode]
        )


@pytest.mark.usefixtures("looked_at")
def test_sent_back_mended_approved_found(person: Callable[..., Person], site: Site) -> None:
    seller, staff, buyer = person("piet", width=390), person("milo"), person()
    _hands_in(seller)
    _sends_back(staff)
    _mends(seller)
    _approves(staff)

    letter = seller.gets_letter(f"Your gig is live: {BETTER}")
    assert "Buyers can find and order it now." in letter.text
    buyer.find(BETTER)
    buyer.sees(WORDS)


def _hands_in(seller: Person) -> None:
    """With a telephone number at first, which nobody has to look at."""
    page = seller.page
    page.goto("/sell/gigs/new/")
    seller.follow("Start from nothing")
    page.get_by_label("Category").select_option("Design")
    page.get_by_label("Title").fill(TITLE)
    page.locator("[contenteditable]").fill(f"{WORDS} Call +351 912 345 678.")
    seller.press(re.compile("^Next"))
    package = page.get_by_role("group", name="Package 1")
    for label, text in {"Name": "One tree", "Your price": "40", "Ready in": "48", "Revisions": "1"}.items():
        package.get_by_label(label, exact=True).fill(text)
    for _step in ("packages", "what is needed"):
        seller.press(re.compile("^Next"))
    page.get_by_label("Made without AI").check()
    seller.press("Save, to the summary")
    seller.press("Publish")
    expect(seller.heading).to_have_text("Before you publish")
    seller.sees("Found in your description: a telephone number, “+351 912 345 678”.")
    seller.follow("Change it")
    seller.follow("Change What you do")
    page.locator("[contenteditable]").fill(WORDS)
    seller.press("Save, to the summary")
    seller.press("Publish")
    expect(seller.heading).to_contain_text("Somebody looks at it, usually within")
    seller.sees("In review", TITLE)


def _sends_back(staff: Person) -> None:
    page = staff.page
    page.goto("/staff/gigs/")
    staff.sees(TITLE, "a new gig")
    page.keyboard.press("n")
    expect(staff.heading).to_have_text(TITLE)
    staff.sees("Yours until", WORDS)
    for section, words in {"Title": "Say what you draw.", "Description": "Say on what paper."}.items():
        panel = page.get_by_role("region", name=section, exact=True)
        panel.get_by_label("Please change").check()
        panel.locator("summary", has_text="What to change").click()
        panel.get_by_label("In your own words").fill(words)
    page.get_by_label("What to change", exact=True).first.select_option("Says too little")
    staff.press("Send it back")
    staff.sees("Sent back by Milo Moderator.")


def _mends(seller: Person) -> None:
    letter = seller.gets_letter(f"Please change something: {TITLE}")
    assert "Say what you draw." in letter.text
    assert "Description: Say on what paper." in letter.text
    page = seller.page
    page.goto("/sell/gigs/")
    page.get_by_role("main").get_by_role("link", name=re.compile("^Please change")).click()
    expect(seller.heading).to_have_text("Almost there: please change something")
    seller.sees("Say what you draw.", "Say on what paper.")
    seller.follow("Change it, then publish")
    seller.follow("Change What you do")
    page.get_by_label("Title").fill(BETTER)
    page.locator("[contenteditable]").fill(f"{WORDS} On heavy paper, if you like.")
    seller.press("Save, to the summary")
    seller.press("Publish")
    expect(seller.heading).to_contain_text("Somebody looks at it, usually within")


def _approves(staff: Person) -> None:
    page = staff.page
    page.goto("/staff/gigs/")
    staff.sees("handed in again")
    staff.follow(BETTER)
    staff.sees("Changed since the last round", "Asked for last time: Say in the title", "Earlier rounds")
    staff.press("Approve")
    staff.sees("Approved by Milo Moderator.")
