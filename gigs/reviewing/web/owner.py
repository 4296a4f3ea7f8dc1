"""A seller's side: what is found before publishing, where a gig stands with staff, taking it back, answering."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from gigs.contracts import GigRow
from gigs.drafts import services as drafts
from gigs.drafts.workspace import Workspace, open_workspace
from gigs.models import Gig
from gigs.models.reviewing import GigReview
from gigs.reviewing import deciding, gate, policy, selectors, taking_down
from gigs.reviewing.checks import running
from gigs.reviewing.findings import Finding
from gigs.reviewing.policy import Policy
from gigs.reviewing.web.forms import AnswerForm
from gigs.selectors.owned import own_gig
from gigs.services.content import missing_to_publish
from marketplace.kernel import clock
from marketplace.kernel.errors import Conflict, DomainError


def publish_or_explain(request: HttpRequest, gig_id: int, version: int | None = None) -> HttpResponse:
    """Publishes with what was changed (of ``version``), unless a check found something: then its seller reads that
    first. Raises InvalidInput, Conflict, IllegalTransition.
    """
    workspace = open_workspace(gig_id, int(request.user.pk or 0))
    if _findings(workspace, policy.current()):
        return redirect("gigs:check", gig_id)
    return _publish(request, workspace.gig, version)


def _publish(request: HttpRequest, gig: Gig, version: int | None = None) -> HttpResponse:
    drafts.publish(gig_id=gig.pk, seller_id=gig.seller_id, at=clock.now(), version=version)
    gig.refresh_from_db()
    if gig.is_in_review:
        messages.success(request, _("Handed in.") + " " + selectors.usual_wait_text())
        return redirect("gigs:standing", gig.pk)
    found = _("Your gig is live. Buyers can find and order it now.")
    messages.success(request, _("Your gig is live. Who has its link can order it now.") if gig.is_private else found)
    return redirect(gig)


@login_required
@never_cache
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """What a check found in a gig that is to be published; a POST publishes it nevertheless where that may be."""
    workspace = open_workspace(pk, int(request.user.pk or 0))
    gig, content = workspace.gig, workspace.content
    error = ""
    if request.method == "POST":
        try:
            return _publish(request, gig)
        except DomainError as refused:
            error = refused.message
    rules = policy.current()
    found = _findings(workspace, rules)
    blocking = running.blocking(found, rules)
    context = {
        "gig": gig,
        "error": error,
        "blocking": blocking,
        "warnings": [one for one in found if one not in blocking],
        "missing": [message for _place, message in missing_to_publish(content)],
        "is_reviewed": gate.needs_review(gig, content, rules.mode),
        "wait": selectors.usual_wait_text(),
    }
    return render(request, "gigs/reviewing/check.html", context, status=422 if error else 200)


@login_required
@never_cache
def standing(request: HttpRequest, pk: int) -> HttpResponse:
    """Where a gig stands with staff, what they asked for, and why it was taken down; a POST answers that once."""
    gig = own_gig(pk, int(request.user.pk or 0))
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            text = form.cleaned_data["answer"]
            taking_down.answer(gig_id=pk, seller_id=gig.seller_id, text=text, at=clock.now())
        except DomainError as error:
            form.add_error("answer", error.message)
        else:
            messages.success(request, _("Sent. Somebody reads it and looks at your gig again."))
            return redirect("gigs:standing", pk)
    one = selectors.standing_of(gig)
    context = {
        "gig": gig,
        "standing": one,
        "form": form,
        "notes": one.sent_back.notes.all() if one.sent_back else [],
        "wait": selectors.usual_wait_text(),
        "history": _history(gig),
    }
    return render(request, "gigs/reviewing/standing.html", context, status=422 if form.errors else 200)


def _history(gig: Gig) -> list[GigReview]:
    return selectors.history_of(gig.pk, 32_000)


@login_required
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes back what waits: a new gig is a draft again, a live one stays as it is."""
    try:
        deciding.withdraw(gig_id=pk, seller_id=int(request.user.pk or 0), at=clock.now())
    except Conflict as error:
        messages.warning(request, error.message)
    else:
        messages.success(request, _("Taken back. Nobody looks at it now."))
    return redirect("gigs:standing", pk)


def rows_with_standing(rows: Iterable[GigRow], seller_id: int) -> list[GigRow]:
    """Each with what staff have to do with it in a word. Three queries."""
    words = selectors.words_of_seller(seller_id)
    return [replace(row, standing=words.get(row.id, "")) for row in rows]


def saved_words(request: HttpRequest, gig_id: int) -> str:
    """What a save came to: written, or waiting for staff."""
    one = selectors.standing_of(own_gig(gig_id, int(request.user.pk or 0)))
    if one.waiting is None:
        return _("Saved. New orders follow it at once; running ones keep their terms.")
    if one.waiting.is_change:
        return _("Handed in. What is live stays as it is until then.") + " " + selectors.usual_wait_text()
    return _("Saved. Somebody looks at it as it is now.")


def _findings(workspace: Workspace, rules: Policy) -> list[Finding]:
    return running.findings(workspace.gig, workspace.content, workspace.cover, rules)
