"""Whether a seller can be paid, and what the provider still asks of them, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min

from marketplace.kernel.prepared import prepared
from payments.contracts import PayoutGate, PayoutStatus
from payments.models import ConnectedAccount, Release, ReleaseState
from payments.requirements import in_words, urgency

# Shares that wait for their seller: clearing ones as well, whose payment grows old all the same.
WAITING = (ReleaseState.CLEARING, ReleaseState.AVAILABLE)


def payout_status(user_id: int) -> PayoutStatus:
    """As of the last time that the provider was asked. Two queries at most."""
    account = _ACCOUNT.first(user_id)
    gate = PayoutGate(account.gate) if account else PayoutGate.NONE
    blocked_since = None if gate == PayoutGate.OPEN else _oldest_waiting(user_id)
    if account is None:
        return PayoutStatus(gate, blocked_since=blocked_since)
    words = dict.fromkeys(in_words(item["name"]) for item in account.requirements)
    return PayoutStatus(gate, tuple(words), account.gate_since, account.requirements_due_at, blocked_since)


_ACCOUNT = prepared(
    lambda user: (
        ConnectedAccount.objects.filter(user_id=user, replaced_at=None).exclude(stripe_id="").order_by("pk")[:1]
    )
)


def _oldest_waiting(user_id: int) -> datetime | None:
    mine = Release.objects.filter(payee_id=user_id, state__in=WAITING)
    oldest: datetime | None = mine.aggregate(oldest=Min("charge__captured_at"))["oldest"]
    return oldest


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that the provider asks for."""

    words: str
    urgency: str
    problem: str  # what was wrong with what was sent, in the provider's words
    is_late: bool


def asked_of(account: ConnectedAccount) -> list[Asked]:
    """Each thing once, the most urgent first; parts of one thing are one."""
    found: dict[str, Asked] = {}
    order = ["past_due", "currently_due", "eventually_due"]
    for item in sorted(account.requirements, key=lambda item: order.index(item["due"])):
        words = in_words(item["name"])
        if words not in found or (item["problem"] and not found[words].problem):
            found[words] = Asked(words, urgency(item["due"]), item["problem"], item["due"] == "past_due")
    return list(found.values())
