"""Whose payment a bank speaks of: its claim or its doubt may come before we know that anybody paid."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marketplace.kernel.models import as_uuid
from payments.gateway import sessions
from payments.gateway.errors import Busy
from payments.gateway.objects import Session
from payments.models import Charge
from payments.services.captures import record_session


@dataclass(frozen=True, slots=True)
class Payment:
    charge_id: uuid.UUID
    news: Session | None = None  # to be recorded before anything else is said of it

    def learn(self, at: datetime) -> Any:
        """Inside the transaction of the effect that needs the payment."""
        return record_session(self.charge_id, self.news, at) if self.news else None


def recognise(stripe_charge_id: str, metadata: Mapping[str, str]) -> Payment | None:
    """``metadata`` is that of the payment at Stripe; None where it is not ours. Outside any transaction.

    Raises GatewayError, Busy among them while the session itself has not been recorded.
    """
    known = Charge.objects.filter(stripe_charge_id=stripe_charge_id).values_list("id", flat=True).first()
    if known:
        return Payment(known)
    marked = as_uuid(metadata.get("charge_id", ""))
    ours = Charge.objects.filter(pk=marked).first() if marked else None
    if ours is None:
        return None
    if not ours.session_id:
        raise Busy("the session of this payment is not known yet")
    return Payment(ours.id, sessions.read(ours.session_id))
