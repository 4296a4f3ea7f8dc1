"""Pages for when something is broken or closed: they say so, help on, and need nothing that may be away."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client, RequestFactory

from marketplace.pages import views
from marketplace.pages.broken import server_error


@pytest.fixture
def closed(settings: Any) -> Client:
    settings.MAINTENANCE = True
    return Client()


def test_every_page_says_that_the_site_is_back_soon(closed: Client) -> None:
    for path in ("/", "/search/?q=logo", "/orders/", "/nothing/"):
        answer = closed.get(path)
        assert (answer.status_code, answer["Retry-After"], answer["Cache-Control"]) == (503, "120", "no-store")
        assert answer.content.decode().count("<h1>") == 1


def test_programs_are_told_in_their_own_way(closed: Client) -> None:
    for path in ("/api/v1/gigs/", "/stripe/webhooks/"):
        answer = closed.post(path)
        assert (answer.status_code, answer.json()["code"]) == (503, "maintenance")


@pytest.mark.django_db
def test_who_watches_the_process_sees_it_run(closed: Client) -> None:
    assert closed.get("/healthz").status_code == 200


def broken(monkeypatch: pytest.MonkeyPatch, error: Exception) -> Any:
    def fail(*_args: Any) -> None:
        raise error

    monkeypatch.setattr(views.gigs.api, "home_sections", fail)
    return Client(raise_request_exception=False).get("/")


@pytest.mark.django_db
def test_a_database_that_is_away_is_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = broken(monkeypatch, OperationalError("no connection"))
    assert answer.status_code == 503
    assert "cannot reach our records" in answer.content.decode()


def refused(code: str | None) -> OperationalError:
    """As Django passes on what PostgreSQL said, by its code."""
    error = OperationalError("it said no")
    error.__cause__ = type("Said", (Exception,), {"pgcode": code})()
    return error


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("code", "status"),
    [(None, 503), ("08006", 503), ("57P01", 503), ("57014", 500), ("40P01", 500), ("40001", 500), ("53100", 500)],
)
def test_what_the_database_refuses_is_a_fault_and_its_absence_is_none(
    monkeypatch: pytest.MonkeyPatch, code: str | None, status: int
) -> None:
    assert broken(monkeypatch, refused(code)).status_code == status


@pytest.mark.parametrize(
    ("error", "status", "code", "wait"),
    [(refused(None), 503, "database", "120"), (refused("40P01"), 500, "error", None), (KeyError(), 500, "error", None)],
)
def test_programs_are_told_of_it_in_their_own_way(
    rf: RequestFactory, error: Exception, status: int, code: str, wait: str | None
) -> None:
    try:
        raise error
    except type(error):
        answer = server_error(rf.get("/api/v1/gigs/"))
    told = json.loads(answer.content)
    assert (answer.status_code, told["code"], told["fields"], answer.get("Retry-After")) == (status, code, {}, wait)
    assert told["message"]


@pytest.mark.django_db
def test_a_fault_of_ours_says_so(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.SITE_NAME = "Handy"
    answer = broken(monkeypatch, RuntimeError("a fault"))
    assert answer.status_code == 500
    assert "Handy" in answer.content.decode()
    assert 'href="/help/"' in answer.content.decode()


def test_its_page_needs_no_database(rf: RequestFactory) -> None:
    assert server_error(rf.get("/")).status_code == 500  # a query fails here: the test is given no database


@pytest.mark.django_db
def test_a_page_that_is_not_there_helps_on(client: Client) -> None:
    page = client.get("/nothing-here/").content.decode()
    assert 'action="/search/"' in page
    assert 'href="/help/"' in page
