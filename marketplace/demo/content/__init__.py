"""The written part of the demo: categories, gigs and what people say to each other. Pure data, read once per process.

The door for the loader: `categories()`, `gigs()`, `exchanges()`, `reviews()`, `dispute_stories()`. Prices are EUR cents
(`price_minor`), promises and extra times are minutes.
"""

from marketplace.demo.content.reader import categories, dispute_stories, exchanges, gigs, reviews
from marketplace.demo.content.types import (
    DisputeStory,
    Exchange,
    ExtraData,
    GigData,
    PackageData,
    QuestionData,
    ReviewText,
    Starter,
    StarterCategory,
)

__all__ = [
    "DisputeStory",
    "Exchange",
    "ExtraData",
    "GigData",
    "PackageData",
    "QuestionData",
    "ReviewText",
    "Starter",
    "StarterCategory",
    "categories",
    "dispute_stories",
    "exchanges",
    "gigs",
    "reviews",
]
