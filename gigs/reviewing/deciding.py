"""Staff answer what was handed in, or its seller takes it back. One transaction each, the gig locked first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import api as accounts
from gigs import documents, limits, states
from gigs.models import Gig
from gigs.models.reviewing import GigReview, SectionNote
from gigs.reviewing import claiming, notices, rounds, snapshots
from gigs.reviewing.checks import duplicates
from gigs.reviewing.states import RoundState
from gigs.reviewing.vocabulary import SECTIONS
from gigs.search import entries
from gigs.selectors.owned import content_of, locked_gig
from gigs.services import content as contents
from gigs.services import editing
from marketplace.kernel.errors import Conflict, InvalidInput, NotFound


@transaction.atomic
def claim(*, round_id: int, moderator_id: int, at: datetime) -> None:
    gig, waiting = _locked(round_id)
    claiming.check_may_decide(moderator_id, gig)
    _check_waits(waiting)
    claiming.take(waiting, moderator_id, at)


@transaction.atomic
def give_back(*, round_id: int, moderator_id: int, at: datetime) -> None:
    claiming.require_moderator(moderator_id)
    _gig, waiting = _locked(round_id)
    claiming.give_back(waiting, moderator_id)


@transaction.atomic
def approve(*, round_id: int, moderator_id: int, edition: int, at: datetime) -> None:
    """The gig goes live, or the change of a live one is written. ``edition`` is the one that was looked at.

    Raises NotAllowed, Conflict (decided before, changed since, somebody else looks at it, cannot go live any more).
    """
    gig, waiting = _opened(round_id, moderator_id, edition, at)
    if not accounts.is_active(gig.seller_id):
        raise Conflict(_("The seller's account is closed or suspended, so nothing of theirs goes live."))
    action = "approve_change" if waiting.is_change else "approve"
    row = states.TABLE.find(gig.state, action, "moderator")
    if waiting.is_change:
        _write_change(gig, waiting, at)
    else:
        (gig.state,) = row.targets
        gig.published_at = gig.published_at or at
        gig.updated_at = at
        gig.save(update_fields=["state", "published_at", "updated_at"])
        entries.refresh([gig.pk], at)
        duplicates.keep(gig)
    rounds.close(waiting, RoundState.APPROVED, at, by_id=moderator_id)
    notices.approved(gig, waiting, at)


def _write_change(gig: Gig, waiting: GigReview, at: datetime) -> None:
    base, wanted = documents.content_from(waiting.base or {}), documents.content_from(waiting.content)
    live = content_of(gig)
    content = snapshots.merged(base, wanted, live)
    try:
        contents.check(content)
        if missing := contents.missing_to_publish(content):
            raise InvalidInput(missing[0][1])
        editing.apply(gig, live, content, editing.category_for(content, live), at)
        if waiting.cover != waiting.base_cover:
            editing.show_cover(gig, waiting.cover, at)
    except InvalidInput as error:
        text = _("This change cannot go live any more: %(why)s Send it back.") % {"why": error.message}
        raise Conflict(text, code="cannot_go_live") from error


@transaction.atomic
def send_back(
    *, round_id: int, moderator_id: int, edition: int, notes: Mapping[str, str], at: datetime, words: str = ""
) -> None:
    """``notes``: what to change, by section. The gig is a draft again; a live one stays as it is.

    Raises InvalidInput without a note, and as ``approve`` does.
    """
    said = _checked(notes, words)
    gig, waiting = _opened(round_id, moderator_id, edition, at)
    action = "send_back_change" if waiting.is_change else "send_back"
    row = states.TABLE.find(gig.state, action, "moderator")
    if row.targets:
        (gig.state,) = row.targets
        gig.updated_at = at
        gig.save(update_fields=["state", "updated_at"])
    rounds.close(waiting, RoundState.SENT_BACK, at, by_id=moderator_id, words=contents.clean_text(words))
    SectionNote.objects.bulk_create(SectionNote(round=waiting, section=name, text=text) for name, text in said.items())
    notices.sent_back(gig, waiting, said, at)


def _checked(notes: Mapping[str, str], words: str) -> dict[str, str]:
    said = {name: contents.clean_text(notes[name]) for name in SECTIONS if notes.get(name, "").strip()}
    if not said:
        raise InvalidInput(_("Say in at least one section what to change."), fields={"title": ""})
    too_long = _("Keep it under %(limit)s characters.") % {"limit": limits.REVIEW_WORDS_MAX}
    errors = {name: too_long for name, text in said.items() if len(text) > 2 * limits.REVIEW_WORDS_MAX}
    if len(words) > limits.REVIEW_WORDS_MAX:
        errors["words"] = too_long
    if errors:
        raise InvalidInput(too_long, fields=errors)
    return said


@transaction.atomic
def withdraw(*, gig_id: int, seller_id: int, at: datetime) -> None:
    """Its seller takes back what waits. Raises NotFound for somebody else's gig, Conflict where nothing waits."""
    gig = locked_gig(gig_id, seller_id)
    waiting = rounds.waiting_round(gig.pk)
    if waiting is None:
        raise Conflict(_("Nothing of this gig waits any more: it was decided just now."), code="decided")
    row = states.TABLE.find(gig.state, "withdraw_change" if waiting.is_change else "withdraw", "seller")
    if row.targets:
        (gig.state,) = row.targets
        gig.updated_at = at
        gig.save(update_fields=["state", "updated_at"])
    rounds.close(waiting, RoundState.WITHDRAWN, at)


def _opened(round_id: int, moderator_id: int, edition: int, at: datetime) -> tuple[Gig, GigReview]:
    """What this moderator may decide now, as they saw it; theirs from here on."""
    gig, waiting = _locked(round_id)
    claiming.check_may_decide(moderator_id, gig)
    _check_waits(waiting)
    claiming.take(waiting, moderator_id, at)
    if waiting.edition != edition:
        text = _("The seller changed it while you looked at it. Look at what it says now; nothing was decided.")
        raise Conflict(text, code="changed_meanwhile")
    return gig, waiting


def _locked(round_id: int) -> tuple[Gig, GigReview]:
    """The gig first, as everybody who changes it does; then the round as it is under that lock."""
    gig_id = GigReview.objects.filter(pk=round_id).values_list("gig_id", flat=True).first()
    if gig_id is None:
        raise NotFound(_("There is nothing like that to look at."))
    gig = Gig.objects.select_for_update().get(pk=gig_id)
    return gig, GigReview.objects.get(pk=round_id)


def _check_waits(waiting: GigReview) -> None:
    if waiting.is_waiting:
        return
    if waiting.decided_by_id is None:
        raise Conflict(_("The seller took it back. There is nothing to decide."), code="decided")
    name = accounts.person(waiting.decided_by_id).name
    raise Conflict(_("%(name)s has decided it already.") % {"name": name}, code="decided")
