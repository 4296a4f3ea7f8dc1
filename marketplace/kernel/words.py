"""Amounts, durations and times in a reader's words. Pure functions: the moment "now" is passed in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from copy import copy
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache, lru_cache

from babel import Locale
from babel.dates import get_day_names, get_month_names
from babel.numbers import get_currency_name, get_currency_symbol
from django.utils import timezone, translation
from django.utils.dateformat import DateFormat
from django.utils.formats import get_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from marketplace.kernel.money import Money, decimals, exponent

NBSP = "\N{NO-BREAK SPACE}"
_HOUR = 60
_DAY = 24 * _HOUR
_LETTER_BESIDE_DIGIT = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
_DAYS_WITH_A_WEEKDAY = 6
_DAYS_WITH_HOURS = 7
_SOON = timedelta(hours=24)


class _Written(DateFormat):
    """Names of days and months as CLDR has them inside a sentence ("martes", "nov"), where Django begins them large."""

    data: date

    def l(self) -> str:  # noqa: E743 - Django's letters
        return str(get_day_names("wide", locale=_locale())[self.data.weekday()])

    def D(self) -> str:  # noqa: N802
        return str(get_day_names("abbreviated", locale=_locale())[self.data.weekday()])

    def M(self) -> str:  # noqa: N802
        return str(get_month_names("abbreviated", locale=_locale())[self.data.month])


def written(value: date, pattern: str) -> str:
    """A day or moment by a pattern of Django's letters, which comes from gettext (context "date format")."""
    return str(_Written(value).format(pattern))


def amount(value: Money) -> str:
    """Currency and amount as the active language writes them: "€1,204.00", "1.204,00 €", "¥500", "KWD 1.230"."""
    return _amount(value, _locale())


@lru_cache(maxsize=4096)
def _amount(value: Money, locale: Locale) -> str:
    digits = value.plain.lstrip("-")
    _whole, _point, fraction = digits.partition(".")
    pattern = copy(locale.currency_formats["standard"])
    pattern.frac_prec = (len(fraction), len(fraction))
    text = pattern.apply(Decimal(digits), locale, currency=value.currency, currency_digits=False)
    # CLDR sets letters apart from digits, Babel does not.
    return ("−" if value.amount_minor < 0 else "") + _LETTER_BESIDE_DIGIT.sub(NBSP, text)


def typed_example(currency: str) -> str:
    """What somebody might type into a field for an amount: "12.50", "12" where there are no decimals."""
    return Money((125 if decimals(currency) else 120) * 10 ** exponent(currency) // 10, currency).plain


def symbol(currency: str) -> str:
    """What stands for a currency beside a field: "€", "CHF"."""
    return str(get_currency_symbol(currency, _locale()))


def currency_name(currency: str) -> str:
    """ "Euro", "Japanese Yen", in the active language."""
    return str(get_currency_name(currency, locale=_locale()))


def _locale() -> Locale:
    return _locale_of(translation.get_language() or "en")


@cache
def _locale_of(language: str) -> Locale:
    return Locale.parse(translation.to_locale(language))


def percent(basis_points: int) -> str:
    """A share of 1/10,000 steps: 1000 as "10 %", 250 as "2.5 %"."""
    whole, rest = divmod(basis_points, 100)
    decimals = f"{rest:02}".rstrip("0")
    return f"{whole}{get_format('DECIMAL_SEPARATOR') + decimals if decimals else ''}{NBSP}%"


def duration(minutes: int) -> str:
    """A promise: "40 min", "1 h 30 min", "26 h", from two days on "4 days"."""
    if minutes < _HOUR:
        return _("%d min") % minutes
    if minutes < 2 * _DAY:
        return _hours(minutes)
    days, rest = divmod(minutes, _DAY)
    text = ngettext("%d day", "%d days", days) % days
    hours = rest // _HOUR
    return f"{text} {_('%d h') % hours}" if hours else text


def _hours(minutes: int) -> str:
    hours, rest = divmod(minutes, _HOUR)
    return _("%d h") % hours + (f" {_('%d min') % rest}" if rest else "")


def compact(minutes: int) -> str:
    """Two units at most: "2 d 23 h", "2 h 10 min", "9 min"."""
    if minutes < _DAY:
        return _hours(minutes) if minutes >= _HOUR else _("%d min") % minutes
    days, rest = divmod(minutes, _DAY)
    hours = rest // _HOUR if days < _DAYS_WITH_HOURS else 0
    return _("%d d") % days + (f" {_('%d h') % hours}" if hours else "")


def _minutes(span: timedelta) -> int:
    return max(1, int(span.total_seconds()) // 60)


def left(moment: datetime, now: datetime) -> str:
    return compact(_minutes(moment - now)) if moment > now else ""


def relative(moment: datetime, now: datetime) -> str:
    """ "in 2 h 10 min" or "3 min ago"; "just now" within a minute."""
    if abs(moment - now) < timedelta(minutes=1):
        return _("just now")
    if moment > now:
        return _("in %s") % compact(_minutes(moment - now))
    return _("%s ago") % compact(_minutes(now - moment))


def when(moment: datetime, now: datetime) -> str:
    """ "today 17:40", "tomorrow 12:00", "Tue 12:08" within six days, "12 May", "12 May 2025"; local time."""
    local, today = timezone.localtime(moment), timezone.localtime(now).date()
    days = (local.date() - today).days
    clock = f"{local:%H:%M}"
    if abs(days) <= 1:
        near = _("today") if days == 0 else _("tomorrow") if days > 0 else _("yesterday")
        return f"{near} {clock}"
    if abs(days) <= _DAYS_WITH_A_WEEKDAY:
        return f"{written(local, 'D')} {clock}"
    return _date(local, today)


def clock(moment: datetime, now: datetime) -> str:
    """As ``when``, with the time of day on any date: "12 May 17:40"; local time."""
    local, today = timezone.localtime(moment), timezone.localtime(now).date()
    if abs((local.date() - today).days) <= _DAYS_WITH_A_WEEKDAY:
        return when(moment, now)
    return f"{_date(local, today)} {local:%H:%M}"


def by(moment: datetime, now: datetime) -> str:
    """What follows "by" or "until": "17:40 today", "12:00 tomorrow", "Tuesday 12:08", "12 May"; local time."""
    near = {
        -1: _("%(clock)s yesterday"),
        0: _("%(clock)s today"),
        1: _("%(clock)s tomorrow"),
    }
    return _in_a_sentence(moment, now, near, _("%(weekday)s %(clock)s"), pgettext("until then", "%(date)s"))


def on(moment: datetime, now: datetime) -> str:
    """When something happens: "today at 17:40", "tomorrow at 12:00", "on Tuesday at 12:08", "on 12 May"; local time."""
    near = {
        -1: _("yesterday at %(clock)s"),
        0: _("today at %(clock)s"),
        1: _("tomorrow at %(clock)s"),
    }
    return _in_a_sentence(moment, now, near, _("on %(weekday)s at %(clock)s"), _("on %(date)s"))


def _in_a_sentence(moment: datetime, now: datetime, near: dict[int, str], in_the_week: str, later: str) -> str:
    local, today = timezone.localtime(moment), timezone.localtime(now).date()
    days = (local.date() - today).days
    parts = {"clock": f"{local:%H:%M}", "weekday": written(local, "l"), "date": _date(local, today)}
    if days in near:
        return near[days] % parts
    return (in_the_week if abs(days) <= _DAYS_WITH_A_WEEKDAY else later) % parts


def _date(local: datetime, today: date) -> str:
    with_year = pgettext("date format", "j M Y")
    return written(local, pgettext("date format", "j M") if local.year == today.year else with_year)


def exact(moment: datetime) -> str:
    """Day, time and zone, for a hover text: "Tue 12 May 2026, 12:08 CEST"."""
    local = timezone.localtime(moment).replace(second=0, microsecond=0)
    # One moment is the same in all zones: what is written of the zone has to be looked up with it.
    return _exact(local, local.utcoffset(), local.tzname(), translation.get_language())


@lru_cache(maxsize=4096)
def _exact(local: datetime, _offset: timedelta | None, _zone: str | None, _language: str | None) -> str:
    return written(local, pgettext("date format", "D j M Y, H:i T"))


def day(value: date) -> str:
    """ "27 November 2026". This and what follows: of a moment, the day in the reader's zone."""
    return written(_day(value), pgettext("date format", "j F Y"))


def day_of_year(value: date) -> str:
    """ "27 November", where the year is clear."""
    return written(_day(value), pgettext("date format", "j F"))


def short_day(value: date) -> str:
    """ "27 Nov"."""
    return written(_day(value), pgettext("date format", "j M"))


def long_day(value: date) -> str:
    """ "Friday 27 November 2026"."""
    return written(_day(value), pgettext("date format", "l j F Y"))


def month(value: date) -> str:
    """ "November 2026"."""
    return written(_day(value), pgettext("date format", "F Y"))


def _day(value: date) -> date:
    return timezone.localtime(value).date() if isinstance(value, datetime) else value


def time_of_day(minute: int) -> str:
    """A minute of a day, the last one's end too: "09:00", "24:00"."""
    return f"{minute // _HOUR:02}:{minute % _HOUR:02}"


def times_of_day(spans: Iterable[tuple[int, int, int]]) -> str:
    """Times of one day, each span its day, first and last minute: "09:00–12:00, 13:00–18:00"."""
    return ", ".join(f"{time_of_day(start)}–{time_of_day(end)}" for _day, start, end in spans)


def due(moment: datetime, now: datetime) -> tuple[str, str]:
    """Text and tone of a due badge; tone is "" (over 24 hours), "soon" or "late"."""
    if moment <= now:
        return _("%s late") % compact(_minutes(now - moment)), "late"
    if moment - now < _SOON:
        return _("%s left") % compact(_minutes(moment - now)), "soon"
    return _("by %s") % by(moment, now), ""
