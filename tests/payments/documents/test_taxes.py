"""Tax numbers by country, the VAT within a price, and when the buyer owes it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.money import Money
from payments.documents import missing, profiles, taxes
from payments.documents.contents import Party, Sum, from_json
from payments.models import Document, TaxProfile, VatScheme
from tests.payments.documents.conftest import GERMAN, IRISH
from tests.payments.scenes import PRICE, Scene, eur

IE = Party("A", country="IE", tax_id="IE6388047V", is_business=True)
DE = Party("B", country="DE", tax_id="DE136695976", is_business=True)
US = Party("C", country="US", tax_id="12-3456789", is_business=True)
EU_NOTE = "Reverse charge: the recipient owes the VAT (Articles 44 and 196 of Directive 2006/112/EC)."


@pytest.mark.parametrize(
    ("country", "typed", "written"),
    [
        ("IE", " ie 6388047v", "IE6388047V"),
        ("IE", "6388047V", "IE6388047V"),
        ("DE", "136 695 976", "DE136695976"),
        ("GR", "EL 094259216", "EL094259216"),
        ("GR", "094259216", "EL094259216"),
        ("GB", "GB 980 7806 84", "980780684"),
        ("CH", "CHE-107.787.577 IVA", "CHE107787577IVA"),
        ("US", "12-3456789", "12-3456789"),
    ],
)
def test_a_tax_number_is_written_as_its_country_does(country: str, typed: str, written: str) -> None:
    assert taxes.written_tax_id(country, typed) == written


@pytest.mark.parametrize(
    ("country", "typed"),
    [("IE", "6433435E"), ("DE", "DE136695977"), ("DE", "IE6388047V"), ("US", "x"), ("US", "1\n23")],
)
def test_a_wrong_one_is_refused(country: str, typed: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        taxes.written_tax_id(country, typed)


@pytest.mark.parametrize(
    ("total", "rate", "vat"), [(12_300, 2_300, 2_300), (-12_300, 2_300, -2_300), (1, 2_300, 0), (3, 5_000, 1)]
)
def test_vat_is_contained_in_the_price(total: int, rate: int, vat: int) -> None:
    assert taxes.contained(eur(total), rate) == eur(vat)


def test_sums_show_net_and_vat() -> None:
    found = taxes.taxed(DE, replace(IE, is_business=False), eur(11_900), basis_points=1_900)
    assert found.sums == (Sum("Net", 10_000), Sum("VAT 19\N{NO-BREAK SPACE}%", 1_900))
    assert found.notes == ()


def test_between_businesses_of_two_countries_the_buyer_owes_it() -> None:
    assert taxes.taxed(DE, IE, eur(11_900), basis_points=1_900) == taxes.Taxed((), (EU_NOTE,))
    assert "in their own country" in taxes.taxed(DE, US, eur(100), basis_points=0).notes[0]


@pytest.mark.parametrize(
    "buyer",
    [replace(IE, is_business=False), replace(IE, tax_id=""), replace(IE, country="DE"), replace(IE, country="")],
)
def test_otherwise_not(buyer: Party) -> None:
    assert not taxes.is_reverse_charge(DE, buyer)


@pytest.mark.django_db
def test_the_seller_invoice_says_what_both_are(businesses: Scene) -> None:
    businesses.released()
    missing.issue_missing(businesses.at)
    paper = from_json(Document.objects.get(kind="seller_invoice").content)
    assert paper.sender.address == ("Weg 2", "10115 Berlin", "Germany")
    assert (paper.sender.tax_id, paper.recipient.tax_id) == ("DE136695976", "IE6388047V")
    assert paper.notes[0] == EU_NOTE
    assert paper.total.amount_minor == PRICE


@pytest.mark.django_db
def test_to_a_private_person_the_price_contains_the_sellers_vat(businesses: Scene) -> None:
    private = replace(IRISH, is_business=False, tax_id="")
    profiles.save_tax_details(businesses.buyer.pk, private, businesses.at)
    businesses.released()
    missing.issue_missing(businesses.at)
    paper = from_json(Document.objects.get(kind="seller_invoice").content)
    assert [line.amount_minor for line in paper.sums] == [4_874, 926]
    assert sum(line.amount_minor for line in paper.sums) == PRICE


@pytest.mark.django_db
def test_a_small_business_says_so(scene: Scene) -> None:
    small = replace(GERMAN, vat_scheme=VatScheme.SMALL, vat_basis_points=0, tax_id="")
    profiles.save_tax_details(scene.seller.pk, small, scene.at)
    assert profiles.taxpayer(scene.seller.pk).party.note == "No VAT is charged: exempt as a small business."
    profiles.save_tax_details(scene.seller.pk, replace(small, note="§ 19 UStG"), scene.at)
    assert profiles.taxpayer(scene.seller.pk).party.note == "§ 19 UStG"


@pytest.mark.django_db
def test_every_change_is_a_version_and_no_change_is_none(scene: Scene) -> None:
    for details in (IRISH, IRISH, replace(IRISH, city="Cork")):
        profiles.save_tax_details(scene.buyer.pk, details, scene.at)
    assert list(TaxProfile.objects.order_by("version").values_list("version", "city")) == [(1, "Dublin"), (2, "Cork")]
    assert profiles.tax_details(scene.buyer.pk) == replace(IRISH, city="Cork")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"legal_name": " "}, "legal_name"),
        ({"country": "XX"}, "country"),
        ({"tax_id": "IE1"}, "tax_id"),
        ({"is_business": False}, "tax_id"),
        ({"vat_scheme": "charged"}, "vat_rate"),
        ({"vat_scheme": "charged", "vat_basis_points": 2_300, "tax_id": ""}, "tax_id"),
        ({"vat_basis_points": 2_300}, "vat_rate"),
        ({"vat_scheme": "charged", "vat_basis_points": 6_000}, "vat_rate"),
    ],
)
def test_details_that_do_not_hold_together_are_refused_at_their_field(
    scene: Scene, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        profiles.save_tax_details(scene.buyer.pk, replace(IRISH, **changes), scene.at)  # type: ignore[arg-type]
    assert field in refusal.value.fields
    assert TaxProfile.objects.count() == 0


def test_vat_is_rounded_to_what_the_currency_can_say() -> None:
    """A krona has a hundred minor units at Stripe, and no fraction on paper."""
    assert taxes.contained(Money(12_345_00, "ISK"), 2_400) == Money(2_389_00, "ISK")
    assert taxes.contained(Money(-12_345_00, "ISK"), 2_400) == Money(-2_389_00, "ISK")
