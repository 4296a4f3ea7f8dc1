"""Who owns a reference: "order:0190…" belongs to whoever registered "order"."""

from __future__ import annotations

import uuid
from collections import defaultdict

from payments.contracts import Evidence, MoneyOwner, Protected, ReferenceCard, Subject

_owners: dict[str, MoneyOwner] = {}


def register(prefix: str, owner: MoneyOwner) -> None:
    """Called once when the owner's app starts. A second owner of a prefix is a programming error."""
    if prefix in _owners and _owners[prefix] is not owner:
        raise RuntimeError(f"two owners of {prefix!r} references")
    _owners[prefix] = owner


def _owner_of(reference: str) -> MoneyOwner | None:
    return _owners.get(reference.partition(":")[0])


def lock(reference: str) -> None:
    if owner := _owner_of(reference):
        owner.lock(reference)


def describe(references: list[str]) -> dict[str, ReferenceCard]:
    """A card for every reference; the bare reference where its owner does not know it."""
    cards = {reference: ReferenceCard(title=reference, url="") for reference in references}
    for prefix, group in _by_prefix(references).items():
        if owner := _owners.get(prefix):
            cards |= owner.describe(group)
    return cards


def subjects(references: list[str]) -> dict[str, Subject]:
    """What each reference's money was earned with; those whose owner does not tell are left out."""
    found: dict[str, Subject] = {}
    for prefix, group in _by_prefix(references).items():
        if tells := getattr(_owners.get(prefix), "subjects", None):
            found |= tells(group)
    return found


def _by_prefix(references: list[str]) -> dict[str, list[str]]:
    grouped: defaultdict[str, list[str]] = defaultdict(list)
    for reference in references:
        grouped[reference.partition(":")[0]].append(reference)
    return grouped


def seller_bears(reference: str, charge_id: uuid.UUID, reason: str) -> bool:
    """Where nobody owns the reference there is no seller either."""
    owner = _owner_of(reference)
    return bool(owner and owner.seller_bears(reference, charge_id, reason))


def evidence(reference: str) -> Evidence:
    owner = _owner_of(reference)
    return owner.evidence(reference) if owner else Evidence(description=reference, service_date=None, log=())


def find(term: str) -> list[str]:
    """References of all owners that a typed code or id may mean."""
    return [reference for owner in _owners.values() for reference in owner.find(term)]


def protected_for(payee_id: int) -> list[Protected]:
    return [item for owner in _owners.values() for item in owner.protected_for(payee_id)]
