"""What the product ships of the tree of categories, in the reader's language; staff's own words stay as they are."""

from django.utils.translation import pgettext


def said(name: str) -> str:
    """The name or description of a category, attribute or value (``locale/``, context "category")."""
    return pgettext("category", name) if name else ""
