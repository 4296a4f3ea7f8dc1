"""Documents as PDF: read again as a person would, page by page."""

from __future__ import annotations

import time
from dataclasses import replace

import pypdfium2
import pytest

from payments import api
from payments.contracts import ReferenceCard
from payments.documents import missing
from payments.documents.contents import Content, Fact, Line, Party, Sum, from_json
from payments.documents.months import Month
from payments.documents.pdf import fonts, papers
from payments.documents.pdf import statement as statement_pdf
from payments.documents.statements import BankRow, Row, Statement, statement
from payments.models import Document
from tests.payments.scenes import Scene, eur

GREEK, CYRILLIC, LATIN = "Ελένη Παπαδοπούλου ΕΠΕ", "ООО «Жёлтый Щегол»", "Łukasz Žižka-Ğüneş Nguyễn"


def party(name: str) -> Party:
    return Party(name, ("Οδός Ερμού 15", "105 63 Αθήνα"), "GR", "EL094259216", is_business=True)


def invoice(lines: int = 2) -> Content:
    return Content(
        title="Invoice", sender=party(GREEK), recipient=party(CYRILLIC), currency="EUR",
        facts=(Fact("Order", f"7K3M · {LATIN}"),),
        lines=tuple(Line(f"Line {number}", number, 1_050) for number in range(1, lines + 1)),
        sums=(Sum("Net", 2_645), Sum("VAT 19 %", 505)), total=Sum("Total, paid", 3_150),
        notes=("<b>Reverse</b> & charge",), number="S17-2026-000001", issued_on="2 November 2026",
    )  # fmt: skip


def pages(content: bytes) -> list[str]:
    with pypdfium2.PdfDocument(content) as document:
        return [page.get_textpage().get_text_range() for page in document]


def test_it_says_everything_in_every_script() -> None:
    (text,) = pages(papers.draw(invoice()))
    for words in (
        GREEK, CYRILLIC, LATIN, "Οδός Ερμού 15", "Invoice", "S17-2026-000001 · 2 November 2026", "€10.50", "€21.00",
        "VAT 19 %", "€31.50", "Tax number EL094259216", "<b>Reverse</b> & charge", "Page 1 of 1", "Artisan",
    ):  # fmt: skip
        assert words in text


def test_its_fonts_are_within() -> None:
    with pypdfium2.PdfDocument(papers.draw(invoice())) as document:
        assert len(document) == 1
    content = papers.draw(invoice())
    assert content.count(b"/FontFile2") >= 3
    assert len(content) < 80_000


def test_the_same_content_gives_the_same_bytes() -> None:
    assert papers.draw(invoice()) == papers.draw(invoice())
    assert papers.draw(invoice()) != papers.draw(replace(invoice(), number="S17-2026-000002"))


def test_many_lines_go_on_with_their_head_on_every_page() -> None:
    found = pages(papers.draw(invoice(90)))
    assert len(found) == 4
    assert all("Quantity" in text and f"Page {number} of 4" in text for number, text in enumerate(found, 1))
    assert "Line 90" in found[-1]


def test_amounts_end_at_one_line() -> None:
    with pypdfium2.PdfDocument(papers.draw(invoice())) as document:
        text = document[0].get_textpage()
        searches = [text.search(amount) for amount in ("€21.00", "€26.45", "€31.50")]
        ends = []
        for search in searches:
            last = None
            while found := search.get_next():
                last = found
            assert last is not None
            index, count = last
            ends.append(round(text.get_charbox(index + count - 1)[2]))
    assert max(ends) - min(ends) <= 1


def test_it_is_drawn_quickly() -> None:
    """In this thread's own time, so that a busy machine is no slow drawing."""
    papers.draw(invoice())
    spans = []
    for _ in range(10):
        began = time.thread_time()
        papers.draw(invoice())
        spans.append(time.thread_time() - began)
    assert min(spans) < 0.1


def test_words_cannot_break_it() -> None:
    hostile = replace(
        invoice(),
        sender=party("</para><b>\0\x07 \N{RIGHT-TO-LEFT OVERRIDE}evil & <img src=x>" + "long" * 200),
        facts=(Fact("Order", "%s %(x)s {{ x }} \N{SNOWMAN} 漢字"),),
    )
    text = "".join(pages(papers.draw(hostile)))
    assert "</para><b> evil & <img src=x>" in text
    assert "%s %(x)s {{ x }}" in text


def test_letters_that_the_font_lacks_are_set_in_another() -> None:
    """With the display font standing in for a second font: it is asked for what Inter does not have."""
    names = ("Inter", "Fraunces")
    fonts.load()
    lacking = next(mark for mark in fonts._glyphs("Fraunces") - fonts._glyphs("Inter") if mark > 0x20)
    assert fonts._font_of(chr(lacking), names) == "Fraunces"
    assert fonts._font_of("a", names) == "Inter"
    assert fonts._font_of("漢", names) == "Inter"


def test_a_long_statement_has_its_balances_at_both_ends() -> None:
    month, balance, rows = Month(2026, 11), eur(0), []
    for number in range(120):
        balance += eur(5_220)
        card = ReferenceCard(f"Job {number}", "", code="CODE")
        rows.append(Row(number, month.start, "Order completed", card, eur(5_220), balance, eur(5_800), eur(580)))
    payouts = (BankRow(month.start, "Paid to your bank", eur(1_000)),)
    found = Statement(month, "EUR", party(GREEK), party(LATIN), eur(0), tuple(rows), payouts, is_running=True)
    text = pages(statement_pdf.draw(found))
    assert len(text) > 3
    assert "November 2026 · EUR" in text[0]
    assert "€6,264.00" in text[0]
    assert "Within these: our fees of €696.00." in text[0]
    assert "€6,264.00" in text[-1]
    assert "Paid to your bank" in text[-1]
    assert "This month has not ended" in text[-1]


@pytest.mark.django_db
def test_what_is_issued_can_be_drawn(businesses: Scene) -> None:
    release = businesses.released()
    api.undo_releases(release.charge_id, businesses.at, at_most_minor=500)
    missing.issue_missing(businesses.at)
    for document in Document.objects.all():
        (text,) = pages(papers.draw(from_json(document.content)))
        assert document.number in text
    found = statement(businesses.seller.pk, Month(2026, 11), "EUR", businesses.at)
    assert "Säm Żeller & Söhne" in pages(statement_pdf.draw(found))[0]
