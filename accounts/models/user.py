"""A person who signs in: known by an e-mail address, shown by a name and a handle."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import (
    AbstractBaseUser,
    BaseUserManager,
    PermissionsMixin,
)
from django.core.files.storage import default_storage
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.contracts import Person, Unread, initials_of
from accounts.handles import free_handle
from accounts.unread import count_unread
from marketplace.kernel.prepared import prepared


def site_time_zone() -> str:
    return str(settings.TIME_ZONE)


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A person with a hashed password (none: cannot sign in by password) and, unless given, a free handle."""
        user = self.model(email=email.strip().lower(), **fields)
        user.display_name = user.display_name or user.email.partition("@")[0]
        user.handle = user.handle or free_handle(user.display_name)
        user.set_password(password)
        user.save(using=self._db, force_insert=True)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, **{"is_staff": True, "is_superuser": True, **fields})

    def get(self, *args: Any, **kwargs: Any) -> User:
        """The reader of every page is asked for by their id, in words that are put together once."""
        pk = kwargs.get("pk")
        if type(self) is UserManager and isinstance(pk, int) and len(kwargs) == 1 and not args:
            return _BY_ID.get(pk)
        return super().get(*args, **kwargs)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    class Hat(models.TextChoices):
        """Which side of the market the pages show; a seller may wear either."""

        BUYING = "buying", _("buying")
        SELLING = "selling", _("selling")

    email = models.EmailField(_("e-mail address"), max_length=254, unique=True)
    display_name = models.CharField(_("name"), max_length=60)
    handle = models.SlugField(_("handle"), max_length=30, unique=True)
    country = models.CharField(_("country"), max_length=2, blank=True, default="")
    city = models.CharField(_("city"), max_length=80, blank=True, default="")
    time_zone = models.CharField(_("time zone"), max_length=64, default=site_time_zone)
    # A code of LANGUAGES that they have chosen; empty: their browser's on pages, the site's in letters.
    language = models.CharField(_("language"), max_length=16, blank=True, default="")
    hat = models.CharField(max_length=10, choices=Hat, default=Hat.BUYING)
    # Path in public storage without size and suffix; empty where there is no portrait.
    portrait = models.CharField(max_length=100, blank=True, default="")
    is_moderator = models.BooleanField(_("moderator"), default=False, help_text=_("Decides disputes."))
    is_treasurer = models.BooleanField(
        _("treasurer"), default=False, help_text=_("Handles the site's money: ledger, payments, brakes.")
    )
    is_staff = models.BooleanField(_("may open the admin"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    suspended_at = models.DateTimeField(_("suspended at"), null=True, blank=True)
    # They have left: nothing personal is here any more, and nobody signs in again. See accounts/leaving/.
    closed_at = models.DateTimeField(null=True, editable=False)
    # Whoever was signed in until then signs in again.
    signed_out_at = models.DateTimeField(null=True, editable=False)
    # Whether the gigs that they looked at last are kept for them.
    keeps_viewed = models.BooleanField(default=True, editable=False)
    # The database's own clock: a Python default is called by system checks, which must not need a database.
    joined_at = models.DateTimeField(_("joined"), db_default=Now())

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints: ClassVar = [
            # With the unique index on it: one person per address, however it was typed.
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="email_is_lower_case"),
            models.CheckConstraint(condition=~models.Q(display_name=""), name="person_has_a_name"),
            # Django's back ends know ``is_active`` alone: what keeps a person out must be there.
            models.CheckConstraint(
                condition=models.Q(suspended_at=None) | models.Q(is_active=False), name="suspended_is_inactive"
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at=None) | models.Q(is_active=False), name="closed_is_inactive"
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    def get_full_name(self) -> str:
        return self.display_name

    def get_short_name(self) -> str:
        return self.display_name.split(" ")[0]

    @property
    def name(self) -> str:
        return self.display_name

    @property
    def initials(self) -> str:
        return initials_of(self.display_name)

    @property
    def is_selling(self) -> bool:
        return self.hat == self.Hat.SELLING

    @property
    def is_seller(self) -> bool:
        """True once they became a seller, whichever hat they wear now. Costs a query unless joined."""
        return hasattr(self, "seller_profile")

    @property
    def handles_money(self) -> bool:
        """Whether the staff's money pages are theirs; superusers are treasurers, too."""
        return self.is_treasurer or self.is_superuser

    @property
    def is_suspended(self) -> bool:
        return self.suspended_at is not None

    def get_session_auth_hash(self) -> str:
        """What a session has to know to be theirs; another one after each time that they were signed out."""
        return self._since_signed_out(super().get_session_auth_hash())

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        yield from map(self._since_signed_out, super().get_session_auth_fallback_hash())

    def _since_signed_out(self, known: str) -> str:
        return f"{known}:{self.signed_out_at.timestamp()}" if self.signed_out_at else known

    @property
    def portrait_url(self) -> str:
        """Address of the square WebP of 256 pixels, or an empty string; small faces show the one of 96 beside it."""
        return default_storage.url(f"{self.portrait}-256.webp") if self.portrait else ""

    @cached_property
    def unread(self) -> Unread:
        """What they have not read yet; one query for both numbers, and only on pages that show them."""
        return count_unread(self.pk)

    @property
    def unread_count(self) -> int:
        """The number at the bell. Messages are among them: each run of unread ones is one notice."""
        return self.unread.notices

    def as_person(self) -> Person:
        """The public face. Costs a query for the headline unless ``seller_profile`` is joined."""
        return Person(
            id=self.pk,
            handle=self.handle,
            name=self.display_name,
            portrait_url=self.portrait_url,
            country=self.country,
            time_zone=self.time_zone,
            headline=self.seller_profile.headline if self.is_seller else "",
            is_moderator=self.is_moderator,
            city=self.city,
            language=self.language,
            is_seller=self.is_seller,
        )


_BY_ID = prepared(lambda pk: User.objects.filter(pk=pk))
