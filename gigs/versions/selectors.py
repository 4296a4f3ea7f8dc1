"""A gig's versions as its seller sees them; the getter of the gig is the permission check."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from gigs.contracts import GigContent, PackageContent
from gigs.models import Category, Gig, GigVersion
from gigs.selectors.owned import content_of
from gigs.versions.differences import Categories, differences
from marketplace.kernel.errors import NotFound

PAGE = 20


@dataclass(frozen=True, slots=True)
class Change:
    """The step from a kept version to the one after it."""

    number: int  # of the version that was replaced
    at: datetime
    sentences: list[str]


@dataclass(frozen=True, slots=True)
class Changes:
    rows: list[Change]
    next_before: int | None  # number before which the next page begins

    @property
    def next_url(self) -> str:
        return f"?before={self.next_before}" if self.next_before else ""


def changes_of(gig: Gig, before: int | None = None) -> Changes:
    """Newest first, so many at a time. Six queries at most."""
    kept = list(_page(gig, before))
    rows, after = [], _content_after(gig, kept[0].number) if kept else None
    categories = category_names()
    for version in kept[:PAGE]:
        content = version.content
        said = differences(content, after, categories) if after else []
        rows.append(Change(version.number, version.replaced_at, said))
        after = content
    return Changes(rows, rows[-1].number if len(kept) > PAGE else None)


def _page(gig: Gig, before: int | None) -> list[GigVersion]:
    found = gig.versions.order_by("-number")
    return list((found.filter(number__lt=before) if before else found)[: PAGE + 1])


def _content_after(gig: Gig, number: int) -> GigContent:
    following = gig.versions.filter(number=number + 1).first()
    return following.content if following else content_of(gig)


def category_names() -> Categories:
    return dict(Category.objects.values_list("slug", "name"))


def version_of(gig: Gig, number: int) -> GigVersion:
    """Raises NotFound where there is none, or it is not kept any more."""
    found = gig.versions.filter(number=number).first()
    if found is None:
        raise NotFound(_("This version is not kept any more."))
    return found


def comparison(packages: tuple[PackageContent, ...]) -> list[tuple[str, list[str]]]:
    """Each line of the comparison with its value in every package."""
    labels = dict.fromkeys(label for package in packages for label, _value in package.features)
    return [(label, [dict(package.features).get(label, "") for package in packages]) for label in labels]
