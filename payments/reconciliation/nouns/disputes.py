"""Disputes beside our chargebacks."""

from __future__ import annotations

from collections.abc import Sequence

from payments.gateway import listings
from payments.gateway.listings import Listed, Side
from payments.models import Chargeback
from payments.reconciliation.nouns.noun import Noun


def _ours(found: Sequence[Listed]) -> dict[str, Side]:
    rows = Chargeback.objects.filter(stripe_dispute_id__in=[item.id for item in found])
    return {row.stripe_dispute_id: Side(-row.withdrawn_minor, row.currency, row.status) for row in rows}


DISPUTES = Noun("disputes", listings.DISPUTES, "charge.dispute.updated", _ours)
