"""The money desk, and the checks behind it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from marketplace.kernel import clock
from payments.models import CheckRun
from payments.selectors import desk as selector
from payments.services import alerts
from payments.web.staff.guards import treasurers_only


@treasurers_only
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    sections = [section for section in selector.desk(clock.now()) if section.items]
    context = {"sections": sections, "number": sum(len(section.items) for section in sections)}
    return render(request, "payments/staff/desk.html", context)


@treasurers_only
@require_POST
def done(request: HttpRequest) -> HttpResponse:
    """Somebody says that an item is dealt with."""
    note = request.POST.get("note", "").replace("\x00", "")
    alerts.dismiss(request.POST.get("key", ""), by_id=int(request.user.pk or 0), note=note, at=clock.now())
    messages.success(request, _("Marked as dealt with."))
    return redirect("money:desk")


@treasurers_only
@require_safe
def checks(request: HttpRequest) -> HttpResponse:
    return render(request, "payments/staff/checks.html", {"runs": CheckRun.objects.order_by("name")})
