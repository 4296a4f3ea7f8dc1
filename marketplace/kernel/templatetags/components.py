"""Template tags and filters that every page uses (``{% load components %}``); documented in docs/interface.md."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import uuid4
from zlib import crc32

from django import template
from django.forms import BoundField
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from heroicons.templatetags import heroicons

from marketplace.kernel import clock, currencies, identity, words
from marketplace.kernel.money import Money, decimals, exponent, payable_step

register = template.Library()

_AVATAR_COLOURS = 8
_OF_STYLE = re.compile(r' (?:fill|stroke|stroke-width|stroke-linecap|stroke-linejoin|clip-rule)="[^"]*"|\n *| (?=/>)')
_POINTS = re.compile(r"-(?:left|right)\b")  # turned round where pages are read from right to left
_NO_MARKUP = {ord(one): f"\\u{ord(one):04x}" for one in "<>&"}
_MAX_STARS = 5
_INPUT_CLASSES = {
    "checkbox": "checkbox checkbox-primary",
    "file": "file-input",
    "select": "select",
    "selectmultiple": "select",
    "textarea": "textarea",
    "radioselect": "radio radio-primary",
    "checkboxselectmultiple": "checkbox checkbox-primary",
    "hidden": "",
}


def _drawn_once(tag: Callable[..., str]) -> None:
    """Puts a tag of heroicons in its own place, which else draws every icon of every page anew.

    What all icons of a style share stands in assets/css/base.css, not in each of them.
    """
    style = tag.__name__.replace("heroicon_", "icon-")

    @lru_cache(maxsize=512)
    def drawn(name: str, classes: str, options: tuple[tuple[str, object], ...]) -> SafeString:
        turns = "icon-turns" if _POINTS.search(name) else ""
        whole = tag(name, size=None, **{"class": " ".join(f"{style} {turns} {classes}".split())}, **dict(options))
        return SafeString(_OF_STYLE.sub("", whole))

    def icon(name: str, **options: object) -> SafeString:
        return drawn(name, str(options.pop("class", "")), tuple(options.items()))

    register.simple_tag(icon, name=tag.__name__)


for _tag in (heroicons.heroicon_mini, heroicons.heroicon_outline, heroicons.heroicon_solid):
    _drawn_once(_tag)


@register.filter
def money(amount: Money | None) -> str:
    """``Money(5800, "EUR")`` as "€58.00", or "58,00 €" where the reader's language writes it so."""
    return "" if amount is None else words.amount(amount)


@register.simple_tag
def currency_data(code: str) -> SafeString:
    """What the scripts need to count and write amounts of a currency; static/js/money.js says what each is."""
    facts = code, exponent(code), decimals(code), payable_step(code)
    return format_html('data-currency="{}" data-places="{}" data-shown="{}" data-step="{}"', *facts)


@register.inclusion_tag("components/currency_switch.html")
def currency_switch(current: str) -> dict[str, Any]:
    """Links to the same page in the site's other currencies."""
    return {"codes": currencies.settled(), "current": current}


@register.filter
def currency_name(code: str) -> str:
    """ "EUR" as "Euro"."""
    return words.currency_name(code)


@register.filter
def duration(span_minutes: int | None) -> str:
    """Minutes as "40 min", "22 h", "4 days"."""
    return words.duration(span_minutes) if span_minutes else ""


@register.filter
def minutes(span: timedelta) -> int:
    """A timedelta as whole minutes, for ``|duration``."""
    return int(span.total_seconds()) // 60


@register.filter
def percent(basis_points: int) -> str:
    """1/10,000 as the language writes a share: 1000 as "10 %", 250 as "2.5 %"."""
    return words.percent(basis_points)


@register.filter
def when(moment: datetime | None) -> str:
    """A time of day where it is near: "today 17:40", "Tue 12:08", "12 May"; in the reader's zone."""
    return "" if moment is None else words.when(moment, clock.display_now())


@register.filter
def relative(moment: datetime | None) -> str:
    """Distance from now: "in 2 h 10 min", "3 min ago"."""
    return "" if moment is None else words.relative(moment, clock.display_now())


@register.filter
def left(moment: datetime | None) -> str:
    """What remains until then, short: "2 d 23 h", "9 min"; "" when it has passed."""
    return "" if moment is None else words.left(moment, clock.display_now())


def _if_any(said: Callable[[date], str]) -> Callable[[date | None], str]:
    return lambda value: said(value) if value else ""


for _said in (words.day, words.day_of_year, words.short_day, words.month):
    register.filter(_said.__name__, _if_any(_said))


@register.simple_tag
def moment(value: datetime | None) -> SafeString | str:
    """A ``<time>`` element: the words of ``when``, with the exact time for machines and on hover."""
    if value is None:
        return ""
    exact = words.exact(value)
    return format_html('<time datetime="{}" title="{}">{}</time>', value.isoformat(), exact, when(value))


@register.simple_tag
def due(value: datetime | None) -> SafeString | str:
    """A due badge: plain over 24 hours, yellow under 24, red when late."""
    if value is None:
        return ""
    text, tone = words.due(value, clock.display_now())
    return format_html('<span class="due {}">{}</span>', f"due-{tone}" if tone else "", text)


@register.filter
def avatar_class(name: object) -> str:
    """One of eight avatar colours, the same for a name on every page and every server."""
    return f"av-{crc32(str(name).encode()) % _AVATAR_COLOURS}"


@register.filter
def small_portrait(url: str) -> str:
    """The rendition of 96 pixels (``accounts.services.portraits``) of a portrait, for rows and cards."""
    return url.replace("-256.webp", "-96.webp")


@register.filter
def initial(name: object) -> str:
    """The letter on an avatar without a picture."""
    return str(name).strip()[:1].upper() or "?"


@register.filter
def star_marks(rating: Any) -> list[bool]:
    """Five booleans: which stars are filled for this rating (rounded to the nearest whole)."""
    filled = round(float(rating or 0))
    return [position < filled for position in range(_MAX_STARS)]


@register.filter
def suffix(filename: object) -> str:
    """The part of a file name that a small tile shows: "xlsx"."""
    _stem, dot, ending = str(filename).rpartition(".")
    return ending[:4].lower() if dot else _("file")


@register.inclusion_tag("components/breadcrumbs.html")
def crumbs(*parts: object) -> dict[str, list[tuple[str, str]]]:
    """``{% crumbs "Orders" orders_url "7K3M" %}``: pairs of label and address; the last may stand alone."""
    labels = [str(part) for part in parts[::2]]
    urls = [str(part) for part in parts[1::2]] + [""]
    return {"items": list(zip(labels, urls, strict=False))}


@register.simple_tag
def json_ld(data: dict[str, Any]) -> SafeString:
    """Structured data for machines. No browser runs a block of data, so that no policy for scripts asks for it."""
    text = json.dumps(data, ensure_ascii=False).translate(_NO_MARKUP)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308 - no "<" is left in it


@register.simple_tag
def form_key() -> str:
    """For a hidden field: what was done for one key is not done again, however often its form is sent."""
    return uuid4().hex


@register.simple_tag
def site_identity() -> identity.Identity:
    """Name, logo and colour of the site, for letters."""
    return identity.current()


@register.simple_tag(takes_context=True)
def site_facts(context: template.Context) -> dict[str, Any]:
    """The site's name and tagline, also where a view (allauth's) calls something else `site`."""
    return next((layer["site"] for layer in context.dicts if isinstance(layer.get("site"), dict)), {})


@register.simple_tag(takes_context=True)
def current(context: template.Context, url: str) -> SafeString | str:
    """``aria-current="page"`` when this address is the page's own."""
    request = context.get("request")
    is_here = bool(url) and request is not None and request.path == url
    return SafeString('aria-current="page"') if is_here else ""


@register.simple_tag
def field(bound: BoundField, **options: Any) -> str:
    """A form field with label, help, error and their ARIA links, from components/field.html.

    Options: label, help, prefix, suffix, hide_label, optional (False hides the word "optional"), autofocus;
    every other option becomes an attribute of the input (``_`` is written ``-``): ``rows=3 data_total=1``.
    """
    own = {"label", "help", "prefix", "suffix", "hide_label", "optional"}
    settings = {name: options.pop(name) for name in own & options.keys()}
    kind = _kind(bound)
    attrs = {name.replace("_", "-"): value for name, value in options.items()} | _aria(bound, settings)
    attrs["class"] = f"{_INPUT_CLASSES.get(kind, 'input')} {attrs.get('class', '')}".strip()
    if bound.errors and bound.name == next(iter(bound.form.errors)):
        attrs["autofocus"] = True
    context = {"optional": True} | settings | {"field": bound, "is_choice": kind == "checkbox"}
    context |= {"is_group": bound.use_fieldset, "control": _control(bound, attrs)}
    return render_to_string("components/field.html", context)


def _control(bound: BoundField, attrs: dict[str, Any]) -> str:
    if not bound.use_fieldset:
        return bound.as_widget(attrs=attrs)
    # A group is drawn option by option in the template; each option takes the widget's attributes.
    bound.field.widget.attrs |= {name: value for name, value in attrs.items() if name != "aria-invalid"}
    return ""


def _kind(bound: BoundField) -> str:
    widget = bound.field.widget
    name = type(widget).__name__.lower()
    return name if name in _INPUT_CLASSES else str(getattr(widget, "input_type", "") or name)


def _aria(bound: BoundField, settings: dict[str, Any]) -> dict[str, Any]:
    described = [f"{bound.auto_id}_helptext"] if settings.get("help") or bound.help_text else []
    if bound.errors:
        described.append(f"{bound.auto_id}_error")
    attrs: dict[str, Any] = {"aria-describedby": " ".join(described)} if described else {}
    return attrs | ({"aria-invalid": "true"} if bound.errors else {})
