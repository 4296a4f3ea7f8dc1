"""A second look at published gigs: nothing wrong, or out of sight with a reason. Its seller answers once."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import api as accounts
from gigs import limits, states
from gigs.models import Gig
from gigs.models.reviewing import Concern, Takedown
from gigs.reviewing import claiming, concerns, gate, notices, selectors
from gigs.reviewing.states import ConcernOutcome
from gigs.search import entries
from gigs.selectors.owned import locked_gig
from gigs.services.content import clean_text
from gigs.states import GigState
from marketplace.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound


@transaction.atomic
def look_at(*, gig_id: int, moderator_id: int, at: datetime) -> int:
    """Puts a published gig, or one that was taken down, on the list, and returns the concern."""
    claiming.require_moderator(moderator_id)
    seen = (GigState.ACTIVE, GigState.PAUSED, GigState.TAKEN_DOWN)
    gig = Gig.objects.select_for_update().filter(pk=gig_id, state__in=seen).first()
    if gig is None:
        raise NotFound(_("This gig is not here (any more)."))
    return concerns.look_at(gig, moderator_id, at).pk


@transaction.atomic
def claim(*, concern_id: int, moderator_id: int, at: datetime) -> None:
    gig, concern = _locked(concern_id)
    claiming.check_may_decide(moderator_id, gig)
    _check_open(concern)
    claiming.take(concern, moderator_id, at)


@transaction.atomic
def give_back(*, concern_id: int, moderator_id: int, at: datetime) -> None:
    claiming.require_moderator(moderator_id)
    _gig, concern = _locked(concern_id)
    claiming.give_back(concern, moderator_id)


@transaction.atomic
def dismiss(*, concern_id: int, moderator_id: int, seen: str, at: datetime) -> None:
    """Nothing is wrong with it. ``seen`` is the mark of what was looked at (``selectors.mark_of``).

    Raises NotAllowed, Conflict (decided before, changed since, somebody else looks at it), as all that decide do.
    """
    gig, concern = _opened(concern_id, moderator_id, seen, at)
    if gig.is_taken_down:
        raise Conflict(_("This gig is taken down. Put it back, or say that it stays down."), code="taken_down")
    reporters = concerns.close(concern, ConcernOutcome.FINE, moderator_id, at)
    notices.looked_at(gig, concern, reporters, at)


@transaction.atomic
def take_down(*, concern_id: int, moderator_id: int, seen: str, reason: str, at: datetime) -> None:
    """Nobody finds, opens or orders it any more; running orders go on. The seller reads the reason."""
    reason = _said(reason, "reason", _("Say why, for the seller to read."))
    gig, concern = _opened(concern_id, moderator_id, seen, at)
    (target,) = states.TABLE.find(gig.state, "take_down", "moderator").targets
    row = Takedown.objects.create(
        gig=gig, concern=concern, reason=reason, shown_as=gig.state, by_id=moderator_id, at=at
    )
    gate.let_go(gig, at)  # from here on its seller mends the gig itself
    _set_state(gig, target, at)
    reporters = concerns.close(concern, ConcernOutcome.TAKEN_DOWN, moderator_id, at)
    notices.taken_down(gig, row, at)
    notices.looked_at(gig, concern, reporters, at)


@transaction.atomic
def answer(*, gig_id: int, seller_id: int, text: str, at: datetime) -> None:
    """The seller says something to it, once; staff look at the gig again, as it is by then."""
    text = _said(text, "answer", _("Say what you changed, or why you see it differently."))
    gig = locked_gig(gig_id, seller_id)
    row = open_takedown(gig.pk)
    if row is None:
        raise Conflict(_("Your gig is not taken down."), code="not_taken_down")
    if row.answered_at is not None:
        raise Conflict(_("You have answered already. Somebody reads it."), code="answered")
    row.answer, row.answered_at = text, at
    row.save(update_fields=["answer", "answered_at"])
    concerns.answered(gig, text, seller_id, at)


@transaction.atomic
def put_back(*, concern_id: int, moderator_id: int, seen: str, at: datetime, words: str = "") -> None:
    """It is where it was. Raises NotAllowed for whoever took it down, where somebody else could read the answer."""
    gig, concern = _opened(concern_id, moderator_id, seen, at)
    row = _taken_down(gig, moderator_id)
    if not accounts.is_active(gig.seller_id):
        raise Conflict(_("The seller's account is closed or suspended, so nothing of theirs goes live."))
    states.TABLE.find(gig.state, "put_back", "moderator")
    _reply(row, moderator_id, words, at)
    row.ended_at = at
    row.save()
    _set_state(gig, row.shown_as, at)
    reporters = concerns.close(concern, ConcernOutcome.PUT_BACK, moderator_id, at)
    notices.put_back(gig, row, at)
    notices.looked_at(gig, concern, reporters, at)


@transaction.atomic
def leave_down(*, concern_id: int, moderator_id: int, seen: str, words: str, at: datetime) -> None:
    """The answer changes nothing; this is final for the seller. Raises as ``put_back`` does."""
    words = _said(words, "words", _("Say why it stays down, for the seller to read."))
    gig, concern = _opened(concern_id, moderator_id, seen, at)
    row = _taken_down(gig, moderator_id)
    _reply(row, moderator_id, words, at)
    row.save()
    concerns.close(concern, ConcernOutcome.STAYS_DOWN, moderator_id, at)
    notices.stays_down(gig, row, at)


def open_takedown(gig_id: int) -> Takedown | None:
    return Takedown.objects.filter(gig_id=gig_id, ended_at=None).first()


def reason_against_hearing(row: Takedown, moderator_id: int, gig: Gig) -> str:
    """Who took it down does not read the answer, unless there is nobody else."""
    if row.by_id != moderator_id or row.answered_at is None:
        return ""
    others = [person for person in accounts.moderators() if person != moderator_id]
    if any(not claiming.conflict_of(person, gig) for person in others):
        return _("You took this gig down. Another moderator reads the answer.")
    return ""


def _taken_down(gig: Gig, moderator_id: int) -> Takedown:
    row = open_takedown(gig.pk)
    if row is None:
        raise Conflict(_("This gig is not taken down."), code="not_taken_down")
    if reason := reason_against_hearing(row, moderator_id, gig):
        raise NotAllowed(reason)
    return row


def _reply(row: Takedown, moderator_id: int, words: str, at: datetime) -> None:
    row.reply, row.replied_by_id, row.replied_at = _short(clean_text(words), "words"), moderator_id, at


def _set_state(gig: Gig, state: str, at: datetime) -> None:
    gig.state, gig.updated_at = state, at
    gig.save(update_fields=["state", "updated_at"])
    entries.refresh([gig.pk], at)


def _said(text: str, field: str, missing: str) -> str:
    text = clean_text(text)
    if not text:
        raise InvalidInput(missing, fields={field: missing})
    return _short(text, field)


def _short(text: str, field: str) -> str:
    if len(text) > limits.REVIEW_WORDS_MAX:
        message = _("Keep it under %(limit)s characters.") % {"limit": limits.REVIEW_WORDS_MAX}
        raise InvalidInput(message, fields={field: message})
    return text


def _opened(concern_id: int, moderator_id: int, seen: str, at: datetime) -> tuple[Gig, Concern]:
    """What this moderator may decide now, as they saw it; theirs from here on."""
    gig, concern = _locked(concern_id)
    claiming.check_may_decide(moderator_id, gig)
    _check_open(concern)
    claiming.take(concern, moderator_id, at)
    if selectors.mark_of(gig, concern.pk) != seen:
        text = _("The gig, or what is said of it, changed while you looked at it. Look at it now; nothing was decided.")
        raise Conflict(text, code="changed_meanwhile")
    return gig, concern


def _locked(concern_id: int) -> tuple[Gig, Concern]:
    gig_id = Concern.objects.filter(pk=concern_id).values_list("gig_id", flat=True).first()
    if gig_id is None:
        raise NotFound(_("There is nothing like that to look at."))
    gig = Gig.objects.select_for_update().get(pk=gig_id)
    return gig, Concern.objects.get(pk=concern_id)


def _check_open(concern: Concern) -> None:
    if concern.closed_at is None:
        return
    name = accounts.person(concern.closed_by_id).name if concern.closed_by_id else _("Somebody")
    raise Conflict(_("%(name)s has decided it already.") % {"name": name}, code="decided")
