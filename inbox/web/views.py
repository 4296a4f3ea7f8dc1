"""The inbox, conversations, notices, and the files in messages."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import api as accounts
from accounts.contracts import Person
from inbox import cards, kinds, selectors, services, unsubscribe
from inbox.contracts import ConversationSummary
from inbox.models import Conversation
from inbox.web.forms import MessageForm
from marketplace.kernel import clock
from marketplace.kernel import files as private_files
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.ids import new_id
from marketplace.kernel.uploads.places import Place

PAGE = 30


@dataclass(frozen=True, slots=True)
class Row:
    """A conversation in the list, with the face of the other."""

    talk: ConversationSummary
    person: Person


@login_required
@require_safe
def conversations(request: HttpRequest) -> HttpResponse:
    """Who said something last, the newest first, page by page from a moment."""
    talks = selectors.summaries(_reader(request), before=_moment(request.GET.get("before", "")), limit=PAGE + 1)
    people = accounts.people(talk.other_id for talk in talks)
    rows = [Row(talk, people[talk.other_id]) for talk in talks[:PAGE]]
    last = rows[-1].talk.last_at if len(talks) > PAGE else None
    older = f"?{urlencode({'before': last.isoformat()})}" if last else ""
    return render(request, "inbox/list.html", {"rows": rows, "older_url": older, "is_first": not request.GET})


def _moment(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None


@login_required
@require_http_methods(["GET", "POST"])
def conversation(request: HttpRequest, conversation_id: uuid.UUID) -> HttpResponse:
    """A talk that has no page of its own elsewhere, such as a question before an order."""
    reader = _reader(request)
    talk = selectors.conversation_for(conversation_id, reader)
    if talk.url:
        return redirect(talk.url)
    place = Place(reader, f"talk:{talk.pk}", clock.now())
    form = MessageForm(request.POST or None, request.FILES or None, initial={"form_key": str(new_id())}, place=place)
    if form.is_valid():
        try:
            _say(request, talk, form)
            return redirect("inbox:conversation", talk.pk)
        except InvalidInput as error:
            form.add_refusal(error)
    services.mark_read(reference=talk.reference, user_id=reader, at=clock.now())
    other = accounts.person(selectors.other_participant(talk.pk, reader))
    entries = selectors.thread(talk.reference, reader)
    context = {
        "talk": talk,
        "other": other,
        "entries": entries,
        "is_asked": any(entry.card and entry.card.asks for entry in entries),
        "form": form,
        "acts": cards.acts_for(talk.pk, reader, other.id),
    }
    return render(request, "inbox/conversation.html", context)


def _say(request: HttpRequest, talk: Conversation, form: MessageForm) -> None:
    data = form.cleaned_data
    services.say(
        conversation_id=talk.pk,
        author_id=_reader(request),
        body=data["body"],
        uploads=data["files"],
        key=data["form_key"],
        at=clock.now(),
    )


@login_required
@require_safe
def file(request: HttpRequest, file_id: uuid.UUID) -> FileResponse:
    found = selectors.file_of_message(file_id, _reader(request))
    return private_files.response(found, request.headers.get("Range", ""))


@login_required
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """What the site told them, the newest first."""
    before = request.GET.get("before", "")
    number = int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None
    found = selectors.notices(_reader(request), before=number, limit=PAGE + 1)
    older = f"?before={found[PAGE - 1].pk}" if len(found) > PAGE else ""
    return render(request, "inbox/notices.html", {"notices": found[:PAGE], "older_url": older, "is_first": not number})


@login_required
@require_safe
def open_notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Leads to what a notice is about; having been there is having read it."""
    return redirect(services.read_notice(notice_id=notice_id, user_id=_reader(request), at=clock.now()))


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    services.read_all_notices(user_id=_reader(request), at=clock.now())
    return redirect("inbox:notices")


@login_required
@require_http_methods(["GET", "POST"])
def mail_settings(request: HttpRequest) -> HttpResponse:
    """Which kinds of notices come as mail, too."""
    reader = _reader(request)
    if request.method == "POST":
        wanted = set(request.POST.getlist("kinds"))
        services.choose_mail(user_id=reader, wanted=wanted)
        messages.success(request, _("Saved."))
        return redirect("inbox:mail_settings")
    refused = selectors.refused_kinds(reader)
    context = {
        "choices": [(kind.name, kind.label, kind.name not in refused) for kind in kinds.refusable()],
        "fixed": [kind.label for kind in kinds.kinds() if not kind.may_refuse],
        "tabs": accounts.settings_tabs("inbox:mail_settings"),
    }
    return render(request, "inbox/mail_settings.html", context)


@csrf_exempt  # the signed token is the permission; mail programs post without cookies (RFC 8058)
@require_http_methods(["GET", "POST"])
def stop_mail(request: HttpRequest, token: str) -> HttpResponse:
    """Asks on GET, because mail scanners follow links; switches the kind off on POST."""
    user_id, kind = unsubscribe.read(token)
    if request.method == "POST":
        services.set_mail(user_id=user_id, kind=kind, wanted=False)
    context = {
        "label": kinds.label_of(kind),
        "done": request.method == "POST",
    }
    return render(request, "inbox/unsubscribe.html", context)


def _reader(request: HttpRequest) -> int:
    if request.user.pk is None:
        raise TypeError("this view needs login_required")
    return request.user.pk
