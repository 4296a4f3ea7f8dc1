"""What an open page asks for: what is new in a conversation, whether it was seen, the numbers; and search."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from inbox import api
from inbox.models import Conversation, Message, Participant
from marketplace.kernel.live import passes
from tests.accounts.conftest import AT, client_of
from tests.inbox.conftest import REFERENCE, say

pytestmark = pytest.mark.django_db
LIVE = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def as_seller(seller: User) -> Client:
    return client_of(seller)


def test_what_is_new_and_nothing_twice(as_seller: Client, talk: uuid.UUID, buyer: User, seller: User) -> None:
    first = say(talk, buyer)
    second = say(talk, buyer, "And more", key="k2")
    html = as_seller.get(f"/messages/{talk}/new/?after={first}").content.decode()
    assert f'id="message-{second}"' in html
    assert f'id="message-{first}"' not in html
    assert api.unread(seller.pk).messages == 0
    assert as_seller.get(f"/messages/{talk}/new/?after={second}&seen=").status_code == 204
    assert as_seller.get(f"/messages/{talk}/new/?after=nonsense").status_code == 200


def test_nobody_else_hears_it(talk: uuid.UUID, buyer: User, stranger: User) -> None:
    say(talk, buyer)
    assert client_of(stranger).get(f"/messages/{talk}/new/").status_code == 404
    assert Client().get(f"/messages/{talk}/new/").status_code == 302


def test_the_author_learns_when_it_was_seen(as_seller: Client, talk: uuid.UUID, buyer: User) -> None:
    last = say(talk, buyer)
    mine = client_of(buyer)
    path = f"/messages/{talk}/new/?after={last}&seen="
    assert mine.get(path).status_code == 204
    as_seller.get(f"/messages/{talk}/")
    html = mine.get(path).content.decode()
    assert "Seen" in html
    seen = Participant.objects.get(conversation=talk, unread_messages=0, read_at__isnull=False).read_at
    assert seen is not None
    assert mine.get(path + seen.isoformat().replace("+", "%2B")).status_code == 204


def test_a_script_sends_and_gets_back_what_is_new(as_seller: Client, talk: uuid.UUID, buyer: User) -> None:
    other = say(talk, buyer)
    sent = {"body": "Yes", "form_key": "k9", "after": "0"}
    answers = [as_seller.post(f"/messages/{talk}/", sent, **LIVE) for _ in range(2)]  # type: ignore[arg-type]
    for answer in answers:
        html = answer.content.decode()
        assert answer.status_code == 200
        assert f'id="message-{other}"' in html
        assert html.count("talk-mine") == 1
    assert Message.objects.count() == 2
    refused = as_seller.post(f"/messages/{talk}/", {"body": "x" * 5001, "form_key": "k10"}, **LIVE)  # type: ignore[arg-type]
    assert refused.status_code == 422
    assert "Keep a message under" in refused.content.decode()


def test_a_long_talk_opens_at_its_end(as_seller: Client, talk: uuid.UUID, buyer: User) -> None:
    ids = [say(talk, buyer, f"Line {number}", key=f"k{number}") for number in range(55)]
    page = as_seller.get(f"/messages/{talk}/").content.decode()
    assert "Line 5<" in page
    assert "Line 4<" not in page
    assert f"?before={ids[5]}" in page
    before = as_seller.get(f"/messages/{talk}/?before={ids[5]}").content.decode()
    assert "Line 4<" in before
    assert "Line 5<" not in before
    assert "Back to the newest" in before
    assert 'id="composer"' not in before


def test_a_page_costs_the_same_with_many_messages(as_seller: Client, talk: uuid.UUID, buyer: User) -> None:

    counts = []
    for number in (1, 20, 80):
        for each in range(number):
            say(talk, buyer, key=f"k{number}-{each}")
        as_seller.get(f"/messages/{talk}/")
        with CaptureQueriesContext(connection) as asked:
            as_seller.get(f"/messages/{talk}/")
        counts.append(len(asked))
    assert len(set(counts)) == 1, counts


def test_the_numbers_and_a_pass(as_seller: Client, talk: uuid.UUID, buyer: User, seller: User) -> None:
    say(talk, buyer)
    told = as_seller.get("/messages/unread/").json()
    assert (told["notices"], told["messages"], passes.holder(told["pass"])) == (1, 1, seller.pk)
    assert Client().get("/messages/unread/").status_code == 302


def test_search_finds_words_and_people(
    as_seller: Client, talk: uuid.UUID, buyer: User, stranger: User, seller: User
) -> None:
    say(talk, buyer, "The <b>spreadsheet</b> has fifty rows of customers")
    other = api.open_conversation(
        reference="people:8:9", title="Secret", url="", participant_ids=[buyer.pk, stranger.pk], at=AT
    )
    say(other, buyer, "Another spreadsheet", at=AT + timedelta(hours=1))
    html = as_seller.get("/messages/?q=fifty+spread").content.decode()
    assert "<mark>spread</mark>" in html
    assert "<b>" not in html.split("<main")[1].split("<mark>")[0][-200:]
    assert "Secret" not in html
    assert buyer.display_name in as_seller.get(f"/messages/?q={buyer.display_name.split()[0].upper()}").content.decode()
    assert "Nothing found" in as_seller.get("/messages/?q=nowhere").content.decode()
    for odd in ("'", "a & b | !", ":*", "\\", "(", "%", "  ", "🙂", "x" * 5000, "\x00", "fifty:*&"):
        assert as_seller.get("/messages/", {"q": odd}).status_code == 200, odd


def test_a_talk_elsewhere_is_found_on_its_page(as_seller: Client, talk: uuid.UUID, buyer: User) -> None:
    found = say(talk, buyer, "A needle")
    Conversation.objects.filter(pk=talk).update(url="/orders/1/")
    assert f'href="/orders/1/#message-{found}"' in as_seller.get("/messages/?q=needle").content.decode()
    assert api.messages(REFERENCE)
