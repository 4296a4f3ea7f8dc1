"""What the product ships of the tree of categories, in the reader's language; what staff wrote stays as they wrote it."""

from django.utils.translation import pgettext


def said(name: str) -> str:
    """The name or description of a category, attribute or value (``locale/``, context "category")."""
    return pgettext("category", name) if name else ""
