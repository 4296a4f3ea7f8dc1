"""The inbox: lists of conversations, search, and what is put away."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import api as accounts
from accounts.contracts import Person
from inbox import finding, selectors, services
from inbox.contracts import ConversationSummary
from inbox.finding import FoundMessage
from inbox.selectors import Which
from inbox.web.readers import reader_of
from marketplace.kernel import clock
from marketplace.kernel.live import passes

PAGE = 30
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class Row:
    """A conversation in the list, with the face of the other."""

    talk: ConversationSummary
    person: Person


@dataclass(frozen=True, slots=True)
class FoundRow:
    message: FoundMessage
    person: Person


@login_required
@require_safe
def conversations(request: HttpRequest) -> HttpResponse:
    """Who said something last, the newest first, page by page from a moment; or what a search finds."""
    words = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:_LONGEST]
    if words:
        return _search(request, words)
    which = _which(request.GET.get("in", ""))
    before = _moment(request.GET.get("before", ""))
    talks = selectors.summaries(reader_of(request), before, PAGE + 1, which=which)
    rows = _rows(talks[:PAGE])
    last = rows[-1].talk.last_at if len(talks) > PAGE else None
    kept = {} if which == Which.INBOX else {"in": which.value}
    context = {
        "rows": rows,
        "older_url": f"?{urlencode({**kept, 'before': last.isoformat()})}" if last else "",
        "newest_url": f"{reverse('inbox:list')}?{urlencode(kept)}",
        "is_first": before is None,
        "which": which.value,
        "tabs": _tabs(which),
    }
    return render(request, "inbox/list.html", context)


def _which(text: str) -> Which:
    try:
        return Which(text)
    except ValueError:
        return Which.INBOX


def _tabs(current: Which) -> list[dict[str, object]]:
    labels = {Which.INBOX: _("Inbox"), Which.UNREAD: _("Unread"), Which.ARCHIVE: _("Archive")}
    path = reverse("inbox:list")
    return [
        {
            "label": label,
            "url": path if which == Which.INBOX else f"{path}?in={which.value}",
            "is_current": which == current,
        }
        for which, label in labels.items()
    ]


def _rows(talks: Iterable[ConversationSummary]) -> list[Row]:
    talks = list(talks)
    people = accounts.people(talk.other_id for talk in talks)
    return [Row(talk, people[talk.other_id]) for talk in talks]


def _search(request: HttpRequest, words: str) -> HttpResponse:
    reader = reader_of(request)
    talks = selectors.summaries_of(reader, finding.conversations_with(reader, words)[:PAGE])
    found = finding.messages_with(reader, words)
    people = accounts.people(one.author_id for one in found)
    context = {
        "words": words,
        "rows": _rows(talks),
        "found": [FoundRow(one, people[one.author_id]) for one in found],
        "most": finding.FOUND,
    }
    return render(request, "inbox/search.html", context)


def _moment(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None


@login_required
@require_POST
def archive(request: HttpRequest, conversation_id: uuid.UUID) -> HttpResponse:
    """Puts a conversation away, or takes it back (``back``)."""
    is_back = "back" in request.POST
    reader = reader_of(request)
    services.archive(conversation_id=conversation_id, user_id=reader, at=None if is_back else clock.now())
    if is_back:
        messages.success(request, _("Back in your inbox."))
    else:
        messages.success(request, _("In the archive. It comes back by itself when somebody writes."))
    return redirect("inbox:list")


@login_required
@require_safe
def unread(request: HttpRequest) -> JsonResponse:
    """The numbers in the frame, and a pass for the live line."""
    reader = reader_of(request)
    counts = selectors.unread(reader)
    told = {"notices": counts.notices, "messages": counts.messages, "pass": passes.issue(reader)}
    return JsonResponse(told, headers={"Cache-Control": "no-store"})
