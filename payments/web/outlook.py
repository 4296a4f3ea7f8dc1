"""A seller's calendar, forecast and goal."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.kernel import clock
from marketplace.kernel.charts import Cell, Chart, Column, Drawn, Row, amount_cell
from marketplace.kernel.downloads import private_table
from marketplace.kernel.money import Money
from marketplace.kernel.words import long_day, short_day
from payments.documents.months import Month
from payments.outlook.bands import LEAST_WEEKS, LEAST_WITH_INCOME, PAST_WEEKS
from payments.outlook.calendar import calendar_of
from payments.outlook.forecast import Forecast, Week, forecasts_of, goals_of
from payments.outlook.goals import save_goals
from payments.web.goal_form import GoalForm
from payments.web.guards import for_sellers
from payments.web.tabs import earnings_tabs
from payments.web.words import happening_words

_AHEAD, _BACK = 3, 36  # months that links reach


@for_sellers
@require_safe
def calendar(request: HttpRequest, user_id: int) -> HttpResponse:
    at = clock.now()
    now = Month.of(at)
    month = _month(request.GET.get("month", ""), now)
    found = calendar_of(user_id, month, at)
    context = {
        "calendar": found,
        "weeks": [[(day, long_day(day.day), happening_words(day.items)) for day in week] for week in found.weeks],
        "days": [(day, long_day(day.day), happening_words(day.items)) for day in found.days],
        "undated": happening_words(found.undated),
        "weekdays": [WEEKDAYS[day] for day in range(7)],
        "previous": found.previous if found.previous >= now.shifted(-_BACK) else None,
        "next": month.next if month.next <= now.shifted(_AHEAD) else None,
        "is_now": month == now,
        "zone": settings.TIME_ZONE.replace("_", " "),
        "tabs": earnings_tabs("calendar"),
    }
    return render(request, "payments/calendar.html", context)


def _month(text: str, now: Month) -> Month:
    if not text:
        return now
    try:
        return Month.parse(text)
    except ValueError as error:
        raise Http404 from error


@for_sellers
@require_safe
def forecast(request: HttpRequest, user_id: int) -> HttpResponse:
    found = forecasts_of(user_id, clock.now())
    context = {
        "forecasts": [(one, _chart(one)) for one in found],
        "past_weeks": PAST_WEEKS,
        "least_weeks": LEAST_WEEKS,
        "least_with_income": LEAST_WITH_INCOME,
        "tabs": earnings_tabs("forecast"),
    }
    return render(request, "payments/forecast.html", context)


@for_sellers
@require_safe
def forecast_csv(request: HttpRequest, user_id: int, currency: str) -> HttpResponse:
    """The numbers of the chart; the getter is that nobody can name another seller."""
    found = next((one for one in forecasts_of(user_id, clock.now()) if one.currency == currency), None)
    if found is None:
        raise Http404
    return private_table(_table(found), f"forecast-{currency}.csv")


@for_sellers
@require_http_methods(["GET", "POST"])
def goal(request: HttpRequest, user_id: int) -> HttpResponse:
    known = {code: amount.amount_minor for code, amount in goals_of(user_id).items()}
    currencies = list(dict.fromkeys([*settings.SETTLEMENT_CURRENCIES, *known]))
    form = GoalForm(request.POST or None, amounts_minor=known, currencies=currencies)
    if form.is_valid():
        save_goals(user_id=user_id, goals=form.amounts)
        messages.success(request, _("Saved.") if form.amounts else _("You have no goal any more."))
        return redirect("payments:forecast")
    return render(request, "payments/goal.html", {"form": form}, status=400 if form.errors else 200)


def _chart(found: Forecast) -> Chart:
    band = [
        Column(_("At least"), Drawn.LOW, "spark"),
        Column(_("At most"), Drawn.HIGH, "spark"),
    ]
    columns = [Column(_("Came")), Column(_("Clears"), Drawn.EXPECTED), Column(_("Held"), Drawn.NOT)]
    return Chart(
        label=_("What became yours each week, and what may come, in %(code)s") % {"code": found.currency},
        row_heading=_("Week from"),
        columns=[*columns, *(band if found.has_band else [])],
        rows=[_row(week, with_band=found.has_band) for week in (*found.past, *found.ahead)],
        currency=found.currency,
        csv_url=reverse("payments:forecast_csv", args=[found.currency]),
    )


def _row(week: Week, *, with_band: bool) -> Row:
    cells: list[Cell] = [amount_cell(amount) for amount in (week.came, week.clearing, week.held)]
    if with_band:
        cells += [amount_cell(week.low), amount_cell(week.high)]
    return Row(long_day(week.first), cells, short=short_day(week.first))


def _table(found: Forecast) -> Iterator[tuple[str, ...]]:
    band = _("At least"), _("At most")
    yield (_("Week from"), _("Week to"), _("Came"), _("Clears"), _("Held"), *band, _("Currency"))
    for week in (*found.past, *found.ahead):
        amounts = (week.came, week.clearing, week.held, week.low, week.high)
        yield (str(week.first), str(week.last), *(_plain(amount) for amount in amounts), found.currency)


def _plain(amount: Money | None) -> str:
    return "" if amount is None else amount.plain
