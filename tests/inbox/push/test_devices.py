"""Devices: who allows which, and what ends them."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts import api as accounts
from accounts.models import User
from inbox.models import PushDevice
from inbox.push import devices, keys
from tests.accounts.conftest import PASSWORD, client_of
from tests.inbox.push.conftest import HOST, Browser, allowed

pytestmark = pytest.mark.django_db
ENDPOINT = f"https://{HOST}/one"


def test_a_device_is_allowed_and_removed(seller: User, browser: Browser) -> None:
    client, device = allowed(seller, browser, ENDPOINT)
    assert (device.user_id, device.name) == (seller.pk, "Firefox on Linux")
    assert device.session_key == client.session.session_key
    page = client.get(reverse("inbox:notice_settings")).content.decode()
    assert "Firefox on Linux" in page
    assert keys.public_key() in page
    assert re.search(r"allowed <time datetime=", page)
    client.post(reverse("inbox:remove_device", args=[device.pk]))
    assert not PushDevice.objects.exists()


def test_nobody_removes_another_ones(seller: User, stranger: User, browser: Browser) -> None:
    _client, device = allowed(seller, browser, ENDPOINT)
    answer = client_of(stranger).post(reverse("inbox:remove_device", args=[device.pk]))
    assert answer.status_code == 404
    assert PushDevice.objects.filter(pk=device.pk).exists()


def test_a_browser_belongs_to_whoever_is_signed_in_there(seller: User, buyer: User, browser: Browser) -> None:
    allowed(seller, browser, ENDPOINT)
    allowed(buyer, browser, ENDPOINT)
    assert PushDevice.objects.get().user_id == buyer.pk


@pytest.mark.parametrize(
    "subscription",
    [
        *("", "[]", "null", "{}", '{"endpoint": 1, "keys": 2}', "[" * 4000),
        Browser().subscription("https://169.254.169.254/latest/"),
        Browser().subscription("http://push.example.org/one"),
        Browser().subscription().replace('"auth": "', '"auth": "!'),
        Browser().subscription(f"HTTPS://{HOST}/one"),
        json.dumps({"endpoint": ENDPOINT, "keys": {"p256dh": "B" + 86 * "A", "auth": 22 * "A"}}),  # not on the curve
        '{"endpoint": "https://push.example.org/one", "keys": {"p256dh": "short", "auth": "short"}}',
    ],
    ids=range(12),  # keys are other ones in each process
)
def test_what_is_no_public_push_service_is_refused(seller: User, subscription: str) -> None:
    client = client_of(seller)
    answer = client.post(reverse("inbox:allow_device"), {"subscription": subscription}, follow=True)
    assert "cannot be used here" in answer.content.decode()
    assert not PushDevice.objects.exists()


def test_nobody_allows_devices_all_the_time(seller: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "_AN_HOUR", 2)
    client = client_of(seller)
    for number in range(3):
        told = {"subscription": Browser().subscription(f"https://{HOST}/{number}")}
        answer = client.post(reverse("inbox:allow_device"), told, follow=True)
    assert "Wait an hour" in answer.content.decode()
    assert PushDevice.objects.count() == 2


def test_the_oldest_of_many_goes(seller: User) -> None:
    for number in range(devices.MOST + 2):
        allowed(seller, Browser(), f"https://{HOST}/{number}")
    left = set(PushDevice.objects.values_list("endpoint", flat=True))
    assert len(left) == devices.MOST
    assert f"https://{HOST}/0" not in left


def test_signing_out_ends_the_device_of_that_browser(seller: User) -> None:
    here, _device = allowed(seller, Browser(), ENDPOINT)
    allowed(seller, Browser(), f"https://{HOST}/two")
    here.post(reverse("account_logout"))
    assert PushDevice.objects.get().endpoint == f"https://{HOST}/two"


def test_a_session_that_was_ended_elsewhere_is_not_listed(seller: User, browser: Browser) -> None:
    here, _device = allowed(seller, browser, ENDPOINT)
    assert [device.endpoint for device in devices.devices_of(seller.pk)] == [ENDPOINT]
    here.session.delete()
    assert devices.devices_of(seller.pk) == []


def test_a_new_password_ends_all(seller: User, browser: Browser) -> None:
    client, _device = allowed(seller, browser, ENDPOINT)
    new = "another horse, same battery"
    client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new})
    seller.refresh_from_db()
    assert seller.check_password(new)
    assert not PushDevice.objects.exists()


def test_leaving_ends_all(buyer: User, browser: Browser) -> None:
    from inbox import leaving

    allowed(buyer, browser, ENDPOINT)
    leaving.let_go(buyer.pk)
    assert not PushDevice.objects.exists()


def test_a_session_lives_as_long_as_its_person_is_let_in(seller: User, buyer: User) -> None:
    client = client_of(seller)
    key = client.session.session_key
    assert key
    assert accounts.session_lives(seller.pk, key)
    assert not accounts.session_lives(buyer.pk, key)
    assert not accounts.session_lives(seller.pk, "nonsense")
    assert not accounts.session_lives(seller.pk, "")
    User.objects.filter(pk=seller.pk).update(is_active=False)
    assert not accounts.session_lives(seller.pk, key)
    User.objects.filter(pk=seller.pk).update(is_active=True)
    seller.set_password("yet another one")
    seller.save()
    assert not accounts.session_lives(seller.pk, key)


def test_without_a_key_nothing_is_offered(seller: User, browser: Browser, settings: Any) -> None:
    settings.VAPID_PRIVATE_KEY = ""
    client = client_of(seller)
    page = client.get(reverse("inbox:notice_settings")).content.decode()
    assert "data-push" not in page
    assert 'name="push"' not in page
    client.post(reverse("inbox:allow_device"), {"subscription": browser.subscription()})
    assert not PushDevice.objects.exists()


def test_the_worker_is_served_at_the_root() -> None:
    answer = Client().get("/sw.js")
    assert answer.headers["Content-Type"] == "text/javascript"
    assert "no-cache" in answer.headers["Cache-Control"]
    assert b"showNotification" in answer.content
