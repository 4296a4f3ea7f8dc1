"""A seller's gigs on their public profile."""

from __future__ import annotations

from django.http import HttpRequest

from accounts.contracts import ProfilePanel
from gigs.selectors.home import gigs_of_seller
from marketplace.kernel import clock


def profile_gigs(request: HttpRequest, user_id: int) -> ProfilePanel | None:
    cards = gigs_of_seller(user_id, clock.display_now())
    return ProfilePanel("gigs/_profile.html", {"cards": cards}) if cards else None
