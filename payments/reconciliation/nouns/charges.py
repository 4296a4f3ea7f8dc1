"""Payments beside what our charges captured."""

from __future__ import annotations

from collections.abc import Sequence

from payments.gateway import listings
from payments.gateway.listings import Listed, Side
from payments.models import Charge
from payments.reconciliation.nouns.noun import Noun


def _ours(found: Sequence[Listed]) -> dict[str, Side]:
    rows = Charge.objects.filter(stripe_charge_id__in=[item.id for item in found])
    return {row.stripe_charge_id: Side(row.captured_minor, row.currency) for row in rows}


CHARGES = Noun("charges", listings.CHARGES, "charge.updated", _ours)
