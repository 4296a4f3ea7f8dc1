"""The pages as plain forms, without JavaScript."""

from __future__ import annotations

import re
import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from inbox import api as inbox
from marketplace.kernel import clock
from marketplace.kernel.models import StoredFile, Upload
from orders import api
from orders.models import Dispute, Order
from orders.models.dispute import Phase
from orders.states import Action, State
from tests.orders.scenes import HOUR, QUESTIONS, Desk, eur, get, money, snapshot

pytestmark = pytest.mark.django_db


@pytest.fixture
def at() -> datetime:
    """Pages ask the clock: these orders live now."""
    return clock.now() - 8 * HOUR


def page(order: Order) -> str:
    return reverse("orders:detail", args=[order.pk])


def act(order: Order, action: str) -> str:
    return reverse("orders:act", args=[order.pk, action])


def upload(name: str = "result.csv", content: bytes = b"a,b\n1,2\n") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def errors(html: str) -> list[str]:
    found = re.findall(r'<p class="field-error".*?</p>', html, re.DOTALL)
    return [re.sub(r"<[^>]+>", "", error).strip() for error in found]


@pytest.mark.parametrize(
    "name", ["pending", "waiting", "in_progress", "delivered", "in_revision", "disputed", "completed", "cancelled"]
)
def test_both_sides_see_every_state(desk: Desk, as_buyer: Client, as_seller: Client, name: str) -> None:
    order = getattr(desk, name)()
    for client in (as_buyer, as_seller):
        answer = client.get(page(order))
        assert answer.status_code == 200
        html = answer.content.decode()
        assert html.count("<h1") == 1
        assert order.code in html
        assert "style=" not in html.split("<body", 1)[1].split("</body>", 1)[0]


def test_a_stranger_learns_nothing(desk: Desk, as_stranger: Client, as_moderator: Client) -> None:
    order = desk.delivered()
    before = snapshot(order)
    stored = order.deliveries.get().files.get().file
    for client in (as_stranger, as_moderator):
        for url in (page(order), act(order, "deliver"), reverse("orders:trouble", args=[order.pk])):
            assert client.get(url).status_code == 404
        assert client.post(act(order, "accept")).status_code == 404
        assert client.get(reverse("orders:file", args=[stored.pk])).status_code == 404
    assert snapshot(order) == before


def test_without_a_login_there_is_only_the_door(desk: Desk, client: Client) -> None:
    order = desk.delivered()
    answer = client.get(page(order))
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, reverse("account_login"))
    assert client.get(page(desk.pending(form_key=str(uuid.uuid4())))).status_code == 302


def test_accept_by_a_click_and_a_second_one_is_harmless(desk: Desk, as_buyer: Client) -> None:
    order = desk.delivered()
    for _click in range(2):
        answer = as_buyer.post(act(order, "accept"), {"version": order.version}, follow=True)
        assert answer.status_code == 200
    messages = [str(message) for message in answer.context["messages"]]
    assert (get(order.pk).state, messages) == (State.COMPLETED, [])
    assert order.events.filter(action=Action.ACCEPT).count() == 1


def test_an_old_tab_is_told_kindly(desk: Desk, as_buyer: Client) -> None:
    order = desk.disputed()
    answer = as_buyer.post(act(order, "accept"), {"version": order.version}, follow=True)
    messages = [str(message) for message in answer.context["messages"]]
    assert messages == ["The order has moved on in the meantime. This is how it stands now."]
    assert get(order.pk).state == State.DISPUTED


def test_a_form_that_comes_too_late_is_told_kindly(desk: Desk, as_seller: Client) -> None:
    order = desk.in_progress()
    assert as_seller.get(act(order, "deliver")).status_code == 200
    api.undo(order_id=order.pk, actor_id=desk.buyer.pk, at=desk.at + timedelta(minutes=5))
    before = snapshot(order)
    sent = {"note": "All fifty.", "files": upload(), "version": order.version}
    answer = as_seller.post(act(order, "deliver"), sent, follow=True)
    messages = [str(message) for message in answer.context["messages"]]
    assert messages == ["The order has moved on in the meantime. This is how it stands now."]
    assert (snapshot(order), Upload.objects.count()) == (before, 0)


def test_delivery_with_files(desk: Desk, as_seller: Client, as_buyer: Client) -> None:
    order = desk.in_progress()
    data = {
        "note": "Look at column D first.",
        "checklist": ["0", "1"],
        "files": [upload(), upload("b.txt")],
        "version": 2,
    }
    assert as_seller.post(act(order, "deliver"), data).status_code == 302
    delivery = get(order.pk).deliveries.get()
    assert [item.file.name for item in delivery.files.order_by("pk")] == ["result.csv", "b.txt"]
    html = as_buyer.get(page(order)).content.decode()
    assert "Look at column D first." in html
    link = reverse("orders:file", args=[delivery.files.first().file.pk])  # type: ignore[union-attr]
    assert link in html
    answer = as_buyer.get(link)
    assert b"".join(answer) == b"a,b\n1,2\n"  # type: ignore[arg-type]
    assert answer["Content-Disposition"].startswith("attachment")


def test_only_a_second_delivery_of_the_same_work_is_one_again(desk: Desk, as_buyer: Client) -> None:
    again = desk.in_revision()
    desk.deliver(again, desk.at + 3 * HOUR)
    step = desk.second_step()
    desk.deliver(step, desk.at + 4 * HOUR, checklist=frozenset())
    for order, times in ((again, 1), (step, 0)):
        html = as_buyer.get(page(order)).content.decode()
        assert (html.count("Tom Oliveira delivered again"), html.count("Tom Oliveira delivered</b>")) == (
            times, 2 - times
        )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"files": []}, "Add at least one file or a link"),
        ({"checklist": ["0"]}, "Tick every promised item"),
        ({"files": [SimpleUploadedFile("empty.txt", b"")]}, "empty"),
        ({"note": ""}, "Say in a sentence"),
        ({"links": "not an address"}, "Write a web address"),
    ],
)
def test_bad_deliveries_keep_what_was_typed(
    desk: Desk, as_seller: Client, changes: dict[str, Any], expected: str
) -> None:
    order = desk.in_progress()
    before = snapshot(order)
    data = {"note": "All of it.", "checklist": ["0", "1"], "files": [upload()], **changes}
    answer = as_seller.post(act(order, "deliver"), data)
    assert answer.status_code == 422
    assert any(expected in error for error in errors(answer.content.decode())), errors(answer.content.decode())
    if data["note"]:
        assert "All of it." in answer.content.decode()
    assert (snapshot(order), StoredFile.objects.count()) == (before, 0)


def test_answers_as_draft_and_then_for_good(desk: Desk, as_buyer: Client) -> None:
    order = desk.waiting()
    assert as_buyer.post(act(order, "save"), {"answer_shop": "shop.example"}).status_code == 302
    assert get(order.pk).state == State.AWAITING_REQUIREMENTS
    html = as_buyer.get(act(order, "submit")).content.decode()
    assert 'value="https://shop.example"' in html
    answer = as_buyer.post(act(order, "submit"), {"answer_shop": "shop.example"})
    assert (answer.status_code, errors(answer.content.decode())) == (422, ["The seller needs this to begin."])
    assert as_buyer.post(act(order, "submit"), {"answer_shop": "shop.example", "answer_tone": "Dry"}).status_code == 302
    assert get(order.pk).state == State.IN_PROGRESS
    assert as_buyer.get(act(order, "save")).status_code == 302


def test_a_question_that_asks_for_a_file(desk: Desk, as_buyer: Client, as_seller: Client) -> None:
    terms = replace(desk.terms, questions=(replace(QUESTIONS[0], kind="file", key="list"),))
    order = desk.pay(desk.pending(terms=terms), desk.at)
    assert as_buyer.post(act(order, "submit"), {}).status_code == 422
    assert as_buyer.post(act(order, "submit"), {"answer_list": upload("list.csv")}).status_code == 302
    stored = get(order.pk).answers.get().file
    assert stored is not None
    assert stored.name == "list.csv"
    assert as_seller.get(reverse("orders:file", args=[stored.pk])).status_code == 200


def test_talking_with_files_once_per_key(desk: Desk, as_buyer: Client, as_seller: Client) -> None:
    order = desk.in_progress()
    for _click in range(2):
        data = {"body": "Two boxes are new.", "key": "k1", "files": [upload()]}
        assert as_buyer.post(reverse("orders:message", args=[order.pk]), data).status_code == 302
    said = inbox.messages(order.reference)
    assert [(message.body, len(message.files)) for message in said] == [("Two boxes are new.", 1)]
    html = as_seller.get(page(order)).content.decode()
    assert "Two boxes are new." in html
    assert as_seller.get(reverse("inbox:file", args=[said[0].files[0].pk])).status_code == 200
    empty = as_buyer.post(reverse("orders:message", args=[order.pk]), {"body": " ", "key": "k2"})
    assert (empty.status_code, len(inbox.messages(order.reference))) == (422, 1)


def test_dispute_by_form(desk: Desk, as_buyer: Client, as_seller: Client) -> None:
    order = desk.delivered()
    wrong = as_buyer.post(act(order, "open_dispute"), {"ground": "taste", "statement": "No", "back": "99"})
    assert (wrong.status_code, get(order.pk).state) == (422, State.DELIVERED)
    data = {
        "ground": "wrong_files",
        "statement": "The file does not open.",
        "back": "20,50",
        "unmet": ["1"],
        "files": [upload()],
    }
    assert as_buyer.post(act(order, "open_dispute"), data).status_code == 302
    dispute = order.disputes.get()
    assert (dispute.asked, dispute.unmet, dispute.evidence.count()) == (eur(2_050), [1], 1)
    assert (
        as_seller.post(
            act(order, "answer_dispute"), {"statement": "It opens here, see below.", "back": "0"}
        ).status_code
        == 302
    )
    dispute.refresh_from_db()
    assert (dispute.offered_minor, dispute.phase) == (0, "negotiation")


def test_moderation_from_queue_to_decision(desk: Desk, as_moderator: Client, as_buyer: Client) -> None:
    order = desk.heard()
    assert as_buyer.get(reverse("orders:moderation")).status_code == 403
    assert as_buyer.get(reverse("orders:dispute", args=[order.pk])).status_code == 403
    assert order.disputes.get().get_absolute_url() in as_moderator.get(reverse("orders:moderation")).content.decode()
    url = reverse("orders:dispute", args=[order.pk])
    html = as_moderator.get(f"{url}?seller_percent=70").content.decode()
    assert "€36.54" in html
    assert "€17.93" in html
    preview = as_moderator.get(
        reverse("orders:split_preview", args=[order.pk]), {"seller_percent": "70"}
    ).content.decode()
    assert re.findall(r"€[\d.]+", preview) == ["€17.93", "€36.54", "€5.27"]
    refused = as_moderator.post(url, {"seller_percent": 70, "reason": " "})
    assert (refused.status_code, order.disputes.get().percent) == (422, None)
    reason = "Twelve of fifty miss the promised length."
    assert as_moderator.post(url, {"seller_percent": 70, "reason": reason}).status_code == 302
    assert order.disputes.get().percent == 70
    assert reason in as_buyer.get(page(order)).content.decode()


def test_moderators_read_files_and_messages_of_a_case_only(desk: Desk, as_moderator: Client, as_buyer: Client) -> None:
    order = desk.delivered()
    stored = order.deliveries.get().files.get().file
    as_buyer.post(reverse("orders:message", args=[order.pk]), {"body": "Hm.", "key": "k", "files": [upload()]})
    said = inbox.messages(order.reference)[0].files[0]
    urls = [reverse("orders:file", args=[stored.pk]), reverse("inbox:file", args=[said.pk])]
    assert [as_moderator.get(url).status_code for url in urls] == [404, 404]
    desk.dispute(order, desk.at + 2 * HOUR)
    assert [as_moderator.get(url).status_code for url in urls] == [200, 200]


def test_review_by_form_stays_closed_until_both_are_in(desk: Desk, as_buyer: Client, as_seller: Client) -> None:
    order = desk.completed()
    stars = {"stars": 5, "quality": 5, "communication": 4, "as_described": 5}
    assert as_buyer.post(act(order, "review"), {"stars": 6}).status_code == 422
    assert as_buyer.post(act(order, "review"), {**stars, "text": "Wonderful work."}).status_code == 302
    assert "Wonderful work." not in as_seller.get(page(order)).content.decode()
    assert "Wonderful work." in as_buyer.get(act(order, "review")).content.decode()
    assert as_seller.post(act(order, "review"), {**stars, "text": "Clear brief."}).status_code == 302
    assert "Wonderful work." in as_seller.get(page(order)).content.decode()


def test_living_parts_only_where_something_is_new(desk: Desk, as_buyer: Client) -> None:
    order = desk.delivered()
    digest = re.search(r'data-digest="(\w+)"', as_buyer.get(page(order)).content.decode())
    assert digest
    same = as_buyer.get(page(order), {"seen": digest[1]}, headers={"HX-Request": "true"})
    assert (same.status_code, same.content) == (204, b"")
    api.accept(order_id=order.pk, actor_id=desk.buyer.pk, at=clock.now())
    fresh = as_buyer.get(page(order), {"seen": digest[1]}, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fresh
    assert "You accepted the work" in fresh


def test_what_is_wrong_leads_to_what_can_be_done(desk: Desk, as_buyer: Client) -> None:
    html = as_buyer.get(reverse("orders:trouble", args=[desk.delivered().pk])).content.decode()
    assert act(Order.objects.get(), "open_dispute") in html
    assert "The money freezes." in html


@pytest.mark.parametrize("rows", [3, 12])
def test_lists_cost_the_same_for_many_rows(
    desk: Desk, as_buyer: Client, as_seller: Client, rows: int, django_assert_num_queries: Any
) -> None:
    for _row in range(rows):
        desk.delivered()
    for client, count in ((as_buyer, 7), (as_seller, 8)):
        with django_assert_num_queries(count):
            html = client.get(reverse("orders:list")).content.decode()
        assert html.count("Write 50 product descriptions") == rows


@pytest.mark.parametrize("messages", [1, 30])
def test_the_order_page_costs_the_same_for_a_long_story(
    desk: Desk, as_buyer: Client, messages: int, django_assert_num_queries: Any
) -> None:
    order = desk.delivered()
    talk = inbox.open_conversation(reference=order.reference, title="", url="", participant_ids=[], at=desk.at)
    for number in range(messages):
        inbox.post_message(
            conversation_id=talk, author_id=desk.seller.pk, body=f"Note {number}", files=[], key=str(number), at=desk.at
        )
    as_buyer.get(page(order))  # marks them read
    with django_assert_num_queries(15):
        html = as_buyer.get(page(order)).content.decode()
    assert f"Note {messages - 1}" in html


def test_lists_page_by_key(desk: Desk, as_buyer: Client) -> None:
    from orders.web import lists

    orders = [desk.pending(at=desk.at + number * timedelta(minutes=1)) for number in range(lists.PAGE + 3)]
    first = as_buyer.get(reverse("orders:list"))
    second = as_buyer.get(first.context["next_url"])
    seen = [row.code for row in [*first.context["rows"], *second.context["rows"]]]
    assert seen == [order.code for order in reversed(orders)]
    assert second.context["next_url"] == ""


def test_empty_lists_say_what_to_do(desk: Desk, as_buyer: Client, as_seller: Client) -> None:
    assert "Find a gig" in as_buyer.get(reverse("orders:list")).content.decode()
    assert "Your gigs" in as_seller.get(reverse("orders:list")).content.decode()
    assert as_buyer.get(reverse("orders:list"), {"before": "nonsense", "tab": "x", "role": "y"}).status_code == 200


def test_money_words_follow_the_money(desk: Desk, as_seller: Client, as_buyer: Client) -> None:
    order = desk.completed()
    assert "Yours on" in as_seller.get(page(order)).content.decode()
    other = desk.cancelled()
    assert "On its way back to you" in as_buyer.get(page(other)).content.decode()
    assert money(other).refunding == other.all_in


def test_a_page_read_while_a_case_closes_still_stands(client: Client, desk: Desk) -> None:
    order = desk.decided()
    # As a reader sees it whose look at the order came before the closing, and at the case after it.
    Dispute.objects.filter(order=order).update(phase=Phase.CLOSED)
    client.force_login(desk.buyer)
    answer = client.get(page(order))
    assert answer.status_code == 200
    assert "This case has just been closed." in answer.content.decode()


def test_a_long_story_shows_its_latest_part_and_the_rest_when_asked(desk: Desk, as_buyer: Client) -> None:
    order = desk.delivered()
    talk = inbox.open_conversation(reference=order.reference, title="", url="", participant_ids=[], at=desk.at)
    for number in range(40):
        inbox.post_message(
            conversation_id=talk, author_id=desk.seller.pk, body=f"Note {number}.", files=[], key=str(number),
            at=desk.at + timedelta(days=1, minutes=number),
        )  # fmt: skip
    html = as_buyer.get(page(order)).content.decode()
    assert ("Note 39." in html, "Note 28." in html, "Note 27." in html) == (True, True, False)
    assert 'href="?story=whole#order-story"' in html
    whole = as_buyer.get(page(order) + "?story=whole").content.decode()
    assert all(f"Note {number}." in whole for number in range(40))
    assert "paid, the clock started" in whole
    assert 'href="?story=whole' not in whole
    live = as_buyer.get(page(order) + "?story=whole", headers={"HX-Request": "true"}).content.decode()
    assert "Note 0." in live


def said(client: Client, address: str, data: dict[str, Any]) -> list[str]:
    return [str(message) for message in client.post(address, data, follow=True).context["messages"]]


def test_the_second_review_says_that_both_are_public(desk: Desk, as_buyer: Client, as_seller: Client) -> None:
    order = desk.completed()
    stars = dict.fromkeys(("stars", "quality", "communication", "as_described"), "4")
    assert said(as_buyer, act(order, "review"), stars) == ["Saved. You can change it until both are in."]
    assert said(as_seller, act(order, "review"), stars) == [
        "Saved. Both reviews are in, and everybody can read them now."
    ]


def test_the_offer_that_meets_the_other_says_so(desk: Desk, as_buyer: Client, as_seller: Client) -> None:
    order = desk.heard()
    [kept] = said(as_buyer, act(order, "offer"), {"back": "18"})
    assert kept.startswith("Kept where nobody but the site sees it.")
    assert said(as_seller, act(order, "offer"), {"back": "18"}) == ["The two offers meet: it is settled."]


def test_the_answer_says_what_settles_and_settles(desk: Desk, as_seller: Client) -> None:
    order = desk.disputed()
    page_ = as_seller.get(act(order, "answer_dispute")).content.decode()
    assert "The buyer asks for €20.00: with that or more it is settled at once, at that amount." in page_
    given = {"statement": "You are right about the twelve.", "back": "20"}
    assert said(as_seller, act(order, "answer_dispute"), given) == ["You gave what was asked: it is settled."]
