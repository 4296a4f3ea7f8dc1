from gigs.models.attribute import Attribute, AttributeValue, GigValue
from gigs.models.bulk import GigCopy, GigImport, GigImportRow
from gigs.models.category import Category
from gigs.models.gig import Gig
from gigs.models.guidance import GuidanceFigure, HourlyFloor, PriceHint
from gigs.models.offer import CustomOffer
from gigs.models.package import Extra, Package
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
from gigs.models.saved import SavedItem, SavedList, WatchedChange
from gigs.models.saved_search import SavedSearch
from gigs.models.search import SearchChange, SearchConfig, SearchEntry, SearchPhrase, SearchWord, Synonym
from gigs.models.statistics import FoldedBatch, GigDay
from gigs.models.version import GigVersion

__all__ = [
    "Attribute",
    "AttributeValue",
    "CannedChange",
    "Category",
    "Concern",
    "CustomOffer",
    "Extra",
    "Fingerprint",
    "Flag",
    "FoldedBatch",
    "ForbiddenWord",
    "Gig",
    "GigCopy",
    "GigDay",
    "GigImport",
    "GigImportRow",
    "GigReview",
    "GigValue",
    "GigVersion",
    "GuidanceFigure",
    "HourlyFloor",
    "Package",
    "PriceHint",
    "ReviewPolicy",
    "SavedItem",
    "SavedList",
    "SavedSearch",
    "SearchChange",
    "SearchConfig",
    "SearchEntry",
    "SearchPhrase",
    "SearchWord",
    "SectionNote",
    "Synonym",
    "Takedown",
    "WatchedChange",
]
