"""What selling may bring, asked by keyboard: the answer comes beside the form, and the reader stays where they were."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.journeys.people import Person
from tests.support.keyboard import Keyboard


def test_the_answer_is_told_and_the_focus_stays(person: Callable[..., Person]) -> None:
    visitor = person()
    page, keys = visitor.page, Keyboard(visitor.page)
    page.goto("/sell/estimate/")
    page.evaluate("document.querySelector('#estimate-answer').dataset.stood = ''")
    answer, button = page.locator("#estimate-answer[data-stood]"), page.get_by_role("button", name="Estimate")
    keys.choose("What you would do", "Design")
    keys.press("Estimate")
    expect(answer).to_contain_text("We do not know enough yet")
    expect(button).to_be_focused()
    keys.write("Your hours a week", "0")
    keys.press("Estimate")
    expect(page.locator("#estimate_hours_error")).to_be_visible()
    expect(answer).to_be_empty()
    keys.write("Your hours a week", "8")
    keys.press("Estimate")
    expect(answer).to_contain_text("We do not know enough yet")
    expect(page.locator("#estimate_hours_error")).to_have_count(0)
    expect(button).to_be_focused()
