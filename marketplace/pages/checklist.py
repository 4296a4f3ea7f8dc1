"""What a seller does before the first sale, in order, and how far they are."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

import accounts.api
import gigs.api
import payments.api
from marketplace.kernel import clock
from payments.contracts import PayoutGate


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way to the first sale."""

    label: str
    note: str
    url: str
    done: bool


@dataclass(frozen=True, slots=True)
class Checklist:
    steps: tuple[Step, ...]
    is_closed: bool  # they put it away

    @property
    def done_count(self) -> int:
        return sum(step.done for step in self.steps)

    @property
    def is_done(self) -> bool:
        return self.done_count == len(self.steps)


def checklist_of(user_id: int) -> Checklist:
    """Three queries."""
    told = accounts.api.seller_progress(user_id)
    return Checklist(
        (
            _step(
                _("Show your face"), _("A portrait, cut and made small by us."), "accounts:settings", told.has_portrait
            ),
            _step(_("Say who you are"), _("A headline and two sentences."), "accounts:settings", told.has_words),
            _step(
                _("Publish your first gig"),
                _("From a starter, on one page."),
                "gigs:first",
                gigs.api.has_published(user_id),
            ),
            _step(
                _("Tell Stripe where to pay you"),
                _("Needed at the first sale; you can do it now."),
                "payments:earnings",
                payments.api.payout_status(user_id).gate == PayoutGate.OPEN,
            ),
            _step(
                _("Make signing in safe"),
                _("A second step when you sign in."),
                "accounts:settings_access",
                told.has_second_step,
            ),
            _step(
                _("Say when you work"),
                _("Your time zone and hours; with no hours, the clock of an order never pauses."),
                "accounts:settings_time",
                told.has_said_time,
            ),
        ),
        told.is_closed,
    )


def _step(label: str, note: str, url_name: str, done: bool) -> Step:
    return Step(label, note, reverse(url_name), done)


@require_safe
@login_required
def checklist(request: HttpRequest) -> HttpResponse:
    user_id = int(request.user.pk or 0)
    if not accounts.api.is_seller(user_id):
        return redirect("gigs:first")
    return render(request, "pages/checklist.html", {"checklist": checklist_of(user_id)})


@require_POST
@login_required
def close_checklist(request: HttpRequest) -> HttpResponse:
    """Puts it away for good, once all of it is done."""
    user_id = int(request.user.pk or 0)
    if accounts.api.is_seller(user_id) and checklist_of(user_id).is_done:
        accounts.api.close_checklist(user_id=user_id, at=clock.now())
    return redirect("pages:desk")
