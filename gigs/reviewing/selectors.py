"""Reads of the review: the two lists of staff, how long it usually takes, and where a seller's gigs stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any, TypeVar

from django.db.models import Count, Max, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import api as accounts
from gigs.documents import mark
from gigs.models import Gig
from gigs.models.reviewing import Claimable, Concern, Flag, GigReview, Takedown
from gigs.reviewing import claiming
from gigs.reviewing.states import FlagKind, RoundState
from gigs.reviewing.vocabulary import ACCUSATIONS, SORTS
from gigs.states import GigState
from marketplace.kernel import cursors, words
from marketplace.kernel.errors import NotFound

PAGE = 25
_MEASURED, _ENOUGH = 50, 5
_SOON, _LATE = timedelta(hours=8), timedelta(hours=24)
_NEXT_LOOKED_AT = 50
ALL, MINE, FREE = "all", "mine", "free"
Row = TypeVar("Row", GigReview, Concern)


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One line of a list of staff: ``templates/gigs/reviewing/_queue.html``."""

    id: int
    url: str
    title: str
    seller: str
    what: str
    waits: str
    tone: str
    reader: str = ""  # who looks at it now
    is_mine: bool = False


@dataclass(frozen=True, slots=True)
class QueuePage:
    rows: list[QueueRow]
    next_after: str  # where the next page begins; empty: there is none


def waiting_rounds() -> QuerySet[GigReview]:
    """The oldest first. Those of suspended sellers wait until they are back: nothing of theirs can go live."""
    found = GigReview.objects.filter(state=RoundState.WAITING, gig__seller__is_active=True)
    return found.select_related("gig", "claimed_by").order_by("submitted_at", "pk")


def open_concerns() -> QuerySet[Concern]:
    """The oldest first."""
    found = Concern.objects.filter(closed_at=None)
    return found.select_related("gig", "claimed_by").prefetch_related("flags").order_by("opened_at", "pk")


def round_queue(at: datetime, reader_id: int, show: str = ALL, after: str = "") -> QueuePage:
    """Four queries, however many wait."""
    rows, more = _page(_shown(waiting_rounds(), at, reader_id, show), "submitted_at", after)
    names = _names(row.gig for row in rows)
    shown = [
        _row(one, one.submitted_at, reverse("gigs:staff_round", args=[one.pk]), names, at, reader_id, _kind(one))
        for one in rows
    ]
    return QueuePage(shown, cursors.name(rows[-1].submitted_at, rows[-1].pk) if more else "")


def concern_queue(at: datetime, reader_id: int, show: str = ALL, after: str = "") -> QueuePage:
    """Five queries, however many there are."""
    rows, more = _page(_shown(open_concerns(), at, reader_id, show), "opened_at", after)
    names = _names(row.gig for row in rows)
    shown = [
        _row(one, one.opened_at, reverse("gigs:staff_concern", args=[one.pk]), names, at, reader_id, _reasons(one))
        for one in rows
    ]
    return QueuePage(shown, cursors.name(rows[-1].opened_at, rows[-1].pk) if more else "")


def taken_down(at: datetime, after: str = "") -> QueuePage:
    """Gigs out of sight, the latest first. Three queries."""
    rows = Takedown.objects.filter(ended_at=None).select_related("gig", "by").order_by("-at", "-pk")
    if place := cursors.read_number(after):
        rows = rows.filter(Q(at__lt=place[0]) | Q(at=place[0], pk__lt=place[1]))
    found = list(rows[: PAGE + 1])
    shown, more = found[:PAGE], len(found) > PAGE
    names = _names(row.gig for row in shown)
    lines = [
        QueueRow(
            id=row.pk,
            url=reverse("gigs:staff_concern", args=[row.concern_id]),
            title=row.gig.title,
            seller=names.get(row.gig.seller_id, ""),
            what=_taken_down_by(row),
            waits=words.relative(row.at, at),
            tone="",
        )
        for row in shown
    ]
    return QueuePage(lines, cursors.name(shown[-1].at, shown[-1].pk) if more else "")


def _taken_down_by(row: Takedown) -> str:
    answered = _("answered") if row.answered_at and not row.replied_at else ""
    final = _("stays down") if row.replied_at else ""
    return " · ".join(filter(None, [_("by %(name)s") % {"name": row.by.display_name}, answered or final]))


def counts(at: datetime, reader_id: int) -> dict[str, int]:
    """How many wait in each list; three queries."""
    return {
        "rounds": waiting_rounds().order_by().count(),
        "concerns": Concern.objects.filter(closed_at=None).count(),
        "taken_down": Takedown.objects.filter(ended_at=None).count(),
    }


def shares(rows: QuerySet[Any], at: datetime, reader_id: int) -> dict[str, int]:
    """How many of a list anybody, the reader and nobody has; one query."""
    taken = Q(claimed_until__gt=at)
    numbers = {ALL: Count("pk"), MINE: Count("pk", filter=taken & Q(claimed_by_id=reader_id))}
    return rows.order_by().aggregate(**numbers, **{FREE: Count("pk", filter=claiming.free(at))})


def next_round(moderator_id: int, at: datetime, *, after: int = 0) -> int | None:
    """The oldest that nobody looks at and this moderator may decide; not the one on screen."""
    return _next(waiting_rounds(), moderator_id, at, after)


def next_concern(moderator_id: int, at: datetime, *, after: int = 0) -> int | None:
    return _next(open_concerns(), moderator_id, at, after)


def round_for_staff(round_id: int, reader_id: int) -> GigReview:
    """Raises NotAllowed for others, NotFound."""
    claiming.require_moderator(reader_id)
    found = GigReview.objects.select_related("gig__category", "claimed_by", "decided_by").filter(pk=round_id).first()
    if found is None:
        raise NotFound(_("There is nothing like that to look at."))
    return found


def concern_for_staff(concern_id: int, reader_id: int) -> Concern:
    """Raises NotAllowed for others, NotFound."""
    claiming.require_moderator(reader_id)
    found = Concern.objects.select_related("gig__category", "claimed_by", "closed_by").filter(pk=concern_id).first()
    if found is None:
        raise NotFound(_("There is nothing like that to look at."))
    return found


def mark_of(gig: Gig, concern_id: int) -> str:
    """Another one once the gig says or shows something else, or more is said of it. One query."""
    found = Concern.objects.filter(pk=concern_id).annotate(last_flag=Max("flags"))
    shown = list(found.values_list("last_flag", "gig__gallery__shown"))
    return mark([gig.version, gig.cover, *shown])


def usual_wait() -> timedelta | None:
    """The median of the last fifty answers; None before there are five. One query."""
    decided = GigReview.objects.filter(state__in=[RoundState.APPROVED, RoundState.SENT_BACK]).order_by("-closed_at")
    rows = decided.values_list("submitted_at", "closed_at")[:_MEASURED]
    seconds = [(until - since).total_seconds() for since, until in rows if until]
    return timedelta(seconds=median(seconds)) if len(seconds) >= _ENOUGH else None


def usual_wait_text() -> str:
    """ "Somebody looks at it, usually within 4 hours." """
    wait = usual_wait()
    if wait is None:
        return _("Somebody looks at it, usually within a day.")
    hours = max(1, -(-int(wait.total_seconds()) // 3600))
    return _("Somebody looks at it, usually within %(time)s.") % {"time": words.duration(hours * 60)}


@dataclass(frozen=True, slots=True)
class Standing:
    """How a gig stands with staff, for its seller. ``waiting`` and ``sent_back`` are of a gig or of a change of it."""

    gig: Gig
    waiting: GigReview | None = None
    sent_back: GigReview | None = None  # and nothing has been handed in since
    takedown: Takedown | None = None

    @property
    def word(self) -> str:
        if self.takedown:
            return _("Taken down")
        if self.waiting:
            return _("Change in review") if self.waiting.is_change else _("In review")
        return _("Please change") if self.sent_back else ""

    @property
    def may_answer(self) -> bool:
        return self.takedown is not None and self.takedown.answered_at is None


def standings(gigs: Iterable[Gig]) -> dict[int, Standing]:
    """Of those gigs with which something is; two queries."""
    by_id = {gig.pk: gig for gig in gigs}
    rounds = GigReview.objects.filter(gig_id__in=by_id).exclude(state=RoundState.WITHDRAWN)
    newest = rounds.order_by("gig_id", "-number").distinct("gig_id").defer("content", "base", "findings")
    latest = {one.gig_id: one for one in newest}
    downs = {row.gig_id: row for row in Takedown.objects.filter(gig_id__in=by_id, ended_at=None)}
    found = {pk: _standing(gig, latest.get(pk), downs.get(pk)) for pk, gig in by_id.items()}
    return {pk: one for pk, one in found.items() if one.word}


def words_of_seller(seller_id: int) -> dict[int, str]:
    """How each gig of a seller stands with staff, in a word; those with which nothing is are missing. Three queries."""
    gigs = Gig.objects.of_seller(seller_id).only("pk", "state", "seller_id", "version")
    return {pk: one.word for pk, one in standings(gigs).items()}


def standing_of(gig: Gig) -> Standing:
    """Two queries."""
    return standings([gig]).get(gig.pk) or Standing(gig)


def _standing(gig: Gig, latest: GigReview | None, takedown: Takedown | None) -> Standing:
    waiting = latest if latest and latest.is_waiting else None
    is_back = latest is not None and latest.state == RoundState.SENT_BACK
    return Standing(gig, waiting, latest if is_back and latest and _is_still_open(gig, latest) else None, takedown)


def _is_still_open(gig: Gig, sent_back: GigReview) -> bool:
    """Nothing else was written or published since."""
    return gig.version == sent_back.base_version if sent_back.is_change else gig.state == GigState.DRAFT


def history_of(gig_id: int, before: int) -> list[GigReview]:
    """Earlier rounds, the latest first. Two queries."""
    rounds = GigReview.objects.filter(gig_id=gig_id, number__lt=before).exclude(state=RoundState.WAITING)
    return list(rounds.select_related("decided_by").prefetch_related("notes").order_by("-number")[:20])


def flags_of(concern: Concern) -> list[Flag]:
    return list(concern.flags.select_related("by").order_by("pk")[:100])


def _shown(rows: QuerySet[Row], at: datetime, reader_id: int, show: str) -> QuerySet[Row]:
    if show == MINE:
        return rows.filter(claimed_by_id=reader_id, claimed_until__gt=at)
    return rows.filter(claiming.free(at)) if show == FREE else rows


def _page(rows: QuerySet[Row], moment: str, after: str) -> tuple[list[Row], bool]:
    if place := cursors.read_number(after):
        rows = rows.filter(Q(**{f"{moment}__gt": place[0]}) | Q(**{moment: place[0], "pk__gt": place[1]}))
    found = list(rows[: PAGE + 1])
    return found[:PAGE], len(found) > PAGE


def _names(gigs: Iterable[Gig]) -> dict[int, str]:
    return {pk: person.name for pk, person in accounts.people(gig.seller_id for gig in gigs).items()}


def _row(
    one: GigReview | Concern, since: datetime, url: str, names: dict[int, str], at: datetime, reader_id: int, what: str
) -> QueueRow:
    taken = claiming.is_taken(one, at)
    is_mine = taken and one.claimed_by_id == reader_id
    age = at - since
    return QueueRow(
        id=one.pk,
        url=url,
        title=one.gig.title,
        seller=names.get(one.gig.seller_id, ""),
        what=what,
        waits=words.relative(since, at),
        tone="late" if age > _LATE else "soon" if age > _SOON else "",
        reader=_name(one) if taken and not is_mine else "",
        is_mine=is_mine,
    )


def _name(one: Claimable) -> str:
    return one.claimed_by.display_name if one.claimed_by else ""


def _kind(one: GigReview) -> str:
    if one.is_change:
        return _("a change of a live gig")
    return _("a new gig") if one.number == 1 else _("handed in again")


def _reasons(concern: Concern) -> str:
    """What the flags say, each once: "reported: copied · an e-mail address"."""
    return " · ".join(dict.fromkeys(reason_of(flag) for flag in concern.flags.all()))


def reason_of(flag: Flag) -> str:
    if flag.kind == FlagKind.CHECK:
        return str(SORTS[flag.reason].name) if flag.reason in SORTS else flag.reason
    if flag.kind == FlagKind.REPORT:
        return _("reported: %(reason)s") % {"reason": ACCUSATIONS.get(flag.reason, flag.reason)}
    return _("the seller answers") if flag.kind == FlagKind.ANSWER else _("staff wanted to look")


def _next(rows: QuerySet[Row], moderator_id: int, at: datetime, after: int) -> int | None:
    for one in rows.filter(claiming.free(at)).exclude(pk=after)[:_NEXT_LOOKED_AT]:
        if not claiming.conflict_of(moderator_id, one.gig):
            return one.pk
    return None
