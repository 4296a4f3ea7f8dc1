"""Bringing a former content back: as a change like any other, so that nothing is lost by it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from gigs.contracts import GigContent
from gigs.models import AttributeValue, Category
from gigs.selectors.owned import locked_gig
from gigs.services import editing
from gigs.services.attributes import line_of
from gigs.versions.selectors import version_of


@transaction.atomic
def bring_back(*, gig_id: int, seller_id: int, number: int, seen_version: int | None, at: datetime) -> int:
    """Returns the gig's version, which is a new one unless it says the same already.

    Properties that staff have taken out of the category since stay out. Raises as ``edit_gig`` does, and NotFound
    where the version is not kept any more.
    """
    gig = locked_gig(gig_id, seller_id)
    content = possible(version_of(gig, number).content)
    return editing.edit_gig(
        gig_id=gig_id,
        seller_id=seller_id,
        content=content,
        at=at,
        version=seen_version,
        agreed_currency=content.currency,  # the page has said so
    )


def possible(content: GigContent) -> GigContent:
    """Without values that its category does not know any more."""
    category = Category.objects.select_related("parent__parent").filter(slug=content.category_slug).first()
    if category is None or not content.attributes:
        return replace(content, attributes=()) if content.attributes else content
    known = AttributeValue.objects.filter(attribute__category_id__in=line_of(category))
    names = {f"{attribute}:{value}" for attribute, value in known.values_list("attribute__slug", "slug")}
    return replace(content, attributes=tuple(name for name in content.attributes if name in names))
