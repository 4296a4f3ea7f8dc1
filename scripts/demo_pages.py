"""The pages of the demo, and who opens them: for pictures and for the audit."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page


def enter(page: Page, role: str | None) -> None:
    """Signs in through the demo's bar; None stays a visitor."""
    page.goto("/")
    if role:
        page.locator(f"form[action$='/enter/{role}/'] button").click()


def first(page: Page, listing: str, selector: str) -> str:
    """The address of the first link on a list, so that no ids are needed. Ends the program where there is none."""
    page.goto(listing)
    address = page.locator(selector).first.get_attribute("href")
    if not address:
        raise SystemExit(f"nothing matches {selector} on {listing}")
    return address


SEARCH = "/search/?q=product+descriptions"
GIG = ".gig-card :is(h2, h3) a"
ESTIMATE = "/sell/estimate/?category=writing&hours=10&work=120"
ERRORS = (403, 429, 500, 503)  # beside the one of "not-found"
EDITOR_STEPS = ("what", "packages", "needs", "pictures")


def landing_pages(page: Page) -> dict[str, str]:
    """Where strangers land, which is what has to be fast."""
    gig = first(page, SEARCH, GIG)
    return {
        "home": "/",
        "category": first(page, "/categories/", "main a[href^='/categories/']"),
        "results": "/search/",
        "gig": gig,
        "storefront": first(page, gig, "main .who-big a[href^='/@']"),
        "sign-up": "/accounts/signup/",
    }


def visitor_pages(page: Page) -> dict[str, str]:
    why = first(page, SEARCH, "a[href*='/why/']")
    told = {
        "protection": "/protection/",
        "fees": "/fees/",
        "become-a-seller": "/become-a-seller/",
        "estimate": ESTIMATE,
    }
    told |= {
        "help": "/help/",
        "help-article": "/help/when-you-are-paid/",
        "terms": "/terms/",
        "not-found": "/nothing-here/",
    }
    told |= {f"error-{status}": f"/demo/error/{status}/" for status in ERRORS}
    return landing_pages(page) | {"results": "/search/?q=shop", "why": why, "sign-in": "/accounts/login/"} | told


def client_pages(page: Page) -> dict[str, str]:
    page.goto(first(page, SEARCH, GIG))
    page.get_by_role("button", name="Continue").click()
    page.wait_for_load_state()
    checkout = page.url
    order = first(page, "/orders/", ".order-row:has-text('Check it') a")
    own = {"desk-buyer": "/desk/", "to-review": "/reviews/to-write/", "receipts": "/receipts/", "orders": "/orders/"}
    own |= {"saved": "/saved/", "conversations": "/messages/", "settings": "/settings/"}
    own |= {"first-gig": "/sell/first/?category=logos&starter=logo-cleanup"}
    return own | {"checkout": checkout, "order-buyer": order}


def seller_pages(page: Page) -> dict[str, str]:
    order = first(page, "/orders/", ".order-card a")
    own = {"desk": "/desk/", "board": "/orders/", "order-seller": order, "checklist": "/desk/checklist/"}
    own |= {"earnings": "/earnings/", "calendar": "/earnings/calendar/", "forecast": "/earnings/forecast/"}
    own |= {"pockets": "/earnings/set-aside/", "per-hour": "/earnings/hours/", "payouts": "/earnings/payouts/"}
    own |= {
        "statements": "/statements/",
        "gigs": "/sell/gigs/",
        "insights": "/sell/insights/",
        "in-demand": "/sell/demand/",
    }
    own |= {"clients": "/clients/", "client": first(page, "/clients/", ".order-row a"), "portfolio": "/sell/portfolio/"}
    own |= {"notices": "/notices/", "notice-settings": "/settings/notices/"}
    place = first(page, "/sell/gigs/", "li:has-text('50 product descriptions') a[href*='/place/']")
    gig = place.removesuffix("place/")
    steps = {f"editor-{step}": f"{gig}edit/{step}/" for step in EDITOR_STEPS}
    return own | {"place": place, "editor-summary": gig} | steps


def moderator_pages(page: Page) -> dict[str, str]:
    queues = {"moderation-queue": "/moderation/", "gig-review": "/staff/gigs/"}
    return queues | {"moderation": first(page, "/moderation/", ".queue a")}


def treasurer_pages(page: Page) -> dict[str, str]:
    return {"money-desk": "/money/", "ledger": "/money/ledger/", "health": "/money/checks/"}


def operator_pages(_page: Page) -> dict[str, str]:
    return {"set-up": "/setup/", "look": "/setup/look/", "terms-operator": "/terms/"}


ROLES: dict[str | None, Callable[[Page], dict[str, str]]] = {
    None: visitor_pages,
    "client": client_pages,
    "seller": seller_pages,
    "moderator": moderator_pages,
    "treasurer": treasurer_pages,
    "operator": operator_pages,
}
# Where a walk through all pages of a role begins; whatever they link to follows.
START: dict[str | None, list[str]] = {
    None: ["/", "/search/?q=shop", "/categories/", "/accounts/login/", "/accounts/signup/"],
    "client": ["/", "/desk/", "/orders/", "/settings/", SEARCH],
    "seller": ["/desk/", "/orders/", "/sell/gigs/", "/earnings/", "/settings/"],
    "moderator": ["/moderation/", "/"],
    "treasurer": ["/money/"],
    "operator": ["/setup/"],
}
