"""What writing and publishing ask before they go on: is something found, and does somebody look at it first?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from gigs import documents
from gigs.contracts import GigContent
from gigs.models import Gig, GigReview
from gigs.reviewing import concerns, rounds, snapshots
from gigs.reviewing.changes import is_larger
from gigs.reviewing.checks import duplicates, running
from gigs.reviewing.findings import Finding
from gigs.reviewing.policy import Policy, current
from gigs.reviewing.states import Mode, RoundState
from gigs.selectors.owned import content_of
from gigs.services.content import missing_to_publish
from gigs.states import GigState
from marketplace.kernel.errors import InvalidInput

_LIVE = (GigState.ACTIVE, GigState.PAUSED, GigState.HIDDEN)


def publish(gig: Gig, at: datetime) -> GigState:
    """Where a complete gig goes: to buyers, or to staff first. Of a locked gig, in the transaction that moves it.

    Raises InvalidInput with what a check does not let through.
    """
    policy, content = current(), content_of(gig)
    found = _checked(gig, content, gig.cover, policy)
    duplicates.keep(gig)
    if not needs_review(gig, content, policy.mode):
        concerns.flag(gig, found, at)
        return GigState.ACTIVE
    rounds.hand_in(gig, content, gig.cover, found, at, is_change=False)
    return GigState.IN_REVIEW


def needs_review(gig: Gig, content: GigContent, mode: Mode) -> bool:
    """Whether a gig that is published now is looked at first. Four queries at most."""
    if mode is Mode.NOTHING or gig.state == GigState.PAUSED:
        return False  # what was changed while it was paused has waited already
    last = rounds.last_decided(gig.pk)
    if last is not None and last.state == RoundState.SENT_BACK and not last.is_change:
        return True  # in every other mode: what was sent back is looked at again
    if gig.published_at is None:
        return mode is not Mode.FIRST or not _has_published(gig)
    if not mode.waits_for_changes:
        return False
    approved = rounds.approved_round(gig.pk)
    if approved is None or approved.cover != gig.cover:
        return True
    return is_larger(documents.content_from(approved.content), content)


def _has_published(gig: Gig) -> bool:
    others = Gig.objects.of_seller(gig.seller_id).exclude(pk=gig.pk)
    return others.filter(published_at__isnull=False).exists()


def holds(gig: Gig, content: GigContent, at: datetime) -> bool:
    """Whether an edit waits beside its live gig instead of being written. Of a locked gig, before it is written.

    Raises InvalidInput with what a check does not let through; a draft may hold anything until it is published.
    """
    if gig.state in (GigState.DRAFT, GigState.ARCHIVED):
        return False
    policy, waiting = current(), rounds.waiting_round(gig.pk)
    cover = waiting.cover if waiting is not None and waiting.is_change else gig.cover
    found = _checked(gig, content, cover, policy)
    if waiting is not None:
        _check_complete(content)
        rounds.hand_in_again(waiting, content, cover, found)
        return waiting.is_change
    if gig.state not in _LIVE:
        return False
    if policy.mode.waits_for_changes and _is_larger(gig, content, found):
        _check_complete(content)
        rounds.hand_in(gig, content, gig.cover, found, at, is_change=True)
        return True
    concerns.flag(gig, found, at)
    return False


def as_before(gig: Gig, content: GigContent, at: datetime) -> None:
    """An edit says what is live. A change that waits is taken back by it, unless there is another cover in it."""
    waiting = rounds.waiting_round(gig.pk)
    if waiting is None or not waiting.is_change:
        return
    if waiting.cover == waiting.base_cover:
        rounds.close(waiting, RoundState.WITHDRAWN, at)
    else:
        rounds.hand_in_again(waiting, content, waiting.cover, _checked(gig, content, waiting.cover, current()))


def has_waiting_change(gig: Gig) -> bool:
    """Whether a change of this live gig waits for staff."""
    waiting = rounds.waiting_round(gig.pk)
    return waiting is not None and waiting.is_change


def holds_cover(gig: Gig, cover: str, at: datetime, *, is_drawn: bool) -> bool:
    """The same for another cover. One that we drew ourselves never waits."""
    if gig.state in (GigState.DRAFT, GigState.ARCHIVED) or is_drawn:
        return False
    waiting = rounds.waiting_round(gig.pk)
    if waiting is None and cover == gig.cover:
        return False
    policy, content = current(), content_of(gig)
    if waiting is not None and waiting.is_change:
        content = waited_for(gig)[0]
    found = running.findings(gig, content, cover, policy)
    pictures = [one for one in found if one.section == "pictures"]
    running.refuse(running.blocking(pictures, policy))
    if waiting is not None:
        rounds.hand_in_again(waiting, content, cover, found)
        return waiting.is_change
    if gig.state not in _LIVE:
        return False
    if policy.mode.waits_for_changes:
        rounds.hand_in(gig, content, cover, pictures, at, is_change=True)
        return True
    concerns.flag(gig, pictures, at)
    return False


def written(gig: Gig) -> None:
    """A gig that others can find was changed: it is recognised by what it says now."""
    if gig.state not in (GigState.DRAFT, GigState.ARCHIVED):
        duplicates.keep(gig)
    if gig.is_in_review and gig.cover_is_drawn:
        rounds.note_cover(gig)


def check_alts(gig: Gig) -> None:
    """Of a gallery that others see. Raises InvalidInput (field ``alt-<item>``) where a check finds what blocks."""
    if gig.state not in (GigState.DRAFT, GigState.ARCHIVED):
        policy = current()
        running.refuse(running.blocking(running.in_alts(gig, policy), policy))


def pictured(gig: Gig, at: datetime) -> None:
    """The gallery shows something else: at once, and what a check finds is looked at afterwards."""
    if gig.state in (GigState.DRAFT, GigState.ARCHIVED):
        return
    content = content_of(gig)
    found = running.findings(gig, content, gig.cover, current())
    waiting = rounds.waiting_round(gig.pk)
    if waiting is not None and not waiting.is_change:
        rounds.hand_in_again(waiting, content, gig.cover, found)
    else:
        concerns.flag(gig, [one for one in found if one.section == "pictures"], at)
    duplicates.keep(gig)


def waited_for(gig: Gig) -> tuple[GigContent, str]:
    """What its seller wants it to be: content and cover as they wait or were sent back, or as they are."""
    return _wanted(gig, rounds.open_change(gig))


def all_waited_for(gigs: Sequence[Gig]) -> Iterator[tuple[Gig, GigContent]]:
    """The same of several, each with its content. One query more than their contents take."""
    changes = rounds.open_changes(gigs)
    for gig in gigs:
        yield gig, _wanted(gig, changes.get(gig.pk))[0]


def _wanted(gig: Gig, change: GigReview | None) -> tuple[GigContent, str]:
    live = content_of(gig)
    if change is None:
        return live, gig.cover
    cover = change.cover if change.cover != change.base_cover else gig.cover
    if change.is_waiting:
        return documents.content_from(change.content), cover
    base, wanted = documents.content_from(change.base or {}), documents.content_from(change.content)
    return snapshots.merged(base, wanted, live), cover


def let_go(gig: Gig, at: datetime) -> None:
    """A gig that is put away or taken down waits for nothing."""
    waiting = rounds.waiting_round(gig.pk)
    if waiting is not None:
        rounds.close(waiting, RoundState.WITHDRAWN, at)


def _is_larger(gig: Gig, content: GigContent, found: list[Finding]) -> bool:
    live = content_of(gig)
    known = {one.key for one in concerns.known_findings(gig.pk)}
    fresh = [one for one in found if one.key not in known]
    return bool(fresh) or is_larger(rounds.approved_content(gig.pk) or live, content)


def _checked(gig: Gig, content: GigContent, cover: str, policy: Policy) -> list[Finding]:
    found = running.findings(gig, content, cover, policy)
    running.refuse(running.blocking(found, policy))
    return found


def _check_complete(content: GigContent) -> None:
    missing = missing_to_publish(content)
    if missing:
        raise InvalidInput(missing[0][1], code="incomplete", fields=dict(missing))
