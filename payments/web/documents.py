"""Receipts and invoices of a buyer, statements and invoices of a seller, and the files themselves."""

from __future__ import annotations

import uuid
from datetime import date
from itertools import groupby
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import api as people
from marketplace.kernel import clock
from marketplace.kernel.downloads import private_file, private_table
from payments.documents import library, profiles, statement_table, statements
from payments.documents.contents import from_json
from payments.documents.months import Month
from payments.models import Document

_MONTHS_ON_A_PAGE = 24


def _user_id(request: HttpRequest) -> int:
    return int(request.user.pk or 0)


@login_required
@require_safe
def receipts(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "")
    page = library.to_buyer(_user_id(request), words=words, before=request.GET.get("before", ""))
    context = {
        "page": page,
        "months": _by_month(page),
        "words": words,
        "next_url": next_url(request, page),
        "is_first": is_first(request),
    }
    return render(request, "payments/documents/receipts.html", context)


def _by_month(page: library.Page) -> list[tuple[date, list[Document]]]:
    """By the day that stands on each; the first day names the month."""
    months = groupby(page.documents, lambda one: one.issued_on.replace(day=1))
    return [(month, list(documents)) for month, documents in months]


@login_required
@require_safe
def invoices(request: HttpRequest) -> HttpResponse:
    """Invoices in a seller's name, and those for their fees."""
    user_id, words = _user_id(request), request.GET.get("q", "")
    if not people.is_seller(user_id):
        return render(request, "payments/not_selling.html")
    page = library.of_seller(user_id, words=words, before=request.GET.get("before", ""))
    context = {
        "page": page,
        "words": words,
        "next_url": next_url(request, page),
        "is_first": is_first(request),
        "tabs": _tabs("invoices"),
        "has_details": profiles.tax_details(user_id) is not None,
    }
    return render(request, "payments/documents/invoices.html", context)


@login_required
@require_safe
def statement_list(request: HttpRequest) -> HttpResponse:
    user_id = _user_id(request)
    if not people.is_seller(user_id):
        return render(request, "payments/not_selling.html")
    before = _month(request.GET["before"]) if "before" in request.GET else None
    at = clock.now()
    found = [row for row in statements.months(user_id, at) if before is None or row.month < before]
    rows = found[:_MONTHS_ON_A_PAGE]
    rows = [row for row in rows if row.month > rows[-1].month] if len(found) > len(rows) else rows
    older = f"?{urlencode({'before': rows[-1].month})}" if len(found) > len(rows) else ""
    context = {
        "rows": rows,
        "current": Month.of(at),
        "next_url": older,
        "is_first": before is None,
        "tabs": _tabs("statements"),
        "has_details": profiles.tax_details(user_id) is not None,
    }
    return render(request, "payments/documents/statements.html", context)


@login_required
@require_safe
def statement(request: HttpRequest, month: str, currency: str, suffix: str) -> HttpResponse:
    """A month of one's own as a file; the getter is that nobody can name another seller."""
    user_id, at = _user_id(request), clock.now()
    wanted = _month(month)
    if not any((row.month, row.currency) == (wanted, currency) for row in statements.months(user_id, at)):
        raise Http404
    found = statements.statement(user_id, wanted, currency, at)
    name = f"statement-{wanted}-{currency}.{suffix}"
    if suffix == "pdf":
        from payments.documents.pdf import statement as paper  # as below

        return private_file(paper.draw(found), name, "application/pdf")
    return private_table(statement_table.rows_of(found), name)


@login_required
@require_safe
def document(request: HttpRequest, document_id: uuid.UUID) -> HttpResponse:
    return as_pdf(library.document_for(document_id, _user_id(request)))


def as_pdf(found: Document) -> HttpResponse:
    """Drawn from the frozen content: a few hundredths of a second, so nothing is stored."""
    from payments.documents.pdf import papers  # 7 MB of a process, and few ever draw

    return private_file(papers.draw(from_json(found.content)), f"{found.number}.pdf", "application/pdf")


def next_url(request: HttpRequest, page: library.Page) -> str:
    if not page.after:
        return ""
    query = {"before": page.after} | ({"q": request.GET["q"]} if request.GET.get("q") else {})
    return f"?{urlencode(query)}"


def is_first(request: HttpRequest) -> bool:
    return "before" not in request.GET


def _month(text: str) -> Month:
    try:
        return Month.parse(text)
    except ValueError as error:
        raise Http404 from error


def _tabs(current: str) -> list[dict[str, object]]:
    labels = {"statements": _("Months"), "invoices": _("Invoices")}
    return [
        {"label": label, "url": reverse(f"payments:{name}"), "is_current": name == current}
        for name, label in labels.items()
    ]
