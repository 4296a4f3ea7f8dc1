"""A seller's statement of a month as PDF."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer, Table

from marketplace.kernel import words
from marketplace.kernel.money import Money
from payments.documents.months import in_business_zone
from payments.documents.pdf import layout
from payments.documents.pdf.layout import WIDTH, text
from payments.documents.statements import Row, Statement

_WIDTHS = [WIDTH * part for part in (0.14, 0.35, 0.125, 0.115, 0.13, 0.14)]


def draw(statement: Statement) -> bytes:
    under = f"{statement.month.words} · {statement.currency}"
    story: list[Flowable] = [
        *layout.opening(_("Statement"), under),
        layout.parties([(_("For"), statement.seller), (pgettext("a party", "From"), statement.operator)]),
        Spacer(1, 6 * mm),
        _summary(statement),
        text(_("Your balance with us"), layout.H2),
        _rows(statement),
    ]
    if statement.payouts:
        story += [text(_("From your payout account to your bank"), layout.H2), _payouts(statement)]
    if statement.is_running:
        story += [Spacer(1, 5 * mm), text(_("This month has not ended: more may come."), layout.SMALL_INK)]
    title = _("Statement %(month)s") % {"month": statement.month}
    return layout.build(story, title=title, author=statement.operator.name, foot=statement.operator)


def _summary(statement: Statement) -> Table:
    lines = [(_("Opening balance"), statement.opening), *statement.sums, (_("Closing balance"), statement.closing)]
    rows: list[list[Any]] = [[text(label), text(words.amount(amount), layout.RIGHT)] for label, amount in lines]
    rows[-1] = [text(lines[-1][0], layout.STRONG), text(words.amount(statement.closing), layout.STRONG_RIGHT)]
    if statement.fees:
        note = _("Within these: our fees of %(amount)s.") % {"amount": words.amount(statement.fees)}
        rows.append([text(note, layout.SMALL), ""])
    last = len(lines) - 1
    tight = ("TOPPADDING", (0, 0), (-1, -1), 2), ("BOTTOMPADDING", (0, 0), (-1, -1), 2)
    return layout.grid(
        rows, [WIDTH * 0.45, WIDTH * 0.2], *tight, ("LINEABOVE", (0, last), (-1, last), 0.75, layout.INK)
    )


def _rows(statement: Statement) -> Table:
    labels = _("Day"), _("What"), _("Price"), _("Fee"), _("Amount"), _("Balance")
    head = [text(label, layout.LABEL if column < 2 else layout.LABEL_RIGHT) for column, label in enumerate(labels)]
    first = ["", text(_("Opening balance"), layout.SMALL_INK), "", "", "", _cell(statement.opening)]
    last = ["", text(_("Closing balance"), layout.SMALL_INK), "", "", "", _cell(statement.closing)]
    return layout.listing([head, first, *(_row(row) for row in statement.rows), last], _WIDTHS)


def _row(row: Row) -> list[Flowable | str]:
    name = " · ".join(part for part in (row.card.code, row.card.title) if part)
    return [
        text(_day(row.at), layout.SMALL_INK),
        text(f"{row.what}: {name}", layout.SMALL_INK),
        _cell(row.price),
        _cell(-row.fee if row.fee else None),
        _cell(row.amount),
        _cell(row.balance),
    ]


def _payouts(statement: Statement) -> Table:
    head = [text(_("Day"), layout.LABEL), text(_("What"), layout.LABEL), text(_("Amount"), layout.LABEL_RIGHT)]
    rows = [
        [text(_day(row.at), layout.SMALL_INK), text(row.what, layout.SMALL_INK), _cell(row.amount)]
        for row in statement.payouts
    ]
    return layout.listing([head, *rows], [WIDTH * part for part in (0.14, 0.66, 0.2)])


def _cell(amount: Money | None) -> Flowable | str:
    return text(words.amount(amount), layout.SMALL_RIGHT) if amount is not None else ""


def _day(at: datetime) -> str:
    return words.written(in_business_zone(at), pgettext("date format", "j M Y"))
