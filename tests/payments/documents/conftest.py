"""Orders as documents name them, and people with tax details."""

from __future__ import annotations

import pytest

from payments import owners
from payments.contracts import Protected, ReferenceCard
from payments.documents.profiles import TaxDetails, save_tax_details
from payments.models import VatScheme
from tests.payments.scenes import Scene

IRISH = TaxDetails(
    is_business=True, legal_name="Bea Buyer Ltd", street="1 Quay", postcode="D02", city="Dublin", country="IE",
    tax_id="IE6388047V",
)  # fmt: skip
GERMAN = TaxDetails(
    is_business=True, legal_name="Säm Żeller & Söhne", street="Weg 2", postcode="10115", city="Berlin", country="DE",
    tax_id="DE136695976", vat_scheme=VatScheme.CHARGED, vat_basis_points=1900,
)  # fmt: skip


class Orders:
    """Owns "order:" references: a code and a title for each."""

    def lock(self, reference: str) -> None:
        """Nothing to lock."""

    def describe(self, references: list[str]) -> dict[str, ReferenceCard]:
        return {name: ReferenceCard(f"Job {name[6:]}", f"/{name}/", code=f"CODE{name[6:]}") for name in references}

    def protected_for(self, payee_id: int) -> list[Protected]:
        return []


@pytest.fixture(autouse=True)
def orders(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(owners, "_owners", {"order": Orders()})


@pytest.fixture
def businesses(scene: Scene) -> Scene:
    """A German seller who charges VAT, an Irish company that buys."""
    save_tax_details(scene.buyer.pk, IRISH, scene.at)
    save_tax_details(scene.seller.pk, GERMAN, scene.at)
    return scene
