"""Blocking and reporting somebody, the page before a link that leads away, and words that are used often."""

from __future__ import annotations

import uuid

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts import api as accounts
from inbox import blocking, links, quick_replies, reports, selectors
from inbox.models import Report
from inbox.web.readers import reader_of
from marketplace.kernel import clock
from marketplace.kernel.errors import DomainError, NotFound


class ReportForm(forms.Form):
    reason = forms.ChoiceField(
        label=gettext_lazy("What is wrong?"), choices=Report.Reason.choices, widget=forms.RadioSelect
    )
    text = forms.CharField(
        label=gettext_lazy("In your words"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
    block = forms.BooleanField(label=gettext_lazy("Take no more messages from them"), required=False)


class ReplyForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=40)
    body = forms.CharField(label=gettext_lazy("Words"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


@login_required
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, conversation_id: uuid.UUID) -> HttpResponse:
    reader, other_id = selectors.sides_of(conversation_id, reader_of(request))
    form = ReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data, at = form.cleaned_data, clock.now()
        try:
            reports.send(
                conversation_id=conversation_id, reporter_id=reader, reason=data["reason"], text=data["text"], at=at
            )
            if data["block"]:
                blocking.block(owner_id=reader, other_id=other_id, at=at)
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("Thank you. Staff reads it with what was said, and tells you when it has."))
            return redirect("inbox:conversation", conversation_id)
    context = {"form": form, "other": accounts.person(other_id), "talk_id": conversation_id}
    return render(request, "inbox/report.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def block(request: HttpRequest, handle: str) -> HttpResponse:
    """Asks, and blocks somebody, or no longer (``off``); back to where they were."""
    reader, other_id = reader_of(request), accounts.id_of(f"@{handle}")
    if other_id is None or other_id == reader:
        raise NotFound(_("There is no such person."))
    other, talk = accounts.person(other_id), _talk(request)
    if request.method == "GET":
        context = {"other": other, "is_blocked": blocking.has_blocked(reader, other_id), "talk_id": talk or ""}
        return render(request, "inbox/block.html", context)
    if "off" in request.POST:
        blocking.unblock(owner_id=reader, other_id=other_id)
        messages.success(request, _("%(name)s can write to you again.") % {"name": other.name})
    else:
        blocking.block(owner_id=reader, other_id=other_id, at=clock.now())
        messages.success(request, _("%(name)s can no longer write to you or order from you.") % {"name": other.name})
    return redirect("inbox:conversation", talk) if talk else redirect("inbox:own")


def _talk(request: HttpRequest) -> uuid.UUID | None:
    """The conversation from which they came."""
    try:
        return uuid.UUID(request.POST.get("talk", "") or request.GET.get("talk", ""))
    except ValueError:
        return None


@require_safe
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """Where a link leads, and what is odd about it; nobody is sent on without a click."""
    url = links.address_in(token)
    context = {"address": url, "host": links.host_of(url), "reasons": links.reasons(url)}
    return render(request, "inbox/leave.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def own(request: HttpRequest) -> HttpResponse:
    """Settings of messages: quick replies, and who is blocked."""
    reader = reader_of(request)
    form = ReplyForm(request.POST or None)
    if request.method == "POST" and "delete" in request.POST:
        return _delete(request, reader)
    if request.method == "POST" and form.is_valid():
        try:
            quick_replies.keep(owner_id=reader, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("Saved. It is one click away below every message you write."))
            return redirect("inbox:own")
    blocked = accounts.people(ids := blocking.blocked_by(reader))
    context = {
        "form": form,
        "replies": quick_replies.replies_of(reader),
        "blocked": [blocked[one] for one in ids],
        "tabs": accounts.settings_tabs("inbox:own"),
    }
    return render(request, "inbox/own.html", context)


def _delete(request: HttpRequest, reader: int) -> HttpResponse:
    number = request.POST["delete"]
    if number.isascii() and number.isdigit() and len(number) < 19:
        quick_replies.delete(owner_id=reader, reply_id=int(number))
        messages.success(request, _("Deleted."))
    return redirect("inbox:own")
