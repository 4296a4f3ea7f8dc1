from __future__ import annotations

from gigs import starters
from gigs.models import Category


def load_categories() -> tuple[int, int]:
    """Writes the shipped categories; returns how many are new and how many were brought up to date.

    Repeatable: a category is known by its slug, others are left alone.
    """
    created = 0
    for position, shipped in enumerate(starters.all_categories()):
        _category, is_new = Category.objects.update_or_create(
            slug=shipped.slug,
            defaults={
                "name": shipped.name,
                "description": shipped.description,
                "icon": shipped.icon,
                "position": position,
                "usual_low_minor": shipped.usual_low_minor,
                "usual_high_minor": shipped.usual_high_minor,
            },
        )
        created += is_new
    return created, len(starters.all_categories()) - created
