from gigs.models.attribute import Attribute, AttributeValue, GigValue
from gigs.models.bulk import GigCopy, GigImport, GigImportRow
from gigs.models.category import Category
from gigs.models.gig import Gig
from gigs.models.offer import CustomOffer
from gigs.models.package import Extra, Package
from gigs.models.search import SearchChange, SearchConfig, SearchEntry, SearchPhrase, SearchWord, Synonym
from gigs.models.version import GigVersion

__all__ = [
    "Attribute",
    "AttributeValue",
    "Category",
    "CustomOffer",
    "Extra",
    "Gig",
    "GigCopy",
    "GigImport",
    "GigImportRow",
    "GigValue",
    "GigVersion",
    "Package",
    "SearchChange",
    "SearchConfig",
    "SearchEntry",
    "SearchPhrase",
    "SearchWord",
    "Synonym",
]
