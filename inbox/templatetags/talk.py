"""What people write, on a page ({% load talk %})."""

from __future__ import annotations

from django import template
from django.utils.html import linebreaks
from django.utils.safestring import SafeString, mark_safe

from inbox import links

register = template.Library()


@register.filter
def written(text: str) -> SafeString:
    """Paragraphs and links; a link that leads away opens a page that says where it leads."""
    return mark_safe(linebreaks(links.linked(text), autoescape=False))  # noqa: S308 - escaped by ``linked``
