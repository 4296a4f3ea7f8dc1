"""Kill switches: pulled and lifted with a reason; what stops is said before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import api as people
from accounts.contracts import Person
from marketplace.kernel import clock
from payments.models import Brake, Outflow
from payments.operations import brakes as switches
from payments.selectors import brakes as selector
from payments.web.staff.guards import treasurers_only
from payments.web.staff.words import outflow_words


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("For everybody who finds it stopped, and for whoever reads it later."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 300}),
    )


@dataclass(frozen=True, slots=True)
class Switch:
    outflow: Outflow
    brake: Brake | None
    by: Person | None
    waiting: int  # operations that have not been sent
    stops: str


@treasurers_only
@require_safe
def brakes(request: HttpRequest) -> HttpResponse:
    records, pulled = selector.history(), selector.pulled()
    ids = {record.pulled_by_id for record in records} | {record.lifted_by_id for record in records}
    names = people.people(pk for pk in ids | {brake.pulled_by_id for brake in pulled} if pk)
    context = {"switches": _switches(pulled, names), "records": records, "names": names}
    return render(request, "payments/staff/brakes.html", context)


def _switches(pulled: Sequence[Brake], names: dict[int, Person]) -> list[Switch]:
    waiting, by_outflow = selector.waiting(), {brake.outflow: brake for brake in pulled}
    found = []
    for outflow in Outflow:
        brake = by_outflow.get(outflow)
        by = names.get(brake.pulled_by_id or 0) if brake else None
        found.append(Switch(outflow, brake, by, waiting[outflow], _stops(outflow)))
    return found


def _stops(outflow: Outflow) -> str:
    return {
        Outflow.REFUNDS: _(
            "No refund is sent to a buyer. Cancelled orders still end, and their refunds wait here until it is lifted."
        ),
        Outflow.TRANSFERS: _(
            "No cleared share is sent to a seller's account at Stripe. Orders go on, shares clear, and wait here."
        ),
        Outflow.PAYOUTS: _(
            "No money is sent to a bank: neither from sellers' accounts at Stripe nor of the platform's own."
        ),
    }[outflow]


def _outflow(name: str) -> Outflow:
    if name not in Outflow.values:
        raise Http404
    return Outflow(name)


@treasurers_only
@require_http_methods(["GET", "POST"])
def pull(request: HttpRequest, name: str) -> HttpResponse:
    outflow, form = _outflow(name), ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        switches.pull(outflow, reason=reason, by_id=int(request.user.pk or 0), at=clock.now())
        messages.success(request, _("Stopped: %(outflow)s.") % {"outflow": outflow_words(outflow)})
        return redirect("money:brakes")
    context = {"outflow": outflow, "form": form, "stops": _stops(outflow), "waiting": selector.waiting()[outflow]}
    return render(request, "payments/staff/brake_pull.html", context, status=422 if form.is_bound else 200)


@treasurers_only
@require_POST
def lift(request: HttpRequest, name: str) -> HttpResponse:
    outflow = _outflow(name)
    if switches.lift(outflow, by_id=int(request.user.pk or 0), note=request.POST.get("reason", "").strip()):
        messages.success(request, _("%(outflow)s run again.") % {"outflow": outflow_words(outflow)})
    elif Brake.objects.filter(outflow=outflow).exists():
        messages.error(
            request,
            _("It waits for the reconciliation: it is lifted by that, when both sides are equal to the minor unit."),
        )
    else:
        messages.info(request, _("It was lifted already."))
    return redirect("money:brakes")
