"""The settings: each section saves what is right, refuses the rest, and belongs to its person alone."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import ApiToken, FormerHandle, SellerProfile, User
from accounts.services import tokens
from accounts.services.profiles import save_profile
from accounts.web.adapter import AccountAdapter
from accounts.web.fields import CommaList, DaySpans
from marketplace.kernel.errors import InvalidInput
from tests.accounts.conftest import AT, client_of, make

pytestmark = pytest.mark.django_db
PROFILE = {"display_name": "Aoife B.", "handle": "aoife", "city": "Cork"}
WORDS = {"headline": "I clean tables", "bio": "Since 2014.", "skills": "Excel,, Excel"}


def speaks(*rows: tuple[str, str]) -> dict[str, str]:
    """As the rows of the form send it."""
    sent = {"spoken-TOTAL_FORMS": str(len(rows)), "spoken-INITIAL_FORMS": "0"}
    for number, (code, level) in enumerate(rows):
        sent |= {f"spoken-{number}-language": code, f"spoken-{number}-level": level}
    return sent


SPEAKS = speaks(("en", "native"), ("ga", "basic"), ("", ""))
PAGES = ["settings", "settings_time", "settings_access", "settings_tokens"]


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_settings_ask_who_comes(name: str, method: str) -> None:
    answer = getattr(Client(), method)(reverse(f"accounts:{name}"))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("name", PAGES)
def test_every_section_opens_for_buyers_and_sellers(seller: User, buyer: User, name: str) -> None:
    for user in (seller, buyer):
        page = client_of(user).get(reverse(f"accounts:{name}")).content.decode()
        assert page.count("<h1") == 1
        assert page.count('aria-current="page"') >= 1


def test_a_seller_saves_a_profile(seller: User) -> None:
    answer = client_of(seller).post(reverse("accounts:settings"), PROFILE | WORDS | SPEAKS)
    assert answer.headers["Location"] == reverse("accounts:settings")
    profile = SellerProfile.objects.select_related("user").get(pk=seller.pk)
    assert (profile.user.display_name, profile.user.handle, profile.user.city) == ("Aoife B.", "aoife", "Cork")
    assert (profile.headline, profile.skills) == ("I clean tables", ["Excel"])
    assert profile.languages == [["en", "native"], ["ga", "basic"]]
    page = Client().get("/@aoife/").content.decode()
    assert 'Irish <span class="muted">basic</span>' in page


@pytest.mark.parametrize(
    "rows",
    [
        [("en", "")],
        [("en", "native"), ("en", "fluent")],
        [("xx", "native")],
        [("en", "perfect")],
        [(code, "basic") for code in ("en", "ga", "de", "fr", "es", "it", "pl", "pt", "nl")],
    ],
)
def test_languages_that_cannot_be_are_refused_and_nothing_is_saved(seller: User, rows: list[tuple[str, str]]) -> None:
    answer = client_of(seller).post(reverse("accounts:settings"), PROFILE | WORDS | speaks(*rows))
    assert answer.status_code == 200
    assert "field-error" in answer.content.decode()
    profile = SellerProfile.objects.select_related("user").get(pk=seller.pk)
    assert (profile.user.display_name, profile.headline, profile.languages) == (seller.display_name, "", [])


def test_a_buyer_has_no_sellers_words(buyer: User) -> None:
    client = client_of(buyer)
    assert "headline" not in client.get(reverse("accounts:settings")).context["form"].fields
    client.post(reverse("accounts:settings"), PROFILE | WORDS)
    assert not SellerProfile.objects.filter(pk=buyer.pk).exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"display_name": "..."}, "display_name"),
        ({"handle": "bob-smith"}, "handle"),
        ({"handle": "no spaces"}, "handle"),
        ({"handle": "support"}, "handle"),
        ({"headline": "x" * 101}, "headline"),
        ({"bio": "x" * 2001}, "bio"),
        ({"skills": ",".join(str(n) for n in range(16))}, "skills"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_nothing_is_saved(
    seller: User, buyer: User, changes: dict[str, str], field: str
) -> None:
    answer = client_of(seller).post(reverse("accounts:settings"), PROFILE | WORDS | SPEAKS | changes)
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert answer.context["form"]["city"].value() == "Cork"
    user = User.objects.select_related("seller_profile").get(pk=seller.pk)
    assert (user.display_name, user.handle, user.seller_profile.headline) == ("Aoife Byrne", "aoife-byrne", "")


def test_order_hours_are_saved_and_shown_again(seller: User) -> None:
    form = {"time_zone": "Europe/Warsaw", "day_0": "9-12.30, 14:00–18", "day_5": "10:00 to 12:00"}
    client = client_of(seller)
    client.post(reverse("accounts:settings_time"), form)
    profile = SellerProfile.objects.get(pk=seller.pk)
    assert profile.hours == [[0, 540, 750], [0, 840, 1080], [5, 600, 720]]
    page = client.get(reverse("accounts:settings_time")).content.decode()
    assert 'value="09:00–12:30, 14:00–18:00"' in page
    client.post(reverse("accounts:settings_time"), {"time_zone": "Europe/Warsaw"})
    assert SellerProfile.objects.get(pk=seller.pk).hours is None


@pytest.mark.parametrize("text", ["morning", "9:00", "18-9", "9-9", "9:75-10", "9-25", "9–12; 14–18"])
def test_hours_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        DaySpans(weekday=0).clean(text)


def test_an_unknown_time_zone_is_refused(buyer: User) -> None:
    answer = client_of(buyer).post(reverse("accounts:settings_time"), {"time_zone": "Mars/Olympus"})
    assert list(answer.context["form"].errors) == ["time_zone"]
    assert User.objects.get(pk=buyer.pk).time_zone == "America/New_York"


def test_comma_lists_drop_doubles_and_blanks() -> None:
    assert CommaList(max_items=3, required=False).clean(" a ,, b,a ") == ["a", "b"]


def test_a_token_is_shown_once_and_kept_as_a_hash(buyer: User) -> None:
    client = client_of(buyer)
    answer = client.post(reverse("accounts:settings_tokens"), {"name": "script"})
    key = answer.context["new_key"]
    assert key in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    assert key not in client.get(reverse("accounts:settings_tokens")).content.decode()
    token = ApiToken.objects.get()
    assert (token.sha256, token.hint) == (tokens.digest(key), key[:8])


def test_sending_the_token_form_twice_makes_one(buyer: User) -> None:
    client = client_of(buyer)
    answers = [client.post(reverse("accounts:settings_tokens"), {"name": "script"}) for _click in range(2)]
    assert list(answers[1].context["form"].errors) == ["name"]
    assert ApiToken.objects.count() == 1


def test_tokens_are_limited(buyer: User) -> None:
    for number in range(tokens.MAX_TOKENS):
        tokens.create_token(user_id=buyer.pk, name=f"t{number}", at=AT)
    answer = client_of(buyer).post(reverse("accounts:settings_tokens"), {"name": "one more"})
    assert list(answer.context["form"].errors) == ["name"]


@pytest.mark.parametrize(("who", "status", "left"), [("buyer", 302, 0), ("stranger", 404, 1), ("moderator", 404, 1)])
def test_only_its_owner_revokes_a_token(
    request: pytest.FixtureRequest, buyer: User, who: str, status: int, left: int
) -> None:
    tokens.create_token(user_id=buyer.pk, name="mine", at=AT)
    url = reverse("accounts:revoke_token", args=[ApiToken.objects.get().pk])
    assert client_of(request.getfixturevalue(who)).post(url).status_code == status
    assert ApiToken.objects.count() == left


def test_revoking_needs_a_post(buyer: User) -> None:
    tokens.create_token(user_id=buyer.pk, name="mine", at=AT)
    url = reverse("accounts:revoke_token", args=[ApiToken.objects.get().pk])
    assert client_of(buyer).get(url).status_code == 405
    assert ApiToken.objects.count() == 1


def test_a_page_costs_few_queries(seller: User, django_assert_num_queries: Any) -> None:
    for number in range(20):
        tokens.create_token(user_id=seller.pk, name=f"t{number}", at=AT)
    client = client_of(seller)
    client.get(reverse("accounts:settings_tokens"))
    with django_assert_num_queries(3):  # the person, what is unread, the tokens (the session comes from the cache)
        client.get(reverse("accounts:settings_tokens"))


@pytest.mark.django_db(transaction=True)
def test_a_handle_that_somebody_is_just_leaving_is_not_taken() -> None:
    leaving, taking = (make(f"{name}@example.org", name) for name in ("aoife", "bob"))
    results: list[object] = []

    def take() -> None:
        try:
            save_profile(user_id=taking.pk, name="Bob", handle="aoife", city="", at=AT)
        except InvalidInput as error:
            results.append(list(error.fields))
        else:
            results.append("taken")
        finally:
            connection.close()

    thread = threading.Thread(target=take)
    with transaction.atomic():
        save_profile(user_id=leaving.pk, name="Aoife", handle="aoife-b", city="", at=AT)
        thread.start()
        thread.join(timeout=0.7)  # it waits for us
        assert results == []
    thread.join()
    assert results == [["handle"]]
    assert set(User.objects.values_list("handle", flat=True)) == {"aoife-b", "bob"}
    assert list(FormerHandle.objects.values_list("handle", "user")) == [("aoife", leaving.pk)]


def test_a_newcomer_does_not_take_a_handle_that_somebody_was_just_leaving(seller: User) -> None:
    FormerHandle.objects.create(handle="ana", user=seller, left_at=AT)
    newcomer = User(email="ana@example.org", display_name="Ana", handle="ana")  # it was free a moment ago
    AccountAdapter().insert(newcomer)
    assert User.objects.get(email="ana@example.org").handle == "ana-2"
