"""The set-up: who comes in, what each tick is made of, what each button does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from pytest_django import DjangoAssertNumQueries

import payments.api
from accounts import api as accounts
from accounts.models import User
from gigs.models import Category
from marketplace.kernel import clock, events, outbox
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.models import OutboxMessage
from marketplace.pages.legal import texts
from marketplace.pages.models import Kind
from marketplace.setup import look, services
from marketplace.setup.models import SetupLink, SetupStep
from marketplace.setup.steps import steps
from payments.events import BackupMade
from payments.models import WebhookEvent
from tests.marketplace.setup.conftest import AT, PASSWORD

PAGE = "/setup/"
NEWCOMER = {"display_name": "Olga Owner", "email": "Olga@example.org", "password": PASSWORD}
pytestmark = pytest.mark.django_db


def state(name: str) -> Any:
    return next(step for step in steps(clock.now()) if step.name == name)


# The way in


def test_the_console_s_link_makes_the_first_account_once(client: Client, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("setup_link")
    path = "/setup/start/" + capsys.readouterr().out.strip().rpartition("/setup/start/")[2]
    assert client.get(path).status_code == 200
    answer = client.post(path, NEWCOMER)
    assert answer.headers["Location"] == PAGE
    user = User.objects.get()
    assert (user.email, user.is_superuser, user.is_staff, user.check_password(PASSWORD)) == (
        "olga@example.org", True, True, True,
    )  # fmt: skip
    assert client.get(PAGE).status_code == 200
    assert Client().get(path).status_code == 404
    assert Client().post(path, {**NEWCOMER, "email": "eve@example.org"}).status_code == 404
    assert User.objects.count() == 1
    with pytest.raises(CommandError, match="staff account already"):
        call_command("setup_link")


def test_a_link_opens_for_a_day_and_a_newer_one_takes_its_place(client: Client) -> None:
    first, second = (services.make_link(clock.now()).partition("/setup")[2] for _link in range(2))
    assert client.get(f"/setup{first}").status_code == 404
    assert client.get(f"/setup{second}").status_code == 200
    SetupLink.objects.update(made_at=clock.now() - timedelta(hours=25))
    assert client.get(f"/setup{second}").status_code == 404
    assert client.get("/setup/start/guess/").status_code == 404


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"password": "short"}, "password"),
        ({"password": "olga@example.org"}, "password"),
        ({"password": "olga owner"}, "password"),
        ({"display_name": "www.evil.example"}, "display_name"),
    ],
)
def test_a_wrong_first_account_is_refused_and_the_link_stays_good(
    client: Client, changes: dict[str, str], field: str
) -> None:
    path = "/setup" + services.make_link(clock.now()).partition("/setup")[2]
    answer = client.post(path, {**NEWCOMER, **changes})
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert not User.objects.exists()
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", [PAGE, "/setup/look/", "/setup/look/preview.css"])
@pytest.mark.parametrize("rights", [None, {}, {"is_staff": True}, {"is_moderator": True}, {"is_treasurer": True}])
def test_nobody_else_learns_that_there_is_a_page(client: Client, path: str, rights: dict[str, bool] | None) -> None:
    if rights is not None:
        pk = accounts.register_person(email="eve@example.org", name="Eve", password=None, at=AT)
        User.objects.filter(pk=pk).update(**rights) if rights else None
        client.force_login(User.objects.get(pk=pk))
    assert client.get(path).status_code == 404
    assert client.post("/setup/do/categories/").status_code == 404
    assert "setup" not in client.get("/robots.txt").content.decode()
    assert not Category.objects.exists()


# Ticks


def test_the_page_costs_the_same_whatever_there_is(
    as_operator: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    as_operator.post("/setup/do/categories/")
    as_operator.post("/setup/do/fees/")
    WebhookEvent.objects.bulk_create(
        WebhookEvent(source=source, event_id=f"evt_{number}", type="x", livemode=False, received_at=AT, due_at=AT)
        for number in range(30)
        for source in ("platform", "connect")
    )
    with django_assert_max_num_queries(14):
        page = as_operator.get(PAGE)
    assert page.status_code == 200
    heard = {one["endpoint"].source: one["endpoint"].heard_at for one in page.context["steps"][5].facts["endpoints"]}
    assert heard == {"platform": AT, "connect": AT, "v2": None}


def test_the_starter_set_and_the_fees(as_operator: Client, operator: User) -> None:
    assert not state("categories").is_done
    as_operator.post("/setup/do/categories/")
    assert state("categories").is_done
    assert not state("fees").is_done
    as_operator.post("/setup/do/fees/")
    assert SetupStep.objects.get(pk="fees").by == operator
    assert state("fees").is_done


def test_legal_texts_need_a_name_and_an_address(settings: Any, db: None) -> None:
    settings.OPERATOR_LEGAL_NAME, settings.OPERATOR_ADDRESS = "", []
    settings.OPERATOR_EMAIL = "help@localhost"
    assert "OPERATOR_LEGAL_NAME, OPERATOR_ADDRESS, OPERATOR_EMAIL" in state("legal").problem
    settings.OPERATOR_LEGAL_NAME = "Shop Ltd"
    settings.OPERATOR_ADDRESS, settings.OPERATOR_EMAIL = ["1 Road"], "help@shop.example"
    assert not state("legal").is_done
    by_id = User.objects.create_superuser("op@example.org", "a long enough password").pk
    for kind in Kind:
        texts.publish(kind=kind, language="en", body="Ours.", by_id=by_id, at=clock.now())
    assert state("legal").is_done


def test_a_backup_is_noted_by_its_event(db: None) -> None:
    assert not state("backup").is_done
    events.publish(BackupMade(clock.now(), 1_234))
    assert (state("backup").is_done, state("backup").problem) == (True, "")
    SetupStep.objects.update(at=clock.now() - timedelta(days=8))
    assert "more than a week" in state("backup").problem


def test_a_test_mail_goes_through_the_outbox_and_its_outcome_is_told(as_operator: Client) -> None:
    as_operator.post("/setup/do/mail/", {"to": "me@example.org"})
    assert (state("mail").is_done, state("mail").problem) == (False, "")
    OutboxMessage.objects.update(last_error="SMTPConnectError: nobody there")
    assert "nobody there" in state("mail").problem
    outbox.deliver_due(clock.now() + timedelta(hours=1))
    assert state("mail").is_done
    (letter,) = mail.outbox
    assert (letter.to, "Mail works" in str(letter.alternatives[0])) == (["me@example.org"], True)
    refused = as_operator.post("/setup/do/mail/", {"to": "nobody"})
    assert refused.context["mail_form"].errors


def test_without_a_key_the_provider_is_not_asked(as_operator: Client, settings: Any) -> None:
    settings.STRIPE_SECRET_KEY = ""
    page = as_operator.post("/setup/do/payment/", follow=True)
    assert "Set STRIPE_SECRET_KEY" in page.content.decode()
    assert not state("payment").is_done


@pytest.mark.django_db(transaction=True)
def test_a_provider_that_nobody_reaches_is_told_as_such(as_operator: Client, settings: Any) -> None:
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"  # nothing listens
    for do in ("payment", "webhook"):
        page = as_operator.post(f"/setup/do/{do}/", {"source": "platform"}, follow=True)
        assert page.redirect_chain == [("/setup/", 302)]
        assert "The provider said:" in page.content.decode()
    assert (state("payment").is_done, "said" in state("payment").problem) == (False, True)
    assert as_operator.post("/setup/do/webhook/", {"source": "'; --"}, follow=True).status_code == 200


def test_a_letter_that_no_server_takes_is_told_and_none_goes_to_two(as_operator: Client, settings: Any) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = (
        "django.core.mail.backends.smtp.EmailBackend", "127.0.0.1", 9,
    )  # fmt: skip
    for to in ("a@example.org\nBcc: b@example.org", "a@example.org,b@example.org", "<b>@example.org", "a" * 300):
        page = as_operator.post("/setup/do/mail/", {"to": to})
        assert page.context["mail_form"].errors["to"]
    assert not OutboxMessage.objects.exists()
    as_operator.post("/setup/do/mail/", {"to": "nobody@example.org"})
    outbox.deliver_due(clock.now() + timedelta(seconds=1))
    page = as_operator.get("/setup/").content.decode()
    assert "Not sent to nobody@example.org." in page
    assert "ConnectionRefusedError" in page


def test_it_is_closed_when_all_is_done_and_the_link_goes_away(
    as_operator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert b'href="/setup/"' in as_operator.get("/protection/").content
    refused = as_operator.post("/setup/do/close/", follow=True)
    assert "Something is still to be done." in refused.content.decode()
    services.close_setup(clock.now())
    assert look.is_set_up()
    assert b'href="/setup/"' not in as_operator.get("/protection/").content
    assert as_operator.get(PAGE).status_code == 200


def test_what_is_not_there_cannot_be_done(as_operator: Client) -> None:
    assert as_operator.post("/setup/do/everything/").status_code == 404
    assert as_operator.get("/setup/do/mail/").status_code == 405
    assert not AnonymousUser().is_authenticated


def test_the_secret_of_a_webhook_is_shown_even_where_the_provider_fails_after_it(
    as_operator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> Any:
        raise InvalidInput("The provider is away.")

    monkeypatch.setattr(payments.api, "register_webhook", lambda source: "whsec_once")
    monkeypatch.setattr(payments.api, "try_provider", away)
    page = as_operator.post("/setup/do/webhook/", {"source": "platform"}).content.decode()
    assert "STRIPE_WEBHOOK_SECRET=whsec_once" in page
    assert "The provider is away." in page
