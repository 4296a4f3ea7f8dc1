"""What all documents look like: page, styles, parties, foot with the page's number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from marketplace.kernel import identity
from payments.documents.contents import Fact, Party
from payments.documents.pdf import fonts

MARGIN, FOOT = 20 * mm, 26 * mm
WIDTH = A4[0] - 2 * MARGIN
_FRAME = 6  # points that reportlab keeps free within its margins
INK, QUIET, LINE, GREEN = HexColor("#1d1a15"), HexColor("#6b6458"), HexColor("#d6cdbc"), HexColor("#1f5d45")

BODY = ParagraphStyle("body", fontName=fonts.REGULAR, fontSize=9.5, leading=13.5, textColor=INK)
SMALL = ParagraphStyle("small", BODY, fontSize=8, leading=11, textColor=QUIET)
LABEL = ParagraphStyle("label", SMALL, fontSize=7.5, leading=11)
STRONG = ParagraphStyle("strong", BODY, fontName=fonts.BOLD)
RIGHT = ParagraphStyle("right", BODY, alignment=TA_RIGHT)
STRONG_RIGHT = ParagraphStyle("strong-right", STRONG, alignment=TA_RIGHT)
LABEL_RIGHT = ParagraphStyle("label-right", LABEL, alignment=TA_RIGHT)
SMALL_RIGHT = ParagraphStyle("small-right", SMALL, alignment=TA_RIGHT, textColor=INK)
SMALL_INK = ParagraphStyle("small-ink", SMALL, textColor=INK)
BRAND = ParagraphStyle("brand", BODY, fontName=fonts.DISPLAY, fontSize=15, leading=18, textColor=GREEN)
TITLE = ParagraphStyle("title", BODY, fontName=fonts.DISPLAY, fontSize=21, leading=26)
H2 = ParagraphStyle("h2", STRONG, fontSize=11, leading=15, spaceBefore=12, spaceAfter=4)

_FLUSH: list[tuple[Any, ...]] = [
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("RIGHTPADDING", (0, 0), (-1, -1), 0),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
]
_ROWS: list[tuple[Any, ...]] = [
    ("LINEBELOW", (0, 0), (-1, 0), 0.75, INK),
    ("LINEBELOW", (0, 1), (-1, -1), 0.4, LINE),
    ("TOPPADDING", (0, 0), (-1, -1), 4),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
    ("RIGHTPADDING", (0, 0), (-2, -1), 8),
]


def _style(*commands: tuple[Any, ...]) -> TableStyle:
    return TableStyle(list(commands))


def text(words: str, style: ParagraphStyle = BODY) -> Paragraph:
    return Paragraph(fonts.markup(words), style)


def grid(rows: Sequence[list[Any]], widths: Sequence[float], *more: tuple[Any, ...]) -> Table:
    return Table(rows, colWidths=widths, hAlign="LEFT", style=_style(*_FLUSH, *more))


def listing(rows: Sequence[list[Any]], widths: Sequence[float], *more: tuple[Any, ...]) -> Table:
    """Rows under a head that comes again on every page."""
    return Table(rows, colWidths=widths, repeatRows=1, hAlign="LEFT", style=_style(*_FLUSH, *_ROWS, *more))


def opening(title: str, under: str) -> list[Flowable]:
    """The site's name and the document's, large."""
    fonts.load()
    head = grid([[text(identity.name(), BRAND), text(under, SMALL_RIGHT)]], [WIDTH * 0.5, WIDTH * 0.5])
    return [head, Spacer(1, 9 * mm), text(title, TITLE), Spacer(1, 6 * mm)]


def parties(labelled: Iterable[tuple[str, Party]]) -> Table:
    """Both sides beside each other."""
    cells = [[text(label, LABEL), *_party(party)] for label, party in labelled]
    return grid([cells], [WIDTH / len(cells)] * len(cells), ("RIGHTPADDING", (0, 0), (0, 0), 12))


def _party(party: Party) -> list[Flowable]:
    lines: list[Flowable] = [text(party.name, STRONG), *(text(line) for line in party.address)]
    if party.tax_id:
        lines.append(text(_("Tax number %(number)s") % {"number": party.tax_id}))
    return lines


def facts(rows: Sequence[Fact]) -> Table:
    cells = [[text(fact.label, SMALL), text(fact.text)] for fact in rows]
    padding = ("TOPPADDING", (0, 0), (-1, -1), 1), ("BOTTOMPADDING", (0, 0), (-1, -1), 1)
    return grid(cells, [WIDTH * 0.25, WIDTH * 0.75], *padding)


def build(story: list[Flowable], *, title: str, author: str, foot: Party) -> bytes:
    """The document's bytes: the same story gives the same ones, whenever it is drawn."""
    file = BytesIO()
    page = SimpleDocTemplate(
        file, pagesize=A4, title=title, author=author, creator=identity.name(), invariant=1,
        leftMargin=MARGIN - _FRAME, rightMargin=MARGIN - _FRAME, topMargin=16 * mm, bottomMargin=FOOT,
    )  # fmt: skip
    page.build(story, canvasmaker=_numbered(foot))
    return file.getvalue()


def _numbered(foot: Party) -> type[Canvas]:
    line = " · ".join(part for part in (foot.name, *foot.address, foot.tax_id) if part)

    class Numbered(Canvas):
        """Keeps the pages back until it knows how many there are."""

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self._kept: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802 - reportlab's name
            self._kept.append(dict(self.__dict__))
            self._startPage()  # type: ignore[attr-defined]

        def save(self) -> None:
            for number, state in enumerate(self._kept, 1):
                self.__dict__.update(state)
                self._draw_foot(number, len(self._kept))
                super().showPage()
            super().save()

        def _draw_foot(self, number: int, count: int) -> None:
            self.setStrokeColor(LINE)
            self.setLineWidth(0.4)
            self.line(MARGIN, FOOT - 6 * mm, A4[0] - MARGIN, FOOT - 6 * mm)
            words = text(line, SMALL)
            words.wrap(WIDTH * 0.8, FOOT)
            words.drawOn(self, MARGIN, FOOT - 8 * mm - words.height)
            self.setFont(fonts.REGULAR, 8)
            self.setFillColor(QUIET)
            page = _("Page %(number)s of %(count)s") % {"number": number, "count": count}
            self.drawRightString(A4[0] - MARGIN, FOOT - 8 * mm - 8, page)

    return Numbered
