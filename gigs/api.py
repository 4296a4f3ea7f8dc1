"""The door to the catalogue. Other apps import this, ``gigs.contracts`` and nothing else of gigs."""

from gigs.covers import store as store_cover
from gigs.covers import store_variants as store_cover_variants
from gigs.selectors.catalogue import search
from gigs.selectors.home import categories_with_counts, gigs_of_seller, home_sections
from gigs.selectors.owned import rows_of_seller
from gigs.services.categories import lend_cover
from gigs.services.category_counts import count_gigs as count_gigs_of_categories
from gigs.services.category_counts import count_orders as count_orders_of_categories
from gigs.services.category_loading import load_categories
from gigs.services.editing import create_gig, draw_cover, edit_gig, set_cover, upload_cover
from gigs.services.fees import own_fees
from gigs.services.ordering import OrderRequest, order
from gigs.services.publishing import archive, pause, publish, restore
from gigs.services.terms import Selection

__all__ = [
    "OrderRequest",
    "Selection",
    "archive",
    "categories_with_counts",
    "count_gigs_of_categories",
    "count_orders_of_categories",
    "create_gig",
    "draw_cover",
    "edit_gig",
    "gigs_of_seller",
    "home_sections",
    "lend_cover",
    "load_categories",
    "order",
    "own_fees",
    "pause",
    "publish",
    "restore",
    "rows_of_seller",
    "search",
    "set_cover",
    "store_cover",
    "store_cover_variants",
    "upload_cover",
]
