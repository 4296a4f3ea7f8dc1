from gigs.models.activity import CategoryActivity
from gigs.models.attribute import Attribute, AttributeValue, GigValue
from gigs.models.bulk import GigCopy, GigImport, GigImportRow
from gigs.models.category import Category, CategorySlug, ShippedCategory
from gigs.models.certificate import Certificate
from gigs.models.demand import SearchDay, SearchDemand, SkillNeighbour
from gigs.models.earning import EarningFigure
from gigs.models.gallery import Gallery, GalleryItem
from gigs.models.gig import Gig
from gigs.models.gig_draft import GigDraft
from gigs.models.guidance import GuidanceFigure, HourlyFloor, PriceHint
from gigs.models.offer import CustomOffer
from gigs.models.package import Extra, Package
from gigs.models.portfolio import Piece, PieceFile
from gigs.models.reviewing import (
    CannedChange,
    Concern,
    Fingerprint,
    Flag,
    ForbiddenWord,
    GigReview,
    ReviewPolicy,
    SectionNote,
    Takedown,
)
from gigs.models.room_wait import RoomWait
from gigs.models.saved import SavedItem, SavedList, WatchedChange
from gigs.models.saved_search import SavedSearch
from gigs.models.search import SearchChange, SearchConfig, SearchEntry, SearchPhrase, SearchWord, Synonym
from gigs.models.share_card import ShareCard
from gigs.models.statistics import FoldedBatch, GigDay, GigRank, GigReceipt
from gigs.models.storefront_report import StorefrontReport
from gigs.models.version import GigVersion

__all__ = [
    "Attribute",
    "AttributeValue",
    "CannedChange",
    "Category",
    "CategoryActivity",
    "CategorySlug",
    "Certificate",
    "Concern",
    "CustomOffer",
    "EarningFigure",
    "Extra",
    "Fingerprint",
    "Flag",
    "FoldedBatch",
    "ForbiddenWord",
    "Gallery",
    "GalleryItem",
    "Gig",
    "GigCopy",
    "GigDay",
    "GigDraft",
    "GigImport",
    "GigImportRow",
    "GigRank",
    "GigReceipt",
    "GigReview",
    "GigValue",
    "GigVersion",
    "GuidanceFigure",
    "HourlyFloor",
    "Package",
    "Piece",
    "PieceFile",
    "PriceHint",
    "ReviewPolicy",
    "RoomWait",
    "SavedItem",
    "SavedList",
    "SavedSearch",
    "SearchChange",
    "SearchConfig",
    "SearchDay",
    "SearchDemand",
    "SearchEntry",
    "SearchPhrase",
    "SearchWord",
    "SectionNote",
    "SkillNeighbour",
    "StorefrontReport",
    "Synonym",
    "ShareCard",
    "ShippedCategory",
    "Takedown",
    "WatchedChange",
]
