"""Pictures of the running demo for docs/screenshots: every main page, 390 and 1280 px wide, both themes.

Usage: python scripts/screenshots.py http://127.0.0.1:8000 docs/screenshots
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.support.browser import ARGUMENTS, executable

SIZES = {390: 1500, 1280: 1240}
QUALITY = 62


def enter(page: Page, role: str | None) -> None:
    """Signs in through the demo's bar; None stays a visitor."""
    page.goto("/")
    if role:
        page.locator(f"form[action$='/enter/{role}/'] button").click()


def first(page: Page, listing: str, selector: str) -> str:
    """The address of the first link on a list, so that the script needs no ids."""
    page.goto(listing)
    address = page.locator(selector).first.get_attribute("href")
    if not address:
        raise SystemExit(f"nothing matches {selector} on {listing}")
    return address


SEARCH = "/search/?q=product+descriptions"
GIG = ".gig-card :is(h2, h3) a"
EDITOR_STEPS = ("what", "packages", "needs", "pictures")


def visitor_pages(page: Page) -> dict[str, str]:
    why = first(page, SEARCH, "a[href*='/why/']")
    return {"home": "/", "results": "/search/?q=shop", "gig": first(page, SEARCH, GIG), "why": why}


def client_pages(page: Page) -> dict[str, str]:
    page.goto(first(page, SEARCH, GIG))
    page.get_by_role("button", name="Continue").click()
    page.wait_for_load_state()
    checkout = page.url
    own = {"first-gig": "/sell/first/?category=logos&starter=logo-cleanup"}
    return own | {"checkout": checkout, "order-buyer": first(page, "/orders/", ".order-row:has-text('Check it') a")}


def seller_pages(page: Page) -> dict[str, str]:
    order = first(page, "/orders/", ".order-card a")
    own = {
        "desk": "/desk/",
        "order-seller": order,
        "checklist": "/desk/checklist/",
        "earnings": "/earnings/",
        "gigs": "/sell/gigs/",
    }
    place = first(page, "/sell/gigs/", "li:has-text('50 product descriptions') a[href*='/place/']")
    gig = place.removesuffix("place/")
    steps = {f"editor-{step}": f"{gig}edit/{step}/" for step in EDITOR_STEPS}
    return own | {"place": place, "editor-summary": gig} | steps


def moderator_pages(page: Page) -> dict[str, str]:
    return {"moderation": first(page, "/moderation/", ".queue a")}


ROLES = {None: visitor_pages, "client": client_pages, "seller": seller_pages, "moderator": moderator_pages}


def shoot(page: Page, target: Path) -> None:
    image = Image.open(io.BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
    image.save(target, "WEBP", quality=QUALITY, method=6)


def run(browser: Browser, base: str, folder: Path) -> None:
    for role, find in ROLES.items():
        for width, height in SIZES.items():
            for theme in ("light", "dark"):
                context = browser.new_context(
                    base_url=base,
                    viewport={"width": width, "height": height},
                    color_scheme=theme,
                    timezone_id="Europe/Lisbon",
                )
                page = context.new_page()
                enter(page, role)
                for name, address in find(page).items():
                    page.goto(address)
                    page.wait_for_load_state("networkidle")
                    shoot(page, folder / f"{name}-{width}-{theme}.webp")
                context.close()


if __name__ == "__main__":
    _, base_url, output = sys.argv
    Path(output).mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable(), args=ARGUMENTS)
        run(chromium, base_url, Path(output))
