"""Notices, what of them comes as mail, and the files in messages."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import api as accounts
from inbox import kinds, selectors, services, unsubscribe
from inbox.web.readers import reader_of
from marketplace.kernel import clock
from marketplace.kernel import files as private_files

PAGE = 30


@login_required
@require_safe
def file(request: HttpRequest, file_id: uuid.UUID) -> FileResponse:
    found = selectors.file_of_message(file_id, reader_of(request))
    return private_files.response(found, request.headers.get("Range", ""))


@login_required
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """What the site told them, the newest first."""
    before = request.GET.get("before", "")
    number = int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None
    found = selectors.notices(reader_of(request), before=number, limit=PAGE + 1)
    older = f"?before={found[PAGE - 1].pk}" if len(found) > PAGE else ""
    return render(request, "inbox/notices.html", {"notices": found[:PAGE], "older_url": older, "is_first": not number})


@login_required
@require_safe
def open_notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Leads to what a notice is about; having been there is having read it."""
    return redirect(services.read_notice(notice_id=notice_id, user_id=reader_of(request), at=clock.now()))


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    services.read_all_notices(user_id=reader_of(request), at=clock.now())
    return redirect("inbox:notices")


@login_required
@require_http_methods(["GET", "POST"])
def mail_settings(request: HttpRequest) -> HttpResponse:
    """Which kinds of notices come as mail, too."""
    reader = reader_of(request)
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
