"""Legal texts: a skeleton first, then the operator's own versions, of which none is ever changed."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import Error, connection, transaction
from django.test import Client
from django.utils import translation

from accounts.models import User
from marketplace.kernel import clock
from marketplace.pages.figures import figures
from marketplace.pages.legal import texts
from marketplace.pages.models import Kind, LegalText
from tests.marketplace.test_desk import person

pytestmark = pytest.mark.django_db

ADD = "/admin/pages/legaltext/add/"


@pytest.fixture
def staff() -> User:
    user = person("Sol")
    user.is_staff = user.is_superuser = True
    user.save()
    return user


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def publish(user: User, body: str, **given: Any) -> LegalText:
    given = {"kind": Kind.TERMS, "language": "en", **given}
    return texts.publish(body=body, by_id=user.pk, at=given.pop("at", clock.now()), **given)


@pytest.mark.parametrize("kind", Kind.values)
def test_the_skeleton_names_the_operator_and_what_is_open(client: Client, kind: str, settings: Any) -> None:
    settings.OPERATOR_LEGAL_NAME = "Hands & Co Ltd"
    page = client.get(f"/{kind}/").content.decode()
    assert "Hands &amp; Co Ltd" in page
    assert "[" in page
    assert "noindex" in page
    assert "only staff see this" not in page


def test_staff_are_led_to_publish_their_own(staff: User) -> None:
    page = signed_in(staff).get("/terms/").content.decode()
    assert "only staff see this note" in page
    assert f'href="{ADD}?kind=terms&amp;language=en"' in page
    publish(staff, "## Ours")
    assert "only staff see this note" not in signed_in(staff).get("/terms/").content.decode()


def test_versions_follow_each_other_and_stay_readable(client: Client, staff: User) -> None:
    now = clock.now()
    publish(staff, "## First\n\nOne fee: {{ seller_fee }}", at=now - timedelta(days=40))
    publish(staff, "## Second", at=now)
    page = client.get("/terms/").content.decode()
    assert "<h2>Second</h2>" in page
    assert "Version 2, in force since" in page
    assert "/legal/terms/en/1/" in page
    assert '<link rel="canonical"' in page
    old = client.get("/legal/terms/en/1/").content.decode()
    assert "One fee: 10" in old
    assert "A former version" in old
    assert "noindex" in old


def test_a_version_keeps_what_its_places_said(client: Client, staff: User, settings: Any) -> None:
    body = "{{ company }} takes {{ seller_fee }}."
    settings.OPERATOR_LEGAL_NAME, settings.ORDER_RULES = "Hands Ltd", {"seller_fee_bp": 1_000}
    publish(staff, body, language="es")
    settings.OPERATOR_LEGAL_NAME, settings.ORDER_RULES = "Feet Ltd", {"seller_fee_bp": 1_500}
    assert texts.newest_body(Kind.TERMS, "es") == body
    assert "Hands Ltd takes 10&nbsp;%." in client.get("/terms/").content.decode()
    publish(staff, texts.newest_body(Kind.TERMS, "es"), language="es")
    assert "Feet Ltd takes 15&nbsp;%." in client.get("/terms/").content.decode()
    assert "Hands Ltd takes 10&nbsp;%." in client.get("/legal/terms/es/1/").content.decode()


def test_a_version_from_before_figures_were_kept_shows_todays(client: Client, staff: User, settings: Any) -> None:
    LegalText.objects.create(
        kind="terms", language="en", version=1, body="{{ company }}", published_by=staff, published_at=clock.now()
    )
    settings.OPERATOR_LEGAL_NAME = "Hands Ltd"
    assert "<p>Hands Ltd</p>" in client.get("/terms/").content.decode()


def test_a_version_that_no_list_shows_any_more_can_be_read(
    client: Client, staff: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(texts, "_MOST_SHOWN", 1)
    publish(staff, "## First")
    publish(staff, "## Second")
    assert "<h2>First</h2>" in client.get("/legal/terms/en/1/").content.decode()


def test_a_company_without_a_name_is_an_open_place(staff: User, settings: Any) -> None:
    assert settings.OPERATOR_LEGAL_NAME == ""
    page = signed_in(staff).post(ADD, {"kind": "terms", "language": "en", "body": "By {{ company }}."})
    assert "[COMPANY]" in page.content.decode()
    assert not LegalText.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("there", [0, 1])
def test_two_who_publish_at_once_both_do(staff: User, there: int) -> None:
    for _number in range(there):
        publish(staff, "## Former")
    results: list[object] = []

    def other() -> None:
        try:
            results.append(publish(staff, "## Later").version)
        except Error as error:
            results.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=other)
    with transaction.atomic():
        publish(staff, "## Earlier")
        thread.start()
        thread.join(timeout=0.7)  # it waits for us
        assert results == []
    thread.join()
    assert results == [there + 2]
    assert texts.newest_body(Kind.TERMS, "en") == "## Later"


@pytest.mark.parametrize("path", ["/legal/terms/en/1/", "/legal/terms/es/1/", "/legal/other/en/1/"])
def test_no_other_version(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_what_is_published_cannot_be_changed(staff: User) -> None:
    row = publish(staff, "## Ours")
    for act in (lambda: LegalText.objects.filter(pk=row.pk).update(body="x"), row.delete):
        with pytest.raises(Error, match="cannot be changed"), transaction.atomic():
            act()


def test_it_begins_with_the_text_in_force_and_becomes_the_next(staff: User) -> None:
    client = signed_in(staff)
    assert "[APPLICABLE LAW AND COURT]" in client.get(ADD, {"kind": "terms", "language": "en"}).content.decode()
    publish(staff, "## Ours, first")
    assert "Ours, first" in client.get(ADD, {"kind": "terms", "language": "en"}).content.decode()
    sent = client.post(ADD, {"kind": "terms", "language": "en", "body": "## Ours, second"})
    assert sent.status_code == 302
    row = LegalText.objects.get(version=2)
    assert (row.body, row.published_by_id) == ("## Ours, second", staff.pk)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("[APPLICABLE LAW]", "Write your own words"),
        ("[TELÉFONO]", "Write your own words"),
        ("[DIRECCIÓN DE LA EMPRESA]", "Write your own words"),
        ("{{ fee }}", "fills these"),
    ],
)
def test_open_places_are_refused(staff: User, body: str, said: str) -> None:
    page = signed_in(staff).post(ADD, {"kind": "terms", "language": "en", "body": body})
    assert said in page.content.decode()
    assert not LegalText.objects.exists()


def test_others_cannot_publish() -> None:
    client = signed_in(person("Anna"))
    assert client.post(ADD, {"kind": "terms", "language": "en", "body": "x"}).status_code == 302
    assert not LegalText.objects.exists()


def test_no_markup_gets_through(client: Client, staff: User) -> None:
    publish(staff, "# Title\n\n<script>alert(1)</script> [x](javascript:alert(1))")
    main = client.get("/terms/").content.decode().partition("<main")[2].partition("</main>")[0]
    assert "<script>alert" not in main
    assert 'href="javascript' not in main
    assert main.count("<h1") == 1


def test_the_readers_language_comes_before_english(client: Client, staff: User, settings: Any) -> None:
    settings.LANGUAGES = [("en", "English"), ("es", "Spanish")]
    publish(staff, "## English")
    spanish = {"headers": {"accept-language": "es"}}
    assert '<div class="prose" lang="en">' in client.get("/terms/", **spanish).content.decode()
    publish(staff, "## En español", language="es")
    assert "En español" in client.get("/terms/", **spanish).content.decode()
    assert "English</h2>" in client.get("/terms/").content.decode()


def test_a_link_of_capitals_is_no_open_place(staff: User) -> None:
    body = "Our duties under the [GDPR](https://example.org/)."
    assert signed_in(staff).post(ADD, {"kind": "privacy", "language": "en", "body": body}).status_code == 302
    assert LegalText.objects.get().body == body


def test_the_operators_words_come_before_a_skeleton_in_any_language(client: Client, staff: User) -> None:
    publish(staff, "## En español", language="es")
    page = client.get("/terms/", headers={"accept-language": "en"}).content.decode()
    assert '<div class="prose" lang="es">' in page
    assert "En español" in page


def test_figures_are_in_the_language_of_the_text(client: Client, staff: User) -> None:
    publish(staff, "Look for {{ acceptance }}.")
    with translation.override("en"):
        english = figures("EUR")["acceptance"]
    with translation.override("es"):
        assert figures("EUR")["acceptance"] != english
    assert f"Look for {english}." in client.get("/terms/", headers={"accept-language": "es"}).content.decode()
