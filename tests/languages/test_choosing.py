"""Which language somebody reads: a switch, a cookie, the browser; for members their own choice, in letters as well."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.test import Client
from django.utils.translation import get_language

from accounts import api as accounts
from accounts.models import User
from inbox import api as inbox
from inbox.contracts import Notice
from inbox.letters import letter_for
from inbox.models import Notification
from marketplace.kernel.models import OutboxMessage

AT = datetime(2026, 5, 12, 9, 30, tzinfo=UTC)


def person(email: str = "ana@example.org", **fields: Any) -> User:
    user = User.objects.create_user(email, "a long enough password", display_name="Ana")
    User.objects.filter(pk=user.pk).update(**fields)
    return User.objects.get(pk=user.pk)


def lang_of(response: Any) -> str:
    return str(response.content.decode().partition('<html lang="')[2].partition('"')[0])


@pytest.mark.django_db
def test_a_database_that_has_the_column_under_a_former_name_of_the_migration_takes_it() -> None:
    migration = MigrationLoader(connection).disk_migrations["accounts", "0011_language"]
    state = MigrationLoader(None).project_state(("accounts", "0010_former_handles"))
    with connection.schema_editor(atomic=False) as editor:
        migration.apply(state, editor)
    assert state.models["accounts", "user"].fields["language"]
    assert person().language == ""


@pytest.mark.django_db
class TestVisitors:
    def test_read_what_their_browser_asks_for(self) -> None:
        response = Client().get("/", headers={"Accept-Language": "es-MX,es;q=0.9,en;q=0.5"})
        assert lang_of(response) == response.headers["Content-Language"] == "es"
        assert "Accept-Language" in response.headers["Vary"]
        assert "Cookie" in response.headers["Vary"]

    @pytest.mark.parametrize("asked", ["", "fi", "nonsense;;q=x"])
    def test_without_a_shipped_language_read_the_sites(self, asked: str) -> None:
        assert lang_of(Client().get("/", headers={"Accept-Language": asked})) == "en"

    def test_switch_by_the_footer_and_keep_it(self) -> None:
        client = Client()
        assert 'action="/language/"' in client.get("/fees/").content.decode()
        response = client.post("/language/", {"language": "es", "next": "/fees/?price=20"})
        assert (response.status_code, response.headers["Location"]) == (302, "/fees/?price=20")
        assert lang_of(client.get("/fees/", headers={"Accept-Language": "en"})) == "es"

    def test_what_is_not_spoken_changes_nothing(self) -> None:
        client = Client()
        client.post("/language/", {"language": "tlh", "next": "/"})
        assert "language" not in client.cookies
        assert lang_of(client.get("/")) == "en"

    def test_the_way_back_leads_to_no_other_site(self) -> None:
        response = Client().post("/language/", {"language": "es", "next": "https://evil.example/"})
        assert response.headers["Location"] == "/"


@pytest.mark.django_db
class TestMembers:
    def test_the_switch_is_kept_with_them(self, client: Client) -> None:
        user = person()
        client.force_login(user)
        client.post("/language/", {"language": "es", "next": "/"})
        assert User.objects.get(pk=user.pk).language == "es"
        elsewhere = Client(headers={"Accept-Language": "en"})
        elsewhere.force_login(user)
        assert lang_of(elsewhere.get("/")) == "es"

    def test_the_settings_offer_every_language(self, client: Client) -> None:
        user = person(language="es")
        client.force_login(user)
        assert '<option value="es" selected' in client.get("/settings/time/").content.decode()
        client.post("/settings/time/", {"language": "en", "time_zone": "Europe/Madrid"})
        assert User.objects.get(pk=user.pk).language == "en"
        refused = client.post("/settings/time/", {"language": "tlh", "time_zone": "Europe/Madrid"})
        assert refused.status_code == 200
        assert User.objects.get(pk=user.pk).language == "en"

    def test_who_never_chose_reads_the_browsers(self, client: Client) -> None:
        client.force_login(person())
        assert lang_of(client.get("/", headers={"Accept-Language": "es"})) == "es"

    def test_one_request_leaves_nothing_to_the_next(self, client: Client) -> None:
        client.force_login(person(language="es"))
        assert lang_of(client.get("/")) == "es"
        assert lang_of(Client().get("/")) == "en"


@pytest.mark.django_db
class TestLetters:
    def test_a_notices_letter_is_in_its_readers_language(self) -> None:
        for code in ("es", "en", ""):
            user = person(f"{code}x@example.org", language=code)
            inbox.notify(Notice(user.pk, "message_received", "k", "T", "/", {"author": "Tom", "preview": "Hi"}), AT)
            letter = letter_for(Notification.objects.get(recipient=user))
            assert f'<html lang="{code or "en"}">' in letter.html
        assert get_language() == "en"

    def test_a_letter_about_the_account_too_whoever_asks_for_it(self, client: Client) -> None:
        person(language="es")
        client.post("/accounts/password/reset/", {"email": "ana@example.org"}, headers={"Accept-Language": "en"})
        (message,) = OutboxMessage.objects.filter(topic="mail")
        assert '<html lang="es">' in message.payload["html"]
        assert mail.outbox == []

    def test_words_to_somebody_are_in_their_language_and_zone(self) -> None:
        user = person(language="es")
        with accounts.speaking_to(user.pk):
            assert get_language() == "es"
        with accounts.speaking_to(0):
            assert get_language() == "en"
