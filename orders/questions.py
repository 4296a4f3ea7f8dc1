"""What a seller can ask, and what counts as an answer. Pure: forms, services and pages share it.

An answer is text: a number in plain digits, a date as ISO 8601, several choices one per line. Files are rows of
their own beside it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from marketplace.kernel.words import written
from orders.contracts import Question

KINDS = ("text", "long_text", "choice", "multiple", "file", "number", "date", "link")
WITH_CHOICES = frozenset({"choice", "multiple"})
MOST_FILES = 10  # of one answer
LONGEST = {"text": 300, "long_text": 10_000, "link": 500, "number": 40, "date": 10, "choice": 300, "multiple": 10_000}
_MOST_DIGITS, _MOST_PLACES = 20, 6


def clean(question: Question, text: str) -> str:
    """One answer as it is stored; "" takes it back. Raises ValueError with words for the person."""
    value = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if not value:
        return ""
    if len(value) > LONGEST.get(question.kind, 300):
        raise ValueError(_("Keep it under %(limit)s characters.") % {"limit": LONGEST.get(question.kind, 300)})
    check = _CLEAN.get(question.kind)
    return check(question, value) if check else value


def _choice(question: Question, value: str) -> str:
    if value not in question.choices:
        raise ValueError(_("Choose one of the answers."))
    return value


def _multiple(question: Question, value: str) -> str:
    """In the order in which they were offered, each once."""
    chosen = {line.strip() for line in value.split("\n") if line.strip()}
    if chosen - set(question.choices):
        raise ValueError(_("Choose among the answers."))
    return "\n".join(choice for choice in question.choices if choice in chosen)


def _number(question: Question, value: str) -> str:
    number = decimal(value)
    if number is None:
        raise ValueError(_("Write a number, such as 12 or 12.5."))
    low, high = decimal(question.minimum), decimal(question.maximum)
    if (low is not None and number < low) or (high is not None and number > high):
        raise ValueError(_range_words(question))
    return f"{number:f}"


def decimal(text: str) -> Decimal | None:
    """A number as people write it, "12" or "12,5"; None for anything else, infinity among it."""
    plain = text.strip().replace(",", ".")
    if not plain.isascii() or "_" in plain or "e" in plain.lower():
        return None
    try:
        number = Decimal(plain)
    except InvalidOperation:
        return None
    _sign, digits, exponent = number.as_tuple()
    if not isinstance(exponent, int) or len(digits) > _MOST_DIGITS or exponent < -_MOST_PLACES:
        return None
    return number


def _range_words(question: Question) -> str:
    low, high = with_unit(question, question.minimum), with_unit(question, question.maximum)
    if low and high:
        return _("Write a number from %(low)s to %(high)s.") % {"low": low, "high": high}
    return _("At least %(low)s.") % {"low": low} if low else _("At most %(high)s.") % {"high": high}


def with_unit(question: Question, number: str) -> str:
    """ "12 pages"; "" for nothing."""
    return f"{number} {question.unit}".strip() if number else ""


def hint(question: Question) -> str:
    """What a number has to be, to stand under its field: "From 1 to 40 pages."; "" where it may be any."""
    if question.kind != "number":
        return ""
    low, high = question.minimum, with_unit(question, question.maximum)
    if low and high:
        return _("From %(low)s to %(high)s.") % {"low": low, "high": high}
    if low:
        return _("At least %(low)s.") % {"low": with_unit(question, low)}
    return _("At most %(high)s.") % {"high": high} if high else ""


def _date(_question: Question, value: str) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError as error:
        raise ValueError(_("Write a date, such as 2026-05-12.")) from error


def _link(_question: Question, value: str) -> str:
    return link(value)


def link(value: str) -> str:
    """A web address; one without a scheme gets https. Raises ValueError with words for the person."""
    wrong = _("Write a web address, such as https://example.org/page.")
    address = value if "://" in value else f"https://{value}"
    try:
        parts = urlsplit(address)
    except ValueError as error:
        raise ValueError(wrong) from error
    if parts.scheme not in {"http", "https"} or "." not in (parts.hostname or "") or any(map(str.isspace, address)):
        raise ValueError(wrong)
    return address


_CLEAN = {"choice": _choice, "multiple": _multiple, "number": _number, "date": _date, "link": _link}


def shown(question: Question, text: str) -> str:
    """A stored answer in words: a date as people write it, a number with its unit, several choices with commas."""
    if question.kind == "number":
        return with_unit(question, text)
    if question.kind == "multiple":
        return ", ".join(text.split("\n"))
    if question.kind == "date" and text:
        return written(date.fromisoformat(text), pgettext("date format", "j M Y"))
    return text


def definition_problems(question: Question) -> Iterable[str]:
    """What is wrong with a question itself, in words for the seller; its lengths are the catalogue's."""
    if question.kind not in KINDS:
        yield _("Choose what kind of answer you need.")
    if question.kind != "number":
        return
    low, high = decimal(question.minimum), decimal(question.maximum)
    if (question.minimum and low is None) or (question.maximum and high is None):
        yield _("Write the limits as numbers, such as 12 or 12.5.")
    elif low is not None and high is not None and low > high:
        yield _("The least is more than the most.")
