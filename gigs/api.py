"""The door to the catalogue. Other apps import this, ``gigs.contracts`` and nothing else of gigs."""

from gigs.covers import store as store_cover
from gigs.covers import store_variants as store_cover_variants
from gigs.reviewing.concerns import report
from gigs.reviewing.policy import choose as choose_review
from gigs.reviewing.states import Mode as ReviewMode
from gigs.selectors.catalogue import search
from gigs.selectors.home import categories_with_counts, gigs_of_seller, home_sections
from gigs.selectors.owned import rows_of_seller
from gigs.services.categories import load_categories
from gigs.services.editing import create_gig, draw_cover, edit_gig, set_cover, upload_cover
from gigs.services.ordering import OrderRequest, order
from gigs.services.publishing import archive, pause, publish, restore
from gigs.services.terms import Selection

__all__ = [
    "OrderRequest",
    "ReviewMode",
    "Selection",
    "archive",
    "categories_with_counts",
    "choose_review",
    "create_gig",
    "draw_cover",
    "edit_gig",
    "gigs_of_seller",
    "home_sections",
    "load_categories",
    "order",
    "pause",
    "publish",
    "report",
    "restore",
    "rows_of_seller",
    "search",
    "set_cover",
    "store_cover",
    "store_cover_variants",
    "upload_cover",
]
