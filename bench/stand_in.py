"""In the provider's place, where only the call that makes a payment page is of interest: answered in process."""

from __future__ import annotations

from typing import Any

from bench.browsing import PAYMENT_PAGE
from payments.gateway import objects


def session(params: dict[str, Any], key: str) -> objects.Session:
    charge = params["client_reference_id"]
    return objects.Session(
        id=f"cs_{charge}",
        url=PAYMENT_PAGE,
        status="open",
        is_paid=False,
        livemode=False,
        payment_intent_id="",
        charge_id="",
        received=None,
        fee=None,
        metadata=params["metadata"],
    )
