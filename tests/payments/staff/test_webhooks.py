"""Webhooks on their page: what is parked is shown as it came, and one can be processed again."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from payments import api
from payments.models import Charge, WebhookEvent
from payments.selectors import webhooks as selector
from payments.selectors.webhooks import Show
from tests.payments.scenes import Scene
from tests.support.sandbox import SandboxProcess


def event(scene: Scene, number: int = 1, **changes: Any) -> WebhookEvent:
    given: dict[str, Any] = {
        "source": "platform", "event_id": f"evt_{number}", "type": "checkout.session.completed", "livemode": False,
        "payload": {"id": f"evt_{number}", "note": "<b>ä</b>"}, "received_at": scene.at, "due_at": scene.at,
    }  # fmt: skip
    return WebhookEvent.objects.create(**{**given, **changes})


@pytest.mark.django_db
def test_parked_ones_come_first_with_their_reason(client: Client, selling: Scene) -> None:
    page = client.get(reverse("money:webhooks")).content.decode()
    assert "Nothing is parked" in page
    poison = event(selling, 1, parked_at=selling.at, outcome="KeyError: 'amount'", attempts=10)
    event(selling, 2)
    event(selling, 3, processed_at=selling.at, outcome="done")
    page = client.get(reverse("money:webhooks")).content.decode()
    assert ("evt_1" in page, "evt_2" in page, "KeyError: &#x27;amount&#x27;" in page) == (True, False, True)
    shown = {show: [row.event_id for row in selector.page(show).rows] for show in Show}
    assert shown == {"parked": ["evt_1"], "waiting": ["evt_2"], "all": ["evt_3", "evt_2", "evt_1"]}
    one = client.get(reverse("money:webhook", args=[poison.pk])).content.decode()
    assert "&lt;b&gt;ä&lt;/b&gt;" in one


@pytest.mark.django_db
def test_pages_lead_back(selling: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selector, "PAGE", 2)
    for number in range(5):
        event(selling, number)
    seen, before = [], 0
    while True:
        page = selector.page(Show.ALL, before)
        seen += [row.event_id for row in page.rows]
        if page.next_before is None:
            break
        before = page.next_before
    assert seen == ["evt_4", "evt_3", "evt_2", "evt_1", "evt_0"]


@pytest.mark.django_db
def test_queries_do_not_grow(client: Client, selling: Scene, django_assert_num_queries: Any) -> None:
    for number in range(9):
        event(selling, number, parked_at=selling.at)
    with django_assert_num_queries(7):
        client.get(reverse("money:webhooks"))
    address = reverse("money:webhook", args=[WebhookEvent.objects.latest("pk").pk])
    with django_assert_num_queries(4):
        client.get(address)


@pytest.mark.django_db(transaction=True)
def test_processing_again_reads_the_object_and_goes_forward(
    live_scene: Scene, client: Client, sandbox: SandboxProcess
) -> None:
    charge = live_scene.pending()
    api.checkout_url(charge.id, live_scene.at)
    charge.refresh_from_db()
    sandbox.pay(charge.session_id)
    poison = event(live_scene, object_id=charge.session_id, parked_at=live_scene.at, outcome="odd", attempts=10)
    address = reverse("money:webhook_replay", args=[poison.pk])
    assert client.get(address).status_code == 405
    page = client.post(address, follow=True).content.decode()
    assert "Processed: done." in page
    poison.refresh_from_db()
    assert (poison.parked_at, poison.outcome, Charge.objects.get().state) == (None, "done", "captured")
    client.post(address)
    assert Charge.objects.get().captured_minor == 5_974


@pytest.mark.django_db(transaction=True)
def test_one_that_fails_again_says_so(live_scene: Scene, client: Client, sandbox: SandboxProcess) -> None:
    poison = event(live_scene, object_id="cs_1", parked_at=live_scene.at, attempts=10)
    sandbox.faults("GET /v1/checkout/sessions/{session}", "drop_before", times=3)
    page = client.post(reverse("money:webhook_replay", args=[poison.pk]), follow=True).content.decode()
    assert "It failed again" in page or "no such object" in page
