"""A person's orders: a list by hat, and the seller's board by state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from marketplace.kernel import clock, cursors
from orders import selectors
from orders.models import Order
from orders.states import Actor
from orders.web.board import columns
from orders.web.rows import make_rows

PAGE = 20

_TABS = {"open": gettext_lazy("Open"), "done": gettext_lazy("Done"), "stopped": gettext_lazy("Stopped")}


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    url: str
    is_current: bool
    count: int | None


@login_required
@require_safe
def orders_list(request: HttpRequest) -> HttpResponse:
    """Orders of the side whose hat is on; ``?role=`` looks at the other one."""
    user = request.user
    role = request.GET.get("role") or (Actor.SELLER if getattr(user, "is_selling", False) else Actor.BUYER)
    role = Actor.SELLER if role == Actor.SELLER else Actor.BUYER
    tab = request.GET.get("tab", "open")
    tab = tab if tab in selectors.TABS else "open"
    at, reader = clock.now(), int(user.pk or 0)
    context = {
        "tabs": _tabs(role, tab, selectors.tab_counts(reader, role)),
        "roles": _roles(role),
        "is_selling": role == Actor.SELLER,
        "tab": tab,
    }
    is_board = role == Actor.SELLER and tab == "open"
    context |= _board(request, reader, at) if is_board else _list(request, reader, role, tab, at)
    return render(request, "orders/list.html", context)


def _board(request: HttpRequest, reader: int, at: datetime) -> dict[str, Any]:
    found = columns(reader, at, request.GET)
    is_empty = not any(column.count for column in found)
    return {"rows": [], "columns": [] if is_empty else found, "next_url": ""}


def _list(request: HttpRequest, reader: int, role: str, tab: str, at: datetime) -> dict[str, Any]:
    before = cursors.read(request.GET.get("before", ""))
    found = selectors.orders_of(reader, role, tab=tab, before=before, limit=PAGE + 1)
    next_url = _next_url(role, tab, found[PAGE - 1]) if len(found) > PAGE else ""
    return {"rows": make_rows(found[:PAGE], role, at), "columns": [], "next_url": next_url}


def _next_url(role: str, tab: str, last: Order) -> str:
    query = {"role": role, "tab": tab, "before": cursors.name(last.placed_at, last.pk)}
    return f"{reverse('orders:list')}?{urlencode(query)}"


def _tabs(role: str, current: str, counts: dict[str, int]) -> list[Tab]:
    base = reverse("orders:list")
    return [
        Tab(str(label), f"{base}?{urlencode({'role': role, 'tab': tab})}", tab == current, counts[tab])
        for tab, label in _TABS.items()
    ]


def _roles(current: str) -> list[Tab]:
    base = reverse("orders:list")
    labels = {Actor.BUYER: _("Buying"), Actor.SELLER: _("Selling")}
    return [Tab(label, f"{base}?role={role}", role == current, None) for role, label in labels.items()]
