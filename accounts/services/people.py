"""Who joins, who sells, who is kept out."""

from __future__ import annotations

from datetime import datetime

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import countries
from accounts.models import SellerProfile, User
from accounts.names import clean_name
from marketplace.kernel import zones
from marketplace.kernel.errors import InvalidInput


def register_person(
    *,
    email: str,
    name: str,
    password: str | None,
    at: datetime,
    country: str = "",
    time_zone: str = "",
    city: str = "",
) -> int:
    """A person whose address is already known to be theirs (demo, import, command); idempotent by address.

    Raises InvalidInput for a name that cannot be shown or an unknown time zone.
    """
    if time_zone and time_zone not in zones.names():
        raise InvalidInput(_("Choose a time zone from the list."), fields={"time_zone": time_zone})
    known = User.objects.filter(email=email.strip().lower()).first()
    if known:
        return known.pk
    fields = {"time_zone": time_zone} if time_zone else {}
    with transaction.atomic():
        user = User.objects.create_user(
            email,
            password,
            display_name=clean_name(name),
            country=country,
            city=city,
            joined_at=at,
            **fields,
        )
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user.pk


@transaction.atomic
def create_operator(*, name: str, email: str, password: str, at: datetime) -> int:
    """An account that may do everything. Raises InvalidInput by field, also for an address that is known."""
    cleaned = clean_name(name)
    try:
        validate_password(password, User(email=email, display_name=cleaned))
    except ValidationError as error:
        raise InvalidInput(" ".join(error.messages), fields={"password": " ".join(error.messages)}) from error
    if User.objects.filter(email=email.strip().lower()).exists():
        message = _("There is an account with this address already. Take another one.")
        raise InvalidInput(message, fields={"email": message})
    user = User.objects.create_superuser(email, password, display_name=cleaned, joined_at=at)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user.pk


def become_seller(*, user_id: int, country: str, at: datetime) -> None:
    """Opens the seller's side and puts the selling hat on; again: changes the country only.

    Raises InvalidInput for a country that does not exist or that payouts do not reach (code ``no_payouts``).
    """
    check_payout_country(country)
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user_id)
        user.country, user.hat = country, User.Hat.SELLING
        user.save(update_fields=["country", "hat"])
        SellerProfile.objects.get_or_create(user=user, defaults={"started_at": at})


def check_payout_country(country: str) -> None:
    """Raises InvalidInput with a reason that a person understands."""
    if country not in countries.names():
        message = _("Choose your country from the list.")
        raise InvalidInput(message, fields={"country": message})
    if not countries.can_be_paid_in(country):
        message = _("We cannot pay people in %(country)s yet, so you cannot sell here for now. You can buy.") % {
            "country": countries.name_of(country)
        }
        raise InvalidInput(message, code="no_payouts", fields={"country": message})


def switch_hat(*, user_id: int, hat: str) -> None:
    """Shows the other side of the market. Raises InvalidInput for a hat they do not own."""
    if hat not in User.Hat.values:
        raise InvalidInput(_("You can be buying or selling."))
    if hat == User.Hat.SELLING and not SellerProfile.objects.filter(pk=user_id).exists():
        raise InvalidInput(_("Open your seller's side first."), code="not_a_seller")
    User.objects.filter(pk=user_id).update(hat=hat)


def keep_viewed(*, user_id: int, wanted: bool) -> None:
    """Whether the gigs that they look at are remembered for them."""
    User.objects.filter(pk=user_id).update(keeps_viewed=wanted)
