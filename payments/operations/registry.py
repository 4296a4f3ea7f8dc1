"""What each kind of operation sends, how it is found again, and what its outcome means."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol, TypeVar

from payments.gateway.errors import GatewayError
from payments.models import OperationKind, StripeOperation

# Where the balance does not cover it, most operations wait for funds; these take it for a definite no.
DEFINITE_WITHOUT_FUNDS = frozenset({OperationKind.REVERSE_TRANSFER, OperationKind.CREATE_PAYOUT})


class Handler(Protocol):
    """``freeze``, ``send`` and ``find`` run outside any transaction, ``succeed`` and ``refuse`` inside the one
    that also closes the operation."""

    def freeze(self, op: StripeOperation, at: datetime) -> dict[str, Any]:
        """The parameters, the same for every attempt."""

    def send(self, op: StripeOperation) -> Any:
        """Calls Stripe with ``op.params`` and ``op.idempotency_key``. Raises GatewayError."""

    def find(self, op: StripeOperation) -> Any | None:
        """Looks for the object that an earlier attempt may have made; None: there is none."""

    def succeed(self, op: StripeOperation, found: Any, at: datetime) -> str:
        """Records the outcome; returns Stripe's id of the object. Harmless when recorded already."""

    def refuse(self, op: StripeOperation, error: GatewayError, at: datetime) -> None:
        """Undoes what was intended, after a definite no."""


H = TypeVar("H", bound=type)
_handlers: dict[str, Handler] = {}


def handles(kind: OperationKind) -> Callable[[H], H]:
    """Class decorator: one handler object per kind."""

    def register(handler: H) -> H:
        _handlers[kind] = handler()
        return handler

    return register


def handler_of(op: StripeOperation) -> Handler:
    return _handlers[op.kind]
