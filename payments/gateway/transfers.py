"""Transfers to connected accounts."""

from __future__ import annotations

from typing import Any

import stripe

from marketplace.kernel.money import Money
from payments.gateway.client import call
from payments.gateway.objects import Reversal, Transfer
from payments.gateway.options import metadata_of, options


def create(params: dict[str, Any], key: str) -> Transfer:
    return _transfer(call(lambda client: client.v1.transfers.create(params, options(key))))  # type: ignore[arg-type]


def read(transfer_id: str) -> Transfer:
    return _transfer(call(lambda client: client.v1.transfers.retrieve(transfer_id)))


def find(op_id: str, group: str) -> Transfer | None:
    """The transfer that an operation made, among those of its transfer group."""

    def ask(client: stripe.StripeClient) -> Transfer | None:
        pages = client.v1.transfers.list({"transfer_group": group, "limit": 100}).auto_paging_iter()
        return next((_transfer(found) for found in pages if metadata_of(found).get("op_id") == op_id), None)

    return call(ask)


def reverse(params: dict[str, Any], key: str) -> Reversal:
    """Takes part of a transfer back from the connected account."""
    fields: Any = {name: value for name, value in params.items() if name != "transfer"}
    return _reversal(
        call(lambda client: client.v1.transfers.reversals.create(params["transfer"], fields, options(key)))
    )


def reversals_of(transfer_id: str) -> list[Reversal]:
    def ask(client: stripe.StripeClient) -> list[Reversal]:
        pages = client.v1.transfers.reversals.list(transfer_id, {"limit": 100}).auto_paging_iter()
        return [_reversal(found) for found in pages]

    return call(ask)


def find_reversal(op_id: str, transfer_id: str) -> Reversal | None:
    return next((found for found in reversals_of(transfer_id) if found.metadata.get("op_id") == op_id), None)


def _reversal(found: Any) -> Reversal:
    return Reversal(
        id=found.id,
        transfer_id=found.transfer if isinstance(found.transfer, str) else found.transfer.id,
        amount=Money(found.amount, found.currency.upper()),
        metadata=metadata_of(found),
    )


def _transfer(found: stripe.Transfer) -> Transfer:
    destination = found.destination
    return Transfer(
        id=found.id,
        amount=Money(found.amount, found.currency.upper()),
        destination=destination if isinstance(destination, str) else destination.id if destination else "",
        metadata=metadata_of(found),
    )
