"""Gigs, as the tests of the catalogue make them."""

from tests.gigs.conftest import at, categories, make_gig, seller

__all__ = ["at", "categories", "make_gig", "seller"]
