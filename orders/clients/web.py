"""A seller's clients: the list, one of them with the note, and the ways to write and to offer again."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inbox import api as inbox
from marketplace.kernel import clock, cursors
from marketplace.kernel.errors import InvalidInput, NotAllowed
from orders.clients import notes, selectors
from orders.clients.selectors import Client
from orders.models import Order
from orders.states import Actor
from orders.web.forms import show
from orders.web.rows import make_rows

PAGE, ORDERS = 20, 20


class NoteForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Your note"),
        required=False,
        max_length=notes.LONGEST,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("Only you read it: how they like things, what to mind next time."),
    )


def _reader(request: HttpRequest) -> int:
    return int(request.user.pk or 0)


@login_required
@require_safe
def clients(request: HttpRequest) -> HttpResponse:
    words, before = request.GET.get("q", "").strip(), cursors.read_number(request.GET.get("before", ""))
    found = selectors.clients_of(_reader(request), words=words, before=before, limit=PAGE + 1)
    page = found[:PAGE]
    query = {"before": cursors.name(page[-1].last_at, page[-1].person.id)} if len(found) > PAGE else {}
    context = {
        "rows": page,
        "words": words,
        "next_url": f"?{urlencode(query | ({'q': words} if words else {}))}" if query else "",
        "is_first": before is None,
    }
    return render(request, "orders/clients/list.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def client(request: HttpRequest, client_id: int) -> HttpResponse:
    """Shows one; a POST keeps the note."""
    seller_id, at = _reader(request), clock.now()
    found = selectors.client_of(seller_id, client_id)
    form = NoteForm(request.POST or None, initial={"text": found.note})
    if request.method == "POST" and form.is_valid():
        try:
            notes.write(seller_id=seller_id, client_id=client_id, text=form.cleaned_data["text"], at=at)
        except InvalidInput as error:
            show(form, error)
        else:
            messages.success(request, _("Kept. Only you read it."))
            return redirect("orders:client", client_id)
    orders = selectors.orders_with(
        seller_id, client_id, before=cursors.read(request.GET.get("before", "")), limit=ORDERS + 1
    )
    context: dict[str, Any] = {
        "client": found,
        "form": form,
        "rows": make_rows(orders[:ORDERS], Actor.SELLER, at),
        "next_url": _next_url(orders[ORDERS - 1]) if orders[ORDERS:] else "",
        "reason_against": _reason_against(seller_id, found),
    }
    return render(request, "orders/clients/client.html", context, status=422 if form.errors else 200)


def _next_url(last: Order) -> str:
    return f"?{urlencode({'before': cursors.name(last.placed_at, last.pk)})}"


def _reason_against(seller_id: int, found: Client) -> str:
    """Why nothing can be said or offered to them now, or ""."""
    if not found.is_here:
        return _("They are not here any more. What you did together stays in your list.")
    try:
        inbox.check_not_blocked(seller_id, [found.person.id])
    except NotAllowed as error:
        return error.message
    return ""


@login_required
@require_POST
def write(request: HttpRequest, client_id: int) -> HttpResponse:
    """To the conversation of the two; ``offer`` goes on to an offer that begins as their last order."""
    seller_id = _reader(request)
    found = selectors.client_of(seller_id, client_id)
    if reason := _reason_against(seller_id, found):
        messages.warning(request, reason)
        return redirect("orders:client", client_id)
    talk = inbox.open_talk_of_two(seller_id, client_id, clock.now())
    if request.POST.get("do") == "offer":
        query = urlencode({"again": str(found.last_order_id)})
        return redirect(f"{reverse('gigs:offer_new', args=[talk])}?{query}")
    return redirect("inbox:conversation", talk)
