"""A seller's figures of one gig: charts with their table, and the same as CSV."""

from __future__ import annotations

import csv
from io import StringIO

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gigs.models import Gig
from gigs.selectors.owned import own_gig
from gigs.statistics.chart import bars_of
from gigs.statistics.selectors import SHOWN_DAYS, GigFigures, figures_of
from marketplace.kernel import clock


@login_required
@require_safe
def statistics(request: HttpRequest, pk: int) -> HttpResponse:
    gig, figures = _own(request, pk)
    charts = [
        (_("Shown in lists"), bars_of([(one.day, one.figures.impressions) for one in figures.days])),
        (_("Opened"), bars_of([(one.day, one.figures.views) for one in figures.days])),
        (_("Ordered"), bars_of([(one.day, one.figures.orders) for one in figures.days])),
    ]
    context = {"gig": gig, "figures": figures, "charts": charts, "shown_days": SHOWN_DAYS}
    return render(request, "gigs/statistics.html", context)


@login_required
@require_safe
def as_csv(request: HttpRequest, pk: int) -> HttpResponse:
    gig, figures = _own(request, pk)
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(["day", "impressions", "views", "orders"])
    for one in figures.days:
        writer.writerow([one.day.isoformat(), one.figures.impressions, one.figures.views, one.figures.orders])
    headers = {"Content-Disposition": f'attachment; filename="gig-{gig.pk}-{figures.days[-1].day}.csv"'}
    return HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)


def _own(request: HttpRequest, pk: int) -> tuple[Gig, GigFigures]:
    gig = own_gig(pk, int(request.user.pk or 0))
    return gig, figures_of(gig, clock.now())
