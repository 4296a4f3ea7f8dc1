"""Deeds by hand: asked by one treasurer with a reason, confirmed by another who sees the exact postings.

Whoever confirms sends along the fingerprint of the postings they saw; where something has moved meanwhile they are
shown again instead. A deed is done in one transaction, or not at all.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import api as accounts
from inbox import api as inbox
from inbox.contracts import Notice
from marketplace.kernel import words
from marketplace.kernel.currencies import MissingAmounts
from marketplace.kernel.errors import InvalidInput, NotAllowed
from marketplace.kernel.money import Money
from payments import locks
from payments.currencies import limits
from payments.errors import DeedChanged, DeedEnded, SamePerson
from payments.models import ALONE_BELOW_LIMIT, DeedKind, DeedState, ManualDeed
from payments.services.manual_kinds import kind_of
from payments.services.rehearsal import Posting, fingerprint, perform, rehearse

logger = logging.getLogger(__name__)

LIFETIME = timedelta(days=7)
_REASON_LENGTH = 500


@dataclass(frozen=True, slots=True)
class DeedRequest:
    form_key: str
    kind: DeedKind
    amount: Money
    reason: str
    subject: str = ""
    legs: tuple[tuple[str, int, str, int], ...] = ()  # kind, owner, reference, minor units (credit positive)


@dataclass(frozen=True, slots=True)
class Review:
    """What a deed would do, as it stands now."""

    deed: ManualDeed
    postings: Sequence[Posting]
    later: Sequence[Posting]  # when Stripe has answered
    seen: str


def needs_second(kind: str, amount: Money) -> bool:
    """Whether one person is not enough. A currency without a limit of its own always needs two."""
    if kind not in ALONE_BELOW_LIMIT:
        return True
    try:
        return amount.amount_minor > limits(amount.currency).second_person_above_minor
    except MissingAmounts:
        return True


def review_request(request: DeedRequest, *, by_id: int, at: datetime) -> Review:
    """The same as ``ask`` without doing it. Raises DomainError where it could not be done."""
    return review(_deed(request, by_id, at), by_id=by_id, at=at)


def review(deed: ManualDeed, *, by_id: int, at: datetime) -> Review:
    """What would be posted if it were done now. Raises DomainError where it could not be."""
    kind = kind_of(deed)
    found = rehearse(lambda: kind.do(deed, by_id, at))
    return Review(deed, found, kind.later(deed), fingerprint(found))


@transaction.atomic
def ask(request: DeedRequest, *, seen: str, by_id: int, at: datetime) -> ManualDeed:
    """Writes the deed down; a small one that needs nobody else is done at once.

    The same form key returns the same deed. Raises DeedChanged where the postings are not those that were seen, and
    whatever keeps the deed from being done.
    """
    known = ManualDeed.objects.filter(form_key=request.form_key).first()
    if known:
        return known
    deed = _deed(request, by_id, at)
    if deed.needs_second:
        if review(deed, by_id=by_id, at=at).seen != seen:
            raise DeedChanged
        deed.save(force_insert=True)
        logger.warning("%s asked for by %s: %s", deed, by_id, deed.reason)
        return deed
    deed.save(force_insert=True)
    _carry_out(deed, by_id, seen, at)
    return deed


def _deed(request: DeedRequest, by_id: int, at: datetime) -> ManualDeed:
    _require_treasurer(by_id)
    reason = request.reason.replace("\x00", "").strip()
    if not reason:
        message = _("Say why: whoever confirms it, and whoever reads it in a year, has to understand.")
        raise InvalidInput(message, fields={"reason": message})
    if request.amount.amount_minor <= 0 and request.kind != DeedKind.CLEAR_WARNING:
        message = _("Give an amount above zero.")
        raise InvalidInput(message, fields={"amount": message})
    deed = ManualDeed(
        form_key=request.form_key[:100],
        kind=request.kind,
        amount_minor=request.amount.amount_minor,
        currency=request.amount.currency,
        subject=request.subject[:64],
        legs=[list(leg) for leg in request.legs],
        reason=reason[:_REASON_LENGTH],
        asked_by_id=by_id,
        asked_at=at,
        expires_at=at + LIFETIME,
    )
    kind_of(deed).check(deed)
    deed.needs_second = needs_second(deed.kind, deed.amount)
    return deed


def _require_treasurer(user_id: int) -> None:
    if not accounts.is_treasurer(user_id):
        raise NotAllowed(_("Only treasurers handle the site's money."))


@transaction.atomic
def confirm(deed_id: uuid.UUID, *, by_id: int, seen: str, at: datetime) -> ManualDeed:
    """The second person makes it true. Raises SamePerson, DeedEnded, DeedChanged, and what keeps it from being done."""
    _require_treasurer(by_id)
    deed = _lock_open(deed_id, at)
    if deed.asked_by_id == by_id:
        raise SamePerson
    _carry_out(deed, by_id, seen, at)
    _tell(deed, gettext_lazy("Confirmed: %(deed)s"), at)
    return deed


def _carry_out(deed: ManualDeed, by_id: int, seen: str, at: datetime) -> None:
    made = perform(lambda: kind_of(deed).do(deed, by_id, at))
    if fingerprint(made) != seen:
        raise DeedChanged
    _end(deed, DeedState.DONE, by_id, at)
    logger.warning("%s done by %s, asked for by %s: %s", deed, by_id, deed.asked_by_id, deed.reason)


@transaction.atomic
def decline(deed_id: uuid.UUID, *, by_id: int, note: str, at: datetime) -> ManualDeed:
    """Another person says no and why; whoever asked withdraws it. Raises DeedEnded."""
    _require_treasurer(by_id)
    deed = _lock_open(deed_id, at)
    is_own = deed.asked_by_id == by_id
    note = note.replace("\x00", "").strip()
    if not note and not is_own:
        message = _("Say why not, for whoever asked.")
        raise InvalidInput(message, fields={"note": message})
    deed.note = note[:_REASON_LENGTH]
    _end(deed, DeedState.WITHDRAWN if is_own else DeedState.DECLINED, by_id, at)
    if not is_own:
        _tell(deed, gettext_lazy("Declined: %(deed)s"), at)
    return deed


def expire(at: datetime) -> int:
    """Ends what nobody confirmed in time; returns how many."""
    late = ManualDeed.objects.filter(state=DeedState.ASKED, expires_at__lte=at)
    return sum(_expire(pk, at) for pk in late.values_list("pk", flat=True)[:200])


@transaction.atomic
def _expire(deed_id: uuid.UUID, at: datetime) -> bool:
    deed = locks.lock_deed(deed_id)
    if deed.state != DeedState.ASKED:
        return False
    _end(deed, DeedState.EXPIRED, None, at)
    _tell(deed, gettext_lazy("Nobody confirmed in time: %(deed)s"), at)
    return True


def _lock_open(deed_id: uuid.UUID, at: datetime) -> ManualDeed:
    deed = locks.lock_deed(deed_id)
    if deed.state != DeedState.ASKED or deed.expires_at <= at:
        raise DeedEnded
    return deed


def _end(deed: ManualDeed, state: DeedState, by_id: int | None, at: datetime) -> None:
    deed.state, deed.ended_by_id, deed.ended_at = state, by_id, at
    deed.save(update_fields=["state", "ended_by", "ended_at", "note"])


def _tell(deed: ManualDeed, text: str | Promise, at: datetime) -> None:
    with accounts.speaking_to(deed.asked_by_id):
        title = str(text) % {"deed": f"{deed.get_kind_display()}, {words.amount(deed.amount)}"}
    inbox.notify(
        Notice(
            recipient_id=deed.asked_by_id,
            kind="money_deed",
            key=f"money-deed:{deed.id}",
            title=title,
            url=reverse("money:deed", args=[deed.id]),
            context={},
        ),
        at,
    )
