"""A seller fills the gallery of a gig: adds files, waits, sorts by keyboard and by hand, and sees what buyers see."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.gigs.gallery.conftest import film, picture
from tests.journeys.people import Person

GIG = "Cut one film of your workshop"


def test_a_seller_fills_a_gallery(person: Callable[..., Person], tmp_path: Path) -> None:
    seller, buyer = person("vera"), person()
    page = seller.page
    seller.follow_in_menu("Your gigs")
    page.get_by_role("listitem").filter(has_text=GIG).get_by_role("link", name="Gallery").click()
    expect(seller.heading).to_have_text("Gallery")
    known = _names(page)  # what the gig came with
    _adds(seller, tmp_path)
    names = [*known, "first.jpg", "second.png", "film.mp4"]
    expect(page.locator(".arrange-name")).to_have_text(names)
    expect(page.locator(".arrange-picture img")).to_have_count(len(names), timeout=60_000)
    _is_loaded(page.locator(".arrange-picture img"))

    _goes_to_the_top_by_keyboard(page, "second.png")
    page.get_by_label("Describe it optional second.png").fill("A cutting table from above")
    page.get_by_label("Describe it optional second.png").press("Tab")
    expect(page.locator("[data-says]")).to_have_text("Saved.")
    _drags_below(page, "first.jpg", "film.mp4")
    page.reload()
    expect(page.locator(".arrange-name")).to_have_text(["second.png", *known, "film.mp4", "first.jpg"])
    expect(_row(page, "second.png").get_by_text("Cover")).to_be_visible()

    _row(page, "first.jpg").locator("summary").click()
    seller.press("Remove", within=page.get_by_role("dialog"))
    seller.is_told("“first.jpg” is removed.")
    seller.follow("See it as buyers do")
    _buyer_looks(buyer, page.url)


def _adds(seller: Person, folder: Path) -> None:
    (folder / "first.jpg").write_bytes(picture(1, size=(1600, 1000)))
    (folder / "second.png").write_bytes(picture(2, size=(900, 1200), kind="PNG"))
    (folder / "film.mp4").write_bytes(film(seconds=3))
    (folder / "drawing.svg").write_bytes(b"<svg xmlns='http://www.w3.org/2000/svg'></svg>")
    files = [folder / name for name in ("first.jpg", "second.png", "film.mp4", "drawing.svg")]
    seller.page.get_by_label("Add pictures, a video or PDFs").set_input_files(files)
    seller.is_told("3 files are added.")
    seller.is_told("“drawing.svg” is a drawing (SVG)")


def _row(page: Page, name: str) -> Locator:
    return page.locator(".arrange-row").filter(has_text=name)


def _names(page: Page) -> list[str]:
    return page.locator(".arrange-name").all_inner_texts()


def _is_loaded(images: Locator) -> None:
    for image in images.all():
        image.scroll_into_view_if_needed()
        expect(image).to_have_js_property("complete", True)
        assert image.evaluate("image => image.naturalWidth > 0")


def _goes_to_the_top_by_keyboard(page: Page, name: str) -> None:
    button = page.get_by_role("button", name=f"Move {name} up")
    number = _names(page).index(name)
    button.focus()
    for place in range(number, 0, -1):
        button.press("Enter")
        expect(page.locator("[data-says]")).to_have_text(re.compile(f"Place {place} of .* Saved"))
        if place > 1:
            expect(button).to_be_focused()
    # At the top there is no further up: the way down has the focus, not the page's beginning.
    expect(page.get_by_role("button", name=f"Move {name} down")).to_be_focused()


def _drags_below(page: Page, name: str, other: str) -> None:
    _row(page, name).scroll_into_view_if_needed()
    start = _row(page, name).locator("[data-handle]").bounding_box()
    end = _row(page, other).bounding_box()
    assert start
    assert end
    page.mouse.move(start["x"] + 5, start["y"] + 10)
    page.mouse.down()
    page.mouse.move(end["x"] + 20, end["y"] + end["height"] * 0.8, steps=8)
    page.mouse.up()
    expect(page.locator("[data-says]")).to_have_text(re.compile("Place . of .. Saved"))


def _buyer_looks(buyer: Person, address: str) -> None:
    page = buyer.page
    page.goto(address)
    first = page.get_by_role("img", name="A cutting table from above").first
    expect(first).to_be_in_viewport()
    assert first.evaluate("image => image.currentSrc").endswith(".avif")
    expect(page.locator(".gallery-thumbs a").first).to_have_attribute("aria-current", "true")
    page.locator("[data-track]").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".gallery-thumbs a").nth(1)).to_have_attribute("aria-current", "true")
    page.locator(".gallery-thumbs a").last.click()
    video = page.locator("video")
    expect(video).to_be_in_viewport()
    video.evaluate("video => video.play()")
    expect(video).to_have_js_property("paused", False)
    page.get_by_role("button", name="The one before").click()
    expect(video).to_have_js_property("paused", True)
    card = page.locator("meta[name=description]")
    expect(card).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_without_javascript_the_same_forms_do_it(person: Callable[..., Person], tmp_path: Path) -> None:
    seller = person("vera", javascript=False)
    page = seller.page
    page.goto("/sell/gigs/")
    page.get_by_role("listitem").filter(has_text=GIG).get_by_role("link", name="Gallery").click()
    path = tmp_path / "plain.webp"
    Image.effect_noise((640, 480), 80).convert("RGB").save(path)
    page.get_by_label("Add pictures, a video or PDFs").set_input_files(path)
    seller.press("Add to the gallery")
    seller.is_told("1 file is added.")
    number = len(_names(page)) - 1
    for place in range(number, 0, -1):
        page.get_by_role("button", name="Move plain.webp up").click()
        expect(page.locator(".arrange-name").nth(place - 1)).to_have_text("plain.webp")
    page.get_by_label("Describe it optional plain.webp").fill("Noise")
    seller.press("Save")
    seller.is_told("Saved.")
    expect(page.get_by_label("Describe it optional plain.webp")).to_have_value("Noise")
    _row(page, "plain.webp").locator("summary").click()
    seller.press("Remove", within=_row(page, "plain.webp"))
    seller.is_told("“plain.webp” is removed.")
