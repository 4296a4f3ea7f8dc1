"""The export as a whole: a period of days of the business, in one of the formats."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from marketplace.kernel.errors import InvalidInput
from payments.documents.export import postings
from payments.documents.export.formats import FORMATS, SUFFIXES
from payments.documents.export.postings import Posting
from payments.documents.months import midnight


@dataclass(frozen=True, slots=True)
class Export:
    """Raises InvalidInput where the days run backwards or the format is unknown."""

    first: date
    last: date  # inclusive
    format: str

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise InvalidInput(_("The last day is before the first."), fields={"last": _("Choose a later day.")})
        if self.format not in FORMATS:
            raise InvalidInput(_("There is no such format."), fields={"format": _("Choose one of the list.")})

    @property
    def file_name(self) -> str:
        return f"ledger-{self.first}-{self.last}.{SUFFIXES[self.format]}"

    def count(self) -> int:
        """Transfers in the period, to show how far it is."""
        return postings.count(midnight(self.first), self._end)

    def lines(self, watch: Callable[[Iterable[Posting]], Iterable[Posting]] = iter) -> Iterator[str]:
        """The text in small pieces; ``watch`` sees every posting on its way."""
        found = postings.postings(midnight(self.first), self._end)
        return FORMATS[self.format](watch(found))

    @property
    def _end(self) -> datetime:
        return midnight(self.last + timedelta(days=1))
