"""A conversation that has no page of its own elsewhere: as a page, and what is new in it."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts import api as accounts
from inbox import blocking, cards, quick_replies, reports, selectors, services
from inbox.models import Conversation
from inbox.web.forms import MessageForm
from inbox.web.readers import reader_of
from marketplace.kernel import clock
from marketplace.kernel.errors import DomainError
from marketplace.kernel.ids import new_id
from marketplace.kernel.uploads.places import Place

SHOWN = 50


@login_required
@require_http_methods(["GET", "POST"])
def conversation(request: HttpRequest, conversation_id: uuid.UUID) -> HttpResponse:
    """The newest that was said, or what was said before a message. A script sends and gets back only what is new."""
    reader = reader_of(request)
    talk = selectors.conversation_for(conversation_id, reader)
    if talk.url:
        return redirect(talk.url)
    place = Place(reader, f"talk:{talk.pk}", clock.now())
    form = MessageForm(request.POST or None, request.FILES or None, initial={"form_key": str(new_id())}, place=place)
    if form.is_valid():
        try:
            _say(talk, reader, form)
        except DomainError as error:
            form.add_refusal(error)
        else:
            if request.htmx:  # type: ignore[attr-defined]
                return new(request, conversation_id)
            return redirect("inbox:conversation", talk.pk)
    if request.htmx and request.method == "POST":  # type: ignore[attr-defined]
        return render(request, "inbox/_composer.html", _composer(talk, form), status=422)
    return render(request, "inbox/conversation.html", _page(request, talk, reader, form))


def _say(talk: Conversation, reader: int, form: MessageForm) -> None:
    data = form.cleaned_data
    services.say(
        conversation_id=talk.pk,
        author_id=reader,
        body=data["body"],
        uploads=data["files"],
        key=data["form_key"],
        at=clock.now(),
    )


def _page(request: HttpRequest, talk: Conversation, reader: int, form: MessageForm) -> dict[str, Any]:
    before = _number(request.GET.get("before", ""))
    if before is None:
        services.mark_read(reference=talk.reference, user_id=reader, at=clock.now())
    other = accounts.person(selectors.other_participant(talk.pk, reader))
    entries = selectors.thread(talk.reference, reader, newest=SHOWN + 1, before=before)
    return {
        "talk": talk,
        "other": other,
        "entries": entries[-SHOWN:],
        "earlier": entries[-SHOWN].message.id if len(entries) > SHOWN else None,
        "is_earlier": before is not None,
        "seen_at": selectors.seen_at(talk.pk, other.id),
        "is_archived": selectors.is_archived(talk.pk, reader),
        "is_blocked": blocking.has_blocked(reader, other.id),
        "is_reported": reports.is_open(talk.pk, reader),
        "acts": cards.acts_for(talk.pk, reader, other.id),
        "replies": quick_replies.replies_of(reader),
        **_composer(talk, form, is_asked=any(entry.card and entry.card.asks for entry in entries)),
    }


def _composer(talk: Conversation, form: MessageForm, *, is_asked: bool = False) -> dict[str, Any]:
    return {"talk": talk, "form": form, "is_asked": is_asked}


@login_required
@require_safe
def news(request: HttpRequest, conversation_id: uuid.UUID) -> HttpResponse:
    return new(request, conversation_id)


def new(request: HttpRequest, conversation_id: uuid.UUID) -> HttpResponse:
    """What was said behind the message ``after``, and whether the last was seen; 204 where ``seen`` says so already.

    Whoever asks has the page before them: it has been read.
    """
    reader = reader_of(request)
    talk = selectors.conversation_for(conversation_id, reader)
    views = selectors.messages_after(talk.reference, _number(_given(request, "after")) or 0)
    seen = selectors.seen_at(talk.pk, selectors.other_participant(talk.pk, reader))
    if any(view.author_id != reader for view in views):
        services.mark_read(reference=talk.reference, user_id=reader, at=clock.now())
    if not views and _given(request, "seen") == (seen.isoformat() if seen else ""):
        return HttpResponse(status=204)
    context = {"entries": selectors.entries_of(views, reader), "seen_at": seen}
    return render(request, "inbox/_news.html", context)


def _given(request: HttpRequest, name: str) -> str:
    return str(request.POST.get(name, "") or request.GET.get(name, ""))


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
