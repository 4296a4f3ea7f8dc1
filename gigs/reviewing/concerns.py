"""Published gigs that somebody should look at again: what checks found, what buyers report, what sellers answer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from gigs import limits
from gigs.models import Gig
from gigs.models.reviewing import Concern, Flag
from gigs.reviewing import findings as found
from gigs.reviewing.findings import Finding
from gigs.reviewing.states import ConcernOutcome, FlagKind
from gigs.reviewing.vocabulary import ACCUSATIONS
from gigs.services.content import clean_text
from marketplace.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound
from marketplace.kernel.prepared import prepared


def flag(gig: Gig, findings: Iterable[Finding], at: datetime) -> None:
    """What checks found on a published gig, unless staff were shown it before. Of a locked gig."""
    known = {one.key for one in known_findings(gig.pk)}
    fresh = [one for one in findings if one.key not in known]
    if fresh:
        concern = open_concern(gig.pk, at)
        Flag.objects.bulk_create(
            Flag(concern=concern, gig=gig, kind=FlagKind.CHECK, reason=one.sort, finding=row, at=at)
            for one, row in zip(fresh, found.to_json(fresh), strict=True)
        )


def known_findings(gig_id: int) -> list[Finding]:
    """Everything that a check ever showed to staff on this gig after it was published."""
    return found.from_json(row for row in _KNOWN.all(gig_id) if row)


_KNOWN = prepared(
    lambda gig: (
        Flag.objects.filter(gig=gig, kind=FlagKind.CHECK).order_by("-pk").values_list("finding", flat=True)[:100]
    )
)


def open_concern(gig_id: int, at: datetime) -> Concern:
    """The one that is open, or a new one."""
    concern, _made = Concern.objects.get_or_create(gig_id=gig_id, closed_at=None, defaults={"opened_at": at})
    return concern


def report(*, gig_id: int, by_id: int, reason: str, text: str, at: datetime) -> None:
    """A buyer says that something is wrong. Raises Conflict while their last report of this gig is open."""
    text = clean_text(text)
    if reason not in ACCUSATIONS:
        raise InvalidInput(_("Choose what is wrong."), fields={"reason": _("Choose what is wrong.")})
    if reason == "other" and not text:
        message = _("Say in a sentence what is wrong.")
        raise InvalidInput(message, fields={"text": message})
    if len(text) > limits.REPORT_MAX:
        message = _("Keep it under %(limit)s characters.") % {"limit": limits.REPORT_MAX}
        raise InvalidInput(message, fields={"text": message})
    with transaction.atomic():
        gig = Gig.objects.select_for_update(no_key=True).visible().filter(pk=gig_id).first()
        if gig is None:
            raise NotFound(_("This gig is not here (any more)."))
        if gig.seller_id == by_id:
            raise NotAllowed(_("This is your own gig."))
        if has_reported(gig_id, by_id):
            raise Conflict(_("You have told us, and we will look at it."), code="reported")
        _say(gig, FlagKind.REPORT, reason, text, by_id, at)


def has_reported(gig_id: int, person_id: int) -> bool:
    """And nobody has looked at it yet."""
    return Flag.objects.filter(gig_id=gig_id, by_id=person_id, kind=FlagKind.REPORT, is_open=True).exists()


def answered(gig: Gig, text: str, by_id: int, at: datetime) -> None:
    """The seller of a gig that was taken down says something to it. Of a locked gig."""
    _say(gig, FlagKind.ANSWER, "answer", text[: limits.REPORT_MAX], by_id, at)


def look_at(gig: Gig, by_id: int, at: datetime) -> Concern:
    """Somebody of the staff wants to look at a published gig. Of a locked gig."""
    known = Concern.objects.filter(gig=gig, closed_at=None).first()
    return known or _say(gig, FlagKind.STAFF, "staff", "", by_id, at)


def _say(gig: Gig, kind: FlagKind, reason: str, text: str, by_id: int, at: datetime) -> Concern:
    concern = open_concern(gig.pk, at)
    Flag.objects.create(concern=concern, gig=gig, kind=kind, reason=reason, text=text, by_id=by_id, at=at)
    return concern


def close(concern: Concern, outcome: ConcernOutcome, by_id: int, at: datetime) -> list[int]:
    """Returns whoever reported it."""
    concern.closed_at, concern.closed_by_id, concern.outcome = at, by_id, outcome
    concern.claimed_by, concern.claimed_until = None, None
    concern.save()
    reports = concern.flags.filter(kind=FlagKind.REPORT, is_open=True).values_list("by_id", flat=True)
    people = sorted(set(reports))
    concern.flags.filter(is_open=True).update(is_open=False)
    return people
