"""A chargeback: what the bank says, what would be sent to it, and by when."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from marketplace.kernel import clock
from payments.models import Chargeback, ChargebackState
from payments.services import evidence
from payments.web.staff.guards import treasurers_only


@treasurers_only
@require_safe
def chargeback(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    found = get_object_or_404(Chargeback.objects.select_related("charge"), pk=pk)
    is_open = found.state in (ChargebackState.INQUIRY, ChargebackState.OPEN)
    is_sent = found.submitted_at is not None
    context = {
        "chargeback": found,
        "charge": found.charge,
        "is_open": is_open,
        # What was sent stays as it was sent; before that the order's log is read anew each time.
        "pack": found.evidence if is_sent or not is_open else evidence.assemble(found),
        "may_send": is_open and not is_sent,
    }
    return render(request, "payments/staff/chargeback.html", context)


@treasurers_only
@require_POST
def send_evidence(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """For good: a bank reads one submission."""
    get_object_or_404(Chargeback, pk=pk)
    if evidence.submit(pk, clock.now()):
        messages.success(request, _("On its way to the bank."))
    else:
        messages.info(request, _("It is on its way already."))
    return redirect("money:chargeback", pk)
