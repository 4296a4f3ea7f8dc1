from __future__ import annotations

from gigs.models import Gig


def count_review(*, gig_id: int, stars: int) -> None:
    """Adds a published review to the gig's copies. Call it inside the transaction that published it."""
    _change(gig_id, stars, 1)


def uncount_review(*, gig_id: int, stars: int) -> None:
    """Takes a removed review out of them again."""
    _change(gig_id, stars, -1)


def _change(gig_id: int, stars: int, by: int) -> None:
    gig = Gig.objects.select_for_update().only("stars", "review_count", "rating_hundredths").filter(pk=gig_id).first()
    if gig is None:
        return
    gig.stars[stars - 1] = max(0, gig.stars[stars - 1] + by)
    gig.review_count = sum(gig.stars)
    total = sum(number * count for number, count in enumerate(gig.stars, 1))
    # Rounded half up.
    gig.rating_hundredths = (200 * total + gig.review_count) // (2 * gig.review_count) if gig.review_count else 0
    gig.save(update_fields=["stars", "review_count", "rating_hundredths"])
