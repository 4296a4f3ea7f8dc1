"""People's tax details: written as versions, read as the party that a paper names."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import api as people
from marketplace.kernel.errors import Conflict, InvalidInput
from payments.documents import taxes
from payments.documents.contents import Party
from payments.models import TaxProfile, VatScheme


@dataclass(frozen=True, slots=True)
class TaxDetails:
    """What a person says about themselves."""

    is_business: bool
    legal_name: str
    street: str
    city: str
    country: str
    street_more: str = ""
    postcode: str = ""
    tax_id: str = ""
    vat_scheme: str = VatScheme.NONE
    vat_basis_points: int = 0
    note: str = ""


def tax_details(user_id: int) -> TaxDetails | None:
    """The newest version; None where they have said nothing yet."""
    profile = _newest(user_id)
    if profile is None:
        return None
    return TaxDetails(**{field.name: getattr(profile, field.name) for field in fields(TaxDetails)})


def _newest(user_id: int) -> TaxProfile | None:
    return TaxProfile.objects.filter(user_id=user_id).order_by("-version").first()


@transaction.atomic
def save_tax_details(user_id: int, details: TaxDetails, at: datetime) -> None:
    """Writes a new version where anything differs; documents that were issued keep theirs.

    Raises InvalidInput; Conflict where another window was quicker.
    """
    checked = _checked(details)
    if checked == tax_details(user_id):
        return
    last = _newest(user_id)
    version = last.version + 1 if last else 1
    made = asdict(checked) | {"created_at": at}
    _profile, is_mine = TaxProfile.objects.get_or_create(user_id=user_id, version=version, defaults=made)
    if not is_mine and checked != tax_details(user_id):
        raise Conflict(_("Somebody saved other details at the same moment. Look at the page again."))


def _checked(details: TaxDetails) -> TaxDetails:
    errors = dict(_problems(details))
    tax_id = details.tax_id
    if tax_id and details.country in people.country_names():
        try:
            tax_id = taxes.written_tax_id(details.country, tax_id)
        except ValueError:
            name = people.country_name(details.country)
            errors["tax_id"] = _("This is not a tax number of %(country)s. Check its digits.") % {"country": name}
    if errors:
        raise InvalidInput(next(iter(errors.values())), fields=errors)
    return TaxDetails(**(asdict(details) | {"tax_id": tax_id}))


def _problems(details: TaxDetails) -> list[tuple[str, str]]:
    needed = [name for name in ("legal_name", "street", "city") if not getattr(details, name).strip()]
    found = [(name, _("Fill this in: it has to stand on an invoice.")) for name in needed]
    if details.country not in people.country_names():
        found.append(("country", _("Choose a country.")))
    if details.tax_id and not details.is_business:
        found.append(("tax_id", _("Only a business has one. Choose “A business” above, or leave it empty.")))
    if details.vat_scheme == VatScheme.CHARGED:
        if not 0 < details.vat_basis_points <= 5_000:
            found.append(("vat_rate", _("Write the rate in percent, for example 23.")))
        if not details.tax_id:
            found.append(("tax_id", _("Who charges VAT has a VAT number: write it here.")))
    elif details.vat_basis_points:
        found.append(("vat_rate", _("Leave it empty, or choose “I charge VAT”.")))
    return found


@dataclass(frozen=True, slots=True)
class Taxpayer:
    """A party with the rate of VAT that their prices contain."""

    party: Party
    basis_points: int = 0


def taxpayer(user_id: int) -> Taxpayer:
    """Somebody as of now. Who has not given details stands with their public name and country alone."""
    profile = _newest(user_id)
    if profile is None:
        person = people.person(user_id)
        known = (people.country_name(person.country),) if person.country else ()
        return Taxpayer(Party(name=person.name, address=known, country=person.country))
    town = " ".join(part for part in (profile.postcode, profile.city) if part)
    lines = profile.street, profile.street_more, town, people.country_name(profile.country)
    party = Party(
        name=profile.legal_name,
        address=tuple(line for line in lines if line),
        country=profile.country,
        tax_id=profile.tax_id,
        is_business=profile.is_business,
        note=profile.note or _default_note(profile),
    )
    return Taxpayer(party, profile.vat_basis_points)


def _default_note(profile: TaxProfile) -> str:
    if profile.vat_scheme == VatScheme.SMALL:
        return _("No VAT is charged: exempt as a small business.")
    return ""


def operator() -> Taxpayer:
    """The platform, from the settings."""
    party = Party(
        name=settings.OPERATOR_LEGAL_NAME or settings.OPERATOR_NAME,
        address=(*settings.OPERATOR_ADDRESS, people.country_name(settings.PLATFORM_COUNTRY)),
        country=settings.PLATFORM_COUNTRY,
        tax_id=settings.OPERATOR_TAX_ID,
        is_business=True,
    )
    return Taxpayer(party, settings.OPERATOR_VAT_BASIS_POINTS)
