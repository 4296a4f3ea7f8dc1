"""A seller's earnings: what stands where, what comes when, and what went to the bank."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from marketplace.kernel import clock
from payments import api
from payments.contracts import PayoutGate
from payments.hours.rotation import WEEKS, rotation_hint
from payments.selectors import payouts
from payments.selectors.payouts import PayoutDesk
from payments.web.guards import for_sellers
from payments.web.tabs import earnings_tabs
from payments.web.words import badge_of, payout_badge, plan_words, since_words


@for_sellers
@require_safe
def earnings(request: HttpRequest, user_id: int) -> HttpResponse:
    before, at = request.GET.get("before", "")[:100], clock.now()
    found, desk = api.earnings(user_id, before=before), payouts.desk_of(user_id, at)
    context = {
        "earnings": found,
        "tabs": earnings_tabs("earnings"),
        "desk": desk,
        "gate": _gate(desk),
        "plan": plan_words(desk.plan),
        "rows": [(row, *badge_of(row), since_words(row)) for row in found.rows],
        "payouts": [(payout, *payout_badge(payout)) for payout in desk.payouts],
        "is_older": bool(before),
        "rotation": rotation_hint(user_id, at),
        "rotation_weeks": WEEKS,
        "link_expired": "again" in request.GET,
        "recovery_percent": settings.DEBT_RECOVERY_CAP_BP // 100,
        "reserve": _reserve() if any(one.reserved for one in found.balances) else None,
    }
    return render(request, "payments/earnings.html", context)


def _gate(desk: PayoutDesk) -> str:
    """open, closed, lost, incomplete or new: which words the page has for it."""
    if desk.account is None:
        return "new"
    if desk.account.gate == PayoutGate.INCOMPLETE and desk.account.opened_at:
        return "lost"
    return str(desk.account.gate)


def _reserve() -> dict[str, int]:
    return {
        "percent": settings.RESERVE_BP // 100,
        "orders": settings.RESERVE_ORDERS,
        "days": settings.RESERVE_PERIOD.days,
    }


@for_sellers
@require_safe
def payout_list(request: HttpRequest, user_id: int) -> HttpResponse:
    """Every payout, newest first."""
    rows, more = payouts.page_of(user_id, request.GET.get("before", "")[:100])
    context = {
        "payouts": [(payout, *payout_badge(payout)) for payout in rows],
        "more": more,
        "is_older": "before" in request.GET,
    }
    return render(request, "payments/payouts.html", context)
