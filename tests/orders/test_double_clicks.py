"""Every button pressed twice on the same page: one step, no scolding."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from marketplace.kernel import clock
from orders.models import Order
from orders.states import Action
from tests.orders.conftest import signed_in
from tests.orders.scenes import HOUR, Desk, get
from tests.orders.test_presenter import very_late

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
    (Action.SUBMIT, "buyer", Desk.waiting, {"answer_shop": "a.example", "answer_tone": "Dry"}),
    (Action.START, "seller", Desk.waiting, {}),
    (Action.CANCEL, "buyer", Desk.waiting, {}),
    (Action.UNDO, "buyer", Desk.in_progress, {}),
    (Action.CANCEL_LATE, "buyer", long_ago(very_late), {}),
    (Action.SELLER_CANCEL, "seller", Desk.in_progress, {"reason": "My machine broke down."}),
    (
        Action.DELIVER,
        "seller",
        Desk.in_progress,
        {"note": "Here it is.", "links": "a.example/x", "checklist": ["0", "1"]},
    ),
    (Action.ACCEPT, "buyer", recently(Desk.delivered), {}),
    (Action.EXTEND_REVIEW, "buyer", recently(Desk.delivered), {}),
    (Action.REQUEST_REVISION, "buyer", recently(Desk.delivered), {"reason": "Please shorten rows 31 to 42."}),
    (Action.OPEN_DISPUTE, "buyer", recently(Desk.delivered), CASE),
    (Action.CLAIM, "buyer", recently(Desk.completed), CASE),
    (Action.ANSWER_DISPUTE, "seller", recently(Desk.disputed), {**CASE, "back": "0"}),
    (Action.WITHDRAW, "buyer", recently(Desk.disputed), {}),
    (Action.WAIVE, "buyer", recently(Desk.decided), {}),
    (
        Action.REVIEW,
        "buyer",
        recently(Desk.completed),
        dict.fromkeys(["stars", "quality", "communication", "as_described"], 5),
    ),
]


@pytest.mark.parametrize(("action", "role", "make", "data"), STEPS, ids=[step[0] for step in STEPS])
def test_twice(desk: Desk, action: Action, role: str, make: Callable[[Desk], Order], data: dict[str, Any]) -> None:
    order = make(desk)
    client: Client = signed_in(desk.buyer if role == "buyer" else desk.seller)
    url = reverse("orders:act", args=[order.pk, action])
    for _click in range(2):
        answer = client.post(url, {**data, "version": order.version})
        assert answer.status_code == 302, answer.content.decode()
    assert get(order.pk).events.filter(action=action).count() == 1
    shown = [message.level_tag for message in client.get(order.get_absolute_url()).context["messages"]]
    assert set(shown) <= {"success"}


def test_every_personal_action_is_tried() -> None:
    from orders.web.deeds import PERSONAL

    assert {step[0] for step in STEPS} == PERSONAL


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
