"""The frame of a page, for layouts/base.html."""

from __future__ import annotations

from typing import Any

from django import template

from marketplace.pages.frame import Frame

register = template.Library()


@register.simple_tag(takes_context=True)
def frame(context: template.Context, site: dict[str, Any]) -> Frame:
    return Frame(context["request"], site, lambda: str(context.get("csrf_token", "")))
