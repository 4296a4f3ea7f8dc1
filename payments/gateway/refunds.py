"""Refunds."""

from __future__ import annotations

from typing import Any

import stripe

from payments.gateway.client import call
from payments.gateway.objects import Refund
from payments.gateway.options import metadata_of, options


def create(params: dict[str, Any], key: str) -> Refund:
    return _refund(call(lambda client: client.v1.refunds.create(params, options(key))))  # type: ignore[arg-type]


def read(refund_id: str) -> Refund:
    return _refund(call(lambda client: client.v1.refunds.retrieve(refund_id)))


def of_charge(charge: str) -> list[Refund]:
    return call(lambda client: [_refund(found) for found in client.v1.refunds.list(_of(charge)).auto_paging_iter()])


def find(op_id: str, charge: str) -> Refund | None:
    return next((found for found in of_charge(charge) if found.metadata.get("op_id") == op_id), None)


def _of(charge: str) -> Any:
    return {"charge": charge, "limit": 100}


def _refund(found: stripe.Refund) -> Refund:
    return Refund(
        id=found.id,
        status=found.status or "",
        failure=getattr(found, "failure_reason", None) or "",
        metadata=metadata_of(found),
        was_paid=found.balance_transaction is not None,
    )
