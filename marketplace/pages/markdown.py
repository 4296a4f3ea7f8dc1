"""Texts that are kept as Markdown, as HTML, with the site's own figures in their places."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape

import nh3
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

PLACE = re.compile(r"\{\{\s*(\w+)\s*\}\}")

_READER = MarkdownIt("commonmark", {"html": False}).enable("table")
_TAGS = {"p", "br", "hr", "h2", "h3", "h4", "ul", "ol", "li", "strong", "em", "a", "blockquote", "code"} | {
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
}
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}


def filled(text: str, figures: Mapping[str, str]) -> str:
    """``{{ name }}`` by what the site says; a name that nobody knows stays to be seen."""
    return PLACE.sub(lambda found: figures.get(found[1], found[0]), text)


def used(text: str, figures: Mapping[str, str]) -> dict[str, str]:
    """Those of the figures that the text has a place for."""
    return {name: figures[name] for name in PLACE.findall(text) if name in figures}


def unknown(text: str, figures: Mapping[str, str]) -> list[str]:
    """Names of places that nothing fills."""
    return sorted({name for name in PLACE.findall(text) if name not in figures})


def html(text: str) -> SafeString:
    """Headings begin at h2: the page has the h1."""
    tokens = _READER.parse(text)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"} and token.tag == "h1":
            token.tag = "h2"
    made = _READER.renderer.render(tokens, _READER.options, {})
    cleaned = nh3.clean(made, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes={"http", "https", "mailto"})
    return mark_safe(cleaned)  # noqa: S308 - cleaned in the line before


def plain(text: str) -> str:
    """The words alone, for searches and their snippets."""
    return " ".join(unescape(strip_tags(_READER.render(text))).split())
