"""The editor's steps: which part of a gig's content each of them writes."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Step:
    slug: str
    label: str | Promise
    fields: tuple[str, ...]  # of GigContent
    more_places: tuple[str, ...] = ()  # where problems of this step may sit, beside its fields

    def has_place(self, place: str) -> bool:
        """Whether a problem at "packages-1" is one of this step."""
        name = place.partition("-")[0]
        return name in self.fields or name in self.more_places


STEPS = (
    Step(
        "what",
        _("What you do"),
        ("category_slug", "title", "description", "tags", "attributes", "language", "languages"),
        ("category",),
    ),
    Step(
        "packages",
        _("Packages"),
        ("currency", "packages", "extras", "quantity_discounts"),
        ("features", "currency_agreed"),
    ),
    Step("needs", _("What you need"), ("questions", "checklist")),
    Step("answers", _("Answers and use"), ("faq", "licence", "ai_use", "ai_note", "preview")),
    Step("pictures", _("Pictures"), (), ("cover", "alt")),
    Step("selling", _("Selling"), ("hours", "asks_first", "queue_limit", "away_until", "is_private")),
)
FIRST = STEPS[0]


def by_slug(slug: str) -> Step | None:
    return next((step for step in STEPS if step.slug == slug), None)


def of_place(place: str) -> Step:
    """The step where a problem is mended; what belongs to none, to the first."""
    return next((step for step in STEPS if step.has_place(place)), FIRST)


def after(step: Step) -> Step | None:
    return next((later for earlier, later in zip(STEPS, STEPS[1:], strict=False) if earlier is step), None)


def before(step: Step) -> Step | None:
    return next((earlier for earlier, later in zip(STEPS, STEPS[1:], strict=False) if later is step), None)
