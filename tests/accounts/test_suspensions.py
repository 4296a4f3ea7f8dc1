"""A suspension is a reason that its person reads, an appeal that somebody else answers, and a history."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts import api, selectors
from accounts.contracts import PersonReinstated, PersonSuspended
from accounts.models import Suspension, User
from accounts.services import suspensions
from accounts.services.tokens import create_token, user_of_token
from marketplace.kernel import events, outbox
from marketplace.kernel.errors import DomainError
from tests.accounts.conftest import AT, PASSWORD, client_of, make

REASON = "You asked two buyers to pay elsewhere."
APPEAL = "One of them asked me for my address."
HOUR = timedelta(hours=1)


def suspend(user: User, by: User | None = None) -> Suspension:
    api.suspend(user_id=user.pk, by_id=by.pk if by else None, reason=REASON, at=AT)
    return Suspension.objects.get(user=user, lifted_at=None)


def sign_in(user: User) -> Client:
    client = Client()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    return client


@pytest.fixture
def second(db: None) -> User:
    user = make("di@example.org", "Di")
    User.objects.filter(pk=user.pk).update(is_moderator=True)
    return User.objects.get(pk=user.pk)


def test_the_reason_is_sent_as_it_was_written(buyer: User, moderator: User) -> None:
    suspend(buyer, moderator)
    outbox.deliver_due(AT)
    (letter,) = mail.outbox
    assert letter.to == [buyer.email]
    for text in (letter.body, str(letter.alternatives[0][0])):  # type: ignore[attr-defined]
        assert REASON in text
        assert "within 3 days" in text


def test_it_is_told_in_the_language_of_its_reader_not_of_staff(buyer: User, moderator: User) -> None:
    with translation.override("es"):
        suspend(buyer, moderator)
    outbox.deliver_due(AT)
    assert "within 3 days" in mail.outbox[0].body


def test_others_hear_of_it_once(buyer: User, moderator: User) -> None:
    heard: list[object] = []
    for fact in (PersonSuspended, PersonReinstated):
        events.subscribe(fact)(heard.append)
    try:
        for _twice in range(2):
            api.suspend(user_id=buyer.pk, by_id=moderator.pk, reason=REASON, at=AT)
        for _twice in range(2):
            api.reinstate(user_id=buyer.pk, by_id=moderator.pk, at=AT + HOUR)
    finally:
        for fact in (PersonSuspended, PersonReinstated):
            events._subscribers[fact].remove(heard.append)
    assert heard == [PersonSuspended(buyer.pk, moderator.pk, AT), PersonReinstated(buyer.pk, moderator.pk, AT + HOUR)]


def test_the_one_page_that_is_left(buyer: User, moderator: User) -> None:
    suspend(buyer, moderator)
    client = sign_in(buyer)
    page = client.get(reverse("accounts:suspended")).content.decode()
    assert (REASON in page, page.count("<h1")) == (True, 1)
    assert "_auth_user_id" not in client.session
    assert client.get(reverse("accounts:settings")).status_code == 302


def test_only_sellers_read_of_what_they_sell(buyer: User, seller: User) -> None:
    pages = []
    for person in (buyer, seller):
        suspend(person)
        pages.append(sign_in(person).get(reverse("accounts:suspended")).content.decode())
    of_buyer, of_seller = pages
    for words in ("What you have earned remains yours", "nobody can order from you"):
        assert (words in of_buyer, words in of_seller) == (False, True)
    assert "what you paid is held as before" in of_buyer


def test_nobody_else_reads_it(buyer: User, stranger: User) -> None:
    suspend(buyer)
    for client in (Client(), client_of(stranger), sign_in(stranger)):
        answer = client.get(reverse("accounts:suspended"))
        assert (answer.status_code, answer.headers["Location"]) == (302, reverse("account_login"))


def test_an_appeal_from_the_page_once(buyer: User) -> None:
    row = suspend(buyer)
    client, url = sign_in(buyer), reverse("accounts:suspended")
    assert client.post(url, {"text": "No."}).status_code == 422
    assert client.post(url, {"text": APPEAL}).status_code == 302
    row.refresh_from_db()
    assert (row.appeal_text, row.waits_for_an_answer) == (APPEAL, True)
    assert row.appealed_at is not None
    assert row.answer_by == row.appealed_at + timedelta(hours=72)
    client.post(url, {"text": "And one thing more."})
    row.refresh_from_db()
    assert row.appeal_text == APPEAL


def test_somebody_else_answers(buyer: User, moderator: User, second: User) -> None:
    row = suspend(buyer, moderator)
    suspensions.appeal(user_id=buyer.pk, text=APPEAL, at=AT + HOUR)
    with pytest.raises(DomainError, match="Another person answers"):
        answer(row, moderator, lifts=True)
    assert User.objects.get(pk=buyer.pk).is_suspended
    answer(row, second, lifts=False)
    row.refresh_from_db()
    assert (row.answered_by_id, row.lifted_at, row.may_be_appealed) == (second.pk, None, False)
    with pytest.raises(DomainError, match="has been answered"):
        answer(row, second, lifts=True)


def answer(row: Suspension, by: User, *, lifts: bool) -> None:
    text = "The messages show it plainly."
    suspensions.answer_appeal(suspension_id=row.pk, by_id=by.pk, lifts=lifts, text=text, at=AT + 2 * HOUR)


def test_where_there_is_nobody_else_the_same_person_answers(buyer: User, moderator: User) -> None:
    row = suspend(buyer, moderator)
    suspensions.appeal(user_id=buyer.pk, text=APPEAL, at=AT + HOUR)
    answer(row, moderator, lifts=True)
    row.refresh_from_db()
    assert (row.lifted_by_id, User.objects.get(pk=buyer.pk).is_active) == (moderator.pk, True)


def test_appeals_that_wait_come_first(buyer: User, stranger: User, seller: User) -> None:
    rows = [suspend(user) for user in (buyer, stranger, seller)]
    suspensions.appeal(user_id=seller.pk, text=APPEAL, at=AT + 2 * HOUR)
    suspensions.appeal(user_id=stranger.pk, text=APPEAL, at=AT + HOUR)
    assert [row.pk for row in selectors.open_suspensions()] == [rows[1].pk, rows[2].pk, rows[0].pk]


def test_staff_suspend_answer_and_lift(buyer: User, moderator: User, second: User) -> None:
    client, page = client_of(moderator), reverse("accounts:suspension", args=[buyer.pk])
    assert client.get(reverse("accounts:suspensions"), {"who": buyer.email}).headers["Location"] == page
    assert client.post(page, {"reason": "No."}).status_code == 422
    assert client.post(page, {"reason": REASON}).status_code == 302
    row = Suspension.objects.get(user=buyer)
    suspensions.appeal(user_id=buyer.pk, text=APPEAL, at=AT + HOUR)
    html = client.get(page).content.decode()
    assert (REASON in html, APPEAL in html) == (True, True)
    url = reverse("accounts:answer_suspension_appeal", args=[buyer.pk, row.pk])
    own = client.post(url, {"answer": "It is as it is.", "lifts": "no"})
    assert (own.status_code, "Another person answers" in own.content.decode()) == (422, True)
    assert client_of(second).post(url, {"answer": "It is as it is.", "lifts": "no"}).status_code == 302
    client.post(reverse("accounts:lift_suspension", args=[buyer.pk]))
    assert User.objects.get(pk=buyer.pk).is_active


@pytest.mark.parametrize("name", ["suspensions", "suspension"])
def test_these_pages_are_for_staff(buyer: User, stranger: User, name: str) -> None:
    url = reverse(f"accounts:{name}", args=[buyer.pk] if name == "suspension" else [])
    assert client_of(stranger).get(url).status_code == 403
    assert client_of(stranger).post(url, {"reason": REASON}).status_code in (403, 405)
    assert not Suspension.objects.exists()


def test_nobody_suspends_themselves_or_the_staff(moderator: User, second: User) -> None:
    for who, words in ((moderator, "yourself"), (second, "Only a superuser")):
        answer = client_of(moderator).post(reverse("accounts:suspension", args=[who.pk]), {"reason": REASON})
        assert (answer.status_code, words in answer.content.decode()) == (422, True)
    assert not Suspension.objects.exists()


@pytest.mark.parametrize(
    "wrong", [{"reason": ""}, {"appeal_text": "x"}, {"appealed_at": AT}, {"answer": "x"}, {"answered_at": AT}]
)
def test_the_database_holds_what_must_hold(buyer: User, wrong: dict[str, object]) -> None:
    row = suspend(buyer)
    with pytest.raises(IntegrityError), transaction.atomic():
        Suspension.objects.filter(pk=row.pk).update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        Suspension.objects.create(user=buyer, reason=REASON, at=AT)


def test_who_is_let_in_again_signs_in_anew(buyer: User, moderator: User) -> None:
    """Whoever had a session of theirs, perhaps the reason of it all, does not have it again."""
    before, page = sign_in(buyer), reverse("accounts:settings")
    assert before.get(page).status_code == 200
    suspend(buyer, moderator)
    api.reinstate(user_id=buyer.pk, by_id=moderator.pk, at=AT + HOUR)
    assert before.get(page).status_code == 302
    again = sign_in(buyer)
    assert again.get(page).status_code == 200
    assert sign_in(buyer).get(page).status_code == 200


def test_a_key_from_before_opens_nothing_any_more(buyer: User, moderator: User) -> None:
    key = create_token(user_id=buyer.pk, name="Books", at=AT)
    suspend(buyer, moderator)
    api.reinstate(user_id=buyer.pk, by_id=moderator.pk, at=AT + HOUR)
    assert user_of_token(key, AT + HOUR) is None
    anew = create_token(user_id=buyer.pk, name="Books", at=AT + HOUR)
    assert user_of_token(anew, AT + HOUR) == buyer
