"""Stripe operations: what is under way, what went wrong, and what may be done about it."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from marketplace.kernel import clock
from marketplace.kernel.errors import DomainError
from marketplace.kernel.models import as_uuid
from payments.errors import ProviderAway
from payments.gateway import looking
from payments.gateway.errors import GatewayError, Missing
from payments.models import OperationKind, OperationState, StripeOperation
from payments.operations import mending
from payments.operations.brakes import braked_kinds
from payments.operations.executor import KEY_LIFETIME
from payments.selectors import operations as selector
from payments.selectors import search
from payments.web.staff.guards import treasurers_only
from payments.web.staff.words import operation_words, state_words


@treasurers_only
@require_safe
def operations(request: HttpRequest) -> HttpResponse:
    state, kind = request.GET.get("state", ""), request.GET.get("kind", "")
    page = selector.page(state=state, kind=kind, before=as_uuid(request.GET.get("before", "")))
    context = {
        "page": page,
        "metrics": selector.metrics(clock.now()),
        "state": state,
        "kind": kind,
        "states": [(value, state_words(value)) for value in OperationState.values],
        "kinds": [(value, operation_words(value)) for value in OperationKind.values],
        "next_url": f"?state={state}&kind={kind}&before={page.next_before}" if page.next_before else "",
        "is_first": "before" not in request.GET,
    }
    return render(request, "payments/staff/operations.html", context)


@treasurers_only
@require_safe
def operation(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _render(request, get_object_or_404(StripeOperation, pk=pk))


def _render(
    request: HttpRequest, found: StripeOperation, comparison: mending.Comparison | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "operation": found,
        "params": looking.flat(found.params or {}),
        "is_open": found.state in (OperationState.PENDING, OperationState.PARKED),
        "is_braked": found.kind in braked_kinds(),
        "key_until": found.first_sent_at + KEY_LIFETIME if found.first_sent_at else None,
        "comparison": comparison,
    }
    return render(request, "payments/staff/operation.html", context, status=status)


@treasurers_only
@require_POST
def retry(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    get_object_or_404(StripeOperation, pk=pk)
    try:
        found = mending.retry(pk, clock.now())
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("money:operation", pk)
    if found.state == OperationState.DONE:
        messages.success(request, _("It is done."))
    elif found.state == OperationState.FAILED:
        messages.error(request, _("Stripe refused it for good; what was intended has been undone."))
    else:
        messages.warning(request, _("Tried, and it is not through yet: the error below is the newest."))
    return redirect("money:operation", pk)


@treasurers_only
@require_safe
def look(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Both sides beside each other; Stripe is asked now."""
    found = get_object_or_404(StripeOperation, pk=pk)
    try:
        comparison = mending.look(pk)
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("money:operation", pk)
    return _render(request, found, comparison)


@treasurers_only
@require_safe
def stripe_object(request: HttpRequest, identifier: str) -> HttpResponse:
    """Any object as Stripe has it now, and what knows it here."""
    account = request.GET.get("account", "")[:100]
    fields, reason, status = {}, "", 200
    try:
        fields = looking.read(identifier, account)
    except Missing:
        reason, status = _("Stripe knows no such object, or it is of a kind that is not read here."), 404
    except GatewayError:
        reason, status = ProviderAway().message, 503
    context = {
        "identifier": identifier,
        "account": account,
        "fields": fields,
        "reason": reason,
        "is_known": bool(search.leads(identifier)),
    }
    return render(request, "payments/staff/stripe_object.html", context, status=status)
