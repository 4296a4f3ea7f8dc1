"""A seller's gigs, and what goes with them, on their public page."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from accounts.contracts import Person, ProfilePanel
from gigs import statistics
from gigs.models import Certificate
from gigs.portfolio.selectors import shown_pieces
from gigs.selectors.home import gigs_of_seller
from gigs.services.absence import resting
from gigs.sharing.heads import head_of_seller
from marketplace.kernel import clock

PAGE = "gigs"  # the parameter with which a further page of gigs begins
PIECES = 9  # of the portfolio; all of them have a page


def profile_gigs(request: HttpRequest, person: Person) -> ProfilePanel | None:
    """A page of cards; further ones are below the same address."""
    if not person.is_seller:
        return None
    cards, following = gigs_of_seller(person.id, clock.display_now(), request.GET.get(PAGE, ""))
    statistics.saw_cards(request, [card.id for card in cards])
    is_own = request.user.pk == person.id
    if not cards and PAGE not in request.GET and not is_own:
        return None
    context: dict[str, object] = {
        "cards": cards,
        "is_first": PAGE not in request.GET,
        "next_url": f"{request.path}?{urlencode({PAGE: following})}#gigs-of-seller" if following else "",
        "is_own": is_own,
    }
    return ProfilePanel("gigs/storefront/_gigs.html", context)


def profile_work(request: HttpRequest, person: Person) -> ProfilePanel | None:
    """The first pieces of the portfolio, and how to begin one for its seller."""
    pieces, is_own = shown_pieces(person) if person.is_seller else [], request.user.pk == person.id
    if not pieces and not (is_own and person.is_seller):
        return None
    more_url = reverse("gigs:works", args=[person.handle]) if len(pieces) > PIECES else ""
    context: dict[str, object] = {"pieces": pieces[:PIECES], "more_url": more_url, "is_own": is_own}
    return ProfilePanel("gigs/portfolio/_on_profile.html", context)


def profile_certificates(request: HttpRequest, person: Person) -> ProfilePanel | None:
    """What they have passed, by their own word or checked by us. One query."""
    is_own = request.user.pk == person.id
    rows = list(Certificate.objects.filter(seller_id=person.id)) if person.is_seller else []
    if not rows and not (is_own and person.is_seller):
        return None
    return ProfilePanel("gigs/certificates/_on_profile.html", {"rows": rows, "is_own": is_own})


def profile_heart(request: HttpRequest, person: Person) -> ProfilePanel | None:
    """Saving a seller; who is none has no gigs to come back for."""
    is_to_save = person.id != request.user.pk and person.is_seller
    return ProfilePanel("gigs/saved/_on_profile.html", {"seller_id": person.id}, "acts") if is_to_save else None


def profile_share(_request: HttpRequest, person: Person) -> ProfilePanel | None:
    return ProfilePanel("gigs/sharing/_on_profile.html", {"person": person}, "acts") if person.is_seller else None


def profile_report(request: HttpRequest, person: Person) -> ProfilePanel | None:
    if person.id == request.user.pk or not person.is_seller:
        return None
    return ProfilePanel("gigs/storefront/_report.html", {"person": person})


def profile_availability(_request: HttpRequest, person: Person) -> ProfilePanel | None:
    """Away, with the day of return, or taking orders; nothing where nothing is offered. One query."""
    is_offered, until = resting(person.id, clock.display_now()) if person.is_seller else (False, None)
    if not is_offered:
        return None
    return ProfilePanel("gigs/storefront/_availability.html", {"until": until}, "facts")


def profile_head(request: HttpRequest, person: Person) -> ProfilePanel | None:
    """What machines read: canonical address, card for links, structured data. Three queries."""
    if not person.is_seller:
        return None
    context: dict[str, object] = {
        "head": head_of_seller(person, clock.display_now()),
        "is_further": PAGE in request.GET,
    }
    return ProfilePanel("gigs/sharing/_head.html", context, "head")
