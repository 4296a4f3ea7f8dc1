"""Deadlines in a person's own calendar: the feed behind the private link, and the page that gives it."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import api as accounts
from marketplace.kernel import clock, identity
from orders.models import Order, Timer
from orders.selectors import WORKING
from orders.services import calendar
from orders.states import Action, State

if TYPE_CHECKING:
    from icalendar import Event

_MOST = 500
_LASTS = timedelta(minutes=15)  # a block that ends at the deadline
_REFRESH = timedelta(minutes=15)


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponseBase:
    """Due dates of the orders that run, as iCalendar. Whoever has the link reads it; it changes nothing."""
    owner = calendar.owner_of(token)
    if owner is None:
        raise Http404
    with accounts.speaking_to(owner):  # a calendar program says nothing of its person's language
        body = _feed(owner)
    etag = f'"{sha256(body).hexdigest()[:32]}"'
    answer = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    answer["ETag"] = etag
    answer["Cache-Control"] = "private, no-cache"
    answer["Content-Disposition"] = 'inline; filename="orders.ics"'
    answer["X-Robots-Tag"] = "noindex"
    return get_conditional_response(request, etag=etag, response=answer) or answer


def _feed(user_id: int) -> bytes:
    """Three queries, in the language that is spoken. The same orders give the same bytes, whenever it is asked."""
    due = Order.objects.of_seller(user_id).filter(
        state__in=WORKING, due_at__isnull=False, rests_since=None, paused_at=None
    )
    deliveries = list(due.order_by("due_at", "pk")[:_MOST])
    timers = Timer.objects.filter(
        kind=Action.AUTO_ACCEPT, due_at__isnull=False, order__buyer_id=user_id, order__state=State.DELIVERED
    )
    checks = list(timers.select_related("order").order_by("due_at", "pk")[:_MOST])
    people = accounts.people([order.buyer_id for order in deliveries] + [timer.order.seller_id for timer in checks])
    from icalendar import Calendar  # 80 modules of a process, and few ever write a calendar

    found = Calendar()
    found.add("prodid", f"-//{identity.name()}//orders//EN")
    found.add("version", "2.0")
    found.add("x-wr-calname", _("Orders on %(site)s") % {"site": identity.name()})
    found.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
    for order in deliveries:
        said = _("Deliver to %(name)s: %(title)s")
        found.add_component(_event(order, order.due_at, "due", said, people[order.buyer_id].name))
    for timer in checks:
        said = _("Check what %(name)s delivered: %(title)s")
        found.add_component(_event(timer.order, timer.due_at, "check", said, people[timer.order.seller_id].name))
    return bytes(found.to_ical())


def _event(order: Order, until: datetime | None, what: str, said: str, name: str) -> Event:
    assert until is not None  # noqa: S101 - the queries say so
    from icalendar import Event

    event = Event()
    event.add("uid", f"{order.pk}-{what}@{settings.SITE_URL.partition('://')[2]}")
    event.add("dtstamp", order.last_event_at.replace(microsecond=0))
    event.add("sequence", order.version)
    event.add("dtstart", until - _LASTS)
    event.add("dtend", until)
    event.add("summary", said % {"name": name, "title": order.title})
    event.add("description", _("Order %(code)s") % {"code": order.code})
    event.add("url", settings.SITE_URL + order.get_absolute_url())
    event.add("transp", "TRANSPARENT")
    return event


@login_required
@never_cache
@require_safe
def settings_page(request: HttpRequest) -> HttpResponse:
    token = calendar.token_of(int(request.user.pk or 0))
    context = {
        "tabs": accounts.settings_tabs("orders:calendar"),
        "link": settings.SITE_URL + reverse("orders:calendar_feed", args=[token]),
    }
    return render(request, "orders/calendar.html", context)


@login_required
@require_http_methods(["POST"])
def renew(request: HttpRequest) -> HttpResponse:
    calendar.renew(user_id=int(request.user.pk or 0), at=clock.now())
    messages.success(request, _("This is your new link. The old one shows nothing any more."))
    return redirect("orders:calendar")
