"""The door to the catalogue. Other apps import this, ``gigs.contracts`` and nothing else of gigs."""

from gigs.certificates.services import Statement
from gigs.certificates.services import add as add_certificate
from gigs.certificates.services import check as check_certificates
from gigs.covers import store as store_cover
from gigs.covers import store_variants as store_cover_variants
from gigs.favourites.items import save as keep
from gigs.favourites.lists import create as create_list
from gigs.favourites.selectors import lists_of as saved_lists
from gigs.favourites.target import Target
from gigs.insights.searches import add as add_searches
from gigs.portfolio.consent import answer as answer_consent
from gigs.portfolio.consent import ask as ask_consent
from gigs.portfolio.services import Content as PieceContent
from gigs.portfolio.services import create as create_piece
from gigs.portfolio.tasks import prepare_waiting_pieces as prepare_pieces
from gigs.reviewing.concerns import report
from gigs.reviewing.policy import choose as choose_review
from gigs.reviewing.states import Mode as ReviewMode
from gigs.saved_searches.services import save as save_search
from gigs.saved_searches.states import Pace
from gigs.selectors.catalogue import search
from gigs.selectors.categories import count_open as count_categories
from gigs.selectors.home import categories_with_counts, gigs_of_seller, home_sections
from gigs.selectors.owned import has_published, rows_of_seller
from gigs.selectors.public import (
    PublicPage,
    highest_gig_id,
    highest_seller_id,
    public_categories,
    public_gigs,
    sellers_with_gigs,
)
from gigs.services.again import Again, again
from gigs.services.categories import lend_cover
from gigs.services.category_counts import count_gigs as count_gigs_of_categories
from gigs.services.category_counts import count_orders as count_orders_of_categories
from gigs.services.category_loading import load_categories
from gigs.services.editing import create_gig, draw_cover, edit_gig, set_cover, upload_cover
from gigs.services.fees import own_fees
from gigs.services.ordering import SOURCE_KIND, OrderRequest, order
from gigs.services.publishing import archive, pause, publish, restore
from gigs.services.terms import Selection
from gigs.statistics import saw_cards
from gigs.statistics.counting import Count as GigCount
from gigs.statistics.searching import Searched
from gigs.statistics.services import add as add_figures

__all__ = [
    "SOURCE_KIND",
    "Again",
    "GigCount",
    "OrderRequest",
    "Pace",
    "PublicPage",
    "PieceContent",
    "ReviewMode",
    "Searched",
    "Selection",
    "Statement",
    "Target",
    "add_certificate",
    "add_figures",
    "again",
    "add_searches",
    "answer_consent",
    "ask_consent",
    "archive",
    "categories_with_counts",
    "check_certificates",
    "choose_review",
    "count_categories",
    "count_gigs_of_categories",
    "count_orders_of_categories",
    "create_gig",
    "create_list",
    "create_piece",
    "draw_cover",
    "edit_gig",
    "gigs_of_seller",
    "highest_gig_id",
    "highest_seller_id",
    "has_published",
    "home_sections",
    "keep",
    "lend_cover",
    "load_categories",
    "order",
    "own_fees",
    "pause",
    "public_categories",
    "public_gigs",
    "prepare_pieces",
    "publish",
    "report",
    "restore",
    "rows_of_seller",
    "save_search",
    "saved_lists",
    "saw_cards",
    "search",
    "sellers_with_gigs",
    "set_cover",
    "store_cover",
    "store_cover_variants",
    "upload_cover",
]
