"""The demo's own doors: entry without a password, the next event of an order, the local mail page, pages of errors."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth import get_user_model, login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

import accounts.api
import orders.api
from marketplace.demo import mailbox
from marketplace.demo.roles import ROLES
from marketplace.kernel.templatetags.components import when
from marketplace.pages import broken

_BACKEND = "django.contrib.auth.backends.ModelBackend"
_LANDINGS = {
    "moderator": "orders:moderation",
    "treasurer": "money:desk",
    "second": "money:desk",
    "operator": "setup:overview",
}
_ERRORS = {400, 403, 429}  # with a frame; those that stand alone come from marketplace/pages/broken.py


@require_POST
def enter(request: HttpRequest, role: str) -> HttpResponse:
    """Signs in as one of the demo's people."""
    account = ROLES.get(role)
    user = account and get_user_model().objects.filter(email=account.email).first()
    if not account or not user:
        raise Http404
    login(request, user, backend=_BACKEND)
    accounts.api.switch_hat(user_id=user.pk, hat=account.hat)
    messages.success(request, _("You are now %(name)s.") % {"name": user.display_name})
    return redirect(_LANDINGS.get(role, "orders:list"))


@require_POST
def next_event(request: HttpRequest, order_id: uuid.UUID) -> HttpResponse:
    """Runs the sweep for one order as if its next timer had come."""
    due = orders.api.next_timer(order_id)
    if due is None:
        messages.info(request, _("Nothing is due on this order: no timer is running."))
    else:
        orders.api.run_due(due, order_id=order_id)
        messages.success(request, _("The next event has come, as if it were %(time)s.") % {"time": when(due)})
    return redirect("orders:detail", order_id)


@require_safe
def mail(request: HttpRequest) -> HttpResponse:
    to = request.GET.get("to", "")[:254]
    return render(request, "demo/mail.html", {"letters": mailbox.letters(to=to), "to": to})


@require_safe
def letter(request: HttpRequest, name: str) -> HttpResponse:
    found = mailbox.letter(name)
    if found is None:
        raise Http404
    return render(request, "demo/letter.html", {"letter": found})


@require_safe
def error(request: HttpRequest, status: int) -> HttpResponse:
    """A page that otherwise shows only where something is wrong, with its status."""
    if status == 500:
        return broken.server_error(request)
    if status == 503:
        return broken.away("maintenance")
    if status not in _ERRORS:
        raise Http404
    return render(request, f"{status}.html", status=status)
