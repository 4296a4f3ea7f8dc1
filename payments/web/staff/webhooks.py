"""Webhooks: what Stripe told us, what could not be dealt with, and the way to try it again."""

from __future__ import annotations

import json

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from marketplace.kernel import clock
from payments.models import WebhookEvent
from payments.selectors import webhooks as selector
from payments.selectors.webhooks import Show
from payments.web.staff.guards import treasurers_only
from payments.webhooks import processing


@treasurers_only
@require_safe
def webhooks(request: HttpRequest) -> HttpResponse:
    asked, before = request.GET.get("show", ""), request.GET.get("before", "")
    show = Show(asked) if asked in set(Show) else Show.PARKED
    page = selector.page(show, int(before) if before.isascii() and before.isdecimal() and len(before) < 19 else 0)
    tabs = [
        {"label": _("Parked"), "url": "?show=parked", "is_current": show == Show.PARKED, "count": page.parked},
        {"label": _("Waiting"), "url": "?show=waiting", "is_current": show == Show.WAITING, "count": page.waiting},
        {"label": _("Everything"), "url": "?show=all", "is_current": show == Show.ALL},
    ]
    context = {
        "page": page,
        "tabs": tabs,
        "show": show.value,
        "next_url": f"?show={show}&before={page.next_before}" if page.next_before else "",
        "first_url": f"?show={show}" if before else "",
    }
    return render(request, "payments/staff/webhooks.html", context)


@treasurers_only
@require_safe
def webhook(request: HttpRequest, pk: int) -> HttpResponse:
    event = get_object_or_404(WebhookEvent, pk=pk)
    payload = event.payload and json.dumps(event.payload, indent=2, ensure_ascii=False, sort_keys=True)
    return render(request, "payments/staff/webhook.html", {"event": event, "payload": payload})


@treasurers_only
@require_POST
def replay(request: HttpRequest, pk: int) -> HttpResponse:
    """Harmless at any time: the object is read again, and effects go forward only."""
    event = get_object_or_404(WebhookEvent, pk=pk)
    processing.replay(event.event_id, clock.now())
    event.refresh_from_db()
    if event.processed_at:
        messages.success(request, _("Processed: %(outcome)s.") % {"outcome": event.outcome})
    else:
        messages.error(request, _("It failed again: %(outcome)s") % {"outcome": event.outcome})
    return redirect("money:webhook", pk)
