"""Words that the product ships for staff, in the reader's language; what the operator writes stays as it is."""

from django.utils.translation import pgettext


def said(text: str) -> str:
    """A title or text of a canned change or reason (``locale/``, context "canned")."""
    return pgettext("canned", text) if text else ""
