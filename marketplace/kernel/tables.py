"""CSV for spreadsheets: no cell of somebody's words may be read as a formula."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator

# A spreadsheet computes what begins with these; a tab or a line end before them is skipped by some.
_FORMULA = re.compile(r"'* *[=+\-@\t\r\n]")
_APOSTROPHE = "'"
BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"  # tells spreadsheets that it is UTF-8


def words(text: str) -> str:
    """A person's words as a cell: with an apostrophe in front where a spreadsheet would compute them."""
    return f"{_APOSTROPHE}{text}" if _FORMULA.match(text) else text


def plain(cell: str) -> str:
    """The words back from a cell; for every text, ``plain(words(text)) == text``."""
    return cell[1:] if cell.startswith(_APOSTROPHE) and _FORMULA.match(cell) else cell


class _Line:
    """What the writer writes to: gives the line back."""

    def write(self, line: str) -> str:
        return line


def lines(rows: Iterable[Iterable[str]], *, delimiter: str = ",") -> Iterator[str]:
    """Each row as a line of CSV (RFC 4180); for files and streamed answers alike."""
    writer = csv.writer(_Line(), delimiter=delimiter)
    for row in rows:
        yield writer.writerow(list(row))
