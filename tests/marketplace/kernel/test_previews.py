"""Previews of files from strangers: what is shown of honest ones; hostile ones cost a little time and no more."""

from __future__ import annotations

import io
import os
import subprocess
import time
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from marketplace.kernel import files, tidying
from marketplace.kernel.models import Preview, StoredFile, private_storage
from marketplace.kernel.previews import limits, making

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)


def made(name: str, content: bytes, watermark: str = "") -> Preview:
    stored = files.store(SimpleUploadedFile(name, content), uploaded_by_id=None, at=NOW)
    making.ask([stored], watermark=watermark, at=NOW)
    started = time.monotonic()
    assert making.make_next(NOW)
    assert time.monotonic() - started < limits.WALL_SECONDS
    return Preview.objects.get(pk=stored.pk)


def shown(preview: Preview) -> list[Image.Image]:
    numbers = range(1, len(preview.content["pictures"]) + 1)
    return [Image.open(private_storage().open(making.picture_name(preview.pk, number))) for number in numbers]


def why_not(preview: Preview) -> str:
    assert (preview.state, preview.is_whole) == (Preview.State.NONE, False)
    return str(preview.content["why"])


def picture(size: tuple[int, int], mode: str = "RGB", kind: str = "PNG", **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, 1 if mode == "1" else "#777").save(out, kind, **options)
    return out.getvalue()


def packed(parts: dict[str, bytes], level: int = 6) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


_TYPES = 'xmlns="http://schemas.openxmlformats.org/package/2006/content-types"'
_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'


def workbook(sheet: bytes) -> bytes:
    """The least that is a spreadsheet, with one sheet as given."""
    return packed({
        "[Content_Types].xml":
        f"<Types {_TYPES}><Default Extension='xml' ContentType='application/xml'/></Types>".encode(),
        "_rels/.rels": f'<Relationships {_PACKAGE}><Relationship Id="r1" Type="{_REL}/officeDocument" '
        f'Target="xl/workbook.xml"/></Relationships>'.encode(),
        "xl/workbook.xml": f'<workbook {_MAIN} xmlns:r="{_REL}"><sheets><sheet name="Data" sheetId="1" r:id="r1"/>'
        f"</sheets></workbook>".encode(),
        "xl/_rels/workbook.xml.rels": f'<Relationships {_PACKAGE}><Relationship Id="r1" Type="{_REL}/worksheet" '
        f'Target="worksheets/sheet1.xml"/></Relationships>'.encode(),
        "xl/worksheets/sheet1.xml": f"<worksheet {_MAIN}><sheetData>".encode() + sheet + b"</sheetData></worksheet>",
    })  # fmt: skip


def cells(rows: int, columns: int) -> bytes:
    def name(number: int) -> str:
        return (chr(64 + number // 26) if number >= 26 else "") + chr(65 + number % 26)

    return "".join(
        f'<row r="{row}">' + "".join(f'<c r="{name(column)}{row}"><v>{row}.5</v></c>' for column in range(columns))
        + "</row>" for row in range(1, rows + 1)
    ).encode()  # fmt: skip


_WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def document(body: str, head: str = "", relations: str = "") -> bytes:
    return packed({
        "[Content_Types].xml": f'<Types {_TYPES}><Override PartName="/word/document.xml" ContentType="application/'
        f'vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'.encode(),
        "_rels/.rels": f'<Relationships {_PACKAGE}><Relationship Id="r1" Type="{_REL}/officeDocument" '
        f'Target="word/document.xml"/></Relationships>'.encode(),
        "word/_rels/document.xml.rels": f"<Relationships {_PACKAGE}>{relations}</Relationships>".encode(),
        "word/document.xml": f'{head}<w:document {_WORD} xmlns:r="{_REL}"><w:body>{body}</w:body></w:document>'
        .encode(),
    })  # fmt: skip


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def pdf(pages: int, size: tuple[float, float] = (595, 842)) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=size)
    for number in range(pages):
        canvas.drawString(72, 72, f"Page {number + 1}")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


# Honest files


@pytest.mark.parametrize("name", ["notes.txt", "notes.md", "page.html", "drawing.svg"])
def test_text_is_shown_as_it_stands(name: str) -> None:
    preview = made(name, "# Héllo\n<script>alert(1)</script>\n".encode())
    assert (preview.kind, preview.state, preview.is_whole) == ("text", "ready", True)
    assert preview.content["text"] == "# Héllo\n<script>alert(1)</script>\n"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_text_of_other_programs_is_read(encoding: str) -> None:
    assert made("a.txt", "Größe".encode(encoding)).content["text"] == "Größe"


def test_a_long_text_is_cut_and_says_so() -> None:
    preview = made("log.txt", ("ä" * limits.TEXT_BYTES).encode())
    assert preview.content["text"] == "ä" * (limits.TEXT_BYTES // 2)
    assert (preview.is_whole, preview.content["left_out"]) == (False, ["text"])


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_csv_is_a_table(separator: str) -> None:
    preview = made("list.csv", separator.join(["name", "price"]).encode() + b"\n" + f"Candle{separator}12\n".encode())
    assert preview.content["sheets"] == [{"name": "", "rows": [["name", "price"], ["Candle", "12"]]}]
    assert (preview.kind, preview.is_whole) == ("table", True)


def test_a_spreadsheet_is_a_table_with_a_note_of_what_is_left_out() -> None:
    preview = made("sheet.xlsx", workbook(cells(201, 31)))
    (sheet,) = preview.content["sheets"]
    assert (sheet["name"], len(sheet["rows"]), {len(row) for row in sheet["rows"]}) == ("Data", 200, {30})
    assert sheet["rows"][6][0] == "7.5"
    assert (preview.is_whole, sorted(preview.content["left_out"])) == (False, ["columns", "rows"])


def test_a_small_spreadsheet_is_shown_whole() -> None:
    preview = made("sheet.xlsx", workbook(cells(200, 30)))
    assert (preview.is_whole, preview.content["left_out"]) == (True, [])


def test_a_document_is_shown_with_its_marks() -> None:
    preview = made("letter.docx", document(paragraph("Dear &lt;b&gt; reader") + paragraph("Yours")))
    assert preview.content["html"] == "<p>Dear &lt;b&gt; reader</p><p>Yours</p>"
    assert preview.is_whole


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "TIFF", "BMP"])
def test_a_picture_is_shown_small(kind: str) -> None:
    preview = made(f"photo.{kind.lower()}", picture((3000, 1500), kind=kind))
    assert (preview.content["pictures"], preview.is_whole) == ([[1600, 800]], True)
    (seen,) = shown(preview)
    assert (seen.format, seen.size) == ("WEBP", (1600, 800))


def test_a_watermark_lies_over_all_of_a_picture() -> None:
    plain, marked = made("a.png", picture((900, 900))), made("b.png", picture((900, 900)), "PREVIEW · 7K3M")
    ((before,), (after,)) = shown(plain), shown(marked)
    assert len(before.convert("L").getcolors() or []) == 1
    for left in range(0, 900, 300):
        for top in range(0, 900, 300):
            part = after.convert("L").crop((left, top, left + 300, top + 300))
            assert len(part.getcolors() or []) > 20


def test_pages_are_shown_as_pictures_with_a_watermark() -> None:
    preview = made("report.pdf", pdf(3), "PREVIEW")
    assert (len(preview.content["pictures"]), preview.is_whole, preview.watermark) == (3, True, "PREVIEW")
    assert all(page.width == limits.PAGE_WIDTH for page in shown(preview))


def test_the_pages_after_the_twentieth_are_left_out() -> None:
    preview = made("report.pdf", pdf(21))
    assert (len(preview.content["pictures"]), preview.content["left_out"]) == (limits.PAGES, ["pages"])


# Hostile ones


def bomb(parts: Callable[[bytes], bytes]) -> bytes:
    return parts(bytes(limits.UNPACKED_BYTES + 1))


HOSTILE: dict[str, tuple[str, Callable[[], bytes], set[str]]] = {
    "a zip bomb as a spreadsheet": ("a.xlsx", lambda: bomb(workbook), {"too_large"}),
    "a spreadsheet whose one cell claims the last corner": (
        "a.xlsx",
        lambda: workbook(
            b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
        ),
        {"too_large", "broken"},
    ),
    "a spreadsheet that is none": ("a.xlsx", lambda: b"PK\x03\x04" + os.urandom(5000), {"broken"}),
    "text as an old spreadsheet": ("a.xls", lambda: b"hello", {"broken"}),
    "a picture of 20,000 pixels": ("a.png", lambda: picture((20_000, 20_000), "1"), {"too_large"}),
    "a broken picture": ("a.png", lambda: picture((900, 900))[:200], {"broken"}),
    "a program as a picture": ("a.jpg", lambda: b"MZ" + os.urandom(5000), {"broken"}),
    "a broken page": ("a.pdf", lambda: b"%PDF-1.7\n" + os.urandom(5000), {"broken"}),
    "an empty shell of a page": ("a.pdf", lambda: pdf(1)[:300], {"broken"}),
    "HTML as a document": ("a.docx", lambda: b"<html><script>alert(1)</script></html>", {"broken"}),
    "a zip without a document": ("a.docx", lambda: packed({"a.txt": b"x"}), {"broken"}),
    "a document that unfolds": (
        "a.docx", lambda: document(paragraph("a" * (limits.DOCUMENT_BYTES + 1))), {"too_large"},
    ),
    "a document whose words multiply": (
        "a.docx",
        lambda: document(
            paragraph("&l9;"),
            "<!DOCTYPE x [<!ENTITY l0 'lollollol'>"
            + "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 10)) + "]>",
        ),
        {"broken", "too_large"},
    ),
    "bytes as a text": ("a.txt", lambda: b"\x00\x01\x02" * 1000, {"broken"}),
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_file_has_no_preview_and_does_no_harm(what: str) -> None:
    name, content, expected = HOSTILE[what]
    assert why_not(made(name, content())) in expected


def test_a_zip_that_lies_about_its_size_meets_the_limits_of_the_process() -> None:
    content = bytearray(workbook(bytes(400_000_000)))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    content = content.replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    preview = made("a.xlsx", bytes(content))
    assert preview.state == Preview.State.NONE or preview.content["sheets"][0]["rows"] == []


def test_a_page_of_any_size_is_drawn_in_so_many_pixels() -> None:
    (width, height), = made("a.pdf", pdf(1, (14_000, 14_000))).content["pictures"]  # fmt: skip
    assert (width <= limits.PAGE_WIDTH, height <= limits.PAGE_HEIGHT) == (True, True)


def test_a_document_carries_no_script_no_picture_and_no_address_of_its_own() -> None:
    link = (
        '<w:hyperlink r:id="r9"><w:r><w:t>click</w:t></w:r></w:hyperlink>'
        '<w:hyperlink r:id="r8"><w:r><w:t>read</w:t></w:r></w:hyperlink>'
    )
    relations = "".join(
        f'<Relationship Id="{name}" Type="{_REL}/hyperlink" Target="{target}" TargetMode="External"/>'
        for name, target in {"r9": "javascript:alert(1)", "r8": "https://example.org/"}.items()
    )
    html = made("a.docx", document(f"<w:p>{link}</w:p>", relations=relations)).content["html"]
    assert "javascript" not in html
    assert html == (
        '<p><a rel="noopener noreferrer nofollow ugc">click</a>'
        '<a href="https://example.org/" rel="noopener noreferrer nofollow ugc">read</a></p>'
    )


def test_what_a_process_hands_back_is_cleaned_again() -> None:
    dirty = (
        '<h1>a</h1><p onclick="x()" style="y">b<script>alert(1)</script><img src=x onerror=alert(1)><iframe></iframe>'
    )
    assert making.clean(dirty) == "a<p>b</p>"


def test_a_file_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    stored = files.store(SimpleUploadedFile("a.txt", b"x"), uploaded_by_id=None, at=NOW)
    os.unlink(stored.file.path)
    os.mkfifo(stored.file.path)
    monkeypatch.setattr(limits, "WALL_SECONDS", 2)
    making.ask([stored], watermark="", at=NOW)
    assert making.make_next(NOW)
    assert why_not(Preview.objects.get()) == "too_large"


def test_the_process_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    told: dict[str, str] = {}
    start = subprocess.Popen

    def watched(*arguments: Any, **options: Any) -> Any:
        told.update(options["env"])
        return start(*arguments, **options)

    monkeypatch.setattr(subprocess, "Popen", watched)
    assert made("a.txt", b"x").state == Preview.State.READY
    assert set(told) == {"PATH", "LANG"}


# The queue


def test_a_worker_that_died_leaves_its_file_to_the_next_one_and_then_it_is_given_up() -> None:
    stored = files.store(SimpleUploadedFile("a.txt", b"x"), uploaded_by_id=None, at=NOW)
    making.ask([stored], watermark="", at=NOW)
    assert making._claim(NOW) is not None
    assert making._claim(NOW) is None
    later = NOW + timedelta(minutes=5)
    assert making._claim(later) is not None
    assert making.make_next(later + timedelta(minutes=5))
    assert why_not(Preview.objects.get()) == "broken"


def test_what_has_no_preview_is_not_asked_for_one() -> None:
    stored = [
        files.store(SimpleUploadedFile(name, b"x"), uploaded_by_id=None, at=NOW) for name in ("a.zip", "b.mp3", "c")
    ]
    making.ask(stored, watermark="", at=NOW)
    assert not making.make_next(NOW)


def test_a_preview_keeps_no_file_alive_and_goes_with_it(django_capture_on_commit_callbacks: Any) -> None:
    preview = made("a.png", picture((10, 10)))
    name = making.picture_name(preview.pk, 1)
    assert private_storage().exists(name)
    with django_capture_on_commit_callbacks(execute=True):
        assert tidying.drop_orphans(NOW + tidying.KEPT_FOR + timedelta(hours=1)) == 1
    assert (StoredFile.objects.count(), Preview.objects.count(), private_storage().exists(name)) == (0, 0, False)
