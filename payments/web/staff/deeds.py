"""Deeds by hand: asked with a reason, seen with their exact postings, confirmed by somebody else."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import api as people
from marketplace.kernel import clock, currencies
from marketplace.kernel.errors import DomainError
from marketplace.kernel.ids import new_id
from marketplace.kernel.models import as_uuid
from payments import api
from payments.errors import DeedChanged
from payments.models import DeedKind, DeedState, ManualDeed
from payments.selectors import deeds as selector
from payments.selectors.deeds import Subject
from payments.selectors.platform import platform_funds
from payments.services import manual
from payments.services.manual import Review
from payments.web.staff.forms import DeedForm
from payments.web.staff.guards import treasurers_only
from payments.web.staff.words import deed_words

# These begin where their subject is shown; the others are begun on the list.
_BEGUN_HERE = (DeedKind.WITHDRAWAL, DeedKind.DEPOSIT, DeedKind.POSTING)


@treasurers_only
@require_safe
def deeds(request: HttpRequest) -> HttpResponse:
    page = selector.ended_deeds(as_uuid(request.GET.get("before", "")))
    context = {
        "open": selector.open_deeds(),
        "page": page,
        "next_url": f"?before={page.next_before}" if page.next_before else "",
        "is_first": "before" not in request.GET,
        "funds": [platform_funds(currency) for currency in currencies.settled()],
        "kinds": [(kind.value, *deed_words(kind)) for kind in _BEGUN_HERE],
    }
    return render(request, "payments/staff/deeds.html", context)


@treasurers_only
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """First the form, then what it would post, then it is asked for."""
    if kind not in DeedKind.values:
        raise Http404
    chosen, about = DeedKind(kind), request.GET.get("subject", "")[:64]
    subject = selector.subject_of(chosen, about)
    form = DeedForm(chosen, subject, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _answer(request, form, chosen, about)
        except DeedChanged as error:
            messages.warning(request, error.message)
            return _review(request, form, chosen, about)
        except DomainError as error:
            form.show(error)
    return _form(request, form, chosen, subject, status=422 if form.is_bound else 200)


def _answer(request: HttpRequest, form: DeedForm, kind: DeedKind, about: str) -> HttpResponse:
    if "back" in request.POST:
        return _form(request, form, kind, form.subject)
    seen = request.POST.get("seen", "")
    if not seen:
        return _review(request, form, kind, about)
    wanted = form.request(request.POST.get("form_key", ""), about)
    deed = manual.ask(wanted, seen=seen, by_id=int(request.user.pk or 0), at=clock.now())
    if deed.state == DeedState.DONE:
        messages.success(request, _("Done."))
    else:
        messages.success(request, _("Asked for. The other treasurers are told; one of them has to confirm it."))
    return redirect("money:deed", deed.pk)


def _form(request: HttpRequest, form: DeedForm, kind: DeedKind, subject: Subject, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "kind": kind,
        "words": deed_words(kind),
        "subject": subject,
        "funds": [platform_funds(currency) for currency in currencies.settled()] if kind == DeedKind.WITHDRAWAL else [],
    }
    return render(request, "payments/staff/deed_form.html", context, status=status)


def _review(request: HttpRequest, form: DeedForm, kind: DeedKind, about: str) -> HttpResponse:
    wanted = form.request(request.POST.get("form_key") or str(new_id()), about)
    review = manual.review_request(wanted, by_id=int(request.user.pk or 0), at=clock.now())
    context = {
        "form": form,
        "form_key": wanted.form_key,
        "kept": [(bound.html_name, bound.value()) for bound in form],
        "words": deed_words(kind),
        "subject": form.subject,
        "review": review,
        "names": _names(review),
    }
    return render(request, "payments/staff/deed_review.html", context)


def _names(review: Review) -> dict[int, str]:
    ids = {leg.owner_id for posting in review.postings for leg in posting.legs if leg.owner_id}
    return {pk: person.name for pk, person in people.people(ids).items()}


@treasurers_only
@require_safe
def deed(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _deed(request, pk)


def _deed(request: HttpRequest, pk: uuid.UUID, *, status: int = 200, decline_error: str = "") -> HttpResponse:
    found = get_object_or_404(ManualDeed.objects.select_related("asked_by", "ended_by"), pk=pk)
    reader, at = int(request.user.pk or 0), clock.now()
    review, reason = None, ""
    if found.state == DeedState.ASKED:
        try:
            review = manual.review(found, by_id=reader, at=at)
        except DomainError as error:
            reason = error.message
    context = {
        "deed": found,
        "words": deed_words(found.kind),
        "is_own": found.asked_by_id == reader,
        "is_over": found.expires_at <= at,
        "review": review,
        "reason_against": reason,
        "names": _names(review) if review else {},
        "posted": selector.posted_by(found) if found.state == DeedState.DONE else [],
        "decline_error": decline_error,
    }
    return render(request, "payments/staff/deed.html", context, status=status)


@treasurers_only
@require_POST
def confirm(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    get_object_or_404(ManualDeed, pk=pk)
    seen = request.POST.get("seen", "")
    try:
        manual.confirm(pk, by_id=int(request.user.pk or 0), seen=seen, at=clock.now())
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Confirmed and done."))
    return redirect("money:deed", pk)


@treasurers_only
@require_POST
def decline(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The same button withdraws one's own."""
    get_object_or_404(ManualDeed, pk=pk)
    note = request.POST.get("note", "")
    try:
        ended = manual.decline(pk, by_id=int(request.user.pk or 0), note=note, at=clock.now())
    except DomainError as error:
        if "note" in error.fields:
            return _deed(request, pk, status=422, decline_error=error.message)
        messages.error(request, error.message)
    else:
        is_own = ended.state == DeedState.WITHDRAWN
        messages.success(request, _("Withdrawn.") if is_own else _("Declined; whoever asked is told why."))
    return redirect("money:deed", pk)


@treasurers_only
@require_POST
def reissue(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A refund that came back is sent to the buyer's card once more: it is theirs, so nobody else is asked."""
    made = api.reissue(pk, clock.now())
    messages.success(request, _("It is on its way to the buyer's card again."))
    return redirect("money:reference", made.charge.reference)
