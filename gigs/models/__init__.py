from gigs.models.attribute import Attribute, AttributeValue, GigValue
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

__all__ = [
    "Attribute",
    "AttributeValue",
    "Category",
    "CustomOffer",
    "Extra",
    "FoldedBatch",
    "Gig",
    "GigDay",
    "GigValue",
    "GuidanceFigure",
    "HourlyFloor",
    "Package",
    "SavedItem",
    "SavedList",
    "SavedSearch",
    "PriceHint",
    "SearchChange",
    "SearchConfig",
    "SearchEntry",
    "SearchPhrase",
    "SearchWord",
    "Synonym",
    "WatchedChange",
]
__all__ += ["CannedChange", "Concern", "Fingerprint", "Flag", "ForbiddenWord", "GigReview", "ReviewPolicy"]
__all__ += ["SectionNote", "Takedown"]
