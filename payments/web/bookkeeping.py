"""For those who keep the operator's books: any document, and the whole ledger as a file."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from marketplace.kernel import clock
from marketplace.kernel.downloads import CSV, private_lines
from marketplace.kernel.errors import DomainError
from payments.documents import library
from payments.documents.export.ledger import Export
from payments.documents.months import Month
from payments.web.documents import as_pdf, is_first, next_url
from payments.web.forms import ExportForm

_TYPES = {"csv": CSV}


def _require(request: HttpRequest, permission: str) -> None:
    """Treasurers, and staff to whom the admin gave the permission; others learn of nothing."""
    user = request.user
    if isinstance(user, AnonymousUser) or not (user.handles_money or user.is_staff and user.has_perm(permission)):
        raise Http404


@login_required
@require_safe
def documents(request: HttpRequest) -> HttpResponse:
    _require(request, "payments.view_document")
    words = request.GET.get("q", "")
    page = library.for_staff(words=words, before=request.GET.get("before", ""))
    context = {"page": page, "words": words, "next_url": next_url(request, page), "is_first": is_first(request)}
    return render(request, "payments/documents/staff.html", context)


@login_required
@require_safe
def document(request: HttpRequest, document_id: uuid.UUID) -> HttpResponse:
    _require(request, "payments.view_document")
    return as_pdf(library.document_for_staff(document_id))


@login_required
@require_safe
def ledger_export(request: HttpRequest) -> HttpResponseBase:
    """The form; with its fields filled in, the file, which is sent while it is read."""
    _require(request, "payments.view_ledgertransfer")
    month = Month.of(clock.now()).shifted(-1)
    known = {"first": month.first_day, "last": month.last_day, "format": "csv"}
    form = ExportForm(request.GET if "format" in request.GET else None, initial=known)
    if form.is_valid():
        try:
            return _stream(Export(**form.cleaned_data))
        except DomainError as error:
            form.add_refusal(error)
    return render(request, "payments/documents/export.html", {"form": form, "formats": _explained()})


def _stream(export: Export) -> StreamingHttpResponse:
    kind = _TYPES.get(export.format, "text/plain; charset=utf-8")
    return private_lines(export.lines(), export.file_name, kind)


def _explained() -> list[tuple[str, str]]:
    return [
        ("csv", _("One row per leg, for spreadsheets and most accounting programs.")),
        ("hledger", _("A journal for hledger and ledger.")),
        ("beancount", _("A ledger for beancount and Fava.")),
    ]
