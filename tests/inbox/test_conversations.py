"""Who says what to whom, once, and who may listen."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.contracts import Unread
from accounts.models import User
from inbox import api
from inbox.models import Conversation, Message, Notification
from marketplace.kernel.errors import InvalidInput, NotFound
from marketplace.kernel.models import OutboxMessage
from tests.accounts.conftest import AT, client_of, make
from tests.inbox.conftest import REFERENCE, say

pytestmark = pytest.mark.django_db


def page_of(talk: uuid.UUID) -> str:
    return reverse("inbox:conversation", args=[talk])


def test_a_reference_has_one_conversation(talk: uuid.UUID, seller: User, stranger: User) -> None:
    again = api.open_conversation(
        reference=REFERENCE, title="Other", url="/x/", participant_ids=[seller.pk, stranger.pk], at=AT
    )
    assert again == talk
    conversation = Conversation.objects.get()
    assert (conversation.title, conversation.participants.count()) == ("Fifty rows cleaned", 3)


def test_a_message_reaches_the_other_once(talk: uuid.UUID, seller: User, buyer: User) -> None:
    first = say(talk, buyer)
    assert say(talk, buyer) == first
    [message] = api.messages(REFERENCE)
    assert (message.author_id, message.body, message.sent_at) == (buyer.pk, "Hello", AT)
    assert (api.unread(seller.pk), api.unread(buyer.pk)) == (Unread(messages=1, notices=1), Unread())
    assert [message.key for message in OutboxMessage.objects.all()] == [f"notice:{seller.pk}:message:{first}"]


def test_the_same_key_of_the_other_is_another_message(talk: uuid.UUID, seller: User, buyer: User) -> None:
    assert say(talk, buyer) != say(talk, seller)


def test_a_run_of_messages_is_one_notice_until_read(talk: uuid.UUID, seller: User, buyer: User) -> None:
    for number in range(3):
        say(talk, buyer, key=f"k{number}")
    assert Notification.objects.filter(recipient=seller).count() == 1
    api.mark_read(reference=REFERENCE, user_id=seller.pk, at=AT)
    assert api.unread(seller.pk) == Unread()
    say(talk, buyer, key="later")
    assert Notification.objects.filter(recipient=seller).count() == 2


def test_who_answers_has_read(talk: uuid.UUID, seller: User, buyer: User) -> None:
    say(talk, buyer)
    say(talk, seller)
    assert (api.unread(seller.pk), api.unread(buyer.pk)) == (Unread(), Unread(messages=1, notices=1))


def test_reading_is_ones_own(talk: uuid.UUID, seller: User, buyer: User, stranger: User) -> None:
    say(talk, buyer)
    api.mark_read(reference=REFERENCE, user_id=stranger.pk, at=AT)
    api.mark_read(reference=REFERENCE, user_id=buyer.pk, at=AT)
    assert api.unread(seller.pk) == Unread(messages=1, notices=1)


@pytest.mark.parametrize("who", ["stranger", "moderator"])
def test_who_takes_no_part_cannot_speak(request: pytest.FixtureRequest, talk: uuid.UUID, who: str) -> None:
    with pytest.raises(NotFound):
        say(talk, request.getfixturevalue(who))
    assert not Message.objects.exists()


@pytest.mark.parametrize("body", ["", "   ", "\x00", "x" * 5001])
def test_an_empty_or_endless_message_is_refused(talk: uuid.UUID, buyer: User, body: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        say(talk, buyer, body=body)
    assert list(refusal.value.fields) == ["body"]
    assert not Message.objects.exists()


@pytest.mark.parametrize(("who", "status"), [("seller", 200), ("buyer", 200), ("stranger", 404), ("moderator", 404)])
def test_who_sees_the_page(request: pytest.FixtureRequest, talk: uuid.UUID, buyer: User, who: str, status: int) -> None:
    say(talk, buyer, body="secret words")
    answer = client_of(request.getfixturevalue(who)).get(page_of(talk))
    assert answer.status_code == status
    assert ("secret words" in answer.content.decode()) is (status == 200)


def test_a_visitor_signs_in_first(talk: uuid.UUID) -> None:
    for name in ("inbox:list", "inbox:notices", "inbox:notice_settings"):
        assert Client().get(reverse(name)).status_code == 302
    assert Client().get(page_of(talk)).headers["Location"].startswith("/accounts/login/")


def test_a_stranger_cannot_post_to_the_page(talk: uuid.UUID, stranger: User) -> None:
    answer = client_of(stranger).post(page_of(talk), {"body": "Hi", "form_key": "k"})
    assert answer.status_code == 404
    assert not Message.objects.exists()


def test_sending_twice_from_the_page_says_it_once(talk: uuid.UUID, seller: User, buyer: User) -> None:
    client = client_of(buyer)
    for _click in range(2):
        answer = client.post(page_of(talk), {"body": "Hi <script>", "form_key": "k"})
        assert answer.headers["Location"] == page_of(talk)
    assert Message.objects.count() == 1
    page = client_of(seller).get(page_of(talk)).content.decode()
    assert "Hi &lt;script&gt;" in page
    assert api.unread(seller.pk) == Unread()


def test_what_was_typed_is_kept_when_it_is_refused(talk: uuid.UUID, buyer: User) -> None:
    answer = client_of(buyer).post(page_of(talk), {"body": "x" * 5001, "form_key": "k"})
    assert list(answer.context["form"].errors) == ["body"]
    assert "x" * 5001 in answer.content.decode()


def test_a_conversation_with_a_page_elsewhere_leads_there(seller: User, buyer: User) -> None:
    talk = api.open_conversation(
        reference="order:1", title="Order", url="/orders/1/", participant_ids=[seller.pk, buyer.pk], at=AT
    )
    assert client_of(buyer).get(page_of(talk)).headers["Location"] == "/orders/1/"
    say(talk, buyer)
    assert Notification.objects.get().url == "/orders/1/"
    assert api.summaries(seller.pk)[0].url == "/orders/1/"


@pytest.fixture
def many(seller: User) -> list[uuid.UUID]:
    talks = []
    for number in range(35):
        other = make(f"p{number}@example.org", f"Person {number}")
        talk = api.open_conversation(
            reference=f"gig:{number}", title=f"Gig {number}", url="", participant_ids=[seller.pk, other.pk], at=AT
        )
        say(talk, other, at=AT + timedelta(minutes=number))
        talks.append(talk)
    return talks


def test_the_list_is_newest_first_and_pages_by_time(many: list[uuid.UUID], seller: User) -> None:
    client = client_of(seller)
    first = client.get(reverse("inbox:list"))
    assert [row.talk.id for row in first.context["rows"]] == many[:4:-1]
    older = client.get(reverse("inbox:list") + first.context["older_url"])
    assert [row.talk.id for row in older.context["rows"]] == many[4::-1]
    assert older.context["older_url"] == ""


@pytest.mark.parametrize("before", ["nonsense", "2026-05-12T10:00:00", "2026-13-40T10:00:00Z", "9" * 30])
def test_a_broken_page_address_is_the_first_page(many: list[uuid.UUID], seller: User, before: str) -> None:
    assert len(client_of(seller).get(reverse("inbox:list"), {"before": before}).context["rows"]) == 30


def test_lists_cost_the_same_with_many_rows(
    many: list[uuid.UUID], seller: User, django_assert_num_queries: Any
) -> None:
    client = client_of(seller)
    client.get(reverse("inbox:list"))
    with django_assert_num_queries(5):  # the reader, the talks, the others, their faces, what is unread
        client.get(reverse("inbox:list"))
    # The reader, the notices, whether one is unread, the bell; whether they sell, handle money, and mail came back.
    with django_assert_num_queries(7):
        client.get(reverse("inbox:notices"))


def test_a_thread_costs_three_queries(
    talk: uuid.UUID, buyer: User, seller: User, django_assert_num_queries: Any
) -> None:
    for number in range(12):
        say(talk, buyer if number % 2 else seller, key=f"k{number}")
    with django_assert_num_queries(3):
        entries = api.thread(REFERENCE, buyer.pk)
    assert [entry.mine for entry in entries] == [False, True] * 6


def test_what_is_unread_is_one_query(
    talk: uuid.UUID, buyer: User, seller: User, django_assert_num_queries: Any
) -> None:
    say(talk, buyer)
    with django_assert_num_queries(1):
        assert (seller.unread, seller.unread_count) == (Unread(messages=1, notices=1), 1)
