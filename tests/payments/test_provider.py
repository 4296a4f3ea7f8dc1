"""Setting up the provider: a test call, and addresses registered once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from accounts import api as accounts
from accounts.models import User
from marketplace.kernel import clock
from marketplace.kernel.errors import InvalidInput
from payments import api
from payments.webhooks.registry import types_followed
from tests.support.sandbox import SandboxProcess

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_call_says_whose_money_moves_and_what_is_registered(sandbox: SandboxProcess) -> None:
    sandbox.control("funds/add", amount=10_000, currency="eur")
    answer = api.try_provider()
    assert (answer.is_live, answer.currencies, answer.registered) == (False, ("EUR",), ())


def test_each_address_is_registered_once_for_what_is_followed_there(sandbox: SandboxProcess, settings: Any) -> None:
    settings.SITE_URL = "https://shop.example"
    for source in ("platform", "connect", "v2"):
        assert api.register_webhook(source).startswith("whsec_")
        assert api.register_webhook(source) == ""
    assert api.try_provider().registered == ("platform", "connect", "v2")
    plain = {one.url: one for one in sandbox.client().v1.webhook_endpoints.list().data}
    assert set(plain) == {"https://shop.example/stripe/webhooks/", "https://shop.example/stripe/webhooks/connect/"}
    assert plain["https://shop.example/stripe/webhooks/"].enabled_events == types_followed("platform")
    (thin,) = sandbox.client().v2.core.event_destinations.list().data
    assert (thin.event_payload, thin.events_from, thin.enabled_events) == ("thin", ["@accounts"], types_followed("v2"))


def test_sites_that_speak_the_first_accounts_api_have_two_addresses(sandbox: SandboxProcess, settings: Any) -> None:
    settings.STRIPE_ACCOUNTS_API = "v1"
    assert [one.source for one in api.webhook_states()] == ["platform", "connect"]
    with pytest.raises(InvalidInput):
        api.register_webhook("v2")
    assert sandbox.requests("GET /v2/core/event_destinations") == []


def test_a_key_that_is_not_taken_is_said_in_words(sandbox: SandboxProcess, settings: Any) -> None:
    settings.STRIPE_SECRET_KEY = "sk_wrong"
    with pytest.raises(InvalidInput) as refused:
        api.try_provider()
    assert "STRIPE_SECRET_KEY" in refused.value.message


def test_the_set_up_shows_a_secret_once(sandbox: SandboxProcess, client: Client) -> None:
    pk = accounts.create_operator(name="Olga", email="o@example.org", password="correct horse battery", at=clock.now())
    client.force_login(User.objects.get(pk=pk), backend="django.contrib.auth.backends.ModelBackend")
    client.post("/setup/do/payment/")
    page = client.post("/setup/do/webhook/", {"source": "connect"})
    assert page.context["new_variable"] == "STRIPE_CONNECT_WEBHOOK_SECRET"
    secret = page.context["new_secret"]
    assert secret in page.content.decode()
    assert page["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    again = client.get("/setup/")
    assert secret not in again.content.decode()
    payment = again.context["steps"][5]
    assert [one["is_registered"] for one in payment.facts["endpoints"]] == [False, True, False]
    for source in ("platform", "v2"):
        client.post("/setup/do/webhook/", {"source": source})
    assert client.get("/setup/").context["steps"][5].is_done


def test_a_secret_is_shown_though_the_provider_goes_away_afterwards(sandbox: SandboxProcess, client: Client) -> None:
    pk = accounts.create_operator(name="Olga", email="o@example.org", password="correct horse battery", at=clock.now())
    client.force_login(User.objects.get(pk=pk), backend="django.contrib.auth.backends.ModelBackend")
    sandbox.faults("GET /v1/balance", "500_before", times=10)
    page = client.post("/setup/do/webhook/", {"source": "connect"})
    assert page.context["new_secret"].startswith("whsec_")


def _wait_for(happened: Callable[[], object]) -> None:
    until = time.monotonic() + 10
    while not happened():
        assert time.monotonic() < until
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("source", "path"), [("connect", "/v1/webhook_endpoints"), ("v2", "/v2/core/event_destinations")]
)
def test_two_presses_at_once_register_it_once_and_are_told_the_same(
    sandbox: SandboxProcess, settings: Any, source: str, path: str
) -> None:
    settings.SITE_URL = f"https://{source}.example"
    told: list[str] = []

    def press() -> None:
        try:
            told.append(api.register_webhook(source))
        finally:
            connection.close()

    presses = [threading.Thread(target=press) for _one in range(2)]
    sandbox.faults(f"POST {path}", "hold_before")
    presses[0].start()
    _wait_for(sandbox.held)
    presses[1].start()
    _wait_for(lambda: [row for row in sandbox.requests(f"POST {path}") if row["status"] == 409])
    sandbox.release()
    for one in presses:
        one.join()
    assert told[0].startswith("whsec_")
    assert told == [told[0]] * 2
    assert api.register_webhook(source) == ""
    posted = sandbox.requests(f"POST {path}")
    assert [row["replayed"] for row in posted if row["status"] == 200] == [False, True]


def test_who_presses_while_another_waits_for_long_hears_so(
    sandbox: SandboxProcess, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SITE_URL = "https://long.example"
    monkeypatch.setattr("payments.services.provider._PAUSES", (0.01,))
    sandbox.faults("POST /v1/webhook_endpoints", "409", times=2)
    with pytest.raises(InvalidInput) as refused:
        api.register_webhook("platform")
    assert refused.value.code == "registering"
    assert api.register_webhook("platform").startswith("whsec_")


@pytest.mark.parametrize(("source", "path"), [("connect", "webhook_endpoints"), ("v2", "core/event_destinations")])
def test_a_secret_whose_answer_was_lost_is_told_to_who_comes_again(
    sandbox: SandboxProcess, settings: Any, source: str, path: str
) -> None:
    settings.SITE_URL = f"https://lost-{source}.example"
    version = "v2" if source == "v2" else "v1"
    sandbox.faults(f"POST /{version}/{path}", "drop_answer")
    with pytest.raises(InvalidInput):
        api.register_webhook(source)
    assert api.register_webhook(source).startswith("whsec_")
    assert api.register_webhook(source) == ""
    assert [row["replayed"] for row in sandbox.requests(f"POST /{version}/{path}")][-1] is True
    assert source in api.try_provider().registered


def test_a_key_serves_one_registration(sandbox: SandboxProcess) -> None:
    """Who removes the address at the provider and registers it anew is not told the former secret."""
    keys = set()
    for _time in range(2):
        assert api.register_webhook("platform").startswith("whsec_")
        (made,) = sandbox.requests("POST /v1/webhook_endpoints")
        keys.add(made["idempotency_key"])
        sandbox.reset()
    assert len(keys) == 2
