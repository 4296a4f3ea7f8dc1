"""Issuing: a number, the words, and the row that never changes, in one short transaction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import get_language

from marketplace.kernel import words
from payments.contracts import ReferenceCard
from payments.documents.contents import Content, to_json
from payments.documents.months import in_business_zone
from payments.models import Document, Series

# The platform's own invoices and credit notes; confirmations of payments, which are no invoices.
PLATFORM, RECEIPTS = "INV", "REC"


def series_of_seller(user_id: int) -> str:
    return f"S{user_id}"


@dataclass(frozen=True, slots=True)
class Draft:
    """A document that waits for its number."""

    key: str
    kind: str
    series: str  # of the issuer; the year is added
    recipient_id: int
    subject: str
    total_minor: int
    effective_at: datetime
    content: Content
    issuer_id: int | None = None
    reference: str = ""
    card: ReferenceCard | None = None
    fee_minor: int = 0


def issue(draft: Draft, at: datetime) -> bool:
    """Issues a document once; False where one with that key is there. One transaction that locks the series alone.

    The language that is spoken now is the document's for good: the draft has been made in it.
    The number is taken in the transaction that writes the document, so that none is lost and none comes twice.
    """
    return not Document.objects.filter(key=draft.key).exists() and _issue(draft, at)


@transaction.atomic
def _issue(draft: Draft, at: datetime) -> bool:
    series = _next(draft.series, at)
    if Document.objects.filter(key=draft.key).exists():
        return False  # somebody else was quicker, and nothing has been counted
    series.last_number += 1
    series.last_issued_at = max(series.last_issued_at, at)
    series.save(update_fields=["last_number", "last_issued_at"])
    number = f"{series.code}-{series.last_number:06}"
    issued_on, language = _day(series.last_issued_at), get_language() or ""
    content = replace(draft.content, number=number, issued_on=issued_on, language=language)
    Document.objects.create(
        key=draft.key,
        kind=draft.kind,
        series=series,
        position=series.last_number,
        number=number,
        recipient_id=draft.recipient_id,
        issuer_id=draft.issuer_id,
        reference=draft.reference,
        subject=draft.subject,
        title=draft.card.title[:200] if draft.card else "",
        code=draft.card.code if draft.card else "",
        currency=draft.content.currency,
        total_minor=draft.total_minor,
        fee_minor=draft.fee_minor,
        content=to_json(content),
        effective_at=draft.effective_at,
        issued_at=series.last_issued_at,
    )
    return True


def _next(name: str, at: datetime) -> Series:
    """The series of an issuer in the year of the business, locked."""
    code = f"{name}-{in_business_zone(at).year}"
    Series.objects.get_or_create(code=code, defaults={"last_issued_at": at})
    return Series.objects.select_for_update().get(code=code)


def _day(moment: datetime) -> str:
    return words.day(in_business_zone(moment).date())
