"""The articles of the help pages: ``help/<language>/<slug>.md``, read once by each process.

A file begins with lines ``title:``, ``topic:``, ``order:`` and ``keywords:`` between two lines of dashes; then comes
Markdown, with ``{{ name }}`` where a figure of the site belongs (figures.py).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

FALLBACK = "en"
_FENCE = "---"


@dataclass(frozen=True, slots=True)
class Topic:
    key: str
    name: Promise
    note: Promise
    icon: str
    articles: tuple[Article, ...] = ()


@dataclass(frozen=True, slots=True)
class Article:
    slug: str
    language: str
    title: str
    topic: str
    order: int
    keywords: str
    text: str  # Markdown with places

    @property
    def url(self) -> str:
        return reverse("pages:help_article", args=[self.slug])


TOPICS = (
    Topic("buying", _("Buying"), _("Find somebody, see the whole price, pay."), "shopping-bag"),
    Topic("orders", _("An order, step by step"), _("From paying to accepting, and who does what when."), "list-bullet"),
    Topic("money", _("Money and refunds"), _("Where it is, what comes back, and when."), "banknotes"),
    Topic("selling", _("Selling"), _("Gigs, prices, promises and how you are found."), "rectangle-stack"),
    Topic("paid", _("Getting paid"), _("From accepted work to your bank."), "building-library"),
    Topic("trouble", _("When something is wrong"), _("Late work, disputes, and how they are decided."), "scale"),
    Topic("account", _("Account and safety"), _("Signing in, privacy, and staying out of trouble."), "shield-check"),
)


def current_language() -> str:
    """Of the articles: the reader's without its region, where there are any in it."""
    wanted = (get_language() or FALLBACK).partition("-")[0]
    return wanted if wanted in languages() else FALLBACK


def foreign_language() -> str:
    """What to say of articles that are not in the reader's language; empty where they are."""
    wanted = (get_language() or FALLBACK).partition("-")[0]
    return "" if wanted in languages() else FALLBACK


@cache
def languages() -> tuple[str, ...]:
    """In which there are articles."""
    return tuple(sorted(path.name for path in _folder().iterdir() if path.is_dir()))


@cache
def all_of(language: str) -> dict[str, Article]:
    """By slug, in the order of the topics; what a language lacks is there in English."""
    own = {path.stem: read(path, language) for path in (_folder() / language).glob("*.md")}
    found = own if language == FALLBACK else {**all_of(FALLBACK), **own}
    places = {topic.key: number for number, topic in enumerate(TOPICS)}
    ordered = sorted(found.values(), key=lambda article: (places[article.topic], article.order, article.slug))
    return {article.slug: article for article in ordered}


@cache
def topics(language: str) -> tuple[Topic, ...]:
    """With their articles."""
    articles = all_of(language).values()
    return tuple(replace(topic, articles=tuple(a for a in articles if a.topic == topic.key)) for topic in TOPICS)


def read(path: Path, language: str) -> Article:
    """Raises ValueError where a file does not begin as it should."""
    opening, _fence, text = path.read_text(encoding="utf-8").removeprefix(f"{_FENCE}\n").partition(f"\n{_FENCE}\n")
    head = {name.strip(): value.strip() for name, _colon, value in (row.partition(":") for row in opening.split("\n"))}
    try:
        return Article(
            slug=path.stem,
            language=language,
            title=head["title"],
            topic=head["topic"],
            order=int(head["order"]),
            keywords=head["keywords"],
            text=text.strip(),
        )
    except KeyError as error:
        raise ValueError(f"{path.name} in {language} has no line {error}") from error


def _folder() -> Path:
    return Path(settings.BASE_DIR) / "help"
