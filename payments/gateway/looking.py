"""Any object of Stripe's as it stands there, for people to look at; nothing here is recorded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import stripe

from payments.gateway.client import call
from payments.gateway.errors import Missing
from payments.gateway.options import options

Read = Callable[[stripe.StripeClient, str, Any], Any]

_READS: dict[str, Read] = {
    "cs": lambda client, name, given: client.v1.checkout.sessions.retrieve(name, None, given),
    "pi": lambda client, name, given: client.v1.payment_intents.retrieve(name, None, given),
    "ch": lambda client, name, given: client.v1.charges.retrieve(name, None, given),
    "py": lambda client, name, given: client.v1.charges.retrieve(name, None, given),
    "re": lambda client, name, given: client.v1.refunds.retrieve(name, None, given),
    "pyr": lambda client, name, given: client.v1.refunds.retrieve(name, None, given),
    "tr": lambda client, name, given: client.v1.transfers.retrieve(name, None, given),
    "po": lambda client, name, given: client.v1.payouts.retrieve(name, None, given),
    "dp": lambda client, name, given: client.v1.disputes.retrieve(name, None, given),
    "du": lambda client, name, given: client.v1.disputes.retrieve(name, None, given),
    "txn": lambda client, name, given: client.v1.balance_transactions.retrieve(name, None, given),
    "acct": lambda client, name, _given: client.v2.core.accounts.retrieve(name),
}
MOST_FIELDS = 200


def can_read(identifier: str) -> bool:
    return identifier.partition("_")[0] in _READS


def read(identifier: str, account: str = "") -> dict[str, Any]:
    """Its fields by dotted names, lists counted out: ``metadata.op_id``. Raises GatewayError; Missing for other ids."""
    prefix = identifier.partition("_")[0]
    if prefix not in _READS:
        raise Missing(f"no object is read by {identifier}")
    found = call(lambda client: _READS[prefix](client, identifier, options("", account)))
    return dict(list(flat(found.to_dict()).items())[:MOST_FIELDS])


def flat(value: Any, name: str = "") -> dict[str, Any]:
    """Nested parameters or members by dotted names; empty ones left out."""
    if isinstance(value, dict):
        parts = ((f"{name}.{key}" if name else str(key), item) for key, item in value.items())
    elif isinstance(value, list | tuple):
        parts = ((f"{name}.{position}", item) for position, item in enumerate(value))
    else:
        return {} if value is None or value == "" else {name: value}
    return {key: item for part, inner in parts for key, item in flat(inner, part).items()}
