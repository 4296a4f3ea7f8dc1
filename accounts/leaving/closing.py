"""Closing an account: what is personal goes, what others and the law have a right to stays under no name."""

from __future__ import annotations

from datetime import datetime

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.contracts import PersonLeft, StillOpen
from accounts.handles import GONE
from accounts.leaving import exporting
from accounts.leaving.registry import reasons_to_stay
from accounts.models import ApiToken, FormerHandle, SellerProfile, User
from accounts.services import letters
from accounts.services.portraits import remove_portrait
from marketplace.kernel import events, languages
from marketplace.kernel.errors import Conflict, NotFound
from marketplace.kernel.ids import short_code


def open_things(user: User) -> list[StillOpen]:
    """What has to end before this account can be closed."""
    found = reasons_to_stay(user.pk)
    if user.is_superuser or user.is_staff or user.is_moderator or user.handles_money:
        found.insert(
            0, StillOpen(_("You have rights of the staff. Somebody else of the staff takes them back first."), "")
        )
    if user.is_suspended:
        found.append(StillOpen(_("This account is suspended: wait until that has ended."), ""))
    return found


def close(*, user_id: int, at: datetime) -> None:
    """For good, at once. Raises Conflict while something is open; then nothing has changed.

    Orders, messages and reviews belong to the other side as well, and documents to the law: they stay, and so does
    this row, which they point at. Other apps hear of it (``PersonLeft``) and let go of the rest.
    """
    with transaction.atomic():
        # Whoever places an order meanwhile holds this row (staying.py): one of both waits, and sees what the other did.
        user = User.objects.select_for_update(no_key=True).filter(pk=user_id, closed_at=None).first()
        if user is None:
            raise NotFound(_("There is no such person here."))
        if found := open_things(user):
            raise Conflict(" ".join(one.text for one in found), code="still_open")
        _say_farewell(user, at)
        events.publish(PersonLeft(user_id, at))
        _forget(user, at)


def _say_farewell(user: User, at: datetime) -> None:
    letters.post(
        key=f"closed:{user.pk}",
        template="account/email/closed",
        email=user.email,
        user=user,
        url=settings.SITE_URL + reverse("pages:home"),
        context={},
        at=at,
    )


def _forget(user: User, at: datetime) -> None:
    remove_portrait(user_id=user.pk)
    ApiToken.objects.filter(user=user).delete()
    FormerHandle.objects.filter(user=user).delete()
    exporting.drop_of(user.pk)
    EmailAddress.objects.filter(user=user).delete()
    for name in ("authenticator_set", "socialaccount_set", "usersession_set"):
        getattr(user, name).all().delete()
    SellerProfile.objects.filter(pk=user.pk).update(headline="", bio="", languages=[], skills=[], links=[], hours=None)
    # Nobody can have taken it before: no handle that somebody chooses begins so.
    user.handle = f"{GONE}{user.pk}"
    user.email = f"{user.handle}-{short_code(8).lower()}@closed.invalid"
    with languages.spoken(""):  # others read it, whatever this person read
        user.display_name = _("Closed account")
    user.country = user.city = user.portrait = user.language = ""
    user.closed_at = user.signed_out_at = at
    user.is_active = False
    user.hat = User.Hat.BUYING
    user.set_unusable_password()
    user.save()
