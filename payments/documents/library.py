"""Finding documents. The getters are the permission: what a person may not see is not there for them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.kernel import cursors
from marketplace.kernel.errors import NotFound
from payments.contracts import Paper
from payments.models import Document, DocumentKind

PAGE = 20


@dataclass(frozen=True, slots=True)
class Page:
    """Newest first; ``after`` names the next page, empty on the last."""

    documents: tuple[Document, ...]
    after: str


def document_for(document_id: uuid.UUID, user_id: int) -> Document:
    """To whom it is addressed, or in whose name it is. Raises NotFound for everybody else."""
    found = Document.objects.filter(Q(recipient_id=user_id) | Q(issuer_id=user_id), pk=document_id).first()
    if found is None:
        raise NotFound(_("There is no such document."))
    return found


def document_for_staff(document_id: uuid.UUID) -> Document:
    """Any; the caller has asked whether they may. Raises NotFound."""
    found = Document.objects.filter(pk=document_id).first()
    if found is None:
        raise NotFound(_("There is no such document."))
    return found


def to_buyer(user_id: int, *, words: str = "", before: str = "") -> Page:
    """Receipts, invoices and credit notes for what somebody bought."""
    mine = Document.objects.filter(recipient_id=user_id).exclude(kind=DocumentKind.SELLER_FEES)
    return _page(_found(mine, words), before)


def latest_of_buyer(user_id: int, limit: int) -> list[Paper]:
    """The newest of them as rows for another page. One query."""
    mine = Document.objects.filter(recipient_id=user_id).exclude(kind=DocumentKind.SELLER_FEES).defer("content")
    return [
        Paper(
            one.title or one.subject, one.number, one.total, one.issued_on, reverse("payments:document", args=[one.pk])
        )
        for one in mine.order_by("-issued_at", "-id")[:limit]
    ]


def of_seller(user_id: int, *, words: str = "", before: str = "") -> Page:
    """Invoices and credit notes in a seller's name, and the platform's invoices for their fees."""
    mine = Q(issuer_id=user_id) | Q(recipient_id=user_id, kind=DocumentKind.SELLER_FEES)
    return _page(_found(Document.objects.filter(mine), words), before)


def for_staff(*, words: str = "", before: str = "") -> Page:
    """Every document; by number, order, or the e-mail address of either side."""
    found = Document.objects.select_related("recipient", "issuer")
    if "@" in words:
        address = words.strip().lower()
        return _page(found.filter(Q(recipient__email=address) | Q(issuer__email=address)), before)
    return _page(_found(found, words), before)


def _found(documents: QuerySet[Document], words: str) -> QuerySet[Document]:
    text = words.replace("\0", "").strip()[:100]
    if not text:
        return documents
    return documents.filter(
        Q(code__iexact=text) | Q(number__istartswith=text) | Q(title__icontains=text) | Q(reference=text)
    )


def _page(documents: QuerySet[Document], before: str) -> Page:
    rows = tuple(cursors.older(documents.defer("content"), "issued_at", before)[: PAGE + 1])
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return Page(rows[:PAGE], cursors.name(last.issued_at, last.pk) if last else "")
