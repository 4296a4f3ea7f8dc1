"""The ledger's postings as text, one transaction per transfer, amounts exact."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from marketplace.kernel import tables
from marketplace.kernel.money import Money, exponent
from payments.documents.export.postings import Posting
from payments.documents.months import in_business_zone

Format = Callable[[Iterable[Posting]], Iterator[str]]
COLUMNS = ("transfer", "date", "time", "kind", "reference", "key", "account", "debit", "credit", "currency")


def as_csv(postings: Iterable[Posting]) -> Iterator[str]:
    """One row per leg."""
    yield from tables.lines([COLUMNS])
    for posting in postings:
        local = in_business_zone(posting.at)
        for leg in posting.legs:
            amount = leg.debit
            is_debit = amount.amount_minor > 0
            row = (
                str(posting.transfer_id),
                f"{local:%Y-%m-%d}",
                f"{local:%H:%M:%S}",
                tables.words(posting.kind),
                tables.words(posting.reference),
                tables.words(posting.key),
                tables.words(leg.account),
                amount.plain if is_debit else "",
                "" if is_debit else (-amount).plain,
                amount.currency,
            )
            yield from tables.lines([row])


def as_hledger(postings: Iterable[Posting]) -> Iterator[str]:
    """hledger's journal (ledger reads it too); the time and our key stand in comments."""
    currencies: set[str] = set()
    for posting in postings:
        for currency in {leg.debit.currency for leg in posting.legs} - currencies:
            currencies.add(currency)
            yield f"commodity {_sample(currency)} {currency}\n\n"
        local = in_business_zone(posting.at)
        yield (
            f"{local:%Y-%m-%d} * ({posting.transfer_id}) {_plain(posting.kind)} | {_plain(posting.reference)}"
            f"  ; key:{_plain(posting.key)}, time:{local:%H.%M.%S}\n"
        )
        yield from (f"    {leg.account}  {leg.debit.plain} {leg.debit.currency}\n" for leg in posting.legs)
        yield "\n"


def as_beancount(postings: Iterable[Posting]) -> Iterator[str]:
    """beancount; an account is opened on the day of its first entry in the export."""
    opened: set[str] = set()
    for posting in postings:
        local = in_business_zone(posting.at)
        day = f"{local:%Y-%m-%d}"
        for account in [leg.account for leg in posting.legs]:
            if account not in opened:
                opened.add(account)
                yield f"1970-01-01 open {account}\n"
        yield f'{day} * "{_quoted(posting.kind)}" "{_quoted(posting.reference)}"\n'
        yield f'  transfer: "{posting.transfer_id}"\n  key: "{_quoted(posting.key)}"\n  time: "{local:%H:%M:%S}"\n'
        yield from (f"  {leg.account}  {leg.debit.plain} {leg.debit.currency}\n" for leg in posting.legs)
        yield "\n"


def _sample(currency: str) -> str:
    """How a currency is written, a decimal mark in it even without decimals, as hledger asks."""
    sample = Money(1_000 * 10 ** exponent(currency), currency).plain
    return sample if "." in sample else f"{sample}."


def _plain(text: str) -> str:
    """Without what ends a field: line ends, comments, a second blank."""
    return " ".join(text.replace(";", ",").replace("|", "/").replace("(", "[").replace(")", "]").split())


def _quoted(text: str) -> str:
    return " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')


FORMATS: dict[str, Format] = {"csv": as_csv, "hledger": as_hledger, "beancount": as_beancount}
SUFFIXES = {"csv": "csv", "hledger": "journal", "beancount": "beancount"}
