"""What people say about themselves, and when they work."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.handles import is_valid
from accounts.hours import Span, check_spans, merged
from accounts.models import FormerHandle, SellerProfile, User
from accounts.names import clean_name
from accounts.spoken import Spoken, rows
from marketplace.kernel import languages, zones
from marketplace.kernel.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class SellerWords:
    headline: str
    bio: str
    languages: list[Spoken]
    skills: list[str]
    links: list[str] = field(default_factory=list)  # accounts/links.py


FORMER_HANDLES = 3  # that go on leading to somebody; a fourth change frees the oldest


def save_profile(
    *, user_id: int, name: str, handle: str, city: str, at: datetime, words: SellerWords | None = None
) -> None:
    """Saves the public face; ``words`` for sellers only. Raises InvalidInput at ``display_name`` or ``handle``."""
    if not is_valid(handle):
        raise _at("handle", _("This handle cannot be used."))
    cleaned = clean_name(name)
    try:
        with transaction.atomic():
            _keep_former(user_id, handle, at)
            User.objects.filter(pk=user_id).update(display_name=cleaned, handle=handle, city=city)
            _refuse_former(user_id, handle)  # the update may have waited for somebody who was just leaving it
    except IntegrityError as error:
        raise _at("handle", _("Somebody else is @%(handle)s already.") % {"handle": handle}) from error
    if words:
        save_seller_words(user_id=user_id, words=words)


def _keep_former(user_id: int, handle: str, at: datetime) -> None:
    """Addresses with the handle that they leave go on working. Raises InvalidInput for somebody else's old one."""
    before = User.objects.select_for_update(no_key=True).values_list("handle", flat=True).get(pk=user_id)
    if before == handle:
        return
    _refuse_former(user_id, handle)
    FormerHandle.objects.filter(handle=handle).delete()
    FormerHandle.objects.update_or_create(handle=before, defaults={"user_id": user_id, "left_at": at})
    kept = FormerHandle.objects.filter(user_id=user_id).order_by("-left_at").values_list("pk", flat=True)
    FormerHandle.objects.filter(pk__in=list(kept[FORMER_HANDLES:])).delete()


def _refuse_former(user_id: int, handle: str) -> None:
    if FormerHandle.objects.filter(handle=handle).exclude(user_id=user_id).exists():
        raise _at("handle", _("Somebody was @%(handle)s, and their old address still works.") % {"handle": handle})


def save_seller_words(*, user_id: int, words: SellerWords) -> None:
    SellerProfile.objects.filter(pk=user_id).update(
        headline=words.headline,
        bio=words.bio,
        languages=rows(words.languages),
        skills=words.skills,
        links=words.links,
    )


def save_language(*, user_id: int, code: str) -> None:
    """The language of pages and letters. Raises InvalidInput at ``language`` for one that the site does not speak."""
    if not languages.is_shipped(code):
        raise _at("language", _("Choose a language from the list."))
    User.objects.filter(pk=user_id).update(language=code)


def save_time(*, user_id: int, time_zone: str, spans: list[Span] | None = None, at: datetime | None = None) -> None:
    """Saves the zone and, unless None, weekly order hours; an empty list means that the clock never pauses.
    ``at``: they said so themselves, then.

    Raises InvalidInput at ``time_zone`` or ``hours``.
    """
    if time_zone not in zones.names():
        raise _at("time_zone", _("Choose a time zone from the list."))
    try:
        check_spans(spans or [])
    except ValueError as error:
        raise _at("hours", _("Hours end after they start, within one day.")) from error
    with transaction.atomic():
        User.objects.filter(pk=user_id).update(time_zone=time_zone)
        if spans is not None:
            hours = [list(span) for span in merged(spans)] or None
            SellerProfile.objects.filter(pk=user_id).update(hours=hours)
        if at is not None:
            SellerProfile.objects.filter(pk=user_id).update(time_said_at=at)


def _at(field: str, message: str) -> InvalidInput:
    return InvalidInput(message, fields={field: message})
