"""The treasurers' pages with hostile names, titles and reasons in everything that they show."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from marketplace.kernel import clock
from marketplace.kernel.money import Money
from payments import api as payments
from payments.contracts import RefundRequest
from payments.models import Chargeback, DeedKind, Outflow, StripeOperation, WebhookEvent
from payments.operations import brakes, queue
from payments.services import manual
from tests.security.conftest import BACKEND, HOSTILE, Market, addresses
from tests.security.pages import wrongs


@pytest.fixture
def treasurer(market: Market) -> User:
    return User.objects.create_user("t@example.org", display_name=f"T {HOSTILE}"[:60], is_treasurer=True)


@pytest.fixture
def client(treasurer: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(treasurer, backend=BACKEND)
    return client


@pytest.fixture
def troubled(market: Market, treasurer: User) -> dict[str, object]:
    """Something hostile on every page; the ids that their addresses take."""
    at = clock.now()
    charge_id = market.delivered.charge_id
    assert charge_id is not None
    brakes.pull(Outflow.REFUNDS, reason=HOSTILE, by_id=treasurer.pk, at=at)
    payments.refund(RefundRequest("hostile", charge_id, Money(100, "EUR"), HOSTILE), at)
    op = StripeOperation.objects.get(kind="create_refund")
    queue.park(op, RuntimeError(HOSTILE))
    event = WebhookEvent.objects.create(
        source="platform", event_id="evt_1", type=HOSTILE[:100], livemode=False, payload={"a": HOSTILE}, received_at=at,
        due_at=at, parked_at=at, outcome=HOSTILE, object_id=HOSTILE[:90],
    )  # fmt: skip
    chargeback = Chargeback.objects.create(
        charge_id=market.completed.charge_id, stripe_dispute_id="dp_1", state="open", status="needs_response",
        reason=HOSTILE[:60], amount_minor=1, currency="EUR", opened_at=at, evidence_note=HOSTILE,
    )  # fmt: skip
    request = manual.DeedRequest("f", DeedKind.DEPOSIT, Money(100, "EUR"), HOSTILE)
    seen = manual.review_request(request, by_id=treasurer.pk, at=at).seen
    deed = manual.ask(request, seen=seen, by_id=treasurer.pk, at=at)
    manual.decline(deed.pk, by_id=treasurer.pk, note=HOSTILE, at=at)
    return {"operation": op.pk, "webhook": event.pk, "chargeback": chargeback.pk, "deed": deed.pk}


QUERIES = ["?before=x", "?before=-1", "?below=x", "?after=99999999999999999999", "?as_of=0001-01-01", "?show=x"]
QUERIES += ["?as_of=9999-12-31", "?state=x&kind=y", "?subject=%00"]
PAGES = ["desk", "checks", "ledger", "find", "reference", "account", "person", "operations", "operation", "webhooks",
         "webhook", "brakes", "brake_pull", "deeds", "deed_new", "deed", "chargeback"]  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
def test_hostile_words_stay_words(name: str, market: Market, troubled: dict[str, object], client: Client) -> None:
    known = dict(addresses(market).get(f"money:{name}", {}))
    if name in troubled:
        known["pk"] = troubled[name]
    response = client.get(reverse(f"money:{name}", kwargs=known))
    assert response.status_code == 200
    assert wrongs(response) == []


@pytest.mark.parametrize("term", [HOSTILE, f"{HOSTILE}@x", "ch_" + HOSTILE, "\x00", "é" * 300])
def test_hostile_terms_find_nothing_and_break_nothing(term: str, client: Client) -> None:
    response = client.get(reverse("money:find"), {"q": term})
    assert response.status_code == 200
    assert wrongs(response) == []


@pytest.mark.parametrize("query", QUERIES)
def test_hostile_queries_break_nothing(query: str, market: Market, troubled: dict[str, object], client: Client) -> None:
    for name in ("ledger", "reference", "account", "person", "operations", "webhooks", "deeds", "deed_new"):
        known = addresses(market).get(f"money:{name}", {})
        response = client.get(reverse(f"money:{name}", kwargs=known) + query)
        assert response.status_code in {200, 404}, name
        assert wrongs(response) == [], name
