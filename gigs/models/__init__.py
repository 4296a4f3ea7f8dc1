from gigs.models.category import Category
from gigs.models.gig import Gig
from gigs.models.offer import CustomOffer
from gigs.models.package import Extra, Package

__all__ = ["Category", "CustomOffer", "Extra", "Gig", "Package"]
