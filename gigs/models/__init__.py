from gigs.models.attribute import Attribute, AttributeValue, GigValue
from gigs.models.category import Category
from gigs.models.gig import Gig
from gigs.models.offer import CustomOffer
from gigs.models.package import Extra, Package
from gigs.models.saved import SavedItem, SavedList, WatchedChange
from gigs.models.saved_search import SavedSearch
from gigs.models.search import SearchChange, SearchConfig, SearchEntry, SearchPhrase, SearchWord, Synonym

__all__ = [
    "Attribute",
    "AttributeValue",
    "Category",
    "CustomOffer",
    "Extra",
    "Gig",
    "GigValue",
    "Package",
    "SavedItem",
    "SavedList",
    "SavedSearch",
    "SearchChange",
    "SearchConfig",
    "SearchEntry",
    "SearchPhrase",
    "SearchWord",
    "Synonym",
    "WatchedChange",
]
