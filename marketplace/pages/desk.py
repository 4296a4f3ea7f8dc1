"""The desk of the hat that is on. The seller's: what waits, what comes when, and the way to the first sale."""

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
from marketplace.pages import buying
from marketplace.pages.checklist import checklist_of

_NOON, _EVENING = 12, 18


@require_safe
@login_required
def desk(request: HttpRequest) -> HttpResponse:
    """Where a person lands: at the desk of their hat, moderators at the queue, treasurers at theirs."""
    user = request.user
    if isinstance(user, AnonymousUser):
        return redirect("account_login")
    at = clock.now()
    if not user.is_selling:
        if user.is_moderator or user.is_treasurer:
            return redirect("orders:moderation" if user.is_moderator else "money:desk")
        greeting = _greeting(user.display_name, at)
        found = buying.context(user.pk, request.GET.get("currency", ""), at)
        return render(request, "pages/desk_buying.html", {"greeting": greeting, **found})
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


def _greeting(name: str, at: datetime) -> str:
    hour = timezone.localtime(at).hour
    first = name.split()[0]
    if hour < _NOON:
        return _("Good morning, %(name)s.") % {"name": first}
    if hour < _EVENING:
        return _("Good afternoon, %(name)s.") % {"name": first}
    return _("Good evening, %(name)s.") % {"name": first}
