"""Issues what is missing: the rows of money say what must be there, so nothing is lost with a worker or a message."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TypeVar

from django.db.models import BigIntegerField, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, TextField
from django.db.models.functions import Cast, Coalesce

from accounts import api as accounts
from payments import owners
from payments.contracts import ReferenceCard
from payments.documents import fees, invoices, receipts
from payments.documents.issuing import Draft, issue
from payments.documents.months import Month
from payments.documents.shares import shares_of
from payments.models import Charge, Document, DocumentKind, Funding, Refund, RefundState, Release

logger = logging.getLogger(__name__)

Row = TypeVar("Row", Charge, Refund, Release)

_OF_RELEASES = (
    DocumentKind.SELLER_INVOICE,
    DocumentKind.SELLER_CREDIT,
    DocumentKind.BUYER_FEE,
    DocumentKind.BUYER_FEE_CREDIT,
)
_AT_ONCE = 200


def issue_missing(at: datetime, *, since: datetime | None = None) -> int:
    """Issues every receipt, invoice and credit note that is not there yet; returns how many. Outside any transaction.

    ``since`` looks only at what happened from then on (and at everything that was undone), which an index answers.
    """
    return (
        _each(charges_without_receipt(since), _receipt, at)
        + _each(refunds_without_receipt(since), _refund_receipt, at)
        + _each(bounced_without_word(), _returned, at)
        + _each(releases_without_invoice(since), _invoices, at)
    )


def issue_fees(at: datetime) -> int:
    """The invoices for the fees of every month that has ended, once every paper that they sum up has been issued."""
    issue_missing(at)
    if releases_without_invoice().exists():
        return 0  # has been logged; its fee would be left out of its month
    return sum(_issue_fees(*due, at) for due in fees.due(at))


def _issue_fees(seller_id: int, currency: str, month: Month, at: datetime) -> bool:
    with accounts.speaking_to(seller_id):
        return issue(fees.fees_of(seller_id, currency, month), at)


def _has(kind: DocumentKind) -> Exists:
    return Exists(Document.objects.filter(kind=kind, subject=Cast(OuterRef("pk"), TextField())))


def charges_without_receipt(since: datetime | None = None) -> QuerySet[Charge]:
    """A promotion is paid by the platform: there is nothing to confirm to the buyer."""
    paid = Charge.objects.exclude(funding=Funding.PLATFORM)
    captured = paid.filter(captured_at__isnull=False, captured_minor__gt=0)
    recent = captured.filter(captured_at__gte=since) if since else captured
    return recent.filter(~_has(DocumentKind.RECEIPT))


def refunds_without_receipt(since: datetime | None = None) -> QuerySet[Refund]:
    """Those that bounced afterwards had succeeded, and are confirmed to the buyer all the same."""
    paid = Refund.objects.exclude(charge__funding=Funding.PLATFORM)
    succeeded = paid.filter(succeeded_at__isnull=False)
    recent = succeeded.filter(succeeded_at__gte=since) if since else succeeded
    return recent.filter(~_has(DocumentKind.REFUND_RECEIPT)).select_related("charge")


def bounced_without_word() -> QuerySet[Refund]:
    bounced = Refund.objects.filter(state__in=[RefundState.BOUNCED, RefundState.SETTLED], succeeded_at__isnull=False)
    return bounced.filter(~_has(DocumentKind.REFUND_RETURNED)).select_related("charge")


def releases_without_invoice(since: datetime | None = None) -> QuerySet[Release]:
    """Releases whose papers do not sum to what stands released of them."""
    papers = Document.objects.filter(kind__in=_OF_RELEASES, subject=Cast(OuterRef("pk"), TextField()))
    total = papers.order_by().values("subject").annotate(sum=Sum("total_minor")).values("sum")
    issued = Coalesce(Subquery(total, output_field=BigIntegerField()), 0, output_field=BigIntegerField())
    released = Release.objects.select_related("charge")
    recent = released.filter(Q(released_at__gte=since) | Q(undone_minor__gt=0)) if since else released
    stands = F("price_minor") + F("buyer_fee_minor") - F("undone_minor")
    return recent.annotate(issued=issued).exclude(issued=stands)


def _each(found: QuerySet[Row], drafts_of: Callable[[Row, ReferenceCard], Iterator[Draft]], at: datetime) -> int:
    """Walks through what is missing by id, so that one row that cannot be issued holds up no other."""
    made = 0
    rows = list(found.order_by("pk")[:_AT_ONCE])
    while rows:
        cards = owners.describe([_reference(row) for row in rows])
        for row in rows:
            try:
                with accounts.speaking_to(_charge(row).payer_id):
                    made += sum(issue(draft, at) for draft in drafts_of(row, cards[_reference(row)]))
            except Exception:
                logger.exception("no document for %r", row)
        rows = list(found.filter(pk__gt=rows[-1].pk).order_by("pk")[:_AT_ONCE])
    return made


def _charge(row: Charge | Refund | Release) -> Charge:
    return row if isinstance(row, Charge) else row.charge


def _reference(row: Charge | Refund | Release) -> str:
    return _charge(row).reference


def _receipt(charge: Charge, card: ReferenceCard) -> Iterator[Draft]:
    yield receipts.receipt(charge, card)


def _refund_receipt(refund: Refund, card: ReferenceCard) -> Iterator[Draft]:
    yield receipts.refund_receipt(refund, card)


def _returned(refund: Refund, card: ReferenceCard) -> Iterator[Draft]:
    yield receipts.refund_returned(refund, card)


def _invoices(release: Release, card: ReferenceCard) -> Iterator[Draft]:
    for share in shares_of([release]):
        yield from invoices.drafts_of(share, card)
