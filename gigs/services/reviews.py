from __future__ import annotations

from gigs.models import Gig


def count_review(*, gig_id: int, stars: int) -> None:
    """Adds a published review to the gig's copies. Call it inside the transaction that published it."""
    gig = Gig.objects.select_for_update().only("stars", "review_count", "rating_hundredths").filter(pk=gig_id).first()
    if gig is None:
        return
    gig.stars[stars - 1] += 1
    gig.review_count = sum(gig.stars)
    total = sum(number * count for number, count in enumerate(gig.stars, 1))
    gig.rating_hundredths = (200 * total + gig.review_count) // (2 * gig.review_count)  # rounded half up
    gig.save(update_fields=["stars", "review_count", "rating_hundredths"])
