"""What search engines are told of: addresses of the catalogue, by ranges of ids, so that each costs the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from gigs.models import Category, Gig


@dataclass(frozen=True, slots=True)
class PublicPage:
    url: str
    changed_at: datetime | None = None


def public_categories() -> list[PublicPage]:
    """All that are open. One query."""
    return [PublicPage(category.get_absolute_url()) for category in Category.objects.open().only("slug")]


def highest_gig_id() -> int:
    """Of gigs that anybody may find; 0 where there are none."""
    return Gig.objects.active().aggregate(highest=Max("pk"))["highest"] or 0


def public_gigs(after: int, upto: int) -> list[PublicPage]:
    """Gigs with ids above ``after``, up to ``upto``, that anybody may find. One query."""
    found = Gig.objects.active().payable().filter(pk__gt=after, pk__lte=upto).order_by("pk")
    return [PublicPage(gig.get_absolute_url(), gig.updated_at) for gig in found.only("slug", "updated_at")]


def highest_seller_id() -> int:
    return Gig.objects.active().aggregate(highest=Max("seller_id"))["highest"] or 0


def sellers_with_gigs(after: int, upto: int) -> dict[int, datetime]:
    """By id, as far as anybody can find a gig of theirs: when one of them changed last. One query."""
    found = Gig.objects.active().payable().filter(seller_id__gt=after, seller_id__lte=upto)
    return dict(found.order_by("seller_id").values_list("seller_id").annotate(Max("updated_at")))
