"""A client keeps a gig for later in a list of their own, and shares that with somebody who has no account."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.journeys.people import Person
from tests.support.stage import PASSWORD, address

TITLE = "Draw a map of the way to your wedding"
OTHER = "Fold one leaflet out of your notes"


def test_somebody_saves_a_gig_and_shares_the_list(person: Callable[..., Person]) -> None:
    jon = person("jon")
    page = jon.page
    page.goto("/search/?q=map+wedding")
    heart = page.get_by_role("button", name=f"Save: {TITLE}")
    expect(heart).to_have_attribute("aria-pressed", "false")
    heart.click()
    said = page.get_by_role("status").filter(has_text="Saved to “Saved”.")
    expect(said).to_be_visible()
    expect(heart).to_have_attribute("aria-pressed", "true")
    said.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status").filter(has_text="Removed from “Saved”.")).to_be_visible()
    expect(heart).to_have_attribute("aria-pressed", "false")
    heart.click()
    expect(said).to_be_visible()
    page.reload()
    expect(heart).to_have_attribute("aria-pressed", "true")

    jon.follow_in_menu("Saved")
    jon.sees(TITLE)
    jon.follow("New list")
    page.get_by_label("Name").fill("Wedding")
    jon.press("Make the list")
    expect(page.get_by_role("heading", name="Wedding", exact=True)).to_be_visible()
    jon.sees("Nothing saved here yet")
    page.get_by_role("navigation", name="Your lists").get_by_role("link", name="Saved 1").click()
    jon.follow(f"Note and list {TITLE}")
    page.get_by_label("List").select_option("Wedding")
    page.get_by_label("Note").fill("Ask whether it can be blue")
    jon.press("Save changes")
    jon.is_told("Saved to “Wedding”.")
    page.get_by_role("navigation", name="Your lists").get_by_role("link", name="Wedding 1").click()
    jon.sees(TITLE, "Ask whether it can be blue")
    jon.follow("Rename, share, delete")
    jon.press("Share by a link")
    link = page.get_by_role("textbox", name="Link").input_value()

    stranger = person()
    stranger.page.goto(link)
    expect(stranger.heading).to_have_text("Wedding")
    stranger.sees(TITLE, "shared with you")
    expect(stranger.page.get_by_role("main")).not_to_contain_text("blue")
    stranger.follow(f"Save {TITLE}")
    stranger.page.get_by_label("E-mail address").fill(address("lars"))
    stranger.page.get_by_label("Password").fill(PASSWORD)
    stranger.press("Sign in")
    stranger.is_told("Saved to “Saved”.")
    expect(stranger.heading).to_have_text("Wedding")
    expect(stranger.page.get_by_role("button", name=f"Save {TITLE}")).to_have_attribute("aria-pressed", "true")

    jon.confirm("Stop sharing")
    jon.is_told("Private again.")
    assert stranger.page.goto(link).status == 404  # type: ignore[union-attr]
    stranger.visitor.errors.clear()  # the browser writes of the 404 that was wanted


def test_similar_gigs_come_and_what_was_seen_is_found_again(person: Callable[..., Person]) -> None:
    visitor = person()
    page = visitor.page
    visitor.find(OTHER)
    expect(page.get_by_role("link", name="See similar gigs")).to_be_attached()
    page.get_by_role("link", name="See similar gigs").scroll_into_view_if_needed()
    similar = page.get_by_role("region", name="Similar gigs")
    expect(similar.get_by_role("listitem").first).to_be_visible()
    page.goto("/")
    expect(
        page.get_by_role("region", name="Recently viewed").get_by_role("link", name=OTHER, exact=True)
    ).to_be_visible()
    visitor.follow("All, and forget")
    visitor.press("Forget these")
    visitor.is_told("Forgotten.")
    visitor.sees("You have looked at nothing yet")


def test_a_search_is_saved_and_found_again(person: Callable[..., Person]) -> None:
    jon = person("jon", javascript=False)
    jon.page.goto("/categories/design/?q=draw&max=50")
    jon.follow("Save this search")
    expect(jon.page.get_by_label("Name")).to_have_value("“draw” in Design, up to €50.00")
    jon.page.get_by_label("Tell me of new gigs").select_option("Once a week")
    jon.press("Save")
    jon.is_told("Saved.")
    jon.follow("“draw” in Design, up to €50.00")
    expect(jon.heading).to_have_text("“draw”")
    assert "/categories/design/?" in jon.page.url
