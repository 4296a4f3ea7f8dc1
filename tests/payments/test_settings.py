"""Keys that do not go with the way the site runs are refused at start."""

from __future__ import annotations

from typing import Any

import pytest

from payments.checks import stripe_settings

GOOD = {
    "STRIPE_SECRET_KEY": "sk_live_x",
    "STRIPE_WEBHOOK_SECRET": "whsec_x",
    "STRIPE_API_BASE": "",
    "DEBUG": False,
    "DEMO": False,
    "TESTING": False,
}
TEST, SANDBOX = {"STRIPE_SECRET_KEY": "sk_test_x"}, {"STRIPE_API_BASE": "http://127.0.0.1:1"}


@pytest.mark.parametrize(
    ("changes", "ids"),
    [
        ({}, []),
        (TEST, []),
        ({"DEBUG": True}, ["payments.E001"]),
        ({"DEMO": True}, ["payments.E001"]),
        (SANDBOX, ["payments.E002", "payments.E003"]),
        ({**TEST, **SANDBOX}, ["payments.E003"]),
        ({**TEST, **SANDBOX, "DEMO": True}, []),
        ({**TEST, **SANDBOX, "DEBUG": True}, []),
        ({**TEST, **SANDBOX, "TESTING": True}, []),
        ({**TEST, "STRIPE_API_BASE": "localhost", "DEMO": True}, ["payments.E004"]),
        ({"STRIPE_SECRET_KEY": ""}, ["payments.E005"]),
        ({"STRIPE_WEBHOOK_SECRET": ""}, ["payments.E005"]),
    ],
)
def test_settings(settings: Any, changes: dict[str, object], ids: list[str]) -> None:
    for name, value in {**GOOD, **changes}.items():
        setattr(settings, name, value)
    assert [message.id for message in stripe_settings()] == ids
