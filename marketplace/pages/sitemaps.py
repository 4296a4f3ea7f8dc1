"""What search engines are told of, in files of at most so many addresses; each file costs a fixed number of queries."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import SitemapIndexItem, x_robots_tag
from django.contrib.sitemaps.views import sitemap as one_file
from django.core.paginator import EmptyPage, PageNotAnInteger
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

import accounts.api
import gigs.api
from gigs.api import PublicPage
from marketplace.pages.help import articles
from marketplace.pages.legal import texts
from marketplace.pages.models import Kind

if TYPE_CHECKING:
    _Sitemap = Sitemap[PublicPage]
else:
    _Sitemap = Sitemap

MOST_IN_A_FILE = 2_000
_PAGES = ("home", "protection", "fees", "selling", "about_money", "help")


@dataclass(frozen=True, slots=True)
class _Page:
    object_list: list[PublicPage]


@dataclass(frozen=True, slots=True)
class Ranges:
    """Pages that are ranges of ids, and not so many rows: none has to skip over those before."""

    highest: Callable[[], int]
    between: Callable[[int, int], list[PublicPage]]

    @property
    def num_pages(self) -> int:
        return max(1, math.ceil(self.highest() / MOST_IN_A_FILE))

    def page(self, typed: Any) -> _Page:
        """Raises EmptyPage and PageNotAnInteger, as Django's paginator does."""
        try:
            number = int(typed)
        except ValueError as error:
            raise PageNotAnInteger("not a number") from error
        if not 1 <= number <= self.num_pages:
            raise EmptyPage("there are fewer pages")
        return _Page(self.between((number - 1) * MOST_IN_A_FILE, number * MOST_IN_A_FILE))


class _Own(_Sitemap):
    """Addresses below SITE_URL, whatever host was asked."""

    limit = MOST_IN_A_FILE

    def get_protocol(self, protocol: str | None = None) -> str:
        return str(settings.SITE_URL).partition("://")[0]

    def get_domain(self, site: Any = None) -> str:
        return str(settings.SITE_URL).partition("://")[2]

    def location(self, item: PublicPage) -> str:
        return item.url

    def lastmod(self, item: PublicPage) -> datetime | None:
        return item.changed_at

    def get_latest_lastmod(self) -> datetime | None:
        return None  # it would read every row


class Pages(_Own):
    def items(self) -> list[PublicPage]:
        names = [f"pages:{name}" for name in _PAGES] + ["gigs:categories", "gigs:search", "gigs:estimate"]
        names += ["orders:reputation", "orders:guide"]
        pages = [PublicPage(reverse(name)) for name in names]
        legal = [(kind, texts.in_force(kind).version) for kind in Kind]
        return pages + [PublicPage(reverse(f"pages:{kind}"), since.published_at) for kind, since in legal if since]


class Help(_Own):
    def items(self) -> list[PublicPage]:
        return [PublicPage(article.url) for article in articles.all_of(articles.FALLBACK).values()]


class Categories(_Own):
    def items(self) -> list[PublicPage]:
        return gigs.api.public_categories()


class Gigs(_Own):
    @property
    def paginator(self) -> Any:
        return Ranges(gigs.api.highest_gig_id, gigs.api.public_gigs)


class Storefronts(_Own):
    @property
    def paginator(self) -> Any:
        return Ranges(gigs.api.highest_seller_id, _storefronts)


def _storefronts(after: int, upto: int) -> list[PublicPage]:
    """Two queries."""
    changed = gigs.api.sellers_with_gigs(after, upto)
    people = accounts.api.people(changed)
    return [
        PublicPage(reverse("accounts:profile", args=[people[pk].handle]), at)
        for pk, at in changed.items()
        if pk in people
    ]


_KINDS: dict[str, type[_Own]] = {
    "pages": Pages,
    "help": Help,
    "categories": Categories,
    "gigs": Gigs,
    "storefronts": Storefronts,
}


@require_safe
@cache_control(public=True, max_age=3600)
@x_robots_tag
def index(request: HttpRequest) -> HttpResponse:
    """All files with their pages, below SITE_URL."""
    files = []
    for name, kind in _KINDS.items():
        address = f"{settings.SITE_URL}{reverse('pages:sitemap', args=[name])}"
        files.append(SitemapIndexItem(address))
        files += [SitemapIndexItem(f"{address}?p={page}") for page in range(2, kind().paginator.num_pages + 1)]
    return TemplateResponse(request, "sitemap_index.xml", {"sitemaps": files}, content_type="application/xml")


@require_safe
@cache_control(public=True, max_age=3600)
def sitemap(request: HttpRequest, section: str) -> HttpResponse:
    """One page of one file."""
    return one_file(request, {**_KINDS}, section=section)
