"""A statement as rows of a table, for a seller's own books."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from marketplace.kernel import tables
from payments.documents.months import in_business_zone
from payments.documents.statements import Statement


def rows_of(statement: Statement) -> Iterator[tuple[str, ...]]:
    """Headings, then what moved in the two places where a seller's money is: with us, and with the provider."""
    currency, with_us, at_provider = statement.currency, _("Balance with us"), _("Payout account")
    yield (
        _("Day"), _("Time"), _("Account"), _("What"), _("Order"), _("Title"), _("Price"), _("Fee"), _("Amount"),
        _("Balance"), _("Currency"),
    )  # fmt: skip
    start = _moment(statement.month.start)
    yield (*start, with_us, _("Opening balance"), "", "", "", "", "", statement.opening.plain, currency)
    for row in statement.rows:
        yield (
            *_moment(row.at),
            with_us,
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
    yield (*end, with_us, _("Closing balance"), "", "", "", "", "", statement.closing.plain, currency)
    for payout in statement.payouts:
        yield (
            *_moment(payout.at), at_provider, payout.what, "", "", "", "", (-payout.amount).plain, "", currency,
        )  # fmt: skip


def _moment(at: datetime) -> tuple[str, str]:
    local = in_business_zone(at)
    return f"{local:%Y-%m-%d}", f"{local:%H:%M}"
