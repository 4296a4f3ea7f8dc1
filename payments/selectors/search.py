"""Where a term leads that a treasurer typed: an order's code, somebody's address, an id of ours or of Stripe's."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import Q, QuerySet

from accounts import api as accounts
from marketplace.kernel.models import as_uuid
from payments import owners
from payments.models import (
    Charge,
    Chargeback,
    ConnectedAccount,
    FraudWarning,
    LedgerTransfer,
    ManualDeed,
    Payout,
    Refund,
    Release,
    StripeOperation,
    TransferReversal,
    WebhookEvent,
)

_MOST = 20


class Target(StrEnum):
    REFERENCE = "reference"
    PERSON = "person"
    OPERATION = "operation"
    EVENT = "event"
    DEED = "deed"


@dataclass(frozen=True, slots=True)
class Lead:
    target: Target
    id: str


def leads(term: str) -> list[Lead]:
    """What a term may mean, at most twenty; each once, the likeliest first. No write, a few indexed reads."""
    term = term.strip().replace("\x00", "")[:200]
    if not term:
        return []
    found = [lead for read in _readers(term) for lead in read(term)]
    return list(dict.fromkeys(found))[:_MOST]


def _readers(term: str) -> list[Callable[[str], list[Lead]]]:
    prefix, underscore, _rest = term.partition("_")
    if "@" in term:
        return [_person]
    if underscore and prefix in _BY_PREFIX:
        return [_BY_PREFIX[prefix]]
    if ":" in term:
        return [_reference]
    return [_owned, _row] if as_uuid(term) else [_owned]


def _person(term: str) -> list[Lead]:
    user_id = accounts.id_of(term)
    return [Lead(Target.PERSON, str(user_id))] if user_id else []


def _reference(term: str) -> list[Lead]:
    is_known = (
        LedgerTransfer.objects.filter(reference=term).exists()
        or Charge.objects.filter(reference=term).exists()
        or StripeOperation.objects.filter(reference=term).exists()
    )
    return [Lead(Target.REFERENCE, term)] if is_known else []


def _owned(term: str) -> list[Lead]:
    return [Lead(Target.REFERENCE, reference) for reference in owners.find(term)]


def _row(term: str) -> list[Lead]:
    pk = uuid.UUID(term)
    found = _references(Charge.objects.filter(pk=pk))
    of_charge: list[QuerySet[Any]] = [
        kind.objects.filter(pk=pk) for kind in (Refund, Release, Chargeback, FraudWarning)
    ]
    for rows in of_charge:
        found += _of_charge(rows)
    found += [Lead(Target.OPERATION, str(pk))] if StripeOperation.objects.filter(pk=pk).exists() else []
    found += [Lead(Target.DEED, str(pk))] if ManualDeed.objects.filter(pk=pk).exists() else []
    return found + [Lead(Target.PERSON, str(user)) for user in _payees(Payout.objects.filter(pk=pk))]


def _references(charges: QuerySet[Charge]) -> list[Lead]:
    return [Lead(Target.REFERENCE, reference) for reference in charges.values_list("reference", flat=True)[:_MOST]]


def _of_charge(rows: QuerySet[Any]) -> list[Lead]:
    references = rows.values_list("charge__reference", flat=True)[:_MOST]
    return [Lead(Target.REFERENCE, reference) for reference in references]


def _payees(payouts: QuerySet[Payout]) -> list[int]:
    return list(payouts.values_list("account__user_id", flat=True)[:_MOST])


def _charge(term: str) -> list[Lead]:
    return _references(Charge.objects.filter(Q(stripe_charge_id=term) | Q(payment_intent_id=term)))


def _session(term: str) -> list[Lead]:
    return _references(Charge.objects.filter(session_id=term))


def _transfer(term: str) -> list[Lead]:
    return _of_charge(Release.objects.filter(stripe_transfer_id=term))


def _reversal(term: str) -> list[Lead]:
    rows = TransferReversal.objects.filter(stripe_reversal_id=term)
    return [Lead(Target.REFERENCE, row) for row in rows.values_list("release__charge__reference", flat=True)[:_MOST]]


def _refund(term: str) -> list[Lead]:
    return _of_charge(Refund.objects.filter(stripe_refund_id=term))


def _payout(term: str) -> list[Lead]:
    found = [Lead(Target.PERSON, str(user)) for user in _payees(Payout.objects.filter(stripe_payout_id=term))]
    own = LedgerTransfer.objects.filter(op_key__in=[f"withdrawal:{term}", f"withdrawal_returned:{term}"])
    return found + [Lead(Target.REFERENCE, reference) for reference in own.values_list("reference", flat=True)]


def _dispute(term: str) -> list[Lead]:
    return _of_charge(Chargeback.objects.filter(stripe_dispute_id=term))


def _warning(term: str) -> list[Lead]:
    return _of_charge(FraudWarning.objects.filter(stripe_id=term))


def _connected(term: str) -> list[Lead]:
    rows = ConnectedAccount.objects.filter(stripe_id=term)
    return [Lead(Target.PERSON, str(user)) for user in rows.values_list("user_id", flat=True)[:_MOST]]


def _event(term: str) -> list[Lead]:
    rows = WebhookEvent.objects.filter(event_id=term)
    return [Lead(Target.EVENT, str(pk)) for pk in rows.values_list("pk", flat=True)[:_MOST]]


_BALANCE_KINDS = (
    "suspense_in",
    "suspense_out",
    "stripe_cost",
    "stripe_cost_returned",
    "chargeback_withdrawn",
    "chargeback_reinstated",
    "dispute_fee",
    "dispute_fee_returned",
)


def _balance_transaction(term: str) -> list[Lead]:
    rows = LedgerTransfer.objects.filter(op_key__in=[f"{kind}:{term}" for kind in _BALANCE_KINDS])
    return [Lead(Target.REFERENCE, reference) for reference in rows.values_list("reference", flat=True)]


_BY_PREFIX: dict[str, Callable[[str], list[Lead]]] = {
    "ch": _charge,
    "py": _charge,
    "pi": _charge,
    "cs": _session,
    "tr": _transfer,
    "trr": _reversal,
    "re": _refund,
    "pyr": _refund,
    "po": _payout,
    "dp": _dispute,
    "du": _dispute,
    "issfr": _warning,
    "acct": _connected,
    "evt": _event,
    "txn": _balance_transaction,
}
