"""Messages with files both ways, blind reviews, and a letter at every step that needs one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.journeys.people import Person
from tests.support.site import Site

TITLE = "Proofread your letter of application"


def test_both_talk_and_review_each_other_blind(person: Callable[..., Person], site: Site, tmp_path: Path) -> None:
    buyer, seller, stranger = person("maya"), person("tomas"), person("sid")
    draft, question, result = tmp_path / "letter.txt", tmp_path / "unclear.txt", tmp_path / "corrected.txt"
    draft.write_text("Dear Sirs, I apply.")
    question.write_text("Who is the reader?")
    result.write_text("Dear Ms Ito, I apply.")
    order_id = buyer.order(TITLE)

    _writes(buyer, "Tomas Novak", "Here is the letter. It is for Ms Ito.", draft)
    assert "Here is the letter" in seller.gets_letter("Maya Roy wrote to you").text
    seller.opens(order_id)
    seller.sees("Here is the letter. It is for Ms Ito.")
    assert seller.reads("letter.txt") == "Dear Sirs, I apply."
    _writes(seller, "Maya Roy", "Thank you. One question is in the file.", question)
    buyer.opens(order_id)
    buyer.sees("Thank you. One question is in the file.")
    assert buyer.reads("unclear.txt") == "Who is the reader?"
    buyer.gets_letter("Tomas Novak wrote to you")
    file = str(buyer.page.get_by_role("link", name="Open unclear.txt").get_attribute("href"))
    stranger.is_refused(f"/orders/{order_id}/")
    stranger.is_refused(file)

    seller.delivers(order_id, "Three corrections.", result)
    buyer.accepts(order_id)
    buyer.follow("Review Tomas Novak")
    _reviews(
        buyer, "Quick and kind.", ("All in all", "5"), ("Quality of the work", "4"), told="Saved. You can change it"
    )
    buyer.sees("Your review is in. It shows as soon as Tomas Novak has written one, too.")
    seller.opens(order_id)
    seller.sees("Maya Roy has reviewed you. Write yours, and both show.")
    expect(seller.page.get_by_role("main")).not_to_contain_text("Quick and kind.")
    seller.follow("Review Maya Roy")
    _reviews(
        seller,
        "Knew what she wanted.",
        ("All in all", "5"),
        ("Clear about what was needed", "5"),
        told="Both reviews are in",
    )
    for one in (seller, buyer):
        one.opens(order_id)
        one.sees("Quick and kind.", "Knew what she wanted.")
    stranger.find(TITLE)
    stranger.sees("Quick and kind.")

    for subject in ("Paid: ", "Tomas Novak delivered: ", "Tomas Novak reviewed you: "):
        assert f"/orders/{order_id}/" in buyer.gets_letter(subject + TITLE).text
    for subject in ("New order from Maya Roy: ", "Accepted: ", "Maya Roy reviewed you: "):
        assert f"/orders/{order_id}/" in seller.gets_letter(subject + TITLE).text


def _writes(writer: Person, other: str, text: str, file: Path) -> None:
    writer.opens(writer.page.url.rstrip("/").rpartition("/")[2])
    writer.page.get_by_label(f"Write to {other}").fill(text)
    writer.attach("Files", file)
    writer.press("Send")
    writer.sees(text)


def _reviews(writer: Person, text: str, *stars: tuple[str, str], told: str) -> None:
    for group, label in (*stars, ("Working together", "5")):
        writer.page.get_by_role("group", name=group).get_by_label(label).check()
    last = "As described" if stars[1][0] == "Quality of the work" else "Fair"
    writer.page.get_by_role("group", name=last).get_by_label("5").check()
    writer.page.get_by_label("In your words").fill(text)
    writer.press("Save the review")
    writer.is_told(told)
