"""Who may see and do what: treasurers everything, a visitor is asked to sign in, everybody else finds nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts import api as people
from accounts.models import User
from payments.models import Brake, ManualDeed, StripeOperation, WebhookEvent
from payments.operations import queue
from payments.services import manual
from tests.payments.scenes import Scene, ledger_size
from tests.payments.staff.conftest import wanted

REFERENCE = "order:1"


@pytest.fixture
def known(selling: Scene, treasurer: User) -> dict[str, list[object]]:
    """What each address with arguments is called with."""
    release = selling.released(REFERENCE)
    op = StripeOperation.objects.get()
    queue.park(op, RuntimeError("odd"))
    event = WebhookEvent.objects.create(
        source="platform", event_id="evt_1", type="charge.updated", livemode=False, payload={"id": "evt_1"},
        received_at=selling.at, due_at=selling.at,
    )  # fmt: skip
    request = wanted("deposit", 5_000)  # type: ignore[arg-type]
    seen = manual.review_request(request, by_id=treasurer.pk, at=selling.at).seen
    deed = manual.ask(request, seen=seen, by_id=treasurer.pk, at=selling.at)
    account = release.charge.payer_id
    return {
        "reference": [REFERENCE],
        "account": [1],
        "person": [account],
        "operation": [op.pk],
        "operation_retry": [op.pk],
        "operation_look": [op.pk],
        "stripe_object": ["xx_1"],
        "webhook": [event.pk],
        "webhook_replay": [event.pk],
        "brake_pull": ["refunds"],
        "brake_lift": ["refunds"],
        "deed_new": ["deposit"],
        "deed": [deed.pk],
        "deed_confirm": [deed.pk],
        "deed_decline": [deed.pk],
        "reissue": [deed.pk],
    }


PAGES = [
    "desk", "checks", "ledger", "find", "reference", "person", "operations", "operation", "stripe_object", "webhooks",
    "webhook", "brakes", "brake_pull", "deeds", "deed_new", "deed", "margins",
]  # fmt: skip
DEEDS = ["desk_done", "operation_retry", "webhook_replay", "brake_pull", "brake_lift", "deed_new", "deed_confirm",
         "deed_decline", "reissue", "margins"]  # fmt: skip


def address(name: str, known: dict[str, list[object]]) -> str:
    return reverse("pages:margins") if name == "margins" else reverse(f"money:{name}", args=known.get(name))


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["buyer", "seller", "moderator"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_else_finds_anything(
    role: str, method: str, known: dict[str, list[object]], enter: Callable[[User], Client], moderator: User,
    request: pytest.FixtureRequest,
) -> None:  # fmt: skip
    client = enter(request.getfixturevalue(role))
    before = ledger_size(), Brake.objects.count(), list(ManualDeed.objects.values_list("state"))
    for name in PAGES if method == "get" else DEEDS:
        assert getattr(client, method)(address(name, known)).status_code == 404, name
    assert (ledger_size(), Brake.objects.count(), list(ManualDeed.objects.values_list("state"))) == before


@pytest.mark.django_db
def test_a_visitor_signs_in_first(known: dict[str, list[object]]) -> None:
    for name in PAGES:
        answer = Client().get(address(name, known))
        assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/accounts/login/"), name
    for name in DEEDS:
        assert Client().post(address(name, known)).status_code == 302, name
    assert Brake.objects.count() == 0


@pytest.mark.django_db
def test_treasurers_and_superusers_see_every_page(
    client: Client, known: dict[str, list[object]], enter: Callable[[User], Client]
) -> None:
    root = User.objects.create_superuser("root@example.org", display_name="Root")
    for reader in (client, enter(root)):
        for name in PAGES:
            status = 404 if name == "stripe_object" else 200
            assert reader.get(address(name, known)).status_code == status, name


@pytest.mark.django_db
def test_a_right_taken_away_counts_at_once(client: Client, treasurer: User) -> None:
    assert client.get(reverse("money:desk")).status_code == 200
    User.objects.filter(pk=treasurer.pk).update(is_treasurer=False)
    assert client.get(reverse("money:desk")).status_code == 404
    assert people.treasurers() == []


@pytest.mark.django_db
def test_the_way_there_is_shown_to_treasurers_alone(
    client: Client, buyer: User, enter: Callable[[User], Client]
) -> None:
    link = f'href="{reverse("money:desk")}"'
    assert link in client.get("/").content.decode()
    assert link not in enter(buyer).get("/").content.decode()
    assert client.get(reverse("pages:desk"))["Location"] == reverse("money:desk")
