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


def find(op_id: str, charge: str) -> Refund | None:
    def ask(client: stripe.StripeClient) -> Refund | None:
        pages = client.v1.refunds.list({"charge": charge, "limit": 100}).auto_paging_iter()
        return next((_refund(found) for found in pages if metadata_of(found).get("op_id") == op_id), None)

    return call(ask)


def _refund(found: stripe.Refund) -> Refund:
    return Refund(
        id=found.id,
        status=found.status or "",
        failure=getattr(found, "failure_reason", None) or "",
        metadata=metadata_of(found),
    )
