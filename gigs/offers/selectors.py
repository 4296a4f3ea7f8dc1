"""Reads of offers: the getter is the permission check."""

from __future__ import annotations

import uuid

from django.utils.translation import gettext as _

from gigs.models import CustomOffer
from marketplace.kernel.errors import NotFound


def offer_for(offer_id: uuid.UUID, user_id: int) -> CustomOffer:
    """An offer to one of its two sides. Raises NotFound for everybody else."""
    offer = CustomOffer.objects.filter(pk=offer_id).first()
    if offer is None or offer.role_of(user_id) is None:
        raise NotFound(_("There is no such offer."))
    return offer
