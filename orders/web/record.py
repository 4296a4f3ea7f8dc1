"""What a seller is known for, in words: rates with their formulas, the level, and one's own way to the next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts import api as accounts
from accounts.contracts import Person, ProfilePanel
from marketplace.kernel import clock, words
from orders import levels, reviews, selectors
from orders.contracts import PRIOR_REVIEWS, PRIOR_STARS, Recent, Reputation, ReviewView
from orders.levels import Criterion, Level, Measure
from orders.models import CategoryRecord

LEVEL_WORDS: dict[Level, str | Promise] = {
    Level.NEW: gettext_lazy("New"),
    Level.RISING: gettext_lazy("Rising"),
    Level.PROVEN: gettext_lazy("Proven"),
    Level.TOP: gettext_lazy("Top"),
}
NEWEST = 5  # reviews on a profile; all of them have a page
MEASURE_WORDS: dict[Measure, str | Promise] = {
    Measure.COMPLETED: gettext_lazy("Orders completed"),
    Measure.RATING: gettext_lazy("Rating"),
    Measure.ON_TIME: gettext_lazy("On time"),
    Measure.COMPLETION: gettext_lazy("Completed"),
    Measure.DISPUTES: gettext_lazy("Disputed"),
    Measure.ANSWER: gettext_lazy("Answers in"),
}

FORMULAS: dict[Measure, str | Promise] = {
    Measure.ON_TIME: gettext_lazy(
        "first deliveries before the deadline ÷ orders with a first delivery, or cancelled because none came"
    ),
    Measure.COMPLETION: gettext_lazy("completed orders ÷ finished orders"),
    Measure.DISPUTES: gettext_lazy("orders with a dispute or a claim, whoever opened it ÷ finished orders"),
    Measure.ANSWER: gettext_lazy("the median time from a buyer's first message to the seller's first answer"),
}


def value_words(measure: Measure, value: int | None) -> str:
    """ "98 %", "4.7", "40 min"; a dash where nothing has been counted."""
    if value is None:
        return "–"
    if measure == Measure.COMPLETED:
        return str(value)
    if measure == Measure.RATING:
        return f"{value // 10}.{value % 10}"
    return words.duration(value) if measure == Measure.ANSWER else f"{value}{words.NBSP}%"


def wanted_words(criterion: Criterion) -> str:
    text = _("at most %(value)s") if criterion.is_at_most else _("at least %(value)s")
    return text % {"value": value_words(criterion.measure, criterion.wanted)}


@dataclass(frozen=True, slots=True)
class Goal:
    """One criterion of a level, and how far somebody is."""

    label: str
    wanted: str
    value: str = ""
    is_met: bool = False


def goals(level: Level, reputation: Reputation | None = None) -> list[Goal]:
    return [_goal(criterion, reputation) for criterion in levels.CRITERIA[level]]


def _goal(criterion: Criterion, reputation: Reputation | None) -> Goal:
    label, wanted = str(MEASURE_WORDS[criterion.measure]), wanted_words(criterion)
    if reputation is None:
        return Goal(label, wanted)
    value = value_words(criterion.measure, levels.VALUES[criterion.measure](reputation))
    return Goal(label, wanted, value, criterion.is_met(reputation))


@dataclass(frozen=True, slots=True)
class Figure:
    """One number beside its sum: "98 %", "On time", "47 of 48"."""

    value: str
    label: str
    counted: str
    formula: str = ""


def figures(reputation: Reputation) -> list[Figure]:
    """Those that something has been counted for."""
    recent = reputation.recent
    found = [
        _share(Measure.ON_TIME, recent.on_time_percent, recent.on_time, recent.promised),
        _share(Measure.COMPLETION, recent.completion_percent, recent.completed, recent.orders),
        _share(Measure.DISPUTES, recent.dispute_percent, recent.disputed, recent.orders),
        _repeat(recent),
        _answer(recent),
    ]
    return [figure for figure in found if figure]


def _share(measure: Measure, percent: int | None, part: int, whole: int) -> Figure | None:
    if percent is None:
        return None
    counted = _("%(part)s of the last %(whole)s") % {"part": part, "whole": whole}
    return Figure(value_words(measure, percent), str(MEASURE_WORDS[measure]), counted, str(FORMULAS[measure]))


def _repeat(recent: Recent) -> Figure | None:
    if recent.repeat_percent is None:
        return None
    counted = _("%(part)s of %(whole)s buyers") % {"part": recent.repeat_buyers, "whole": recent.buyers}
    formula = _("buyers with two or more of these orders ÷ buyers of these orders")
    return Figure(f"{recent.repeat_percent}{words.NBSP}%", _("Came back"), counted, formula)


def _answer(recent: Recent) -> Figure | None:
    if recent.answer_minutes is None:
        return None
    counted = ngettext("median of %(count)s question", "median of %(count)s questions", recent.questions)
    value = value_words(Measure.ANSWER, recent.answer_minutes)
    label, formula = str(MEASURE_WORDS[Measure.ANSWER]), str(FORMULAS[Measure.ANSWER])
    return Figure(value, label, counted % {"count": recent.questions}, formula)


def rating_sum(reputation: Reputation) -> str:
    """The formula with somebody's own numbers: "(5 × 4 + 237) ÷ (5 + 50)"."""
    if not reputation.review_count:
        return ""
    return (
        f"({PRIOR_REVIEWS} × {PRIOR_STARS} + {reputation.stars_total}) ÷ ({PRIOR_REVIEWS} + {reputation.review_count})"
    )


@dataclass(frozen=True, slots=True)
class CategoryLine:
    """ "120 e-mail audits, 98 % on time"."""

    name: str
    completed: int
    on_time: str


def category_lines(seller_id: int, limit: int = 6) -> list[CategoryLine]:
    rows = CategoryRecord.objects.filter(seller_id=seller_id, completed__gt=0).order_by("-completed", "category")
    return [_line(row) for row in rows[:limit]]


def _line(row: CategoryRecord) -> CategoryLine:
    share = Recent(promised=row.promised, on_time=row.on_time).on_time_percent
    return CategoryLine(row.name, row.completed, "" if share is None else value_words(Measure.ON_TIME, share))


@dataclass(frozen=True, slots=True)
class RecordView:
    """A seller's record as a panel shows it."""

    reputation: Reputation
    level: Level
    figures: list[Figure]
    categories: list[CategoryLine]

    @property
    def level_word(self) -> str:
        return str(LEVEL_WORDS[self.level])

    @property
    def rating_sum(self) -> str:
        return rating_sum(self.reputation)


def record_of(seller_id: int) -> RecordView:
    """Two queries."""
    reputation = selectors.reputation([seller_id])[seller_id]
    return RecordView(reputation, levels.level_of(reputation), figures(reputation), category_lines(seller_id))


def profile_record(_request: HttpRequest, person: Person) -> ProfilePanel | None:
    """A seller's record on their public profile, with the newest reviews. Five queries."""
    if not person.is_seller:
        return None
    newest = selectors.reviews_of(person.id, limit=NEWEST)
    people = {person.id: person, **accounts.people({view.author_id for view in newest})}
    context: dict[str, object] = {
        "record": record_of(person.id),
        "spread": reviews.spread_of(person.id, clock.display_now()) if newest else None,
        "window": levels.WINDOW,
        "reviews": [review_row(view, people) for view in newest],
        "reviews_url": reverse("orders:reviews", args=[person.handle]),
    }
    return ProfilePanel("orders/_profile_record.html", context)


def profile_standing(_request: HttpRequest, person: Person) -> ProfilePanel | None:
    """The rating and the time of the first answer, beside the name. One query."""
    reputation = selectors.reputation([person.id])[person.id] if person.is_seller else None
    if reputation is None or not (reputation.rating or reputation.recent.answer_minutes):
        return None
    return ProfilePanel("orders/_profile_standing.html", {"reputation": reputation}, "facts")


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A public review as ``components/review.html`` shows it."""

    id: int
    author: str
    portrait_url: str
    stars: int
    answers: str
    text: str
    at: datetime
    title: str
    reply: str
    replied_at: datetime | None
    replier: str


def review_row(view: ReviewView, people: dict[int, Person]) -> ReviewRow:
    author = people[view.author_id]
    return ReviewRow(
        id=view.id,
        author=author.name,
        portrait_url=author.portrait_url,
        stars=view.stars,
        answers=view.answers,
        text=view.text,
        at=view.at,
        title=view.title,
        reply=view.reply,
        replied_at=view.replied_at,
        replier=people[view.subject_id].name,
    )
