"""A statement as rows of a table, for a seller's own books."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from marketplace.kernel import tables
from payments.documents.months import in_business_zone
from payments.documents.statements import Statement

COLUMNS = ("date", "time", "account", "what", "order", "title", "price", "fee", "amount", "balance", "currency")
# The two places where a seller's money is: with the platform, and in their account at the provider.
WITH_US, AT_PROVIDER = "balance", "payout account"


def csv_lines(statement: Statement) -> Iterator[str]:
    yield tables.BOM
    yield from tables.lines(_rows(statement))


def _rows(statement: Statement) -> Iterator[tuple[str, ...]]:
    currency = statement.currency
    yield COLUMNS
    start = _moment(statement.month.start)
    yield (*start, WITH_US, _("Opening balance"), "", "", "", "", "", statement.opening.plain, currency)
    for row in statement.rows:
        yield (
            *_moment(row.at),
            WITH_US,
            tables.words(row.what),
            tables.words(row.card.code),
            tables.words(row.card.title),
            row.price.plain if row.price else "",
            (-row.fee).plain if row.fee else "",
            row.amount.plain,
            row.balance.plain,
            currency,
        )
    end = _moment(statement.rows[-1].at if statement.is_running and statement.rows else statement.month.end)
    yield (*end, WITH_US, _("Closing balance"), "", "", "", "", "", statement.closing.plain, currency)
    for payout in statement.payouts:
        yield (
            *_moment(payout.at), AT_PROVIDER, payout.what, "", "", "", "", (-payout.amount).plain, "", currency,
        )  # fmt: skip


def _moment(at: datetime) -> tuple[str, str]:
    local = in_business_zone(at)
    return f"{local:%Y-%m-%d}", f"{local:%H:%M}"
