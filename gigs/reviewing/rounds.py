"""Rounds of review: opened when something is handed in, kept up while it waits, closed by an answer. Of locked gigs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from gigs import documents
from gigs.contracts import GigContent
from gigs.models import Gig
from gigs.models.reviewing import GigReview
from gigs.reviewing import findings as found
from gigs.reviewing.findings import Finding
from gigs.reviewing.states import RoundState
from gigs.selectors.owned import content_of
from marketplace.kernel.prepared import prepared

DECIDED = (RoundState.APPROVED, RoundState.SENT_BACK)


def waiting_round(gig_id: int) -> GigReview | None:
    return _WAITING.first(gig_id)


_WAITING = prepared(lambda gig: GigReview.objects.filter(gig=gig, state=RoundState.WAITING))


def last_decided(gig_id: int) -> GigReview | None:
    return GigReview.objects.filter(gig_id=gig_id, state__in=DECIDED).order_by("-number").first()


def open_change(gig: Gig) -> GigReview | None:
    """A change that waits, or was sent back and has not been overtaken by another one since."""
    return open_changes([gig]).get(gig.pk)


def open_changes(gigs: Iterable[Gig]) -> dict[int, GigReview]:
    """The same of several, by gig. One query."""
    versions = {gig.pk: gig.version for gig in gigs}
    rounds = GigReview.objects.filter(gig_id__in=versions).exclude(state=RoundState.WITHDRAWN)
    latest = rounds.order_by("gig_id", "-number").distinct("gig_id")
    changes = [one for one in latest if one.is_change and one.state != RoundState.APPROVED]
    return {one.gig_id: one for one in changes if one.is_waiting or one.base_version == versions[one.gig_id]}


def approved_round(gig_id: int) -> GigReview | None:
    return GigReview.objects.filter(gig_id=gig_id, state=RoundState.APPROVED).order_by("-number").first()


def approved_content(gig_id: int) -> GigContent | None:
    """As staff let it through last; None for a gig that nobody has looked at."""
    approved = approved_round(gig_id)
    return documents.content_from(approved.content) if approved else None


def hand_in(
    gig: Gig, content: GigContent, cover: str, findings: Iterable[Finding], at: datetime, *, is_change: bool
) -> None:
    """A new round; ``is_change``: the gig is live, and stays as it is until the round is approved."""
    GigReview.objects.create(
        gig=gig,
        number=GigReview.objects.filter(gig=gig).count() + 1,
        is_change=is_change,
        content=documents.content_to(content),
        base=documents.content_to(content_of(gig)) if is_change else None,
        base_version=gig.version,
        cover=cover,
        base_cover=gig.cover if is_change else "",
        findings=found.to_json(findings),
        submitted_at=at,
    )


def hand_in_again(waiting: GigReview, content: GigContent, cover: str, findings: Iterable[Finding]) -> None:
    """The seller changed what waits: it keeps its place, and an answer to what it was before is refused."""
    rows = found.to_json(findings)
    is_same = content == documents.content_from(waiting.content) and cover == waiting.cover
    if is_same and rows == waiting.findings:
        return
    waiting.content, waiting.cover, waiting.findings = documents.content_to(content), cover, rows
    waiting.edition += 1
    waiting.save(update_fields=["content", "cover", "findings", "edition"])


def note_cover(gig: Gig) -> None:
    """The cover that we drew for a gig after it was handed in."""
    GigReview.objects.filter(gig=gig, state=RoundState.WAITING, is_change=False).update(cover=gig.cover)


def close(waiting: GigReview, state: RoundState, at: datetime, *, by_id: int | None = None, words: str = "") -> None:
    waiting.state, waiting.closed_at, waiting.decided_by_id, waiting.words = state, at, by_id, words
    waiting.claimed_by, waiting.claimed_until = None, None
    waiting.save()
