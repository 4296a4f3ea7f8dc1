"""The lists of staff, the workspace of a round, and what to do with a published gig."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import api as accounts
from gigs.models.reviewing import Concern, GigReview
from gigs.reviewing import claiming, deciding, selectors, taking_down
from gigs.reviewing.web.concern_page import ConcernPage
from gigs.reviewing.web.forms import ReasonForm, Verdicts, WordsForm
from gigs.reviewing.web.round_page import RoundPage
from marketplace.kernel import clock
from marketplace.kernel.errors import Conflict, DomainError, InvalidInput

ROUNDS, CONCERNS, DOWN = "new", "again", "down"
_TRIES = 5


def _reader(request: HttpRequest) -> int:
    return int(request.user.pk or 0)


@login_required
@require_safe
@never_cache
def queue(request: HttpRequest) -> HttpResponse:
    """``?list=`` new, again or down; ``?show=`` all, mine or free."""
    reader, at = _reader(request), clock.now()
    claiming.require_moderator(reader)
    wanted = request.GET.get("list", "")
    which = wanted if wanted in (CONCERNS, DOWN) else ROUNDS
    show = request.GET.get("show", "")
    show = show if show in (selectors.MINE, selectors.FREE) else selectors.ALL
    page = _page(which, show, request.GET.get("after", ""), reader, at)
    context = {
        "page": page,
        "which": which,
        "show": show,
        "lists": _lists(which, at, reader),
        "shares": _shares(which, show, at, reader),
        "first_url": _address(which, show) if request.GET.get("after") else "",
        "next_url": f"{_address(which, show)}&{urlencode({'after': page.next_after})}" if page.next_after else "",
    }
    return render(request, "gigs/reviewing/queue.html", context)


def _page(which: str, show: str, after: str, reader: int, at: datetime) -> selectors.QueuePage:
    if which == DOWN:
        return selectors.taken_down(at, after)
    found = selectors.concern_queue if which == CONCERNS else selectors.round_queue
    return found(at, reader, show, after)


def _address(which: str, show: str = selectors.ALL) -> str:
    return f"{reverse('gigs:staff')}?{urlencode({'list': which, 'show': show})}"


def _lists(current: str, at: datetime, reader: int) -> list[dict[str, object]]:
    numbers = selectors.counts(at, reader)
    labels = {ROUNDS: (_("Before publishing"), "rounds"), CONCERNS: (_("Look again"), "concerns")}
    labels[DOWN] = (_("Taken down"), "taken_down")
    return [
        {"label": label, "url": _address(name), "count": numbers[key], "is_current": name == current}
        for name, (label, key) in labels.items()
    ]


def _shares(which: str, current: str, at: datetime, reader: int) -> list[dict[str, object]]:
    if which == DOWN:
        return []
    rows = selectors.open_concerns() if which == CONCERNS else selectors.waiting_rounds()
    numbers = selectors.shares(rows, at, reader)
    labels = {selectors.ALL: _("All"), selectors.MINE: _("Mine"), selectors.FREE: _("Unclaimed")}
    return [
        {"label": label, "url": _address(which, name), "count": numbers[name], "is_current": name == current}
        for name, label in labels.items()
    ]


@login_required
@require_http_methods(["GET", "POST"])
@never_cache
def round_(request: HttpRequest, round_id: int) -> HttpResponse:
    """The workspace; a POST approves or sends back."""
    reader, at = _reader(request), clock.now()
    one = selectors.round_for_staff(round_id, reader)
    page = RoundPage(one, reader, at)
    if request.method == "GET":
        return _show_round(request, page, Verdicts(None, page.found_in), WordsForm())
    verdicts, words = Verdicts(request.POST, page.found_in), WordsForm(request.POST)
    if verdicts.is_valid() & words.is_valid():
        try:
            return _decide(request, one, verdicts, words.cleaned_data["words"], at)
        except DomainError as error:
            words.add_error(None, error.message)
            page = RoundPage(selectors.round_for_staff(round_id, reader), reader, at)  # as it is by now
    return _show_round(request, page, verdicts, words, status=422)


def _decide(request: HttpRequest, one: GigReview, verdicts: Verdicts, words: str, at: datetime) -> HttpResponse:
    seen = request.POST.get("edition", "")
    edition = int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 9 else 0
    known: dict[str, Any] = {"round_id": one.pk, "moderator_id": _reader(request), "edition": edition, "at": at}
    if request.POST.get("do") == "send_back":
        if not verdicts.notes:
            raise InvalidInput(_("Nothing is marked “please change”. Say in at least one section what to change."))
        with accounts.speaking_to(one.gig.seller_id):
            notes = verdicts.notes
        deciding.send_back(notes=notes, words=words, **known)
        messages.success(request, _("Sent back. The seller reads what to change."))
    else:
        if verdicts.notes:
            raise InvalidInput(_("You asked for changes. Send it back, or mark every section as fine."))
        deciding.approve(**known)
        messages.success(request, _("Approved. Buyers see it now."))
    return redirect("gigs:staff_round", one.pk)


def _show_round(
    request: HttpRequest, page: RoundPage, verdicts: Verdicts, words: WordsForm, status: int = 200
) -> HttpResponse:
    for section in page.sections:
        section.form = verdicts.forms[section.name]
    rows = selectors.round_queue(page.at, page.reader_id).rows
    context = {"page": page, "form": words, "rows": rows, "has_errors": status != 200}
    return render(request, "gigs/reviewing/round.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
@never_cache
def concern(request: HttpRequest, concern_id: int) -> HttpResponse:
    """A published gig with everything that speaks against it; a POST decides."""
    reader, at = _reader(request), clock.now()
    one = selectors.concern_for_staff(concern_id, reader)
    reason, words = ReasonForm(), WordsForm()
    if request.method == "POST":
        do = request.POST.get("do", "")
        bound: ReasonForm | WordsForm = ReasonForm(request.POST) if do == "take_down" else WordsForm(request.POST)
        reason, words = (bound, words) if isinstance(bound, ReasonForm) else (reason, bound)
        if bound.is_valid():
            try:
                messages.success(request, _settle(request, do, one, bound.cleaned_data, at))
                return redirect("gigs:staff_concern", one.pk)
            except DomainError as error:
                for name, message in (error.fields or {"": error.message}).items():
                    bound.add_error(name if name in bound.fields else None, message)
        one = selectors.concern_for_staff(concern_id, reader)
    context = {
        "page": ConcernPage(one, reader, at),
        "reason_form": reason,
        "words_form": words,
        "rows": selectors.concern_queue(at, reader).rows,
    }
    return render(request, "gigs/reviewing/concern.html", context, status=422 if request.method == "POST" else 200)


def _settle(request: HttpRequest, do: str, one: Concern, data: dict[str, Any], at: datetime) -> str:
    seen = request.POST.get("seen", "")
    known: dict[str, Any] = {"concern_id": one.pk, "moderator_id": _reader(request), "seen": seen, "at": at}
    if do == "take_down":
        taking_down.take_down(reason=data["reason"], **known)
        return _("Taken down. The seller reads why, and may answer once.")
    if do == "put_back":
        taking_down.put_back(words=data["words"], **known)
        return _("Put back. It is where it was before.")
    if do == "leave_down":
        taking_down.leave_down(words=data["words"], **known)
        return _("It stays down. The seller reads why.")
    if do == "fine":
        taking_down.dismiss(**known)
        return _("Nothing wrong. It is off the list.")
    raise InvalidInput(_("Choose what to do with it."))


@login_required
@require_POST
def look(request: HttpRequest, pk: int) -> HttpResponse:
    """From a gig's page: puts it on the list, and opens it there."""
    found = taking_down.look_at(gig_id=pk, moderator_id=_reader(request), at=clock.now())
    return redirect("gigs:staff_concern", found)


@login_required
@require_POST
def claim_round(request: HttpRequest, round_id: int, do: str) -> HttpResponse:
    """``do``: claim or release."""
    act = deciding.claim if do == "claim" else deciding.give_back
    return _kindly(request, act, "gigs:staff_round", round_id=round_id)


@login_required
@require_POST
def claim_concern(request: HttpRequest, concern_id: int, do: str) -> HttpResponse:
    act = taking_down.claim if do == "claim" else taking_down.give_back
    return _kindly(request, act, "gigs:staff_concern", concern_id=concern_id)


def _kindly(request: HttpRequest, act: Callable[..., None], page: str, **which: int) -> HttpResponse:
    try:
        act(moderator_id=_reader(request), at=clock.now(), **which)
    except Conflict as error:
        messages.warning(request, error.message)
    return redirect(page, *which.values())


@login_required
@require_POST
def next_(request: HttpRequest, which: str) -> HttpResponse:
    """Claims the oldest that nobody looks at, and opens it. ``after`` is the one on screen."""
    reader, at = _reader(request), clock.now()
    claiming.require_moderator(reader)
    typed = request.POST.get("after", "")
    after = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 16 else 0
    find = selectors.next_concern if which == CONCERNS else selectors.next_round
    for _try in range(_TRIES):
        found = find(reader, at, after=after)
        if found is None:
            break
        with suppress(Conflict):  # somebody was quicker: the one after it
            if which == CONCERNS:
                taking_down.claim(concern_id=found, moderator_id=reader, at=at)
                return redirect("gigs:staff_concern", found)
            deciding.claim(round_id=found, moderator_id=reader, at=at)
            return redirect("gigs:staff_round", found)
    messages.info(request, _("Nothing else waits for you."))
    return redirect(_address(which))
