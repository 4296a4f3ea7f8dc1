"""What sellers received, payment by payment: for programs that count, outside of requests."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from marketplace.kernel.money import Money
from payments.contracts import Received
from payments.models import Release

_AT_ONCE = 2_000


def received(since: datetime, until: datetime) -> Iterator[Received]:
    """Of each release within the span: what of it is the seller's today, after fees and whatever was taken back."""
    rows = Release.objects.filter(released_at__gte=since, released_at__lt=until).select_related("charge")
    for release in rows.order_by("released_at", "pk").iterator(chunk_size=_AT_ONCE):
        amount = Money(release.net_minor, release.charge.currency)
        yield Received(release.charge.reference, amount, release.released_at)
