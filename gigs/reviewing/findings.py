"""What a check found, as data: a round keeps it, and everybody reads it in their own language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _

from gigs.reviewing.vocabulary import CHECKS, PLACES, SECTIONS, SORTS

QUOTE_MAX = 60


@dataclass(frozen=True, slots=True)
class Finding:
    """``sort`` is a key of SORTS; ``place`` is one of the editor's ("faq-1"), ``section`` one of the review's."""

    sort: str
    section: str
    place: str
    quote: str = ""
    gig_ids: tuple[int, ...] = ()  # of others that are like it; for staff

    @property
    def check(self) -> str:
        return SORTS[self.sort].check

    @property
    def key(self) -> tuple[str, str, str, tuple[int, ...]]:
        """The same thing again, wherever in the section it has moved."""
        return self.sort, self.section, self.quote, self.gig_ids

    @property
    def text(self) -> str:
        """To the seller: "Found in your description: an e-mail address, “tom@example.org”. Take it out."."""
        where = PLACES[self.place.partition("-")[0]]
        facts = {"place": where, "what": SORTS[self.sort].name, "quote": self.quote, "why": SORTS[self.sort].why}
        if self.quote:
            return _("Found in your %(place)s: %(what)s, “%(quote)s”. %(why)s") % facts
        return _("Found in your %(place)s: %(what)s. %(why)s") % facts

    @property
    def summary(self) -> str:
        """To staff: "Contact details: an e-mail address, “tom@example.org”"."""
        said = f"{CHECKS[self.check].name}: {SORTS[self.sort].name}"
        return f"{said}, “{self.quote}”" if self.quote else said


def found(sort: str, section: str, place: str, quote: str = "", gig_ids: Iterable[int] = ()) -> Finding:
    short = quote if len(quote) <= QUOTE_MAX else quote[: QUOTE_MAX - 1] + "…"
    return Finding(sort, section, place, short, tuple(sorted(gig_ids)))


def to_json(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    return [{**asdict(one), "gig_ids": list(one.gig_ids)} for one in findings]


def from_json(stored: Iterable[dict[str, Any]]) -> list[Finding]:
    """Those of which this version still knows what they are."""
    rows = [Finding(**{**row, "gig_ids": tuple(row["gig_ids"])}) for row in stored if row.get("sort") in SORTS]
    return [row for row in rows if row.section in SECTIONS and row.place.partition("-")[0] in PLACES]
