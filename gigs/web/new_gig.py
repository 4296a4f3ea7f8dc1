"""The first step of a gig that is to come: from a starter or from nothing."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import api as accounts
from gigs import limits, starters, steps
from gigs.contracts import GigContent
from gigs.drafts import services as drafts
from gigs.drafts.selectors import begun, begun_gigs, made_from
from gigs.drafts.services import Beginning, StepValues
from gigs.languages import of_reader
from gigs.selectors.catalogue import plain_words
from gigs.selectors.categories import slug_today, starter_groups
from gigs.web import frame
from gigs.web.editor import editor_of, refused_answer, saved_answer
from gigs.web.step_editor import Base, StepEditor
from gigs.web.step_editors import WhatEditor
from gigs.web.typed import as_sent, fields_of, window_of
from marketplace.kernel import clock, currencies
from marketplace.kernel.errors import Conflict, InvalidInput
from marketplace.kernel.models import as_uuid


@login_required
def new(request: HttpRequest) -> HttpResponse:
    user_id = int(request.user.pk or 0)
    if not accounts.is_seller(user_id) and request.GET.get("starter"):
        return redirect(f"{reverse('gigs:first')}?{request.GET.urlencode()}")  # which asks for the rest, too
    if not accounts.is_seller(user_id):
        messages.info(request, _("First a few words about you as a seller, then your gig."))
        return redirect("accounts:become_seller")
    if request.method == "POST":
        return _submit(request, user_id)
    key = as_uuid(request.GET.get("draft", ""))
    if (made := made_from(user_id, key)) is not None:
        return redirect(frame.url_of(made, steps.FIRST))
    known = begun(user_id, key)
    if known is not None:
        beginning = Beginning(known.key, known.starter, _content(known.starter, user_id))
        typed = known.typed.get(steps.FIRST.slug, {}).get("data")
        return _show(request, beginning, WhatEditor(_base(beginning), typed and as_sent(typed)).quiet())
    if not request.GET.get("starter"):
        context = {"categories": starter_groups(), "begun": begun_gigs(user_id)}
        return render(request, "gigs/start.html", context)
    named = f"{request.GET.get('category', '')[:40]}/{request.GET['starter'][:40]}".replace("\x00", "")
    content = _content(named, user_id)
    if title := plain_words(request.GET.get("title", ""))[: limits.TITLE_MAX]:
        content = replace(content, title=title)
    beginning = Beginning(uuid.uuid4(), named, content)
    return _show(request, beginning, WhatEditor(_base(beginning)))


def _submit(request: HttpRequest, user_id: int) -> HttpResponse:
    named = request.POST.get("starter", "")[:81].replace("\x00", "")
    beginning = Beginning(as_uuid(request.POST.get("key", "")) or uuid.uuid4(), named, _content(named, user_id))
    if request.POST.get("do") == "autosave":
        return _autosave(request, user_id, beginning)
    if request.POST.get("do") == "forget":
        drafts.forget_beginning(seller_id=user_id, key=beginning.key)
        return redirect("gigs:new")
    if (made := made_from(user_id, beginning.key)) is not None:
        # Somebody went back to this page: what they change there is a change of its gig, with the same words.
        return redirect(frame.url_of(made, steps.FIRST), preserve_request=True)
    editor, is_between = editor_of(request, _base(beginning), steps.FIRST.slug)
    if is_between or not editor.is_valid():
        return _show(request, beginning, editor)
    said = StepValues(editor.values())
    try:
        window = window_of(request.POST)
        gig_id = drafts.begin(seller_id=user_id, beginning=beginning, said=said, window=window, at=clock.now())
    except InvalidInput as error:
        editor.refuse(error)
        return _show(request, beginning, editor)
    target = None if request.POST.get("do") == "summary" else steps.after(steps.FIRST)
    return redirect(frame.url_of(gig_id, target))


def _autosave(request: HttpRequest, user_id: int, beginning: Beginning) -> JsonResponse:
    data, window = fields_of(request.POST), window_of(request.POST)
    try:
        drafts.keep_beginning(seller_id=user_id, beginning=beginning, data=data, window=window, at=clock.now())
    except (InvalidInput, Conflict) as error:
        return refused_answer(error)
    return saved_answer()


def _content(named: str, user_id: int) -> GigContent:
    """What is there before anything is typed: a starter's content, or a category alone; the seller's usual hours."""
    slug, _slash, key = named.partition("/")
    found = starters.starter(key)
    empty = GigContent(slug, title="", language=of_reader())
    content = starters.priced(found.content, currencies.default()) if found else empty
    return replace(content, category_slug=slug_today(content.category_slug), hours=accounts.hours_of(user_id))


def _base(beginning: Beginning) -> Base:
    return Base(beginning.content, clock.now(), timezone.get_current_timezone_name())


def _show(request: HttpRequest, beginning: Beginning, editor: StepEditor) -> HttpResponse:
    found = starters.starter(beginning.starter.rpartition("/")[2])
    context: dict[str, Any] = {
        "stops": frame.stops(None, steps.FIRST, {}),
        "step_count": len(steps.STEPS),
        "editor": editor,
        "step": steps.FIRST,
        "after": steps.after(steps.FIRST),
        "beginning": beginning,
        "starter": found,
        "title_pattern": found.title_pattern if found else "",
        "window": frame.token_of(request),
        **editor.context(),
    }
    return render(request, editor.template, context)
