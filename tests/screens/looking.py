"""Opens a page of the stage in Chromium, in both widths and themes, and says what is wrong with it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page

from tests.screens.frozen import FrozenClock
from tests.screens.stage import ZONES, Staged, View
from tests.support.browser import Visitor

WIDTHS = {390: 844, 1280: 800}
# As they are kept: several hundred have to be light.
KEPT_WIDTH, QUALITY = 720, 22
WORDS = {"Your turn", "Working", "Check it", "Done", "Stopped"}
FILLED = 2  # buttons, at most; the others are outlines
_EXAMINE = (Path(__file__).parent / "examine.js").read_text()


@dataclass(frozen=True, slots=True)
class Seen:
    """What a page says first, and everything that is wrong with it."""

    word: str
    sentence: str
    buttons: tuple[str, ...]
    problems: tuple[str, ...]


class Looker:
    """One window for each side; whoever sits in it changes with the situation."""

    def __init__(self, browser: Browser, url: str, clock: FrozenClock, pictures: Path | None) -> None:
        self.visitors = {side: Visitor(browser, url, zone=zone) for side, zone in ZONES.items()}
        self.url, self.clock, self.pictures = url, clock, pictures

    def look(self, view: View) -> Seen:
        visitor = self.visitors[view.side]
        page, before = visitor.page, len(visitor.errors)
        self._sit_down(visitor, view)
        answer = page.goto(view.path)
        problems = [] if answer and answer.status == 200 else [f"answered {answer and answer.status}"]
        found: dict[str, Any] = {}
        for width, height in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": height})
            if self.pictures:
                _shoot(page, self.pictures / f"{view.situation}-{view.side}-{width}.webp")
            found = page.evaluate(_EXAMINE)
            problems += [f"{width} px: {problem}" for problem in _problems(view, found)]
        page.emulate_media(color_scheme="dark")
        problems += [f"dark: {problem}" for problem in _problems(view, page.evaluate(_EXAMINE))]
        page.emulate_media(color_scheme="light")
        return Seen(
            word=found["word"], sentence=found["heading"], buttons=tuple(found["buttons"]),
            problems=(*dict.fromkeys(problems), *visitor.errors[before:]),
        )  # fmt: skip

    def _sit_down(self, visitor: Visitor, view: View) -> None:
        visitor.page.goto("about:blank")  # the page of whoever sat here before would ask for what is new, as another
        self.clock.at = view.at
        visitor.page.clock.set_fixed_time(view.at)
        cookies: Any = {"sessionid": view.session, "tz": ZONES[view.side]}
        visitor.context.clear_cookies()
        visitor.context.add_cookies(
            [{"name": name, "value": value, "url": self.url} for name, value in cookies.items()]
        )

    def close(self) -> None:
        for visitor in self.visitors.values():
            visitor.context.close()


class Tour:
    """Every view is looked at once, whichever test asks first."""

    def __init__(self, staged: Staged, looker: Looker) -> None:
        self.staged, self.looker = staged, looker
        self.seen: dict[str, dict[str, Seen]] = {}

    def of(self, situation: str) -> dict[str, Seen]:
        """By side."""
        if situation not in self.seen:
            self.seen[situation] = {view.side: self.looker.look(view) for view in self.staged.views[situation]}
        return self.seen[situation]


def _problems(view: View, found: dict[str, Any]) -> list[str]:
    problems: list[str] = found["problems"]
    if found["filled"] > FILLED:
        problems.append(f"{found['filled']} filled buttons")
    if not view.is_order:
        return problems
    if found["word"] not in WORDS:
        problems.append(f"the word is {found['word']!r}")
    if not found["heading"].endswith((".", "?")):
        problems.append(f"no sentence: {found['heading']!r}")
    return problems


def _shoot(page: Page, target: Path) -> None:
    image = Image.open(io.BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
    image.thumbnail((KEPT_WIDTH, image.height), Image.Resampling.LANCZOS)
    image.save(target, "WEBP", quality=QUALITY, method=6)
