"""A freelancer signs up, learns where payouts reach, publishes two gigs, and sets up payouts at the first sale."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator, expect

from tests.journeys.people import Person
from tests.support.site import Site

OWN = "Turn your recipe notes into a printed card"


def test_a_freelancer_starts_and_sells(person: Callable[..., Person], site: Site, tmp_path: Path) -> None:
    seller, buyer = person(), person("quinn")
    _opens_the_sellers_side(seller)
    _publishes_a_starter(seller, cover_in(tmp_path))
    _publishes_from_nothing(seller, cover_in(tmp_path))

    buyer.find(OWN)
    buyer.sees("In every delivery", "A card as a PDF", "Can you translate it?", "The recipe", "with the help of AI")
    order = buyer.page.get_by_role("complementary", name="Order")
    expect(order.get_by_role("radio")).to_have_count(3)
    cover = buyer.page.locator("img.gallery-main")
    assert cover.evaluate("image => image.complete && image.naturalWidth > 0")
    buyer.follow_label("One")
    buyer.press("Continue with €12.86")
    buyer.page.get_by_label("The recipe").fill("Two eggs.")
    buyer.press("Pay €12.86")
    order_id = buyer.pay()

    # The first sale: the order page and the letter ask for what is needed to be paid.
    assert "/earnings/" in seller.gets_letter(f"New order from Quinn Abel: {OWN}").text
    seller.opens(order_id)
    seller.follow("Set up payouts")
    seller.sees("You can sell before that; your money waits here, protected.")
    seller.sets_up_payouts("Fern Sellers")
    seller.sees("Ready.")
    seller.opens(order_id)
    expect(seller.page.get_by_role("link", name="Set up payouts")).to_have_count(0)
    gates = site.rows(
        "SELECT gate FROM payments_connectedaccount c JOIN accounts_user u ON u.id = c.user_id WHERE u.email = %s",
        seller.email,
    )
    assert gates == [{"gate": "open"}]


def _opens_the_sellers_side(seller: Person) -> None:
    page = seller.page
    page.goto("/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Start selling").click()
    seller.sign_up("Fern Sellers", "fern@example.org")
    expect(seller.heading).to_have_text("What will you offer?")  # the short way: test_first_gig.py
    page.goto("/sell/")
    expect(seller.heading).to_have_text("Start selling")
    page.wait_for_load_state("load")  # from then on the page answers a choice at once
    country = page.get_by_label("Where do you live?")
    country.select_option("Brazil")
    seller.sees("Sorry, not yet: our payment provider cannot pay out to Brazil")
    seller.press("Open my seller's side")
    expect(seller.heading).to_have_text("Start selling")
    country.select_option("Portugal")
    seller.sees("Yes: we pay people in Portugal.")
    seller.press("Open my seller's side")
    expect(seller.heading).to_have_text("What will you offer?")
    page.goto("/sell/gigs/new/")  # the editor, which can do everything


def _publishes_a_starter(seller: Person, cover: Path) -> None:
    page = seller.page
    seller.follow("Clean up a logo")
    page.get_by_label("Title").fill("Clean up your logo and give it back in 4 files")
    seller.press("Next: Packages")
    expect(page.get_by_role("group", name="Package 1").get_by_label("Your price")).to_have_value("15.00")
    page.get_by_role("button", name="Answers and use").click()
    page.get_by_label("Made without AI").check()
    seller.press("Next: Pictures")
    page.get_by_label("Cover picture").set_input_files(cover)
    seller.press("Save, to the summary")
    seller.press("Publish")
    seller.is_told(re.compile("."))
    expect(seller.heading).to_have_text("Clean up your logo and give it back in 4 files")


def _publishes_from_nothing(seller: Person, cover: Path) -> None:
    page = seller.page
    seller.follow_in_menu("Your gigs")
    seller.follow("New gig")
    seller.follow("Start from nothing")
    page.get_by_label("Category").select_option("Design")
    page.get_by_label("Title").fill(OWN)
    page.locator("[contenteditable]").fill("You send a photo of your notes, I set them as a card that you can print.")
    page.get_by_label("Tags").fill("recipe, card, print")
    seller.press("Next: Packages")
    for number, (name, price, hours) in enumerate(
        [("One", "12.36", "24"), ("Five", "50", "48"), ("Book", "180,50", "96")], 1
    ):
        if number > 1:
            seller.press("Add a package")
        package = page.get_by_role("group", name=f"Package {number}")
        fills(package, {"Name": name, "Your price": price, "Ready in": hours, "Revisions": str(number)})
    seller.press("Add an extra")
    fills(page.get_by_role("group", name="Extra 1"), {"Extra": "In colour", "Your price": "4", "How much": "2"})
    seller.press("Next: What you need")
    page.get_by_label("In every delivery").fill("A card as a PDF")
    seller.press("Add a question")
    fills(page.get_by_role("group", name="Question 1"), {"Question": "The recipe"})
    seller.press("Next: Answers and use")
    seller.press("Add an answer")
    fills(page.get_by_role("group", name="Answer 1"), {"Question": "Can you translate it?", "Answer": "Not yet."})
    page.get_by_label("Full transfer").check()
    page.get_by_label("Made by a person with the help of AI").check()
    seller.press("Next: Pictures")
    page.get_by_label("Cover picture").set_input_files(cover)
    seller.press("Next: Selling")
    page.get_by_label("Only within my hours").check()
    page.get_by_text("Your hours", exact=True).click()
    for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"):
        page.get_by_label(day).fill("9:00–12:30, 14:00–18:00")
    seller.press("Next: summary")
    seller.press("Publish")
    expect(seller.heading).to_have_text(OWN)


def fills(group: Locator, texts: dict[str, str]) -> None:
    for label, text in texts.items():
        group.get_by_label(label, exact=True).fill(text)


def cover_in(folder: Path) -> Path:
    path = folder / "cover.jpg"
    Image.linear_gradient("L").resize((1200, 900)).convert("RGB").save(path)
    return path
