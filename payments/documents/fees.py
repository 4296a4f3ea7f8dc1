"""The platform's invoice to a seller: every fee of a month, from the invoices that were made in their name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _

from marketplace.kernel.money import Money
from payments.documents.contents import Content, Fact, Line, Sum
from payments.documents.issuing import PLATFORM, Draft
from payments.documents.months import Month
from payments.documents.profiles import operator, taxpayer
from payments.documents.taxes import taxed
from payments.models import Document, DocumentKind

_OF_SELLERS = (DocumentKind.SELLER_INVOICE, DocumentKind.SELLER_CREDIT)


# Months of sellers with fees and without an invoice for them; the key of the invoice is its unique index.
_DUE = """
WITH months AS (
    SELECT DISTINCT issuer_id, currency, to_char(effective_at AT TIME ZONE %(zone)s, 'YYYY-MM') AS month
    FROM payments_document
    WHERE kind = ANY(%(kinds)s) AND fee_minor <> 0 AND effective_at < %(end)s
)
SELECT issuer_id, currency, month FROM months m
WHERE NOT EXISTS (
    SELECT FROM payments_document f WHERE f.key = %(kind)s || ':' || m.issuer_id || ':' || m.currency || ':' || m.month)
ORDER BY month, issuer_id, currency
"""
# A movement of the last second may be committed a little after it.
_GRACE = timedelta(hours=1)


def due(at: datetime) -> list[tuple[int, str, Month]]:
    """(seller, currency, month) of every month that has ended and whose fees no invoice has yet. One query."""
    names: dict[str, Any] = {
        "zone": settings.TIME_ZONE,
        "kinds": [kind.value for kind in _OF_SELLERS],
        "kind": DocumentKind.SELLER_FEES.value,
        "end": Month.of(at - _GRACE).start,
    }
    with connection.cursor() as cursor:
        cursor.execute(_DUE, names)
        return [(seller_id, currency, Month.parse(month)) for seller_id, currency, month in cursor.fetchall()]


def fees_of(seller_id: int, currency: str, month: Month) -> Draft:
    """One line per invoice or credit note, VAT at the platform's rate or reverse charge on their sum."""
    papers = list(
        Document.objects.filter(
            ~Q(fee_minor=0),
            issuer=seller_id,
            currency=currency,
            kind__in=_OF_SELLERS,
            effective_at__gte=month.start,
            effective_at__lt=month.end,
        ).order_by("effective_at", "issued_at", "id")
    )
    total = sum(paper.fee_minor for paper in papers)
    return Draft(
        key=f"{DocumentKind.SELLER_FEES}:{seller_id}:{currency}:{month}",
        kind=DocumentKind.SELLER_FEES,
        series=PLATFORM,
        recipient_id=seller_id,
        subject=str(month),
        total_minor=total,
        effective_at=papers[-1].effective_at if papers else month.start,
        content=_content(seller_id, currency, month, papers, total),
    )


def _content(seller_id: int, currency: str, month: Month, papers: Sequence[Document], total: int) -> Content:
    platform, seller = operator(), taxpayer(seller_id).party
    tax = taxed(platform.party, seller, Money(total, currency), basis_points=platform.basis_points)
    return Content(
        title=_("Credit note for fees") if total < 0 else _("Invoice for fees"),
        sender=platform.party,
        recipient=seller,
        currency=currency,
        facts=(Fact(_("Month"), month.words),),
        lines=tuple(_lines(papers)),
        sums=tax.sums,
        total=Sum(_("Total, kept from your earnings"), total),
        notes=tax.notes,
    )


def _lines(papers: Sequence[Document]) -> Iterator[Line]:
    for paper in papers:
        name = " · ".join(part for part in (paper.number, paper.code, paper.title) if part)
        word = _("Fee on %(paper)s") if paper.kind == DocumentKind.SELLER_INVOICE else _("Fee returned on %(paper)s")
        yield Line(word % {"paper": name}, 1, paper.fee_minor)
