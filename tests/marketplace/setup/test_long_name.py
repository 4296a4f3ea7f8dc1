"""A name without a space, as long as names may be: every page still fits its window."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from playwright.sync_api import Route

from marketplace.kernel import files
from marketplace.pages.broken import server_error
from tests.marketplace.setup.test_look import GIVEN, LOOK, png, upload
from tests.support.browser import Visitor, chromium

pytestmark = pytest.mark.django_db
SITE = "http://testserver"
BROKEN = "/broken/"


@pytest.fixture
def pages(as_operator: Client) -> dict[str, str]:
    """HTML by path, read before Chromium starts: in the thread of its loop nobody asks a database."""
    as_operator.post(LOOK, {**GIVEN, "name": "W" * 40, "tagline": "M" * 80, "logo": upload(png(1_000, 2))})
    found = {path: as_operator.get(path).content.decode() for path in ("/", "/setup/", LOOK, "/terms/", "/help/")}
    found["/nothing/"] = as_operator.get("/nothing/").content.decode()
    return found | {BROKEN: server_error(as_operator.get("/help/").wsgi_request).content.decode()}


def _serve(route: Route, pages: dict[str, str]) -> None:
    path = urlsplit(route.request.url).path
    static = finders.find(path.removeprefix("/static/")) if path.startswith("/static/") else None
    if path in pages:
        route.fulfill(body=pages[path], content_type="text/html; charset=utf-8")
    elif static:
        route.fulfill(path=static, content_type=files.type_of(path))
    else:
        route.fulfill(status=404, body="")


def test_no_page_is_wider_than_its_window(pages: dict[str, str]) -> None:
    wider = {}
    with chromium() as browser:
        visitor = Visitor(browser, SITE)
        visitor.context.route("**/*", lambda route: _serve(route, pages))
        for path in pages:
            visitor.page.goto(path, wait_until="load")
            for width in (320, 640, 1280):
                visitor.page.set_viewport_size({"width": width, "height": 900})
                by = visitor.page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
                if by > 0:
                    wider[f"{path}, {width} px"] = by
    assert wider == {}
