"""Limits against people who try stolen cards: refused payments are counted per page, per person and per address."""

from __future__ import annotations

import logging
import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils.crypto import salted_hmac

from marketplace.kernel.prepared import prepared
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
    origin = origin_of(request.address) or None  # of nobody, where it is not known
    refused = sum(count for (count,) in _REFUSED.all(request.payer_id, origin, at - _WINDOW))
    if refused >= settings.PAYMENT_FAILURES_A_DAY:
        logger.warning("person %s: too many refused payments", request.payer_id)
        raise TooManyFailures


_REFUSED = prepared(
    lambda payer, origin, since: Charge.objects.filter(
        Q(payer_id=payer) | Q(payer_origin=origin), failed_attempts__gt=0, created_at__gt=since
    ).values_list("failed_attempts")
)


def record_failures(charge_id: uuid.UUID, count: int, at: datetime) -> None:
    """How many cards Stripe has refused for a charge so far; too many close its page. Inside a transaction."""
    grown = Charge.objects.filter(pk=charge_id, failed_attempts__lt=count)
    if grown.update(failed_attempts=count) and count >= settings.PAYMENT_FAILURES_A_PAGE:
        logger.warning("charge %s: %s cards were refused, its page is closed", charge_id, count)
        request_expiry(charge_id, at)
