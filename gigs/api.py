"""The door to the catalogue. Other apps import this, ``gigs.contracts`` and nothing else of gigs."""

from gigs.covers import store as store_cover
from gigs.covers import store_variants as store_cover_variants
from gigs.favourites.items import save as keep
from gigs.favourites.lists import create as create_list
from gigs.favourites.target import Target
from gigs.reviewing.concerns import report
from gigs.reviewing.policy import choose as choose_review
from gigs.reviewing.states import Mode as ReviewMode
from gigs.saved_searches.services import save as save_search
from gigs.saved_searches.states import Pace
from gigs.selectors.catalogue import search
from gigs.selectors.categories import count_open as count_categories
from gigs.selectors.home import categories_with_counts, gigs_of_seller, home_sections
from gigs.selectors.owned import has_published, rows_of_seller
from gigs.services.categories import lend_cover
from gigs.services.category_counts import count_gigs as count_gigs_of_categories
from gigs.services.category_counts import count_orders as count_orders_of_categories
from gigs.services.category_loading import load_categories
from gigs.services.editing import create_gig, draw_cover, edit_gig, set_cover, upload_cover
from gigs.services.fees import own_fees
from gigs.services.ordering import OrderRequest, order
from gigs.services.publishing import archive, pause, publish, restore
from gigs.services.terms import Selection
from gigs.statistics import saw_cards
from gigs.statistics.counting import Count as GigCount
from gigs.statistics.services import add as add_figures

__all__ = [
    "GigCount",
    "OrderRequest",
    "Pace",
    "ReviewMode",
    "Selection",
    "Target",
    "add_figures",
    "archive",
    "categories_with_counts",
    "choose_review",
    "count_categories",
    "count_gigs_of_categories",
    "count_orders_of_categories",
    "create_gig",
    "create_list",
    "draw_cover",
    "edit_gig",
    "gigs_of_seller",
    "has_published",
    "home_sections",
    "keep",
    "lend_cover",
    "load_categories",
    "order",
    "own_fees",
    "pause",
    "publish",
    "report",
    "restore",
    "rows_of_seller",
    "save_search",
    "saw_cards",
    "search",
    "set_cover",
    "store_cover",
    "store_cover_variants",
    "upload_cover",
]
