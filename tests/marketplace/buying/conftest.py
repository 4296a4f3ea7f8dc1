"""A category, people and gigs, as the tests of gigs have them."""

from tests.gigs.conftest import (  # noqa: F401 - fixtures
    as_buyer,
    as_seller,
    at,
    buyer,
    categories,
    gig,
    make_gig,
    seller,
)
