"""Limits against people who try stolen cards: refused payments are counted per page, per person and per address."""

from __future__ import annotations

import logging
import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q, Sum
from django.utils.crypto import salted_hmac

from payments.contracts import ChargeRequest
from payments.errors import TooManyFailures
from payments.models import Charge
from payments.services.expiry import request_expiry

logger = logging.getLogger(__name__)

_WINDOW = timedelta(days=1)


def origin_of(address: str) -> str:
    """An address as it is kept: comparable, not readable."""
    return salted_hmac("payments.origin", address, algorithm="sha256").hexdigest() if address else ""


def require_calm(request: ChargeRequest, at: datetime) -> None:
    """Raises TooManyFailures for a person, or an address, with too many refused cards within a day."""
    same = Q(payer_id=request.payer_id)
    if request.address:
        same |= Q(payer_origin=origin_of(request.address))
    refused = Charge.objects.filter(same, failed_attempts__gt=0, created_at__gt=at - _WINDOW)
    if (refused.aggregate(sum=Sum("failed_attempts"))["sum"] or 0) >= settings.PAYMENT_FAILURES_A_DAY:
        logger.warning("person %s: too many refused payments", request.payer_id)
        raise TooManyFailures


def record_failures(charge_id: uuid.UUID, count: int, at: datetime) -> None:
    """How many cards Stripe has refused for a charge so far; too many close its page. Inside a transaction."""
    grown = Charge.objects.filter(pk=charge_id, failed_attempts__lt=count)
    if grown.update(failed_attempts=count) and count >= settings.PAYMENT_FAILURES_A_PAGE:
        logger.warning("charge %s: %s cards were refused, its page is closed", charge_id, count)
        request_expiry(charge_id, at)
