"""From an address to a desk: sign-up, code, sign-in, a lost password, a suspended account."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts import api
from accounts.models import User
from marketplace.kernel import clock, outbox
from marketplace.kernel.models import OutboxMessage
from tests.accounts.conftest import AT, PASSWORD, client_of
from tests.support.own_cache import clear_own_cache

pytestmark = pytest.mark.django_db
FORM = {"display_name": "Aoife Byrne", "email": "Aoife@Example.org", "password1": PASSWORD}


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    clear_own_cache()


def sign_up(client: Client, **changes: str) -> Any:
    return client.post(reverse("account_signup"), {**FORM, **changes})


def deliver() -> list[Any]:
    outbox.deliver_due(clock.now())
    return mail.outbox


def code_in(letter: Any) -> str:
    found = re.search(r"^    (\S+)$", letter.body, re.MULTILINE)
    assert found, letter.body
    return found.group(1)


def test_a_newcomer_signs_up_and_comes_back_to_where_they_were() -> None:
    client = Client()
    client.cookies["tz"] = "America%2FNew_York"
    answer = sign_up(client, next="/sell/?from=draft")
    assert answer.headers["Location"] == reverse("account_email_verification_sent")
    assert not mail.outbox, "mail leaves by the outbox, not in the request"

    [letter] = deliver()
    assert letter.to == ["aoife@example.org"]
    assert letter.subject == f"{code_in(letter)} is your code for Artisan"
    assert [kind for _body, kind in letter.alternatives] == ["text/html"]
    page = client.get(reverse("account_email_verification_sent"))
    assert page.status_code == 200
    done = client.post(reverse("account_email_verification_sent"), {"code": code_in(letter)})
    assert done.headers["Location"] == "/sell/?from=draft"

    user = User.objects.get()
    assert (user.email, user.display_name, user.handle) == ("aoife@example.org", "Aoife Byrne", "aoife-byrne")
    assert (user.time_zone, user.hat, user.is_seller) == ("America/New_York", "buying", False)
    assert client.session["_auth_user_id"] == str(user.pk)


def test_what_an_anonymous_visitor_drafted_survives_the_sign_up() -> None:
    client = Client()
    session = client.session
    session["draft"] = {"package": 3}
    session.save()
    client.cookies["sessionid"] = session.session_key
    sign_up(client)
    [letter] = deliver()
    client.post(reverse("account_email_verification_sent"), {"code": code_in(letter)})
    assert "_auth_user_id" in client.session
    assert client.session["draft"] == {"package": 3}


def test_the_code_does_not_stay_in_the_database() -> None:
    sign_up(Client())
    message = OutboxMessage.objects.get()
    assert "text" in message.payload
    deliver()
    message.refresh_from_db()
    assert list(message.payload) == ["sent_at"]


def test_a_letter_goes_once_though_its_handler_runs_twice() -> None:
    from marketplace.kernel.outbox_handlers import send_mail

    sign_up(Client())
    message = OutboxMessage.objects.get()
    send_mail(message)
    send_mail(message)
    assert len(mail.outbox) == 1
    assert re.fullmatch(r"<[0-9a-f]{32}@testserver>", mail.outbox[0].extra_headers["Message-ID"])


def test_a_wrong_code_confirms_nothing() -> None:
    client = Client()
    sign_up(client)
    answer = client.post(reverse("account_email_verification_sent"), {"code": "WRONG1"})
    assert answer.status_code == 200
    assert "This is not the code" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_a_known_address_gets_the_same_answer_and_a_letter_that_says_so(buyer: User) -> None:
    known, unknown = Client(), Client()
    answers = [sign_up(known, email="bob@example.org"), sign_up(unknown, email="new@example.org")]
    assert {answer.headers["Location"] for answer in answers} == {reverse("account_email_verification_sent")}
    pages = [client.get(reverse("account_email_verification_sent")) for client in (known, unknown)]
    assert [page.status_code for page in pages] == [200, 200]
    letters = {letter.to[0]: letter for letter in deliver()}
    assert letters["bob@example.org"].subject == "You have an account at Artisan already"
    assert User.objects.get(email="bob@example.org").display_name == "Bob Smith"
    assert User.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"display_name": "  "}, "display_name"),
        ({"display_name": "me@example.org"}, "display_name"),
        ({"email": "nonsense"}, "email"),
        ({"password1": "short"}, "password1"),
        ({"password1": "password123"}, "password1"),
        ({"password1": "aoife@example.org"}, "password1"),
    ],
)
def test_errors_sit_at_the_field_and_keep_what_was_typed(changes: dict[str, str], field: str) -> None:
    answer = sign_up(Client(), **changes)
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    kept = "email" if field != "email" else "display_name"
    assert answer.context["form"][kept].value() == FORM[kept]
    assert not User.objects.exists()
    assert not OutboxMessage.objects.exists()


def test_sign_in_and_out(buyer: User) -> None:
    client = Client()
    wrong = client.post(reverse("account_login"), {"login": "bob@example.org", "password": "wrong"})
    assert "do not belong together" in wrong.content.decode()
    right = client.post(reverse("account_login"), {"login": "BOB@example.org", "password": PASSWORD, "next": "/hat/"})
    assert right.headers["Location"] == "/hat/"
    assert client.session["_auth_user_id"] == str(buyer.pk)
    client.post(reverse("account_logout"))
    assert "_auth_user_id" not in client.session


def test_sign_in_leads_nowhere_else(buyer: User) -> None:
    form = {"login": "bob@example.org", "password": PASSWORD, "next": "https://evil.example/"}
    answer = Client().post(reverse("account_login"), form)
    assert answer.headers["Location"] == reverse("pages:desk")


def test_a_suspended_person_cannot_sign_in_and_is_told_why(buyer: User) -> None:
    api.suspend(user_id=buyer.pk, by_id=None, reason="They send spam.", at=AT)
    client = Client()
    answer = client.post(reverse("account_login"), {"login": "bob@example.org", "password": PASSWORD}, follow=True)
    assert "They send spam." in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_only_who_knows_the_password_learns_of_the_suspension(buyer: User) -> None:
    api.suspend(user_id=buyer.pk, by_id=None, reason="They send spam.", at=AT)
    answer = Client().post(reverse("account_login"), {"login": "bob@example.org", "password": "wrong"}, follow=True)
    assert "do not belong together" in answer.content.decode()


def test_a_suspension_ends_running_sessions_until_it_is_lifted(buyer: User) -> None:
    client = client_of(buyer)
    assert client.get(reverse("accounts:settings")).status_code == 200
    api.suspend(user_id=buyer.pk, by_id=None, reason="They send spam.", at=AT)
    assert client.get(reverse("accounts:settings")).status_code == 302
    api.reinstate(user_id=buyer.pk, by_id=None, at=AT)
    buyer.refresh_from_db()
    assert (buyer.is_active, buyer.suspended_at) == (True, None)


def test_a_lost_password_is_set_anew(buyer: User) -> None:
    client = Client()
    answers = [
        client.post(reverse("account_reset_password"), {"email": email})
        for email in ("bob@example.org", "no@example.org")
    ]
    assert {answer.headers["Location"] for answer in answers} == {reverse("account_reset_password_done")}
    letters = {letter.to[0]: letter for letter in deliver()}
    assert letters["no@example.org"].subject == "No account with this address at Artisan"
    link = re.search(r"http://testserver(/\S+)", letters["bob@example.org"].body)
    assert link
    form = client.get(link.group(1), follow=True)
    new = "another long password"
    client.post(form.request["PATH_INFO"], {"password1": new, "password2": new})
    buyer.refresh_from_db()
    assert buyer.check_password(new)
    assert deliver()[-1].subject == "Your password was changed"
    again = Client().get(link.group(1), follow=True)
    assert "This link has been used" in again.content.decode()


def test_an_address_changes_only_after_password_and_code(buyer: User) -> None:
    client = client_of(buyer)
    asked = client.post(reverse("account_email"), {"email": "Robert@Example.org", "action_add": ""})
    assert asked.headers["Location"].startswith(reverse("account_reauthenticate"))
    assert not OutboxMessage.objects.exists()
    client.post(asked.headers["Location"], {"password": "wrong"})
    assert not OutboxMessage.objects.exists()
    client.post(asked.headers["Location"], {"password": PASSWORD})
    [letter] = deliver()
    assert letter.to == ["robert@example.org"]
    buyer.refresh_from_db()
    assert buyer.email == "bob@example.org"
    client.post(reverse("account_email_verification_sent"), {"code": code_in(letter)})
    buyer.refresh_from_db()
    assert buyer.email == "robert@example.org"
    assert "bob@example.org" in {letter.to[0] for letter in deliver()}


def test_an_address_of_somebody_else_is_not_taken_over(buyer: User, seller: User) -> None:
    client = client_of(buyer)
    form = {"email": "Aoife@example.org", "action_add": ""}
    asked = client.post(reverse("account_email"), form)
    client.post(asked.headers["Location"], {"password": PASSWORD})
    [letter] = deliver()
    client.post(reverse("account_email_verification_sent"), {"code": code_in(letter)})
    buyer.refresh_from_db()
    assert (buyer.email, User.objects.get(email="aoife@example.org").pk) == ("bob@example.org", seller.pk)
