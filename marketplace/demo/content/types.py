"""Shapes of the demo content. Frozen, so that a loader can share them freely."""

from dataclasses import dataclass
from typing import ClassVar, Literal

QuestionKind = Literal["text", "long_text", "choice", "file", "number", "link"]


@dataclass(frozen=True, slots=True)
class PackageData:
    """One package. `features` are label and value; packages of a gig share their labels, so they can be compared."""

    name: str
    price_minor: int
    promised_minutes: int
    revisions: int
    features: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ExtraData:
    """Something on top. Negative `extra_minutes` brings the delivery forward."""

    title: str
    price_minor: int
    extra_minutes: int


@dataclass(frozen=True, slots=True)
class QuestionData:
    """What the seller asks before starting. `choices` is filled for kind "choice" alone."""

    label: str
    kind: QuestionKind
    required: bool
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GigData:
    """A gig as its seller would have typed it. `seller` is a handle of `marketplace.demo.people`.

    `category` is the craft, `place` the category below it where the gig stands, `values` are "attribute:value".
    """

    key: str
    category: str
    place: str
    values: tuple[str, ...]
    seller: str
    title: str
    description: str
    tags: tuple[str, ...]
    packages: tuple[PackageData, ...]
    checklist: tuple[str, ...]
    extras: tuple[ExtraData, ...]
    faq: tuple[tuple[str, str], ...]
    questions: tuple[QuestionData, ...]
    order_hours: str


@dataclass(frozen=True, slots=True)
class Starter:
    """A filled-in gig that the editor offers. `title_pattern` has [blanks] and is the hint beside the title."""

    key: str
    label: str
    title_pattern: str
    title: str
    description: str
    tags: tuple[str, ...]
    packages: tuple[PackageData, ...]
    checklist: tuple[str, ...]
    extras: tuple[ExtraData, ...]
    faq: tuple[tuple[str, str], ...]
    questions: tuple[QuestionData, ...]


@dataclass(frozen=True, slots=True)
class StarterCategory:
    """A category of a new site. `price_range` is low and high of the usual first package, in EUR cents."""

    slug: str
    name: str
    description: str
    icon: str
    price_range: tuple[int, int]
    starters: tuple[Starter, ...]


@dataclass(frozen=True, slots=True)
class Exchange:
    """What two people write on one order, in the order in which it happens. Empty text: it did not happen."""

    category: str
    brief: str
    question: str
    reply: str
    delivery: str
    revision: str
    second_delivery: str
    thanks: str


@dataclass(frozen=True, slots=True)
class ReviewText:
    """A buyer's review. An empty `category` fits any; `reply` is the seller's, empty where there is none."""

    stars: int
    text: str
    reply: str
    category: str


@dataclass(frozen=True, slots=True)
class DisputeStory:
    """A dispute from claim to decision. `buyer_percent` is the part of the price that goes back to the buyer."""

    ANSWER_PERCENT: ClassVar[int] = 10  # what the answer gives back of the price

    category: str
    ground: str
    filed_by: Literal["buyer", "seller"]
    claim: str
    answer: str
    reason: str
    buyer_percent: int

    @property
    def asked_percent(self) -> int:
        """What whoever files it wants to go back: more than is answered, or it is settled and never decided."""
        return 0 if self.filed_by == "seller" else max(self.buyer_percent, 40)
