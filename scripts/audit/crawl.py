"""Every page that somebody can reach, in every role: axe in both themes, dialogs open; the console; narrow windows.

From a role's first pages every link is followed that leads to a view not seen yet in this role: one page for each view.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import django
from django.urls import Resolver404, resolve
from playwright.sync_api import ConsoleMessage, Page
from playwright.sync_api import Error as PageError

from audit.browsing import signed_in
from audit.report import Part
from demo_pages import START

# Not the product's own pages (Django's admin, the schema's page), and what is no page.
_FILES = (".png", ".svg", ".csv", ".pdf", ".ics", ".xml", ".txt", ".json")
_NOT_OURS = ("/admin/", "/api/", "/media/", "/static/", "/demo/", "/accounts/logout/")
_WINDOWS = (320, 640)  # the narrowest phone; 1280 at 200 %
_DIALOGS = 3
_FADING_MILLISECONDS = 700
# What follows the theme or the width has been drawn.
_SETTLED = """async () => {
  await document.fonts.ready;
  for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
  const late = new Promise(done => setTimeout(done, 400));
  await Promise.race([late, Promise.all(document.getAnimations().map(each => each.finished))]);
}"""
_AXE = """() => axe.run(document, {resultTypes: ['violations']})
  .then(found => found.violations.map(each => [each.id, each.nodes.length, each.nodes[0].html.slice(0, 160)]))"""

INTRO = """One page of every view that a role can reach by links, in the light and the dark theme, with everything
that unfolds unfolded and with dialogs open. "axe" counts violations of any kind, "console" what a page wrote there
as an error, "wide" pages that scroll sideways at 320 pixels or at 640 (1280 at 200 %). Budget: none of any."""


@dataclass
class Findings:
    role: str
    pages: int = 0
    dialogs: int = 0
    axe: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)
    wide: list[str] = field(default_factory=list)

    @property
    def row(self) -> tuple[str, ...]:
        return tuple(
            str(value)
            for value in (self.role, self.pages, self.dialogs, len(self.axe), len(self.console), len(self.wide))
        )


def measure(address: str) -> Part:
    django.setup()
    found = [_role(address, role) for role in START]
    missed = [f"{each.role}: {line}" for each in found for line in (*each.axe, *each.console, *each.wide)]
    head = ("Role", "Pages", "Dialogs", "axe", "Console", "Wide")
    return Part("axe, console and narrow windows", INTRO, head, [each.row for each in found], missed)


def _role(address: str, role: str | None) -> Findings:
    found = Findings(role or "visitor")
    with signed_in(address, role) as page:
        page.add_init_script(path=os.environ["AXE"])
        page.on("console", lambda entry: _note(found, entry))
        page.on("pageerror", lambda error: found.console.append(f"{urlsplit(page.url).path}: {error}"))
        for path in _walk(page, address, START[role]):
            found.pages += 1
            _look(page, path, found)
    return found


def _walk(page: Page, address: str, start: list[str]) -> Iterator[str]:
    """Opens one page of every view; gives its path while it is open."""
    waiting, seen = list(start), set()
    while waiting:
        path = waiting.pop(0)
        view = _view(path)
        if view in seen:
            continue
        seen.add(view)
        try:
            answer = page.goto(path)
        except PageError:  # a download
            continue
        if not answer or "text/html" not in answer.headers.get("content-type", ""):
            continue
        if urlsplit(page.url).netloc != urlsplit(address).netloc or (
            landed := _view(urlsplit(page.url).path)
        ) in seen - {view}:
            continue
        seen.add(landed)
        links = page.eval_on_selector_all("a[href]", "all => all.map(a => a.getAttribute('href'))")
        waiting += [where for link in links if (where := _ours(address, page.url, link)) and _view(where) not in seen]
        yield path


def _ours(address: str, base: str, link: str) -> str | None:
    where = urlsplit(urljoin(base, link))
    if where.netloc != urlsplit(address).netloc or where.path.startswith(_NOT_OURS) or where.path.endswith(_FILES):
        return None
    return where.path + (f"?{where.query}" if where.query else "") if _view(where.path) else None


def _view(path: str) -> str:
    """The name of what answers there, with what tells apart pages of one view that look differently."""
    try:
        match = resolve(urlsplit(path).path)
    except Resolver404:
        return ""
    return f"{match.view_name} {match.kwargs.get('step') or match.kwargs.get('name') or ''}"


def _look(page: Page, path: str, found: Findings) -> None:
    page.wait_for_load_state("load")
    page.evaluate("() => document.querySelectorAll('details:not([data-dialog])').forEach(each => { each.open = true })")
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        page.evaluate(_SETTLED)
        _axe(page, f"{path} ({theme})", found)
    page.emulate_media(color_scheme="light")
    _open_dialogs(page, path, found)
    for width in _WINDOWS:
        page.set_viewport_size({"width": width, "height": 800})
        page.evaluate(_SETTLED)
        if page.evaluate("() => document.scrollingElement.scrollWidth > document.scrollingElement.clientWidth"):
            found.wide.append(f"{path} is wider than {width} pixels")
    page.set_viewport_size({"width": 1280, "height": 900})


def _open_dialogs(page: Page, path: str, found: Findings) -> None:
    buttons = page.locator("details[data-dialog] > summary:visible")
    for number in range(min(buttons.count(), _DIALOGS)):
        buttons.nth(number).evaluate("button => button.click()")  # menus that were unfolded may lie above it
        found.dialogs += 1
        _axe(page, f"{path}, dialog {number + 1}", found)
        page.keyboard.press("Escape")


def _axe(page: Page, where: str, found: Findings) -> None:
    violations = page.evaluate(_AXE)
    if violations:  # colours may still have been on their way from one theme to the other
        page.wait_for_timeout(_FADING_MILLISECONDS)
        violations = page.evaluate(_AXE)
    for kind, count, html in violations:
        found.axe.append(f"{where}: {kind}, {count} times, first `{html.replace('|', '/')}`")


def _note(found: Findings, entry: ConsoleMessage) -> None:
    if entry.type == "error":
        found.console.append(f"{Path(urlsplit(entry.page.url if entry.page else '').path)}: {entry.text[:200]}")
