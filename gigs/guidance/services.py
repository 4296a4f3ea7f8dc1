"""What is usual: worked out anew each night from what was paid for and completed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from gigs.guidance.sizes import LONGEST_MINUTES
from gigs.models import Category, CategorySlug, GuidanceFigure, HourlyFloor
from marketplace.kernel import currencies
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.money import LARGEST_MINOR
from orders import api as orders
from orders.contracts import PriceQuartiles

SOURCE_KIND = "gig"
LOOK_BACK = timedelta(days=180)


def work_out(at: datetime) -> bool:
    """Replaces all figures, in one transaction; False where today's, by UTC, are there already."""
    today = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    if GuidanceFigure.objects.filter(counted_at__gte=today).exists():
        return False
    with transaction.atomic():
        rows = [row for pk, slugs in _slugs().items() for row in _rows(pk, slugs, at)]
        GuidanceFigure.objects.all().delete()
        GuidanceFigure.objects.bulk_create(rows)
    return True


def _slugs() -> dict[int, list[str]]:
    """By category: every slug under which an order of it may have been finished."""
    found: dict[int, list[str]] = {pk: [slug] for pk, slug in Category.objects.values_list("pk", "slug")}
    for pk, slug in CategorySlug.objects.values_list("category_id", "slug"):
        found[pk].append(slug)
    return found


def _rows(category_id: int, slugs: Sequence[str], at: datetime) -> Iterator[GuidanceFigure]:
    found = orders.price_quartiles(
        source_kind=SOURCE_KIND, categories=slugs, since=at - LOOK_BACK, until=at, longest_minutes=LONGEST_MINUTES
    )
    for one in found:
        # Few orders say little, and those of one or two sellers are their prices, not what is usual.
        is_enough = one.orders >= settings.GUIDANCE_LEAST_ORDERS and one.sellers >= settings.GUIDANCE_LEAST_SELLERS
        quartiles = _quartiles(one) if is_enough else {}
        yield GuidanceFigure(
            category_id=category_id, currency=one.currency, size=one.size, orders=one.orders, counted_at=at, **quartiles
        )


def _quartiles(found: PriceQuartiles) -> dict[str, int]:
    return {"p25_minor": found.p25_minor, "p50_minor": found.p50_minor, "p75_minor": found.p75_minor}


def set_floor(*, seller_id: int, currency: str, amount_minor: int | None) -> None:
    """What an hour must bring this seller, after fees; None: nothing is said any more. Raises InvalidInput."""
    if currency not in currencies.settled():
        message = _("Choose one of the site's currencies.")
        raise InvalidInput(message, fields={"currency": message})
    if amount_minor is None:
        HourlyFloor.objects.filter(seller_id=seller_id, currency=currency).delete()
        return
    if not 1 <= amount_minor <= LARGEST_MINOR:
        message = _("Write an amount above nought.")
        raise InvalidInput(message, fields={"amount": message})
    HourlyFloor.objects.update_or_create(
        seller_id=seller_id, currency=currency, defaults={"amount_minor": amount_minor}
    )
