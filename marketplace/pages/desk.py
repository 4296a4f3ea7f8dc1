"""The seller's desk: what waits, what comes when, and the way to the first sale."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

import orders.api
import payments.api
from marketplace.kernel import clock
from marketplace.pages.checklist import checklist_of

_NOON, _EVENING = 12, 18


@require_safe
@login_required
def desk(request: HttpRequest) -> HttpResponse:
    """Where a person lands: sellers here, buyers at their orders, moderators at the queue, treasurers at theirs."""
    user = request.user
    if isinstance(user, AnonymousUser):
        return redirect("account_login")
    if not user.is_selling:
        return redirect(_landing(is_moderator=user.is_moderator, is_treasurer=user.is_treasurer))
    at = clock.now()
    columns = orders.api.seller_board(user.pk, at)
    own = checklist_of(user.pk)
    context = {
        "greeting": _greeting(user.display_name, at),
        "columns": columns if any(column.count for column in columns) else [],
        "waiting": columns[0].count,
        "earnings": payments.api.earnings(user.pk),
        "record": orders.api.reputation([user.pk])[user.pk],
        "checklist": None if own.is_closed else own,
    }
    return render(request, "pages/desk.html", context)


def _landing(*, is_moderator: bool, is_treasurer: bool) -> str:
    if is_moderator:
        return "orders:moderation"
    return "money:desk" if is_treasurer else "orders:list"


def _greeting(name: str, at: datetime) -> str:
    hour = timezone.localtime(at).hour
    first = name.split()[0]
    if hour < _NOON:
        return _("Good morning, %(name)s.") % {"name": first}
    if hour < _EVENING:
        return _("Good afternoon, %(name)s.") % {"name": first}
    return _("Good evening, %(name)s.") % {"name": first}
