"""By which ways notices come, when, and on which devices; and the link that stops a kind of mail."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import api as accounts
from inbox import choices, kinds, troubles, unsubscribe
from inbox.choices import Choice
from inbox.push import devices, keys
from inbox.web.notice_forms import NoticeTimesForm
from inbox.web.readers import address_of, reader_of
from marketplace.kernel import clock
from marketplace.kernel.errors import DomainError


@dataclass(frozen=True, slots=True)
class Part:
    """A group of kinds on the page."""

    label: str
    choices: list[Choice]

    @property
    def switched_off(self) -> int:
        return sum(choice.switched_off(pushes=keys.is_on()) for choice in self.choices)


@login_required
@require_http_methods(["GET", "POST"])
def notice_settings(request: HttpRequest) -> HttpResponse:
    reader = reader_of(request)
    rhythm = choices.rhythm_of(reader)
    form = NoticeTimesForm(request.POST or None, rhythm=rhythm)
    sent = request.POST
    bell, mail, push = sent.getlist("bell"), sent.getlist("mail"), sent.getlist("push") if keys.is_on() else None
    if request.method == "POST" and form.is_valid():
        choices.choose(user_id=reader, bell=bell, mail=mail, push=push)
        choices.set_rhythm(user_id=reader, rhythm=form.rhythm(), at=clock.now())
        messages.success(request, _("Saved."))
        return redirect("inbox:notice_settings")
    if request.method == "POST":  # what they ticked is not lost to an hour that is none
        shown = choices.chosen(user_id=reader, bell=bell, mail=mail, push=push)
    else:
        shown = choices.choices_of(reader)
    context = {
        "form": form,
        "parts": [Part(str(kinds.GROUPS[group]), some) for group, some in shown.items()],
        "zone": rhythm.zone.replace("_", " "),
        "push_key": keys.public_key(),
        "devices": devices.devices_of(reader) if keys.is_on() else [],
        "trouble": troubles.trouble_of(address_of(request)),
        "tabs": accounts.settings_tabs("inbox:notice_settings"),
    }
    return render(request, "inbox/notice_settings.html", context)


@login_required
@require_POST
def mail_again(request: HttpRequest) -> HttpResponse:
    """Somebody says that their address works."""
    try:
        troubles.try_again(user_id=reader_of(request), at=clock.now())
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("We write to you again, and have sent a test letter. Look whether it arrives."))
    return redirect("inbox:notice_settings")


@login_required
@require_POST
def allow_device(request: HttpRequest) -> HttpResponse:
    """What the browser said when its owner allowed it to show notices."""
    if not keys.is_on():
        return redirect("inbox:notice_settings")
    try:
        devices.allow(
            user_id=reader_of(request),
            session_key=request.session.session_key or "",
            subscription=request.POST.get("subscription", ""),
            user_agent=request.headers.get("User-Agent", ""),
            at=clock.now(),
        )
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("This device shows notices from now on, until you sign out here."))
    return redirect("inbox:notice_settings")


@login_required
@require_POST
def remove_device(request: HttpRequest, device_id: int) -> HttpResponse:
    devices.remove(device_id=device_id, user_id=reader_of(request))
    messages.success(request, _("Removed. Nothing is shown there any more."))
    return redirect("inbox:notice_settings")


@require_safe
@cache_control(no_cache=True)
def service_worker(request: HttpRequest) -> HttpResponse:
    """It stands at the root because it may only act below its own address."""
    script = (settings.BASE_DIR / "static" / "js" / "notices-worker.js").read_bytes()
    return HttpResponse(script, content_type="text/javascript")


@csrf_exempt  # the signed token is the permission; mail programs post without cookies (RFC 8058)
@require_http_methods(["GET", "POST"])
def stop_mail(request: HttpRequest, token: str) -> HttpResponse:
    """Asks on GET, because mail scanners follow links; switches the kind off on POST, and on again with ``back``."""
    user_id, kind = unsubscribe.read(token)
    is_back = "back" in request.POST
    if request.method == "POST":
        unsubscribe.switch(user_id=user_id, kind=kind, wanted=is_back, at=clock.now())
    context = {
        "label": unsubscribe.label_of(kind),
        "done": request.method == "POST",
        "is_back": is_back,
    }
    return render(request, "inbox/unsubscribe.html", context)
