"""A seller's insights: over all gigs, and of one; the same by day as CSV."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts import api as accounts
from gigs.insights import listing
from gigs.insights.charts import charts_of
from gigs.insights.figures import Insights, insights_of_gig, insights_of_seller
from gigs.insights.periods import LENGTHS, Period, period_of
from gigs.selectors.owned import own_gig
from gigs.statistics.selectors import counted_since
from marketplace.kernel import clock
from marketplace.kernel.downloads import private_table
from marketplace.kernel.money import Money


@login_required
@require_safe
def insights(request: HttpRequest) -> HttpResponse:
    user_id = int(request.user.pk or 0)
    if not accounts.is_seller(user_id):
        return redirect("accounts:become_seller")
    at = clock.now()
    period = period_of(request.GET.get("days", ""), at)
    found = insights_of_seller(user_id, period)
    after = request.GET.get("after", "")
    page = listing.gigs_page(user_id, period, at, after)
    here = reverse("gigs:insights")
    context = _context(found, here, reverse("gigs:insights_csv")) | {
        "page": page,
        "first_url": f"{here}?days={period.days}#gigs" if after else "",
        "next_url": f"{here}?days={period.days}&after={page.next_cursor}#gigs" if page.next_cursor else "",
    }
    return render(request, "gigs/insights/all.html", context)


@login_required
@require_safe
def of_gig(request: HttpRequest, pk: int) -> HttpResponse:
    user_id, at = int(request.user.pk or 0), clock.now()
    gig = own_gig(pk, user_id)
    period = period_of(request.GET.get("days", ""), at)
    found = insights_of_gig(gig, period)
    own = [gig.pk]
    context = _context(found, reverse("gigs:statistics", args=own), reverse("gigs:statistics_csv", args=own)) | {
        "gig": gig,
        "since": counted_since(gig, period.first_before),
        "rank": listing.ranks_of(own).get(gig.pk),
        "reasons": listing.reasons_of(user_id, own, at).get(gig.pk),
    }
    return render(request, "gigs/insights/gig.html", context)


@login_required
@require_safe
def as_csv(request: HttpRequest) -> HttpResponse:
    period = period_of(request.GET.get("days", ""), clock.now())
    found = insights_of_seller(int(request.user.pk or 0), period)
    return private_table(_rows(found), f"insights-{period.last}.csv")


@login_required
@require_safe
def gig_as_csv(request: HttpRequest, pk: int) -> HttpResponse:
    gig = own_gig(pk, int(request.user.pk or 0))
    period = period_of(request.GET.get("days", ""), clock.now())
    return private_table(_rows(insights_of_gig(gig, period)), f"gig-{gig.pk}-{period.last}.csv")


def _context(found: Insights, url: str, csv_url: str) -> dict[str, Any]:
    return {
        "found": found,
        "lengths": _lengths(found.period, url),
        "charts": charts_of(found, f"{csv_url}?days={found.period.days}"),
    }


def _lengths(period: Period, url: str) -> list[dict[str, Any]]:
    """Tabs."""
    return [
        {
            "label": ngettext("%(days)d day", "%(days)d days", days) % {"days": days},
            "url": f"{url}?days={days}",
            "is_current": days == period.days,
        }
        for days in LENGTHS
    ]


def _rows(found: Insights) -> Iterator[list[str]]:
    """A row a day, with a column of amounts for each currency; headings as the charts have them."""
    received = [_("Received after fees, in %(currency)s") % {"currency": code} for code in found.currencies]
    yield [_("Day"), _("Shown in lists"), _("Opened"), _("Ordered"), *received]
    for one in found.days:
        figures = one.insight.figures
        counts = figures.impressions, figures.views, figures.orders
        amounts = [Money(one.insight.received.get(code, 0), code).plain for code in found.currencies]
        yield [one.day.isoformat(), *map(str, counts), *amounts]
