"""The one address of a page, for those that are in search engines."""

from __future__ import annotations

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag(takes_context=True)
def canonical(context: template.Context) -> SafeString:
    """Without what was asked for in the address: a currency or a place to come back to makes no other page."""
    return format_html('<link rel="canonical" href="{}{}">', settings.SITE_URL, context["request"].path)
