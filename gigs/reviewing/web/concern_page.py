"""Everything that staff see of a published gig that they look at again."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property

from django.utils.translation import gettext as _

from accounts import api as accounts
from accounts.contracts import Person
from gigs.models import Gig
from gigs.models.reviewing import Concern, Flag, Takedown
from gigs.reviewing import claiming, findings, policy, selectors, taking_down
from gigs.reviewing.states import FlagKind
from gigs.reviewing.web.shown import Section, ShownGig, sections, shown
from gigs.selectors.owned import content_of


class ConcernPage:
    def __init__(self, concern: Concern, reader_id: int, at: datetime) -> None:
        self.concern, self.reader_id, self.at = concern, reader_id, at
        self.gig: Gig = concern.gig
        self.mark = selectors.mark_of(self.gig, concern.pk)  # before the rest: what comes meanwhile is told
        self.flags: list[Flag] = selectors.flags_of(concern)

    @cached_property
    def shown(self) -> ShownGig:
        return shown(self.gig, content_of(self.gig), self.gig.cover, policy.current().hosts)

    @cached_property
    def sections(self) -> list[Section]:
        found = [flag.finding for flag in self.flags if flag.kind == FlagKind.CHECK and flag.finding]
        return sections(findings.from_json(found))

    @property
    def said(self) -> list[tuple[Flag, str]]:
        """Reports, answers and what staff noted, with their reason in words."""
        return [(flag, selectors.reason_of(flag)) for flag in self.flags if flag.kind != FlagKind.CHECK]

    @cached_property
    def takedown(self) -> Takedown | None:
        return taking_down.open_takedown(self.gig.pk)

    @cached_property
    def seller(self) -> Person:
        return accounts.person(self.gig.seller_id)

    @property
    def is_open(self) -> bool:
        return self.concern.closed_at is None

    @property
    def is_taken(self) -> bool:
        return claiming.is_taken(self.concern, self.at)

    @property
    def is_mine(self) -> bool:
        return self.is_taken and self.concern.claimed_by_id == self.reader_id

    @cached_property
    def reason_against_deciding(self) -> str:
        """Why this reader cannot decide now, or ""."""
        if not self.is_open:
            return _outcome(self.concern)
        if conflict := claiming.conflict_of(self.reader_id, self.gig):
            return conflict
        if self.is_taken and not self.is_mine and self.concern.claimed_by:
            return _("%(name)s looks at it now.") % {"name": self.concern.claimed_by.display_name}
        return taking_down.reason_against_hearing(self.takedown, self.reader_id, self.gig) if self.takedown else ""


def _outcome(concern: Concern) -> str:
    name = concern.closed_by.display_name if concern.closed_by else ""
    said = {
        "fine": _("%(name)s found nothing wrong."),
        "taken_down": _("%(name)s took it down."),
        "put_back": _("%(name)s put it back."),
        "stays_down": _("%(name)s left it taken down."),
    }
    return said[concern.outcome] % {"name": name}
