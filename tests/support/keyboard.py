"""A person who has a keyboard and no mouse: Tab, Enter, Space, arrows and typing, and nothing else."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page

FARTHEST = 250  # presses of Tab; a page on which more are needed is a finding


class Keyboard:
    """``page`` is the window in front of them."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def reach(self, target: Locator) -> None:
        """Presses Tab until the focus is there. Fails where it never is, or where nothing shows where it is."""
        target.wait_for()
        for _press in range(FARTHEST):
            if _is_focused(target):
                break
            self.page.keyboard.press("Tab")
        else:
            raise AssertionError(f"Tab never came to {target}")
        assert self.page.evaluate(_SHOWN), f"nobody sees that {target} has the focus"

    def follow(self, name: str, *, within: str = "main") -> None:
        self.reach(self.page.get_by_role(within).get_by_role("link", name=name, exact=True))  # type: ignore[arg-type]
        self.page.keyboard.press("Enter")

    def press(self, name: str | re.Pattern[str]) -> None:
        self.reach(self.page.get_by_role("main").get_by_role("button", name=name, exact=True))
        self.page.keyboard.press("Enter")

    def write(self, label: str, text: str) -> None:
        """Replaces what a field holds."""
        self.reach(self.page.get_by_role("main").get_by_label(label, exact=True))
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def choose(self, label: str, option: str) -> None:
        """In a list: by the first letters, as browsers do."""
        self.reach(self.page.get_by_label(label, exact=True))
        self.page.keyboard.type(option)

    def tick(self, target: Locator) -> None:
        """A box, or one of several choices: the first is reached by Tab, the others by arrows."""
        target.wait_for()
        first = self.page.locator(f"input[name='{target.get_attribute('name')}']").first
        self.reach(first)
        for _press in range(FARTHEST):
            if _is_focused(target):
                break
            self.page.keyboard.press("ArrowDown")
        if not target.is_checked():
            self.page.keyboard.press("Space")


def fields_on(page: Page) -> list[str]:
    """The names of what a page asks for: each field once, a group of choices as one."""
    return [str(name) for name in page.evaluate(_FIELDS)]


def _is_focused(target: Locator) -> bool:
    return bool(target.evaluate("element => element === document.activeElement"))


# The outline that every control has (assets/css), of itself or of what it stands for: a card's link shows the card.
_SHOWN = """() => {
    for (let at = document.activeElement, up = 0; at && up < 6; at = at.parentElement, up += 1) {
        const style = getComputedStyle(at)
        if (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) return true
    }
    return false
}"""
_FIELDS = """() => [...new Set([...document.querySelectorAll("main form :is(input, select, textarea)")]
    .filter(field => field.type !== "hidden" && field.checkVisibility())
    .map(field => field.name))]"""
