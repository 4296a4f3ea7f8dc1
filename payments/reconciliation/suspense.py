"""Money at Stripe that nobody here owns: a charge or a refund made by hand in its dashboard."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from payments.gateway.movements import Movement
from payments.models import DifferenceKind
from payments.reconciliation import differences
from payments.reconciliation.differences import Finding
from payments.services import platform

NOUN = "by hand"


def book(object_id: str, moved: Sequence[Movement], at: datetime) -> None:
    """Posts its movements to suspense, each once, and asks a person to look. Inside a transaction."""
    if not platform.suspend(moved, at):
        return
    net = sum(one.net_minor for one in moved)
    note = "Made by hand at Stripe. Its money is in suspense until somebody says whose it is."
    found = Finding(DifferenceKind.FOREIGN, NOUN, object_id, 0, net, moved[0].currency, note)
    differences.report(found, at)
