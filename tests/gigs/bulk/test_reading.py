"""Files as spreadsheet programs write them, and files that are none."""

from __future__ import annotations

import codecs
import contextlib
import io
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gigs.bulk import reading
from gigs.bulk.reading import Unreadable, layout_of, rows

TEXT = 'id,title,tags\r\n1,"Straße, 5 €","a\nb"\r\n\r\n2,Zwölf „Boxkämpfer“,\r\n'
ROWS = [(2, ["1", "Straße, 5 €", "a\nb"]), (4, ["2", "Zwölf „Boxkämpfer“", ""])]


def table(content: bytes | str) -> tuple[reading.Layout, list[tuple[int, list[str]]]]:
    file = io.BytesIO(content.encode() if isinstance(content, str) else content)
    layout = layout_of(file)
    return layout, list(rows(file, layout))


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (TEXT.encode("utf-8-sig"), "utf-8-sig"),
        (TEXT.encode("cp1252"), "cp1252"),
        (TEXT.encode("utf-16"), "utf-16"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "utf-16"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("utf-16-be"), "utf-16-be"),
    ],
)
def test_encodings_are_found_out(content: bytes, encoding: str) -> None:
    layout, found = table(content)
    assert (layout.encoding, found) == (encoding, ROWS)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("start", ["", "sep=X\r\n"])
def test_separators_are_found_out(delimiter: str, start: str) -> None:
    text = (
        start.replace("X", delimiter) + f'Title{delimiter}Package 1 Price{delimiter}"x{delimiter}y"\na{delimiter}12,5'
    )
    layout, found = table(text.replace("12,5", '"12,5"') + delimiter)
    assert layout.delimiter == delimiter
    assert layout.headings == ("title", "package_1_price", "")
    assert layout.unknown == (f"x{delimiter}y",)
    assert found == [(2, ["a", "12,5", ""])]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system(end: str) -> None:
    assert [number for number, _row in table(f"title{end}a{end}{end}b")[1]] == [2, 4]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b" \r\n", "is empty"),
        (b"PK\x03\x04rest", "workbook"),
        (b"%PDF-1.7", "not a table"),
        (b"title\n\x00\x01\x02\x03 abcdefgh ijkl", "not a text file"),
        ("title\na".encode("utf-32"), "UTF-32"),
        ("title\nß\n".encode() + b"\xff\n", "line 3"),
        (b"title\nok\n\x81\n", "line 3"),
        (codecs.BOM_UTF16_LE + b"t\x00i", "cannot be read"),
        (codecs.BOM_UTF8 + b"title\n\xe9", "line 2"),
        ("Überschrift\neins", "has to name the columns"),
        ("1,Write a text\n", "has to name the columns"),
        ("tags,price\na,b", "a column id, title, or both"),
        ("title,tags,TITLE\na,b,c", "is there twice"),
        ('title\n"never closed\nx\n', "opened in row 2 is never closed"),
        ('title\na\n"a" b\n', "Row 3 is not written as CSV"),
        ("title\n" + "x" * 300_000, "Row 2 is longer"),
        ('title\n"' + "x\n" * 200_000, "Row 2 is longer"),
        ("title\n" + "x," * 200_000, "Row 2 is longer"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(content: bytes | str, words: str) -> None:
    with pytest.raises(Unreadable) as refused:
        table(content)
    assert words in refused.value.message


@given(st.binary(max_size=400), st.sampled_from([b"", b"title\n", codecs.BOM_UTF16_LE, b"id;title\n"]))
def test_any_bytes_have_an_answer(content: bytes, start: bytes) -> None:
    with contextlib.suppress(Unreadable):
        table(start + content)


def _peak(path: Path, most: int) -> int:
    tracemalloc.start()
    try:
        with path.open("rb") as file:
            layout = layout_of(file)
            count = sum(1 for _row, _number in zip(rows(file, layout), range(most), strict=False))
        assert count == most
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def _million(path: Path) -> Path:
    with path.open("w", encoding="utf-8") as file:
        file.write("id,title,tags\n")
        file.writelines(f"{number},Überschrift {number},a\n" for number in range(1_000_000))
    return path


def test_a_million_lines_are_looked_through_in_little_memory(tmp_path: Path) -> None:
    """As an import does: every byte is decoded, and the rows are counted up to the limit."""
    path = _million(tmp_path / "million.csv")
    assert path.stat().st_size > 25_000_000
    assert _peak(path, 2_001) < 2_000_000


@pytest.mark.long
def test_a_million_lines_are_read_in_little_memory(tmp_path: Path) -> None:
    assert _peak(_million(tmp_path / "million.csv"), 1_000_000) < 2_000_000
