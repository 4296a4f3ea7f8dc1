"""Stripe's record beside ours: the last comparisons, and what does not agree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from marketplace.kernel import clock
from marketplace.kernel.errors import DomainError
from marketplace.kernel.money import Money
from payments.models import Difference, ReconciliationRun
from payments.reconciliation import decisions, runs
from payments.selectors import reconciliation as selectors
from payments.web.staff.guards import treasurers_only

_PAGE = 20
_NOUNS = {
    "sessions": gettext_lazy("checkout session"),
    "charges": gettext_lazy("payment"),
    "refunds": gettext_lazy("refund"),
    "transfers": gettext_lazy("transfer to a seller"),
    "payouts": gettext_lazy("payout of the platform"),
    "disputes": gettext_lazy("dispute"),
    "statement": gettext_lazy("line of Stripe's statement"),
    "postings": gettext_lazy("posting of ours"),
    "operations": gettext_lazy("request to Stripe"),
    "by hand": gettext_lazy("made by hand at Stripe"),
    "balance": gettext_lazy("whole balance"),
    "books": gettext_lazy("ledger"),
}
# What Stripe's statement has a line of, so that it can be booked as it stands there.
_BOOKABLE = frozenset({"sessions", "charges", "refunds", "transfers", "payouts", "disputes", "statement"})


class NoteForm(forms.Form):
    note = forms.CharField(
        label=gettext_lazy("What you found out"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    difference: Difference
    ours: Money | None
    theirs: Money | None
    form: NoteForm

    @property
    def what(self) -> str:
        return str(_NOUNS.get(self.difference.noun, self.difference.noun))

    @property
    def may_be_booked(self) -> bool:
        return self.difference.noun in _BOOKABLE and self.ours is None


@dataclass(frozen=True, slots=True)
class RunRow:
    run: ReconciliationRun
    balances: list[dict[str, Money]]


@treasurers_only
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    return _show(request)


@treasurers_only
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """The workers do the comparing; this asks them to begin now."""
    try:
        runs.ask_for(clock.now(), is_full="full" in request.POST)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("The comparison begins. Come back in a moment to see what it found."))
    return redirect("money:reconciliation")


@treasurers_only
@require_POST
def close(request: HttpRequest, difference_id: int) -> HttpResponse:
    """As it is, or with what Stripe's statement has of it booked into suspense (the button's name says which)."""
    form = NoteForm(request.POST, prefix=str(difference_id))
    if not form.is_valid():
        return _show(request, typed=(difference_id, form), status=422)
    decide = decisions.book if "book" in request.POST else decisions.accept
    try:
        decide(difference_id, note=form.cleaned_data["note"], by_id=int(request.user.pk or 0), at=clock.now())
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Closed, with your note."))
    return redirect("money:reconciliation")


def _show(request: HttpRequest, *, typed: tuple[int, NoteForm] | None = None, status: int = 200) -> HttpResponse:
    before, after = (_number(request.GET.get(name)) for name in ("before", "after"))
    waiting = list(selectors.open_differences(after=after)[: _PAGE + 1])
    closed = list(selectors.closed_differences(before=before)[: _PAGE + 1])
    forms_by_id = dict([typed]) if typed else {}
    context: dict[str, Any] = {
        "runs": [RunRow(run, _balances(run)) for run in selectors.recent_runs()],
        "waiting": [_row(one, forms_by_id.get(one.pk)) for one in waiting[:_PAGE]],
        "closed": [_row(one) for one in closed[:_PAGE]],
        "next_after": waiting[_PAGE - 1].pk if len(waiting) > _PAGE else None,
        "next_before": closed[_PAGE - 1].pk if len(closed) > _PAGE else None,
        "frozen": selectors.frozen_outflows(),
    }
    return render(request, "payments/staff/reconciliation.html", context, status=status)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 18 else None


def _row(difference: Difference, form: NoteForm | None = None) -> DifferenceRow:
    def money(minor: int | None) -> Money | None:
        return Money(minor, difference.currency) if minor is not None and difference.currency else None

    shown = form or NoteForm(prefix=str(difference.pk))
    return DifferenceRow(difference, money(difference.ours_minor), money(difference.theirs_minor), shown)


def _balances(run: ReconciliationRun) -> list[dict[str, Money]]:
    names = ("ours_minor", "theirs_minor", "under_way_here_minor", "under_way_there_minor")
    return [
        {name.removesuffix("_minor"): Money(balance[name], balance["currency"]) for name in names}
        for balance in run.balances
    ]
