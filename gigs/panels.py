"""A seller's gigs on their public profile."""

from __future__ import annotations

from django.http import HttpRequest

from accounts import api as accounts
from accounts.contracts import ProfilePanel
from gigs import statistics
from gigs.selectors.home import gigs_of_seller
from marketplace.kernel import clock


def profile_gigs(request: HttpRequest, user_id: int) -> ProfilePanel | None:
    cards = gigs_of_seller(user_id, clock.display_now())
    statistics.saw_cards(request, [card.id for card in cards])
    return ProfilePanel("gigs/_profile.html", {"cards": cards}) if cards else None


def profile_heart(request: HttpRequest, user_id: int) -> ProfilePanel | None:
    """Saving a seller; who is none has no gigs to come back for."""
    is_to_save = user_id != request.user.pk and accounts.is_seller(user_id)
    return ProfilePanel("gigs/saved/_on_profile.html", {"seller_id": user_id}) if is_to_save else None
