"""What stands in one cell, both ways. Reading raises ValueError with words for the person."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.contracts import WeeklyHours
from gigs.services.content import clean_text
from gigs.web.fields import DayHours
from marketplace.kernel import money, words

COMMA, LINE, BAR = ",", "\n", "|"
_GLUE = {COMMA: ", ", LINE: "\n", BAR: " | "}
_UNITS = {"min": 1, "h": 60, "d": 1440}
_PART = re.compile(r"(\d{1,6})\s*(minutes?|min|hours?|h|days?|d)", re.ASCII | re.IGNORECASE)
_STEP = re.compile(r"(?:from\s*)?(\d{1,4})\s*[:=]\s*(\d{1,3})\s*%?", re.ASCII | re.IGNORECASE)
_YES, _NO = ("yes", "y", "true", "1", "x"), ("no", "n", "false", "0", "")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")  # the same in every language, so that files travel


def text(cell: str) -> str:
    return clean_text(cell)


def one_line(cell: str) -> str:
    return " ".join(clean_text(cell).split())


# Several things in one cell: a backslash makes the sign that parts them a part of one.


def joined(items: Iterable[str], sign: str) -> str:
    return _GLUE[sign].join(_escaped(item, sign) for item in items)


def _escaped(item: str, sign: str) -> str:
    safe = item.replace("\\", "\\\\").replace("\n", "\\n")
    return safe if sign == LINE else safe.replace(sign, f"\\{sign}")


def parts(cell: str, sign: str) -> list[str]:
    """Without blanks around them; empty ones too."""
    found, item, signs = [], "", iter(clean_text(cell))
    for one in signs:
        if one == "\\":
            following = next(signs, "\\")
            item += "\n" if following == "n" else following if following in {sign, "\\"} else one + following
        elif one == sign:
            found.append(item.strip())
            item = ""
        else:
            item += one
    return [*found, item.strip()]


def items(cell: str, sign: str) -> tuple[str, ...]:
    """Each once, without empty ones."""
    return tuple(dict.fromkeys(part for part in parts(cell, sign) if part))


def features_to(features: Iterable[tuple[str, str]]) -> str:
    """A line for each: label | value. What is inside a line keeps its own line ends escaped."""
    return "\n".join(joined(pair, BAR) for pair in features)


def features_from(cell: str) -> tuple[tuple[str, str], ...]:
    lines = [line for line in clean_text(cell).split("\n") if line.strip()]
    pairs = [parts(line, BAR) for line in lines]
    if any(len(pair) != 2 for pair in pairs):
        raise ValueError(_("Write one line for each, such as “Words | 500”."))
    return tuple((label, value) for label, value in pairs)


# Times


def span_to(minutes: int) -> str:
    """In its largest whole unit: "30 min", "4 h", "2 d"."""
    unit = next((unit for unit in ("d", "h") if minutes and minutes % _UNITS[unit] == 0), "min")
    return f"{minutes // _UNITS[unit]} {unit}"


def span_from(cell: str) -> int:
    """Minutes."""
    said = one_line(cell)
    if said == "0":
        return 0
    if not said or _PART.sub("", said).strip():
        raise ValueError(_("Write a time with its unit, such as 30 min, 4 h or 2 d."))
    return sum(int(number) * _minutes(unit) for number, unit in _PART.findall(said))


def work_from(cell: str) -> int | None:
    """Minutes; None where nothing is said."""
    return span_from(cell) if one_line(cell) else None


def _minutes(unit: str) -> int:
    return next(minutes for short, minutes in _UNITS.items() if unit.lower().startswith(short))


def shift_to(minutes: int) -> str:
    """What an extra does to the time: "2 h", "1 h sooner", "". No minus, which would look like a formula."""
    if not minutes:
        return ""
    return f"{span_to(-minutes)} sooner" if minutes < 0 else span_to(minutes)


def shift_from(cell: str) -> int:
    said = one_line(cell).lower()
    if not said:
        return 0
    sooner = said.endswith("sooner") or said.startswith("-")
    minutes = span_from(said.removesuffix("sooner").removesuffix("more").lstrip("+- "))
    return -minutes if sooner else minutes


def hours_to(hours: WeeklyHours | None) -> str:
    if hours is None or not hours.spans:
        return ""
    by_day = {day: [span for span in hours.spans if span[0] == day] for day in range(7)}
    lines = [f"{_DAYS[day]} {words.times_of_day(spans)}" for day, spans in by_day.items() if spans]
    return "\n".join([hours.time_zone, *lines])


def hours_from(cell: str) -> WeeklyHours | None:
    zone, *lines = [line.strip() for line in clean_text(cell).split("\n")]
    if not zone:
        return None
    spans: list[tuple[int, int, int]] = []
    for line in filter(None, lines):
        name, _blank, said = line.partition(" ")
        if name.title() not in _DAYS:
            raise ValueError(_("Begin each line with a day: %(days)s.") % {"days": ", ".join(_DAYS)})
        try:
            spans += DayHours(weekday=_DAYS.index(name.title())).clean(said)
        except ValidationError as error:
            raise ValueError(error.messages[0]) from error
    if not spans:
        raise ValueError(_("Write the time zone in the first line, then a line for each day: Mon 9:00–17:00."))
    return WeeklyHours(zone, tuple(spans))


def moment_to(moment: datetime | None) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment else ""


def moment_from(cell: str) -> datetime | None:
    said = one_line(cell)
    if not said:
        return None
    try:
        moment = datetime.fromisoformat(said)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(_("Write day and time such as 2026-12-24T12:00Z.")) from error


# Numbers and choices


def discounts_to(steps: Iterable[tuple[int, int]]) -> str:
    return ", ".join(f"from {start}: {percent} %" for start, percent in steps)


def discounts_from(cell: str) -> tuple[tuple[int, int], ...]:
    found = [_STEP.fullmatch(item) for item in items(cell, COMMA)]
    if None in found:
        raise ValueError(_("Write it such as “from 5: 10 %, from 10: 15 %”."))
    return tuple((int(match[1]), int(match[2])) for match in found if match)


def flag_to(value: bool) -> str:
    return "yes" if value else "no"


def flag_from(cell: str) -> bool:
    said = one_line(cell).lower()
    if said not in _YES + _NO:
        raise ValueError(_("Write yes or no."))
    return said in _YES


def whole(cell: str) -> int:
    said = one_line(cell).removesuffix(".0")
    if not (said.isascii() and said.isdigit() and len(said) < 10):
        raise ValueError(_("Write a whole number."))
    return int(said)


def price_to(minor: int, currency: str) -> str:
    return money.Money(minor, currency).plain if currency else str(minor)


def price_from(cell: str, currency: str) -> int:
    try:
        return money.parse(one_line(cell), currency).amount_minor
    except ValueError as error:
        said = _("Write an amount, such as %(example)s, without a currency sign.")
        raise ValueError(said % {"example": words.typed_example(currency)}) from error
