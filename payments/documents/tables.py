"""CSV for spreadsheets: no cell of somebody's words may be read as a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator

# A spreadsheet computes what begins with these; a tab or a line end before them is skipped by some.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"  # tells spreadsheets that it is UTF-8


def words(text: str) -> str:
    """A person's words as a cell: with an apostrophe in front where a spreadsheet would compute them."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


class _Line:
    """What the writer writes to: gives the line back."""

    def write(self, line: str) -> str:
        return line


def lines(rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """Each row as a line of CSV (RFC 4180); for files and streamed answers alike."""
    writer = csv.writer(_Line())
    for row in rows:
        yield writer.writerow(list(row))
