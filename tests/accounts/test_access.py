"""How people come in beside the password, and where they are signed in: sealed secrets, spent codes, ended sessions."""

from __future__ import annotations

import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.conf import settings as project
from django.test import Client
from django.urls import reverse

from accounts.browsers import browser_of
from accounts.models import User
from accounts.web.social import _shown
from tests.accounts.conftest import PASSWORD, client_of
from tests.support.own_cache import clear_own_cache

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605 Version/18.5 Mobile/15E148 Safari/604.1"
)
ACCESS = "/settings/sign-in/"


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    clear_own_cache()


def signed_in(user: User, browser: str = FIREFOX) -> Client:
    client = Client(HTTP_USER_AGENT=browser)
    answer = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert answer.status_code == 302, answer.content.decode()
    return client


def sure(user: User) -> Client:
    """Signed in, and asked for the password once more, as before everything that opens an account."""
    client = signed_in(user)
    answer = client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert answer.status_code == 302, answer.content.decode()
    return client


def code_of(secret: str, steps: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def switch_on(client: Client) -> str:
    """An authenticator app for whoever is signed in; returns its secret."""
    page = client.get(reverse("mfa_activate_totp"))
    secret = str(page.context["form"].secret)
    answer = client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    assert answer.headers["Location"] == reverse("mfa_view_recovery_codes")
    return secret


def is_in(client: Client) -> bool:
    return client.get(ACCESS).status_code == 200


def test_the_secret_of_an_app_is_sealed_and_outlives_a_new_key(buyer: User, settings: Any) -> None:
    secret = switch_on(sure(buyer))
    kept = Authenticator.objects.get(type=Authenticator.Type.TOTP).data["secret"]
    assert secret not in kept

    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key", [project.SECRET_KEY]
    later = signed_in(buyer)
    assert not is_in(later), "the code has not been asked for yet"
    later.post(reverse("mfa_authenticate"), {"code": code_of(secret, 1)})
    assert is_in(later)


def test_a_wrong_code_lets_nobody_in(buyer: User) -> None:
    secret = switch_on(sure(buyer))
    client = signed_in(buyer)
    wrong = "000000" if code_of(secret) != "000000" else "000001"
    page = client.post(reverse("mfa_authenticate"), {"code": wrong})
    assert "This is not the code that is valid now" in page.content.decode()
    assert not is_in(client)


def test_a_recovery_code_works_once(buyer: User) -> None:
    first = sure(buyer)
    switch_on(first)
    code = first.get(reverse("mfa_view_recovery_codes")).context["unused_codes"][0]
    for times, comes_in in enumerate((True, False)):
        client = signed_in(buyer)
        client.post(reverse("mfa_authenticate"), {"code": code})
        assert is_in(client) is comes_in, f"used {times} times before"
    assert "9 are left" in first.get(ACCESS).content.decode()


def test_sessions_are_shown_and_ended(buyer: User) -> None:
    here, phone, tablet = signed_in(buyer), signed_in(buyer, IPHONE), signed_in(buyer, "")
    page = here.get(ACCESS).content.decode()
    for name in ("Firefox on Linux", "Safari on iPhone", "An unknown browser"):
        assert name in page
    assert page.count("this one") == 1

    [row] = UserSession.objects.filter(session_key=phone.session.session_key)
    here.post(reverse("accounts:end_session", args=[row.pk]))
    assert [is_in(each) for each in (here, phone, tablet)] == [True, False, True]
    here.post(reverse("accounts:end_other_sessions"))
    assert [is_in(each) for each in (here, tablet)] == [True, False]
    assert here.get(ACCESS).content.decode().count("this one") == 1
    assert "Sign out everywhere else" not in here.get(ACCESS).content.decode()


def test_a_session_that_is_on_no_list_is_ended_as_well(buyer: User) -> None:
    here, thief = signed_in(buyer), signed_in(buyer, IPHONE)
    UserSession.objects.filter(session_key=thief.session.session_key).delete()
    here.post(reverse("accounts:end_other_sessions"))
    assert [is_in(each) for each in (here, thief)] == [True, False]


def test_nobody_ends_the_sessions_of_others(buyer: User, stranger: User) -> None:
    theirs = signed_in(buyer)
    [row] = UserSession.objects.filter(user=buyer)
    other = client_of(stranger)
    other.post(reverse("accounts:end_session", args=[row.pk]))
    other.post(reverse("accounts:end_other_sessions"))
    assert is_in(theirs)


@pytest.mark.parametrize(
    "name",
    [
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_reauthenticate",
        "account_reauthenticate",
        "socialaccount_connections",
    ],
)
def test_every_page_about_signing_in_opens(buyer: User, name: str) -> None:
    page = signed_in(buyer).get(reverse(name), follow=True)
    assert page.status_code == 200
    assert page.content.decode().count("<h1") == 1


@pytest.mark.parametrize("name", ["mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_deactivate_totp"])
def test_so_does_what_there_is_once_an_app_is_on(buyer: User, name: str) -> None:
    client = sure(buyer)
    switch_on(client)
    page = client.get(reverse(name))
    assert page.status_code == 200
    assert page.content.decode().count("<h1") == 1


def test_switching_the_app_off_takes_its_codes_along(buyer: User) -> None:
    client = sure(buyer)
    switch_on(client)
    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.exists()
    assert is_in(signed_in(buyer))


@pytest.mark.parametrize("path", ["/accounts/2fa/", "/accounts/2fa/webauthn/", "/accounts/sessions/"])
def test_there_is_one_overview(buyer: User, path: str) -> None:
    assert client_of(buyer).get(path).headers["Location"] == ACCESS


@pytest.mark.parametrize("name", ["account_login", "account_signup"])
def test_who_is_not_set_up_is_not_offered(name: str) -> None:
    """Who is set up, is: tests/journeys/test_signing_in.py."""
    assert "Continue with" not in Client().get(reverse(name)).content.decode()


@pytest.mark.parametrize(
    ("known", "name"),
    [
        ({"name": "Octavia Coder", "username": "octo"}, "Octavia Coder"),
        ({"first_name": "Gero", "last_name": "Gogel"}, "Gero Gogel"),
        ({"name": "www.buy-here.example", "username": "octo"}, "octo"),
        ({"name": "\u202e\u2066", "email": "ada@example.org"}, "ada"),
        ({"name": None, "username": ""}, ""),
    ],
)
def test_a_name_from_elsewhere_is_one_that_can_be_shown(known: dict[str, Any], name: str) -> None:
    assert _shown(known) == name


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (FIREFOX, "Firefox on Linux"),
        (IPHONE, "Safari on iPhone"),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537 Chrome/140 Safari/537 Edg/140.0",
            "Edge on Windows",
        ),
        ("Mozilla/5.0 (Linux; Android 15; Pixel 8) AppleWebKit/537 Chrome/140 Mobile Safari/537", "Chrome on Android"),
        ("curl/8.9", "An unknown browser"),
    ],
)
def test_browsers_are_called_as_their_owners_call_them(user_agent: str, words: str) -> None:
    assert browser_of(user_agent) == words


def test_an_account_elsewhere_can_be_disconnected_after_the_operator_took_its_provider_away(buyer: User) -> None:
    connected = SocialAccount.objects.create(user=buyer, provider="github", uid="4711", extra_data={})
    client = sure(buyer)
    for name in ("accounts:settings_access", "socialaccount_connections"):
        assert "4711" in client.get(reverse(name)).content.decode()
    client.post(reverse("socialaccount_connections"), {"account": connected.pk})
    assert not SocialAccount.objects.exists()


def test_a_provider_that_is_not_offered_has_no_address() -> None:
    for path in ("/accounts/github/login/", "/accounts/google/login/callback/"):
        assert Client().get(path).status_code == 404
