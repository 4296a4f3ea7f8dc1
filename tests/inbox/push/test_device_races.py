"""Two browsers are allowed at the same moment: the limit holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts import api as accounts
from accounts.models import User
from inbox.models import PushDevice
from inbox.push import devices
from tests.accounts.conftest import AT
from tests.inbox.push.conftest import HOST, Browser
from tests.support.racing import one_after_the_other, past_each_other

pytestmark = pytest.mark.django_db(transaction=True)
Allow = Callable[[int], Callable[[], object]]


@pytest.fixture
def allow(seller: User, browser: Browser) -> Allow:
    """Deeds that allow one, where there is room for one more."""

    def deed(number: int) -> Callable[[], object]:
        told = browser.subscription(f"https://{HOST}/{number}")
        at = AT + timedelta(minutes=number)
        return lambda: devices.allow(user_id=seller.pk, session_key="s", subscription=told, user_agent="", at=at)

    for number in range(devices.MOST - 1):
        deed(number)()
    return deed


def test_two_at_once_do_not_pass_the_limit(allow: Allow) -> None:
    one_after_the_other(allow(20), allow(21))
    kept = PushDevice.objects.order_by("created_at").values_list("endpoint", flat=True)
    assert [endpoint.rpartition("/")[2] for endpoint in kept] == ["1", "2", "3", "4", "5", "6", "7", "8", "20", "21"]


def test_without_the_lock_they_do(allow: Allow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "alone_with", lambda _user_id: True)
    past_each_other(allow(20), allow(21))
    assert PushDevice.objects.count() == devices.MOST + 1
