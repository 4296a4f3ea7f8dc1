"""Reads of people. Each function is one query, however many people are asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Case, Count, IntegerField, OuterRef, Q, QuerySet, Subquery, When
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.contracts import Person, Reader, SellerFacts, WeeklyHours
from accounts.hours import hours_from_json
from accounts.models import FormerHandle, SellerProfile, Suspension, User
from marketplace.kernel import languages
from marketplace.kernel.errors import NotFound
from marketplace.kernel.prepared import prepared


def with_profiles() -> QuerySet[User]:
    return User.objects.select_related("seller_profile")


def people(ids: Iterable[int]) -> dict[int, Person]:
    """Public faces by id; who does not exist is missing."""
    return {user.pk: user.as_person() for user in _FACES.all(list(set(ids)))}


_FACE = (
    *("handle", "display_name", "portrait", "country", "time_zone", "city", "is_moderator", "language"),
    "seller_profile__headline",
)
_FACES = prepared(lambda ids: with_profiles().only(*_FACE).filter(pk__in=ids))


def readers(ids: Iterable[int]) -> dict[int, Reader]:
    """By id, also of closed accounts; who does not exist is missing."""
    return {row[0]: Reader(*row) for row in _READERS.all(list(set(ids)))}


_READER = ("pk", "display_name", "time_zone", "language")
_READERS = prepared(lambda ids: User.objects.filter(pk__in=ids).values_list(*_READER))


def person(user_id: int) -> Person:
    """One public face. Raises NotFound."""
    found = people([user_id])
    if not found:
        raise NotFound(_("There is no such person here."))
    return found[user_id]


def user_by_handle(handle: str) -> User:
    """The person behind ``@handle``, as far as the public may know. Raises NotFound; also for closed accounts."""
    user = with_profiles().filter(handle=handle.lower(), is_active=True).first()
    if user is None:
        raise NotFound(_("There is nobody called @%(handle)s here.") % {"handle": handle})
    return user


def handle_now(former: str) -> str:
    """What somebody is called who had this handle before; empty where nobody had, or they have no page."""
    rows = FormerHandle.objects.filter(handle=former.lower(), user__is_active=True)
    return rows.values_list("user__handle", flat=True).first() or ""


def email_of(user_id: int) -> str:
    """Where mail reaches somebody. Raises NotFound."""
    email = User.objects.filter(pk=user_id).values_list("email", flat=True).first()
    if email is None:
        raise NotFound(_("There is no such person here."))
    return email


def country_of(user_id: int) -> str:
    """ISO 3166-1 alpha-2; empty where they never said."""
    return User.objects.filter(pk=user_id).values_list("country", flat=True).first() or ""


def hours_of(user_id: int) -> WeeklyHours | None:
    """Weekly order hours in the seller's own zone; None where they set none."""
    profile = SellerProfile.objects.select_related("user").filter(pk=user_id).first()
    return hours_from_json(profile.hours, profile.user.time_zone) if profile else None


def reader_zone(user_id: int | None) -> ZoneInfo:
    """The zone in which somebody reads times; the site's for nobody."""
    name = User.objects.filter(pk=user_id).values_list("time_zone", flat=True).first() if user_id else None
    return ZoneInfo(name or settings.TIME_ZONE)


@contextmanager
def speaking_to(user_id: int) -> Iterator[None]:
    """What is said meanwhile is in the language and the zone of this person; the site's where there is none."""
    known = readers([user_id]).get(user_id)
    with languages.spoken(known.language if known else ""), timezone.override(_zone_of(known)):
        yield


def _zone_of(reader: Reader | None) -> ZoneInfo:
    return ZoneInfo((reader and reader.time_zone) or settings.TIME_ZONE)


def moderators() -> list[int]:
    """Ids of everybody who decides disputes and may sign in."""
    able = User.objects.filter(is_moderator=True, is_active=True)
    return list(able.order_by("pk").values_list("pk", flat=True))


def treasurers() -> list[int]:
    """Ids of everybody who handles the site's money and may sign in; superusers are among them."""
    able = User.objects.filter(Q(is_treasurer=True) | Q(is_superuser=True), is_active=True)
    return list(able.order_by("pk").values_list("pk", flat=True))


def has_operator() -> bool:
    """Whether somebody may do everything and may sign in."""
    return User.objects.filter(is_superuser=True, is_active=True).exists()


def account(user_id: int) -> User:
    """The account itself, to sign somebody in. Raises NotFound."""
    found = User.objects.filter(pk=user_id, is_active=True).first()
    if found is None:
        raise NotFound(_("There is no such person here."))
    return found


def is_treasurer(user_id: int) -> bool:
    return user_id in treasurers()


def id_of(term: str) -> int | None:
    """The person behind an e-mail address or ``@handle`` that was typed, closed accounts included; None: nobody."""
    name = term.strip().lower()
    wanted = Q(handle=name[1:]) if name.startswith("@") else Q(email=name)
    return User.objects.filter(wanted).values_list("pk", flat=True).first()


def is_active(user_id: int) -> bool:
    """False for a closed or suspended account: nothing is sent there any more."""
    return User.objects.filter(pk=user_id, is_active=True).exists()


def suspended(ids: Iterable[int]) -> dict[int, int | None]:
    """Who of them is suspended, with the person who did it (None: a program). One query."""
    return dict(_SUSPENDED.all(list(set(ids))))


_BY = Subquery(Suspension.objects.filter(user=OuterRef("pk"), lifted_at=None).values("by_id")[:1])
_SUSPENDED = prepared(
    lambda ids: (
        User.objects.filter(pk__in=ids, suspended_at__isnull=False)
        .annotate(suspended_by=_BY)
        .values_list("pk", "suspended_by")
    )
)


def suspensions_of(user_id: int) -> list[Suspension]:
    """Every time somebody was kept out, the latest first."""
    return list(Suspension.objects.filter(user_id=user_id).select_related("by", "answered_by", "lifted_by"))


def suspension_counts(ids: Iterable[int]) -> dict[int, int]:
    """How often each of them was suspended; who never was is missing. One query."""
    rows = Suspension.objects.filter(user_id__in=set(ids)).order_by().values("user_id")
    return dict(rows.annotate(number=Count("pk")).values_list("user_id", "number"))


def open_suspensions(limit: int = 100) -> list[Suspension]:
    """Those that run: appeals that wait first, by their clock, then the latest."""
    waiting = Q(appealed_at__isnull=False, answered_at=None)
    rows = Suspension.objects.filter(lifted_at=None).select_related("user", "by")
    rank = Case(When(waiting, then=0), default=1, output_field=IntegerField())
    return list(rows.annotate(rank=rank).order_by("rank", "answer_by", "-at")[:limit])


def is_moderator(user_id: int) -> bool:
    return user_id in moderators()


def is_seller(user_id: int) -> bool:
    return SellerProfile.objects.filter(pk=user_id).exists()


def seller_facts(ids: Iterable[int]) -> dict[int, SellerFacts]:
    """What seller cards show, by user id; who is no seller is missing."""
    rows = SellerProfile.objects.select_related("user").filter(pk__in=set(ids))
    return {row.pk: _facts(row) for row in rows}


def _facts(profile: SellerProfile) -> SellerFacts:
    return SellerFacts(
        user_id=profile.pk,
        headline=profile.headline,
        bio=profile.bio,
        city=profile.user.city,
        skills=tuple(profile.skills),
        started_at=profile.started_at,
    )
