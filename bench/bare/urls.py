"""The pages: 24 cards in 3 queries; and an order, which with its session and its person takes 16."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.views.decorators.http import require_POST

from bench.bare.models import Account, Category, Entry, Gig, Message, Order, Transfer


def cards(request: HttpRequest, slug: str) -> HttpResponse:
    category = get_object_or_404(Category, slug=slug)
    gigs = Gig.objects.filter(category=category).select_related("seller").order_by("-rating", "-id")[:24]
    context = {"category": category, "categories": Category.objects.order_by("id")[:12], "gigs": gigs}
    return render(request, "bare/cards.html", context)


@login_required
def gig(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Gig.objects.select_related("seller", "category"), pk=pk)
    return render(request, "bare/gig.html", {"gig": found, "category": found.category, "key": uuid.uuid4()})


@login_required
@require_POST
def place(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Gig, pk=pk)
    with transaction.atomic():
        order = Order.objects.create(
            gig=found, buyer_id=request.user.pk, key=request.POST["key"], total_minor=found.price_minor
        )
        _post(order)
        Message.objects.create(topic="order-mail", payload={"order": order.pk})
    return redirect("order", order.pk)


def _post(order: Order) -> None:
    """One transfer between two accounts with balances."""
    both = Account.objects.bulk_create([Account(order=order, kind=kind) for kind in ("buyer", "hold")])
    transfer = Transfer.objects.create(order=order, kind="capture")
    amounts = (-order.total_minor, order.total_minor)
    legs = [Entry(transfer=transfer, account=one, amount_minor=each) for one, each in zip(both, amounts, strict=True)]
    Entry.objects.bulk_create(legs)
    for leg in legs:
        Account.objects.filter(pk=leg.account_id).update(balance_minor=F("balance_minor") + leg.amount_minor)


@login_required
def order(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(
        Order.objects.select_related("gig__seller", "gig__category"), pk=pk, buyer_id=request.user.pk
    )
    return render(request, "bare/gig.html", {"gig": found.gig, "category": found.gig.category, "order": found})


urlpatterns = [
    path("cards/<slug:slug>/", cards, name="cards"),
    path("gigs/<int:pk>/", gig, name="gig"),
    path("gigs/<int:pk>/order/", place, name="place"),
    path("orders/<int:pk>/", order, name="order"),
]
