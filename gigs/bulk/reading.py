"""A CSV file from any spreadsheet program, read in a stream: its encoding, its separator, its rows."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

from django.utils.translation import gettext as _

from gigs.bulk.columns import ALL
from marketplace.kernel import tables
from marketplace.kernel.errors import InvalidInput

_CHUNK = 1 << 16
_START = 1 << 16
LONGEST_ROW = 250_000  # characters; a gig that is full in every place has a fifth of it
_DELIMITERS = ",;\t"
_MARKS = (
    (codecs.BOM_UTF32_LE, ""), (codecs.BOM_UTF32_BE, ""),
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
_OTHERS = {
    b"PK\x03\x04": "workbook", b"\xd0\xcf\x11\xe0": "workbook", b"%PDF": "other", b"\x89PNG": "other",
    b"\xff\xd8\xff": "other", b"GIF8": "other", b"{\\rtf": "other", b"\x1f\x8b": "other",
}  # fmt: skip


class Unreadable(InvalidInput):
    """The file as a whole cannot be imported; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Layout:
    encoding: str  # a name that Python knows
    delimiter: str
    headings: tuple[str, ...]  # by position; "" over a column that is left out
    unknown: tuple[str, ...]  # what stood over those


def layout_of(file: IO[bytes]) -> Layout:
    """How a file is written. Reads all of it, in pieces. Raises Unreadable."""
    encoding = _encoding(file)
    start = _start(file, encoding)
    delimiter, first = max(((sign, _first_row(start, sign)) for sign in _DELIMITERS), key=lambda pair: _known(pair[1]))
    if not _known(first):
        said = _(
            "The first row has to name the columns, such as id, title and package_1_price. Start from the template."
        )
        raise Unreadable(said)
    names = [_name(cell) for cell in first]
    doubles = [name for name, count in Counter(names).items() if count > 1 and name in ALL]
    if doubles:
        raise Unreadable(_("The column %(name)s is there twice. Keep one.") % {"name": doubles[0]})
    if not {"id", "title"} & set(names):
        raise Unreadable(_("There has to be a column id, title, or both: by them each row's gig is found or named."))
    headings = tuple(name if name in ALL else "" for name in names)
    unknown = tuple(cell.strip()[:60] for cell, name in zip(first, headings, strict=True) if cell.strip() and not name)
    return Layout(encoding, delimiter, headings, unknown[:100])


def rows(file: IO[bytes], layout: Layout) -> Iterator[tuple[int, list[str]]]:
    """Every row with something in it after the headings, with its number as a spreadsheet counts.

    Holds one row at a time. Raises Unreadable naming the row where the file goes wrong.
    """
    number = 0
    with _text(file, layout.encoding) as text:
        lines = _Lines(text)
        reader = csv.reader(lines, delimiter=layout.delimiter, strict=True)
        while True:
            lines.spent = 0
            try:
                cells = next(reader, None)
            except (csv.Error, _RowTooLong) as error:
                raise _broken(error, number + 1) from error
            if cells is None:
                return
            if number == 0 and _is_hint(cells, layout.delimiter):
                continue
            number += 1
            if number > 1 and any(cell.strip() for cell in cells):
                yield number, [tables.plain(cell) for cell in cells]


class _RowTooLong(ValueError):
    pass


class _Lines:
    """Lines of a text, no more than one row may have since ``spent`` was last set to 0."""

    def __init__(self, text: io.TextIOBase) -> None:
        self.text, self.spent = text, 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self.text.readline(LONGEST_ROW + 1)
        self.spent += len(line)
        if self.spent > LONGEST_ROW:
            raise _RowTooLong
        if not line:
            raise StopIteration
        return line


def _broken(error: Exception, number: int) -> Unreadable:
    where = {"number": number}
    if isinstance(error, _RowTooLong) or "field limit" in str(error):
        said = _("Row %(number)s is longer than any gig. Often a quotation mark before it is opened and never closed.")
    elif "unexpected end" in str(error):
        said = _("A quotation mark that is opened in row %(number)s is never closed.")
    else:
        said = _("Row %(number)s is not written as CSV: a quotation mark inside a quoted cell is written twice.")
    return Unreadable(said % where)


# The first row


def _first_row(start: str, delimiter: str) -> list[str]:
    try:
        for cells in csv.reader(io.StringIO(start, newline=""), delimiter=delimiter):
            if not _is_hint(cells, delimiter):
                return cells[:2000]
    except csv.Error:
        pass
    return []


def _is_hint(cells: list[str], delimiter: str) -> bool:
    """A first line "sep=;", by which some programs tell their separator."""
    return delimiter.join(cells).strip().lower().startswith("sep=") and len("".join(cells)) <= 5


def _name(cell: str) -> str:
    return "_".join(tables.plain(cell).strip().lower().replace("-", " ").split())


def _known(cells: list[str]) -> int:
    return sum(_name(cell) in ALL for cell in cells)


# Characters


def _encoding(file: IO[bytes]) -> str:
    """Decodes all of the file once, in pieces."""
    file.seek(0)
    start = file.read(_CHUNK)
    _check_kind(start)
    for mark, name in _MARKS:
        if start.startswith(mark):
            return _checked(file, name)
    zeros = start[: len(start) // 2 * 2]
    if b"\x00" in zeros:  # UTF-16 without a mark: every other byte of plain letters is zero
        even, odd = zeros[::2].count(0), zeros[1::2].count(0)
        if max(even, odd) * 3 < len(zeros) // 2:
            raise Unreadable(_("This is not a text file. Save the table as “CSV UTF-8” and choose that file."))
        return _checked(file, "utf-16-be" if even > odd else "utf-16-le")
    wrong = _wrong_line(file, "utf-8")
    if wrong is None:
        return "utf-8"
    line, had_others = wrong
    if had_others:  # it is UTF-8, with something broken in it
        raise Unreadable(_damaged(line))
    return _checked(file, "cp1252")


def _check_kind(start: bytes) -> None:
    if not start.strip():
        raise Unreadable(_("The file is empty."))
    kind = next((kind for sign, kind in _OTHERS.items() if start.startswith(sign)), "")
    if kind == "workbook":
        raise Unreadable(_("This is a workbook. Open it, choose “Save as”, “CSV UTF-8”, and choose that file."))
    if kind:
        raise Unreadable(_("This is not a table. Save the table as “CSV UTF-8” and choose that file."))


def _checked(file: IO[bytes], encoding: str) -> str:
    if not encoding:
        raise Unreadable(_("The file is written in UTF-32. Save it as “CSV UTF-8” and choose it again."))
    wrong = _wrong_line(file, encoding)
    if wrong:
        raise Unreadable(_damaged(wrong[0]))
    return encoding


def _damaged(line: int) -> str:
    said = _("A character in line %(line)s cannot be read. Save the file as “CSV UTF-8” and choose it again.")
    return said % {"line": line}


def _wrong_line(file: IO[bytes], encoding: str) -> tuple[int, bool] | None:
    """The first line that cannot be decoded, and whether there were characters beyond ASCII before it."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    file.seek(0)
    line, had_others, is_last = 1, False, False
    while not is_last:
        chunk = file.read(_CHUNK)
        is_last = not chunk
        try:
            text = decoder.decode(chunk, is_last)
        except UnicodeDecodeError as error:
            before = error.object[: error.start].decode(encoding, "ignore")
            return line + before.count("\n"), had_others or not before.lstrip(tables.BOM).isascii()
        line += text.count("\n")
        had_others = had_others or not text.isascii()
    return None


def _start(file: IO[bytes], encoding: str) -> str:
    with _text(file, encoding) as text:
        return str(text.read(_START))


@contextmanager
def _text(file: IO[bytes], encoding: str) -> Iterator[Any]:
    file.seek(0)
    text = io.TextIOWrapper(file, encoding, newline="")
    try:
        yield text
    finally:
        text.detach()
