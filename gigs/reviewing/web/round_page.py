"""Everything that the workspace of a round shows."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property

from django.utils.translation import gettext as _

from accounts import api as accounts
from accounts.contracts import Person
from gigs import documents
from gigs.contracts import GigContent
from gigs.models import Gig
from gigs.models.reviewing import GigReview
from gigs.reviewing import claiming, findings, policy, selectors
from gigs.reviewing.differences import Difference, differences
from gigs.reviewing.findings import Finding
from gigs.reviewing.web.shown import Section, ShownGig, sections, shown


class RoundPage:
    def __init__(self, one: GigReview, reader_id: int, at: datetime) -> None:
        self.round, self.reader_id, self.at = one, reader_id, at
        self.gig: Gig = one.gig
        self.history = selectors.history_of(one.gig_id, one.number)
        self.sections: list[Section] = sections(
            self.found, self.differences, [] if not self.last else self.last.notes.all()
        )

    @cached_property
    def content(self) -> GigContent:
        return documents.content_from(self.round.content)

    @cached_property
    def found(self) -> list[Finding]:
        return findings.from_json(self.round.findings)

    @property
    def found_in(self) -> set[str]:
        """Sections in which a check found something."""
        return {section.name for section in self.sections if section.findings}

    @cached_property
    def shown(self) -> ShownGig:
        return shown(self.gig, self.content, self.round.cover, policy.current().hosts)

    @cached_property
    def last(self) -> GigReview | None:
        """The round before, whatever became of it."""
        return self.history[0] if self.history else None

    @cached_property
    def before(self) -> GigContent | None:
        """What it is compared with: what is live, or else what was handed in last."""
        if self.round.base is not None:
            return documents.content_from(self.round.base)
        return documents.content_from(self.last.content) if self.last else None

    @cached_property
    def differences(self) -> list[Difference]:
        return differences(self.before, self.content) if self.before else []

    @property
    def has_new_cover(self) -> bool:
        before = self.round.base_cover if self.round.is_change else self.last.cover if self.last else self.round.cover
        return before != self.round.cover

    @cached_property
    def seller(self) -> Person:
        return accounts.person(self.gig.seller_id)

    @property
    def headline(self) -> str:
        if self.round.is_change:
            return _("A change of a live gig")
        return _("A new gig") if self.round.number == 1 else _("Handed in again")

    @property
    def is_taken(self) -> bool:
        return claiming.is_taken(self.round, self.at)

    @property
    def is_mine(self) -> bool:
        return self.is_taken and self.round.claimed_by_id == self.reader_id

    @cached_property
    def reason_against_deciding(self) -> str:
        """Why this reader cannot decide now, or ""."""
        if not self.round.is_waiting:
            return _outcome(self.round)
        if conflict := claiming.conflict_of(self.reader_id, self.gig):
            return conflict
        if self.is_taken and not self.is_mine and self.round.claimed_by:
            return _("%(name)s looks at it now.") % {"name": self.round.claimed_by.display_name}
        return ""


def _outcome(one: GigReview) -> str:
    name = one.decided_by.display_name if one.decided_by else ""
    said = {
        "approved": _("Approved by %(name)s."),
        "sent_back": _("Sent back by %(name)s."),
        "withdrawn": _("The seller took it back."),
    }
    return said[one.state] % {"name": name}
