"""Pages in Chromium: mirrored where they are read from right to left, and in no language wider than their window."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Route

from marketplace.kernel import files
from tests.security.conftest import Market, addresses
from tests.security.test_walk import address
from tests.support import pseudo
from tests.support.browser import Visitor, chromium

PAGES = {
    "anonymous": [
        "pages:home", "gigs:categories", "gigs:category", "gigs:search", "gigs:detail", "pages:fees",
        "pages:protection", "account_login", "account_signup",
    ],
    "buyer": ["orders:list", "orders:detail/delivered", "orders:detail/disputed", "gigs:saved", "inbox:list"],
    "seller": ["pages:desk", "gigs:edit_step", "gigs:mine", "payments:earnings", "accounts:settings"],
    "moderator": ["orders:dispute", "gigs:staff_round"],
}  # fmt: skip
SITE = "http://testserver"
# Fonts are there, and what follows the width has been drawn.
_SETTLED = """async () => {
  await document.fonts.ready;
  for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
}"""
_EXAMINE = """(language) => {
  const root = document.documentElement, brand = document.querySelector("header .brand").getBoundingClientRect();
  const problems = [], mirrored = brand.left + brand.width / 2 > innerWidth / 2;
  if (root.lang !== language) problems.push(`is in ${root.lang}`);
  const wider = root.scrollWidth - root.clientWidth;
  if (wider > 0) problems.push(`${wider} px to scroll sideways`);
  if (mirrored !== (getComputedStyle(root).direction === "rtl")) problems.push("the name stands on the wrong side");
  if (mirrored !== (language === "he")) problems.push("reads in the wrong direction");
  for (const element of document.querySelectorAll("main h1")) {
    const box = element.getBoundingClientRect();
    if (box.left < -1 || box.right > innerWidth + 1) problems.push(`cut: ${element.innerText}`);
  }
  return problems;
}"""


@pytest.fixture(params=[pseudo.CODE, "es"])
def language(request: pytest.FixtureRequest) -> str:
    if request.param == pseudo.CODE:
        request.getfixturevalue("language_of_marks")
    return str(request.param)


@pytest.fixture
def pages(market: Market, language: str) -> dict[str, str]:
    """HTML by path and role, read before Chromium starts: in the thread of its loop nobody asks a database."""
    known, found = addresses(market), {}
    for role, names in PAGES.items():
        client = market.client(role, headers={"Accept-Language": language})
        for name in names:
            response = client.get(address(name, known))
            assert response.status_code == 200, name
            found[f"{address(name, known)}?{role}"] = response.content.decode()
    return found


@pytest.fixture
def browser(pages: dict[str, str]) -> Any:
    with chromium() as running:
        yield running


def _serve(route: Route, pages: dict[str, str]) -> None:
    asked = urlsplit(route.request.url)
    if html := pages.get(f"{asked.path}?{asked.query}"):
        route.fulfill(body=html, content_type="text/html; charset=utf-8")
        return
    path = Path(settings.BASE_DIR) / asked.path.lstrip("/")
    if asked.path.startswith("/static/") and path.is_file():
        route.fulfill(path=path, content_type=files.type_of(path.name))
    else:
        route.fulfill(status=404, body="")


def test_pages_fit_and_are_mirrored(browser: Browser, pages: dict[str, str], language: str) -> None:
    visitor, problems = Visitor(browser, SITE), {}
    visitor.context.route("**/*", lambda route: _serve(route, pages))
    for path in pages:
        visitor.page.goto(path, wait_until="load")
        for width in (390, 1280):
            visitor.page.set_viewport_size({"width": width, "height": 900})
            visitor.page.evaluate(_SETTLED)
            if found := visitor.page.evaluate(_EXAMINE, language):
                problems[f"{path}, {width} px"] = found
    assert problems == {}
