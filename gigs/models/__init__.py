from gigs.models.attribute import Attribute, AttributeValue, GigValue
from gigs.models.category import Category
from gigs.models.gig import Gig
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
    "SearchChange",
    "SearchConfig",
    "SearchEntry",
    "SearchPhrase",
    "SearchWord",
    "Synonym",
]
__all__ += ["CannedChange", "Concern", "Fingerprint", "Flag", "ForbiddenWord", "GigReview", "ReviewPolicy"]
__all__ += ["SectionNote", "Takedown"]
