"""The ledger beside itself: what ``services.books`` finds is kept and told like any other difference."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import transaction

from payments.models import DifferenceKind
from payments.reconciliation import alerts, differences
from payments.reconciliation.differences import Finding
from payments.services import books

NOUN = "books"


def check(at: datetime) -> list[books.Difference]:
    """Runs every invariant; writes down what is new, closes what is gone, tells the operator once of each."""
    found = books.check(at)
    with transaction.atomic():
        for each in found:
            differences.report(Finding(DifferenceKind.BOOKS, NOUN, _name(each), note=str(each)), at)
        differences.gone_but(NOUN, [_name(each) for each in found], at)
        alerts.tell(at)
    return found


def _name(found: books.Difference) -> str:
    """The same for the same rows: a difference has no number of its own."""
    return f"{found.invariant}:{hashlib.sha256(found.details.encode()).hexdigest()[:16]}"
