"""CSV and spreadsheets as the first rows and columns of each sheet."""

from __future__ import annotations

import csv
import datetime
import zipfile
from collections.abc import Iterable
from itertools import islice
from typing import Any

from marketplace.kernel.previews import limits
from marketplace.kernel.previews.readers.result import Job, NoPreview, Result
from marketplace.kernel.previews.readers.texts import decode

_SNIFFED_BYTES = 8192
_START_BYTES = 4_000_000  # of a CSV file: more than enough for the rows that are shown


def read(job: Job) -> Result:
    return _csv(job) if job.ending in {"csv", "tsv"} else _workbook(job)


def _csv(job: Job) -> Result:
    with job.source.open("rb") as content:
        start = content.read(_START_BYTES + 1)
    text = decode(start[:_START_BYTES])
    csv.field_size_limit(_START_BYTES)
    try:
        rows = list(islice(csv.reader(text.splitlines(keepends=True), _dialect(job, text)), limits.ROWS + 1))
    except csv.Error as error:
        raise NoPreview("broken") from error
    result = Result({"sheets": []})
    result.content["sheets"].append({"name": "", "rows": _cells(rows, result)})
    if len(rows) > limits.ROWS or len(start) > _START_BYTES:
        _leave_out(result, "rows")
    return result


def _dialect(job: Job, text: str) -> Any:
    if job.ending == "tsv":
        return csv.excel_tab
    try:
        return csv.Sniffer().sniff(text[:_SNIFFED_BYTES], delimiters=",;\t|")
    except csv.Error:
        return csv.excel


def _workbook(job: Job) -> Result:
    from python_calamine import CalamineError, CalamineWorkbook

    check_unpacked(job)
    try:
        book = CalamineWorkbook.from_path(str(job.source))
        names = book.sheet_names
    except (CalamineError, OSError, ValueError) as error:
        raise NoPreview("password" if "assword" in str(error) else "broken") from error
    result = Result({"sheets": []})
    if len(names) > limits.SHEETS:
        _leave_out(result, "sheets")
    for name in names[: limits.SHEETS]:
        try:
            sheet = book.get_sheet_by_name(name)
            rows = list(islice(sheet.iter_rows(), limits.ROWS + 1))
        except (CalamineError, OSError, ValueError) as error:
            raise NoPreview("broken") from error
        if len(rows) > limits.ROWS:
            _leave_out(result, "rows")
        result.content["sheets"].append({"name": name, "rows": _cells(rows, result)})
    return result


def check_unpacked(job: Job) -> None:
    """A packed file says how large it gets; one that lies meets the limits of the process. Raises NoPreview."""
    if not zipfile.is_zipfile(job.source):
        return
    try:
        with zipfile.ZipFile(job.source) as packed:
            unpacked = sum(part.file_size for part in packed.infolist())
    except (zipfile.BadZipFile, OSError) as error:
        raise NoPreview("broken") from error
    if unpacked > limits.UNPACKED_BYTES:
        raise NoPreview("too_large")


def _cells(rows: list[Any], result: Result) -> list[list[str]]:
    if any(len(row) > limits.COLUMNS for row in rows):
        _leave_out(result, "columns")
    return [[_cell(value, result) for value in row[: limits.COLUMNS]] for row in _trimmed(rows[: limits.ROWS])]


def _trimmed(rows: list[Any]) -> Iterable[Any]:
    while rows and not any(str(value).strip() for value in rows[-1]):
        rows = rows[:-1]
    return rows


def _cell(value: Any, result: Result) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        value = value.date()
    text = str(value).replace("\x00", "")
    if len(text) > limits.CELL_CHARACTERS:
        _leave_out(result, "cells")
        return text[: limits.CELL_CHARACTERS] + "…"
    return text


def _leave_out(result: Result, what: str) -> None:
    if what not in result.left_out:
        result.left_out.append(what)
