"""A gig with everything in it, published from a telephone; changed while buyers look on; written without a script."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.gigs.gallery.conftest import picture
from tests.journeys.people import Person
from tests.journeys.test_selling import cover_in, fills
from tests.support.site import Site

TITLE = "Write 20 captions for photos of your dishes"
SLOGAN = "Find a slogan for your market stall"


def test_everything_from_a_telephone(person: Callable[..., Person], site: Site, tmp_path: Path) -> None:
    seller, buyer = person("polly", width=390), person("hal")
    page = seller.page
    page.goto("/sell/gigs/new/")
    page.get_by_role("link", name="Start from nothing").click()
    _says_what_they_do(seller)
    _prices_it(seller)
    _asks_for_what_they_need(seller)
    _answers(seller)
    _shows_it(seller, tmp_path)
    _goes_on(seller, "Pictures", "Selling")
    page.get_by_label("Only within my hours").check()
    page.get_by_text("Your hours", exact=True).click()
    for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"):
        page.get_by_label(day).fill("0:00–24:00")
    page.get_by_label("Orders at once, at most").fill("2")
    page.get_by_label("Only by its link").check()
    seller.press("Next: summary")
    expect(seller.heading).to_have_text("Check and publish")
    _never_wider_than_the_telephone(page)
    seller.sees("12 words", "€12.50", "5 or more: 10 % off", "Restaurant name", "Made without AI", "who has its link")
    seller.press("Publish")
    seller.sees("Look at this once more", "a link to another site, “https://captions.example.org/mine”")
    seller.press("Publish")
    expect(seller.heading).to_have_text(TITLE)
    expect(page.get_by_role("img", name="A plate from above").first).to_be_visible()

    # Nobody finds it; who has the link orders it, five at the price of several.
    buyer.page.goto("/search/?q=captions+dishes")
    expect(buyer.page.get_by_role("link", name=TITLE)).to_have_count(0)
    page.goto(page.url)
    seller.follow("Edit")
    link = page.get_by_label("Link", exact=True).input_value()
    buyer.page.goto(link)
    expect(buyer.heading).to_have_text(TITLE)
    buyer.sees("Every caption in your voice", "5 or more: 10 % off each", "Sooner")
    assert (
        buyer.page.get_by_role("link", name="https://captions.example.org/mine").get_attribute("rel")
        == "nofollow ugc noopener"
    )
    buyer.follow_label("Twenty")
    buyer.page.get_by_label("How many").fill("5")
    buyer.page.get_by_label("How many").press("Tab")
    buyer.press("Continue with €55.62")  # five of 10.80, and the fee
    buyer.sees("Twenty × 5", "€54.00", "10 % off the price of each")
    buyer.page.get_by_label("Restaurant name").fill("The Corner")
    buyer.press("Pay €55.62")
    buyer.pay()
    assert site.rows("SELECT active_orders FROM gigs_gig WHERE title = %s", TITLE) == [{"active_orders": 1}]


def _shows_it(seller: Person, folder: Path) -> None:
    """A cover and a gallery, each sent as soon as it is chosen; what is typed meanwhile is kept."""
    page = seller.page
    seller.attach("Cover picture", cover_in(folder))
    names = page.locator(".arrange-name")
    expect(names).to_have_text(["Cover"])
    page.get_by_label("Describe it optional Cover").fill("A bowl of soup")
    (folder / "plate.jpg").write_bytes(picture(5))
    seller.attach("Add pictures, a video or PDFs", folder / "plate.jpg")
    expect(seller.heading).to_have_text("Pictures")
    expect(names).to_have_text(["Cover", "plate.jpg"])
    expect(page.get_by_label("Describe it optional Cover")).to_have_value("A bowl of soup")
    expect(page.locator(".arrange-picture img")).to_have_count(2, timeout=60_000)
    page.get_by_role("button", name="Move plate.jpg up").click()
    expect(page.locator("[data-says]")).to_have_text("Place 1 of 2. Saved.")
    page.get_by_label("Describe it optional plate.jpg").fill("A plate from above")
    _never_wider_than_the_telephone(page)


def _says_what_they_do(seller: Person) -> None:
    page = seller.page
    expect(seller.heading).to_have_text("What you do")
    page.get_by_label("Category").select_option("Writing")
    page.get_by_label("Title").fill(TITLE)
    seller.sees(f"{len(TITLE)} of 80 characters")
    text = page.get_by_role("textbox", name="Description")
    text.click()
    page.get_by_role("button", name="Bold", exact=True).click()
    page.keyboard.type("Every caption in your voice")
    page.get_by_role("button", name="Bold", exact=True).click()
    page.keyboard.type(", short and true, like those on ")
    page.get_by_role("button", name="Link", exact=True).click()
    page.get_by_label("Address").fill("captions.example.org")
    page.get_by_role("button", name="Set the link").click()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="List", exact=True).click()
    page.keyboard.type("warm")
    seller.sees("of 1200 words")
    expect(page.get_by_role("status").filter(has_text=re.compile(r"^Saved \d\d:\d\d$"))).to_be_visible()
    # A closed window loses nothing.
    page.goto("/sell/gigs/new/")
    seller.follow(TITLE)
    expect(page.get_by_role("textbox", name="Description").locator("strong")).to_have_text(
        "Every caption in your voice"
    )
    expect(page.get_by_role("textbox", name="Description").locator("li")).to_have_text("warm")
    _rewrites(page)
    page.get_by_label("Tags").fill("captions, food")
    _never_wider_than_the_telephone(page)
    _goes_on(seller, "What you do", "Packages")


def _rewrites(page: Page) -> None:
    """The whole description once more, with the keyboard alone."""
    text = page.get_by_role("textbox", name="Description")
    text.focus()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    for _lists in range(2):
        page.keyboard.press("Backspace")  # out of the list
    page.keyboard.press("Control+b")
    page.keyboard.type("Every caption in your voice")
    page.keyboard.press("Control+b")
    page.keyboard.type(", short and true, like ")
    page.get_by_role("button", name="Link", exact=True).click()
    page.get_by_label("Address").fill("https://captions.example.org/mine")
    page.get_by_label("Address").press("Enter")
    expect(text.locator("a")).to_have_attribute("href", "https://captions.example.org/mine")


def _prices_it(seller: Person) -> None:
    page = seller.page
    first = page.get_by_role("group", name="Package 1")
    fills(first, {"Name": "Twenty", "Your price": "12", "Ready in": "3", "Revisions": "1"})
    expect(first.get_by_text("You receive")).to_contain_text("buyers pay €12.50 all in")
    seller.press("Add a package")
    fills(
        page.get_by_role("group", name="Package 2"),
        {"Name": "Fifty", "Your price": "25", "Ready in": "8", "Revisions": "2"},
    )
    line = page.get_by_role("group", name="Line 1")
    fills(line, {"What": "Captions", "Twenty": "20", "Second package": "50"})
    seller.press("Add a step")
    step = page.get_by_role("group", name="Price step 1")
    fills(step, {"From how many": "5", "Off the price of each": "10"})
    seller.press("Add an extra")
    extra = page.get_by_role("group", name="Extra 1")
    fills(extra, {"Extra": "Sooner", "Your price": "4", "How much": "1"})
    extra.get_by_label("Time").select_option("is ready sooner by")
    # The card follows what is typed, before anything is saved.
    card = page.get_by_role("complementary", name="Preview")
    expect(card).to_contain_text("€12.50")
    _never_wider_than_the_telephone(page)
    _loses_the_network(seller)
    _goes_on(seller, "Packages", "What you need")


def _loses_the_network(seller: Person) -> None:
    """What is typed under ground is kept when the train comes out of the tunnel."""
    page, said = seller.page, seller.page.get_by_role("status")
    seller.visitor.context.set_offline(True)
    page.get_by_role("group", name="Package 1").get_by_label("Revisions").fill("2")
    expect(said.filter(has_text="Not saved: offline, we try again")).to_be_visible()
    seller.visitor.context.set_offline(False)
    expect(said.filter(has_text=re.compile(r"^Saved"))).to_be_visible()
    seller.visitor.errors[:] = [error for error in seller.visitor.errors if "ERR_INTERNET_DISCONNECTED" not in error]


def _asks_for_what_they_need(seller: Person) -> None:
    page = seller.page
    seller.press("Add a question")
    fills(page.get_by_role("group", name="Question 1"), {"Question": "Restaurant name"})
    page.get_by_label("In every delivery").fill("A text file with all captions")
    _never_wider_than_the_telephone(page)
    _goes_on(seller, "What you need", "Answers and use")


def _answers(seller: Person) -> None:
    page = seller.page
    seller.press("Add an answer")
    fills(page.get_by_role("group", name="Answer 1"), {"Question": "In French?", "Answer": "Not yet."})
    page.get_by_label("Made without AI").check()
    _never_wider_than_the_telephone(page)
    _goes_on(seller, "Answers and use", "Pictures")


def _goes_on(seller: Person, here: str, there: str) -> None:
    expect(seller.heading).to_have_text(here)
    seller.press(f"Next: {there}")
    expect(seller.heading).to_have_text(there)


def _never_wider_than_the_telephone(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, page.url


def test_a_live_gig_changes_when_it_is_saved_and_two_windows_are_told(person: Callable[..., Person]) -> None:
    seller, buyer = person("polly"), person()
    page = seller.page
    buyer.find(SLOGAN)
    seller.follow_in_menu("Your gigs")
    seller.follow(SLOGAN)
    seller.follow("Change What you need")
    other = seller.visitor.another_tab()
    other.goto(page.url)
    page.get_by_label("In every delivery").fill("The slogan as a PNG")
    expect(page.get_by_role("status").filter(has_text="Saved")).to_be_visible()
    other.get_by_label("In every delivery").fill("The slogan as a PDF")
    expect(other.get_by_role("status").filter(has_text="changed in another window")).to_be_visible()
    seller.press("Save, to the summary")
    other.get_by_role("button", name="Next: Answers and use").click()
    expect(other.get_by_role("alert")).to_contain_text("This step was changed in another window.")
    expect(other.get_by_label("In every delivery")).to_have_value("The slogan as a PDF")
    other.close()
    buyer.page.reload()
    expect(buyer.page.get_by_text("The slogan as a PNG")).to_have_count(0)
    seller.press("Save changes")
    seller.is_told("Saved.")
    buyer.page.reload()
    buyer.sees("The slogan as a PNG")


def test_a_gig_is_written_without_a_script(person: Callable[..., Person]) -> None:
    seller = person("polly", javascript=False)
    page = seller.page
    page.goto("/sell/gigs/new/?category=writing&starter=none")
    page.get_by_label("Title").fill("Shorten a text to the length you need")
    description = (
        "You send a text and a number of words.\n\n- I cut what nobody misses\n- I keep your voice, and the facts"
    )
    page.get_by_label("Description").fill(description)
    _goes_on(seller, "What you do", "Packages")
    seller.press("Add a package")
    fills(
        page.get_by_role("group", name="Package 1"),
        {"Name": "One", "Your price": "9", "Ready in": "2", "Revisions": "1"},
    )
    page.get_by_role("button", name="Answers and use").click()  # a jump saves, too
    expect(seller.heading).to_have_text("Answers and use")
    page.get_by_label("Made without AI").check()
    seller.press("Save, to the summary")
    seller.press("Publish")
    expect(seller.heading).to_have_text("Shorten a text to the length you need")
    expect(_items(page)).to_have_text(["I cut what nobody misses", "I keep your voice, and the facts"])


def _items(page: Page) -> Locator:
    return page.locator(".prose li")
