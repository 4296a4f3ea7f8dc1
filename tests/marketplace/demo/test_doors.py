"""The demo's own doors: the operator's, and pages of errors that one can look at."""

from __future__ import annotations

import pytest
from django.test import Client

from marketplace.demo.loader import people
from marketplace.kernel import clock

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.marketplace.demo.urls")]


def test_the_operator_is_led_to_the_set_up_and_may_publish_legal_texts(client: Client) -> None:
    people.settle_operator(clock.now())
    assert client.post("/demo/enter/operator/").headers["Location"] == "/setup/"
    for path in ("/setup/", "/setup/look/", "/admin/pages/legaltext/add/"):
        assert client.get(path).status_code == 200
    assert "only staff see this note" in client.get("/terms/").content.decode()


def test_roles_are_entered_by_a_form_alone(client: Client) -> None:
    people.settle_operator(clock.now())
    assert client.get("/demo/enter/operator/").status_code == 405
    assert client.get("/setup/").status_code == 404


@pytest.mark.parametrize("status", [400, 403, 429, 500, 503])
def test_a_page_of_an_error_has_its_status(client: Client, status: int) -> None:
    page = client.get(f"/demo/error/{status}/")
    assert page.status_code == status
    assert page.content.decode().count("<h1") == 1


def test_there_are_no_others(client: Client) -> None:
    assert client.get("/demo/error/418/").status_code == 404


def test_without_the_demo_there_are_none(client: Client, settings: object) -> None:
    settings.ROOT_URLCONF = "marketplace.urls"  # type: ignore[attr-defined]
    assert client.get("/demo/error/500/").status_code == 404
    assert client.post("/demo/enter/operator/").status_code == 404
