"""Days are written as the reader's language writes them: no template and no module carries a format of its own."""

from __future__ import annotations

import ast
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template
from django.utils import timezone, translation

from marketplace.kernel import words

DAY = date(2026, 11, 27)
_FILTER = re.compile(r'\|\s*(?:date|time)\b(?::"(?P<format>[^"]*)")?')
_FOR_MACHINES = {"c", "U"}
_FORMATS = {"date_format", "time_format", "written"}
_IS_SEQUENCE_OF_WORDS = re.compile(r"[jdSFMNnmyY]\W* \W*[jdSFMNnmyY]|(?:DATE|DATETIME|MONTH|DAY)_FORMAT$")


@pytest.mark.parametrize(
    ("said", "english", "spanish"),
    [
        (words.day, "27 November 2026", "27 de noviembre de 2026"),
        (words.day_of_year, "27 November", "27 de noviembre"),
        (words.short_day, "27 Nov", "27 nov"),
        (words.long_day, "Friday 27 November 2026", "viernes 27 de noviembre de 2026"),
        (words.month, "November 2026", "noviembre de 2026"),
    ],
)
def test_a_day_in_english_and_in_spanish(said, english, spanish):
    with translation.override("en"):
        assert said(DAY) == english
    with translation.override("es"):
        assert said(DAY) == spanish


def test_names_of_days_and_months_are_small_inside_a_sentence_where_the_language_writes_them_so():
    now, tuesday = datetime(2026, 11, 27, 12, tzinfo=UTC), datetime(2026, 12, 1, 12, 8, tzinfo=UTC)
    far = datetime(2027, 5, 12, 9, tzinfo=UTC)
    with translation.override("en"), timezone.override("UTC"):
        assert (words.when(tuesday, now), words.on(tuesday, now)) == ("Tue 12:08", "on Tuesday at 12:08")
        assert (words.when(far, now), words.exact(far)) == ("12 May 2027", "Wed 12 May 2027, 09:00 UTC")
    with translation.override("es"), timezone.override("UTC"):
        assert (words.when(tuesday, now), words.on(tuesday, now)) == ("mar 12:08", "el martes a las 12:08")
        assert (words.when(far, now), words.exact(far)) == ("12 may 2027", "mié 12 may 2027, 09:00 UTC")


def test_templates_have_a_filter_for_each_and_nothing_for_no_day():
    page = Template("{{ day|day }}, {{ day|day_of_year }}, {{ day|short_day }}, {{ day|month }}{{ none|day }}")
    with translation.override("en"):
        assert (
            page.render(Context({"day": DAY, "none": None})) == "27 November 2026, 27 November, 27 Nov, November 2026"
        )


def test_a_moment_is_a_day_in_the_readers_zone():
    late = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)
    with translation.override("en"), timezone.override("Europe/Madrid"):
        assert (words.day(late), words.month(late)) == ("1 December 2026", "December 2026")
        assert Template("{{ at|day }}").render(Context({"at": late})) == "1 December 2026"


def test_no_template_carries_a_format():
    found = [
        f"{path.relative_to(settings.BASE_DIR)}: {match.group()}"
        for path in Path(settings.BASE_DIR, "templates").rglob("*")
        if path.suffix in {".html", ".txt", ".xml"}
        for match in _FILTER.finditer(path.read_text())
        if match["format"] not in _FOR_MACHINES
    ]
    assert found == []


def test_no_text_is_glued_to_its_moment():
    """Its translation could not put it elsewhere: where money, the set-up and messages speak."""
    found = [
        f"{path.relative_to(settings.BASE_DIR)}: {match.group()}"
        for folder in ("payments", "setup", "inbox")
        for path in Path(settings.BASE_DIR, "templates", folder).rglob("*.html")
        for match in re.finditer(r"{% translate [^%]*%}:? ?{% moment [^%]*%}", path.read_text())
    ]
    assert found == []


def test_no_module_carries_a_format_outside_of_gettext():
    found = [
        f"{path.relative_to(settings.BASE_DIR)}:{line}: {text}"
        for app in ("marketplace", "accounts", "inbox", "payments", "orders", "gigs")
        for path in Path(settings.BASE_DIR, app).rglob("*.py")
        for line, text in _literal_formats(path)
    ]
    assert found == []


def _literal_formats(path: Path) -> list[tuple[int, str]]:
    source = path.read_text()
    if not any(name in source for name in _FORMATS):
        return []
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return [
        (call.lineno, given.value)
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id in _FORMATS
        for given in call.args[1:]
        if isinstance(given, ast.Constant) and _IS_SEQUENCE_OF_WORDS.search(str(given.value))
    ]
