"""Every button pressed twice on the same page: one step, no scolding."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from marketplace.kernel import clock
from orders.models import Kind, Order
from orders.states import Action
from orders.web.acts import LEAD_TO_PAYMENT
from payments.services import books
from tests.orders.conftest import signed_in
from tests.orders.scenes import HOUR, Desk, get
from tests.orders.scenes_further import held, very_late
from tests.orders.scenes_proposals import WHY, paused, proposed

CASE = {"ground": "wrong_files", "statement": "The file does not open here.", "back": "5"}


@pytest.fixture
def at() -> datetime:
    return clock.now()


def long_ago(make: Callable[[Desk], Order]) -> Callable[[Desk], Order]:
    def made(desk: Desk) -> Order:
        desk.at -= 30 * HOUR
        return make(desk)

    return made


def recently(make: Callable[[Desk], Order]) -> Callable[[Desk], Order]:
    """Its steps lie in the past, its windows in the future."""

    def made(desk: Desk) -> Order:
        desk.at -= 6 * HOUR
        return make(desk)

    return made


STEPS: list[tuple[Action, str, Callable[[Desk], Order], dict[str, Any]]] = [
    (Action.ACCEPT_REQUEST, "seller", recently(Desk.requested), {}),
    (Action.DECLINE_REQUEST, "seller", recently(Desk.requested), {"reason": "I am away until Thursday."}),
    (Action.WITHDRAW_REQUEST, "buyer", recently(Desk.requested), {}),
    (Action.SUBMIT, "buyer", Desk.waiting, {"answer_shop": "a.example", "answer_tone": "Dry"}),
    (Action.START, "seller", Desk.waiting, {}),
    (Action.CANCEL, "buyer", Desk.waiting, {}),
    (Action.UNDO, "buyer", Desk.in_progress, {}),
    (Action.CANCEL_LATE, "buyer", long_ago(very_late), {}),
    (Action.SELLER_CANCEL, "seller", Desk.in_progress, {"reason": "My machine broke down."}),
    (Action.NEED_INFORMATION, "seller", Desk.in_progress, {"question": "Which of the two logos is it?"}),
    (Action.REPLY, "buyer", recently(paused), {"text": "The green one."}),
    (Action.PROPOSE_EXTENSION, "seller", Desk.in_progress, {"minutes": "2", "unit": "days", "text": WHY}),
    (Action.PROPOSE_EXTRA, "seller", Desk.in_progress, {"title": "Ten more", "price": "12", "unit": "hours"}),
    (Action.PROPOSE_CANCEL, "buyer", Desk.in_progress, {"text": WHY}),
    (Action.PROPOSE_REFUND, "buyer", Desk.in_progress, {"amount": "10", "text": WHY}),
    (Action.ACCEPT_EXTENSION, "buyer", recently(proposed(Kind.EXTENSION)), {}),
    (Action.ACCEPT_EXTRA, "seller", recently(proposed(Kind.EXTRA, "buyer")), {}),
    (Action.ACCEPT_CANCEL, "buyer", recently(proposed(Kind.CANCEL)), {}),
    (Action.ACCEPT_REFUND, "seller", recently(proposed(Kind.REFUND, "buyer")), {}),
    (Action.DECLINE_PROPOSAL, "buyer", recently(proposed(Kind.CANCEL)), {}),
    (Action.TAKE_BACK_PROPOSAL, "seller", recently(proposed(Kind.CANCEL)), {}),
    (
        Action.DELIVER,
        "seller",
        Desk.in_progress,
        {"note": "Here it is.", "links": "a.example/x", "checklist": ["0", "1"]},
    ),
    (Action.ACCEPT, "buyer", recently(Desk.delivered), {}),
    (Action.EXTEND_REVIEW, "buyer", recently(Desk.delivered), {}),
    (Action.REQUEST_REVISION, "buyer", recently(Desk.delivered), {"reason": "Please shorten rows 31 to 42."}),
    (Action.FUND_STEP, "buyer", recently(Desk.awaiting_funding), {}),
    (Action.STOP, "buyer", recently(Desk.awaiting_funding), {}),
    (Action.TIP, "buyer", recently(Desk.completed), {"amount": "5"}),
    (Action.OPEN_DISPUTE, "buyer", recently(Desk.delivered), CASE),
    (Action.CLAIM, "buyer", recently(Desk.completed), CASE),
    (Action.ANSWER_DISPUTE, "seller", recently(Desk.disputed), {**CASE, "back": "0"}),
    (Action.WITHDRAW, "buyer", recently(Desk.disputed), {}),
    (Action.OFFER, "seller", recently(Desk.heard), {"back": "5"}),
    (Action.WAIVE, "buyer", recently(Desk.decided), {}),
    (Action.CANCEL_HELD, "buyer", recently(held), {}),
    (
        Action.REVIEW,
        "buyer",
        recently(Desk.completed),
        dict.fromkeys(["stars", "quality", "communication", "as_described"], 5),
    ),
]


CLICKS = 20
HERE = [step for step in STEPS if step[0] not in LEAD_TO_PAYMENT]
AWAY = [step for step in STEPS if step[0] in LEAD_TO_PAYMENT]


@pytest.mark.parametrize(("action", "role", "make", "data"), HERE, ids=[step[0] for step in HERE])
def test_twice(desk: Desk, action: Action, role: str, make: Callable[[Desk], Order], data: dict[str, Any]) -> None:
    assert _click_twice(desk, action, role, make(desk), data) <= {"success"}


@pytest.mark.django_db(transaction=True)  # speaks to the provider, which is away: that is said
@pytest.mark.parametrize(("action", "role", "make", "data"), AWAY, ids=[step[0] for step in AWAY])
def test_twice_on_the_way_to_the_payment_page(
    desk: Desk, action: Action, role: str, make: Callable[[Desk], Order], data: dict[str, Any]
) -> None:
    assert _click_twice(desk, action, role, make(desk), data) == {"warning"}


def _click_twice(desk: Desk, action: Action, role: str, order: Order, data: dict[str, Any]) -> set[str]:
    client: Client = signed_in(desk.buyer if role == "buyer" else desk.seller)
    url = reverse("orders:act", args=[order.pk, action])
    open_one = order.proposals.values_list("pk", flat=True).first()
    for _click in range(2):
        answer = client.post(url, {"proposal": open_one or 0, **data, "version": order.version})
        assert answer.status_code == 302, answer.content.decode()
    assert get(order.pk).events.filter(action=action).count() == 1
    return {message.level_tag for message in client.get(order.get_absolute_url()).context["messages"]}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("action", "role", "make", "data"), STEPS, ids=[step[0] for step in STEPS])
def test_twenty_at_once(
    desk: Desk, action: Action, role: str, make: Callable[[Desk], Order], data: dict[str, Any]
) -> None:
    """One comes first, the nineteen others are led to what it did. The control is that of the races: without the
    lock two already pass.
    """
    order, person = make(desk), desk.buyer if role == "buyer" else desk.seller
    url = reverse("orders:act", args=[order.pk, action])
    open_one = order.proposals.values_list("pk", flat=True).first()
    before = get(order.pk)

    def click(client: Client) -> int:
        try:
            return client.post(url, {"proposal": open_one or 0, **data, "version": order.version}).status_code
        finally:
            connection.close()

    clients = [signed_in(person) for _ in range(CLICKS)]
    with ThreadPoolExecutor(CLICKS) as hands:
        assert set(hands.map(click, clients)) == {302}
    after = get(order.pk)
    assert after.events.filter(action=action).count() == 1
    assert list(after.events.order_by("version").values_list("version", flat=True)) == list(range(1, after.version + 1))
    assert after.version > before.version
    assert books.differences() == []


def test_every_personal_action_is_tried() -> None:
    from orders.web.deeds import PERSONAL

    assert {step[0] for step in STEPS} == PERSONAL - {Action.APPEAL}  # a file cannot be sent twice here: below


def test_an_appeal_twice(desk: Desk) -> None:
    order = recently(Desk.decided)(desk)
    client, url = signed_in(desk.buyer), reverse("orders:act", args=[order.pk, Action.APPEAL])
    for _click in range(2):
        data = {"text": "The second sheet was overlooked.", "files": SimpleUploadedFile("new.csv", b"a,b\n1,2\n")}
        assert client.post(url, {**data, "version": order.version}).status_code == 302
    assert get(order.pk).events.filter(action=Action.APPEAL).count() == 1


def test_files_of_a_refused_second_click_are_not_kept(desk: Desk) -> None:
    from marketplace.kernel.models import StoredFile

    order = desk.in_progress()
    client = signed_in(desk.seller)
    for _click in range(2):
        data = {
            "note": "Here.",
            "checklist": ["0", "1"],
            "files": SimpleUploadedFile("a.txt", b"a"),
            "version": order.version,
        }
        client.post(reverse("orders:act", args=[order.pk, "deliver"]), data)
    assert StoredFile.objects.count() == 1
