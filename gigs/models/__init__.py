from gigs.models.activity import CategoryActivity
from gigs.models.attribute import Attribute, AttributeValue, GigValue
from gigs.models.category import Category, CategorySlug, ShippedCategory
from gigs.models.gallery import Gallery, GalleryItem
from gigs.models.gig import Gig
from gigs.models.gig_draft import GigDraft
from gigs.models.offer import CustomOffer
from gigs.models.package import Extra, Package
from gigs.models.room_wait import RoomWait
from gigs.models.search import SearchChange, SearchConfig, SearchEntry, SearchPhrase, SearchWord, Synonym

__all__ = [
    "Attribute",
    "AttributeValue",
    "Category",
    "CategoryActivity",
    "CategorySlug",
    "CustomOffer",
    "Extra",
    "Gallery",
    "GalleryItem",
    "Gig",
    "GigDraft",
    "GigValue",
    "Package",
    "RoomWait",
    "SearchChange",
    "SearchConfig",
    "SearchEntry",
    "SearchPhrase",
    "SearchWord",
    "Synonym",
    "ShippedCategory",
]
