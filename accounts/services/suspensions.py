"""Keeping somebody out: with a reason that they read, an appeal that another person answers, and a way back."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.contracts import PersonReinstated, PersonSuspended
from accounts.models import ApiToken, Suspension, User
from accounts.services import letters
from marketplace.kernel import events, languages, words
from marketplace.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound

ANSWERED_WITHIN = timedelta(hours=72)
_SHORTEST, _LONGEST = 10, 4_000


def suspend(*, user_id: int, by_id: int | None, reason: str, at: datetime) -> None:
    """Keeps somebody out from the next request on and tells them why; who is out already stays as they are. When they
    are let in again, they sign in anew and make new API tokens: nobody goes on with a session or a key from before.

    Their running orders are held by whoever hears of it. Raises InvalidInput without a reason, NotAllowed for oneself
    or for somebody with more rights, Conflict where they have left, NotFound.
    """
    reason = _written(reason, "reason", _("They read why: write at least a sentence."))
    with transaction.atomic():
        user = _locked(user_id)
        _check_may(user, by_id)
        if user.closed_at:
            raise Conflict(_("They have closed their account: nobody can sign in with it any more."), code="closed")
        if user.is_suspended:
            return
        user.suspended_at, user.signed_out_at, user.is_active = at, at, False
        user.save(update_fields=["suspended_at", "signed_out_at", "is_active"])
        ApiToken.objects.filter(user=user).delete()
        made = Suspension.objects.create(user=user, reason=reason, by_id=by_id, at=at)
        events.publish(PersonSuspended(user_id, by_id, at))
        _write(made, user, "suspended", at, reason=reason)


def _locked(user_id: int) -> User:
    # Rows of orders point at people: a lock of the key would wait for whoever writes one.
    user = User.objects.select_for_update(no_key=True).filter(pk=user_id).first()
    if user is None:
        raise NotFound(_("There is no such person here."))
    return user


def _check_may(user: User, by_id: int | None) -> None:
    if by_id is None:
        return
    if user.pk == by_id:
        raise NotAllowed(_("You cannot suspend yourself."))
    is_above = user.is_superuser or user.is_staff or user.is_moderator or user.is_treasurer
    if is_above and not User.objects.filter(pk=by_id, is_superuser=True).exists():
        raise NotAllowed(_("Only a superuser suspends somebody of the staff."))


def reinstate(*, user_id: int, by_id: int | None, at: datetime) -> None:
    """Lets somebody in again and tells them; who is not out stays as they are."""
    with transaction.atomic():
        user = _locked(user_id)
        if user.is_suspended:
            _lift(user, by_id, at)


def _lift(user: User, by_id: int | None, at: datetime) -> None:
    user.suspended_at, user.is_active = None, True
    user.save(update_fields=["suspended_at", "is_active"])
    running = _running(user.pk)
    if running:
        running.lifted_by_id, running.lifted_at = by_id, at
        running.save(update_fields=["lifted_by", "lifted_at"])
    events.publish(PersonReinstated(user.pk, by_id, at))
    _write(running, user, "reinstated", at, answer=running.answer if running else "")


def _running(user_id: int) -> Suspension | None:
    return Suspension.objects.filter(user_id=user_id, lifted_at=None).first()


def appeal(*, user_id: int, text: str, at: datetime) -> None:
    """What the suspended person says to it, once. Raises Conflict where that is done, or nothing is to be appealed."""
    text = _written(text, "text", _("Say in a sentence why it should end."))
    with transaction.atomic():
        _locked(user_id)
        running = _running(user_id)
        if running is None or not running.may_be_appealed:
            raise Conflict(_("There is nothing to appeal just now."), code="no_appeal")
        running.appeal_text, running.appealed_at, running.answer_by = text, at, at + ANSWERED_WITHIN
        running.save(update_fields=["appeal_text", "appealed_at", "answer_by"])


def answer_appeal(*, suspension_id: int, by_id: int, lifts: bool, text: str, at: datetime) -> None:
    """Another person decides about it, where there is one. Raises NotAllowed, Conflict, InvalidInput, NotFound."""
    text = _written(text, "answer", _("They read why: write at least a sentence."))
    with transaction.atomic():
        user = _locked(_user_of(suspension_id))
        found = Suspension.objects.get(pk=suspension_id)
        if not found.waits_for_an_answer:
            raise Conflict(_("This appeal has been answered."), code="answered")
        reason = reason_against_answering(found, by_id)
        if reason:
            raise NotAllowed(reason)
        found.answer, found.answered_by_id, found.answered_at = text, by_id, at
        found.save(update_fields=["answer", "answered_by", "answered_at"])
        if lifts:
            _lift(user, by_id, at)
        else:
            _write(found, user, "appeal_rejected", at, answer=text)


def _user_of(suspension_id: int) -> int:
    user_id = Suspension.objects.filter(pk=suspension_id).values_list("user_id", flat=True).first()
    if user_id is None:
        raise NotFound(_("There is no such suspension."))
    return user_id


def reason_against_answering(found: Suspension, by_id: int) -> str:
    """Why this person does not answer the appeal, or ""."""
    if by_id == found.user_id:
        return _("You cannot decide about yourself.")
    able = User.objects.filter(Q(is_moderator=True) | Q(is_superuser=True), is_active=True)
    others = able.exclude(pk__in=[found.by_id or 0, found.user_id])
    if by_id == found.by_id and others.exists():
        return _("You suspended them. Another person answers the appeal.")
    return ""


def _written(text: str, field: str, too_short: str) -> str:
    value = text.replace("\x00", "").strip()
    if len(value) < _SHORTEST:
        raise InvalidInput(too_short, fields={field: too_short})
    if len(value) > _LONGEST:
        message = _("Keep it under %(limit)s characters.") % {"limit": _LONGEST}
        raise InvalidInput(message, fields={field: message})
    return value


def _write(about: Suspension | None, user: User, name: str, at: datetime, **context: str) -> None:
    until = at + ANSWERED_WITHIN
    # Where they have chosen no language it is the site's: the one that is spoken now is staff's.
    with languages.spoken(user.language), timezone.override(ZoneInfo(user.time_zone)):
        context["within"] = words.duration(int(ANSWERED_WITHIN.total_seconds()) // 60)
        context["until"] = words.exact(until)
        letters.post(
            key=f"suspension:{about.pk if about else user.pk}:{name}:{at.isoformat()}",
            template=f"account/email/{name}",
            email=user.email,
            user=user,
            url=settings.SITE_URL + reverse("account_login"),
            context={**context},
            at=at,
        )
