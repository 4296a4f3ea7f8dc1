"""The checkout summary, whatever is ordered: its price lines, its times, and the way on to the payment page."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from marketplace.kernel import currencies
from marketplace.kernel.errors import DomainError
from marketplace.kernel.money import Money
from orders import api as orders
from orders.contracts import Terms


def context(terms: Terms, at: datetime) -> dict[str, Any]:
    """What ``gigs/order.html`` shows of terms: of work in steps, what the first one costs."""
    fee = terms.rules.buyer_fee(terms.first_price)
    promised = terms.minutes_of(0)
    return {
        "terms": terms,
        "lines": _lines(terms, fee),
        "pays": terms.first_price + fee,
        "promised": promised,
        "names_currency": len(currencies.settled()) > 1,
        "ready_at": orders.ready_at(at, promised, terms.hours),
        "answer": _minutes(terms.rules.request_answer),
        "window": _minutes(terms.payment_window),
        "acceptance": _minutes(terms.rules.acceptance),
    }


def _lines(terms: Terms, fee: Money) -> list[dict[str, Any]]:
    asked = terms.lines[:1] if terms.steps else terms.lines
    lines: list[dict[str, Any]] = [
        {
            "label": f"{line.title} × {line.quantity}" if line.quantity > 1 else line.title,
            "amount": Money(line.unit_minor * line.quantity, terms.currency),
        }
        for line in asked
    ]
    note = _("Pays for the protection and the payment. It comes back with a refund.")
    return [*lines, {"label": _("Service fee"), "amount": fee, "note": note}]


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds()) // 60


def to_payment(request: HttpRequest, order_id: uuid.UUID, at: datetime) -> HttpResponse:
    """To the hosted payment page; where it cannot be reached, to the order, which offers it again."""
    try:
        buyer_id = int(request.user.pk or 0)
        return redirect(orders.checkout_url(order_id=order_id, buyer_id=buyer_id, at=at))
    except DomainError as error:
        if error.code != "nothing_to_pay":
            messages.warning(request, error.message)
        return redirect("orders:detail", order_id)
