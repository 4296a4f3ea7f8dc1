"""What a seller says about a gig is checked here, whoever sends it: the editor, the demo, later a program."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from django.utils.translation import gettext as _

from accounts.contracts import WeeklyHours
from gigs import limits, richtext
from gigs.amounts import extra_problem, lowest_in, price_problem
from gigs.contracts import GigContent
from gigs.languages import LANGUAGES
from gigs.models import Category
from marketplace.kernel import currencies, words, zones
from marketplace.kernel.errors import InvalidInput
from orders import api as orders
from orders.contracts import Question

_MINUTES_A_DAY = 1440
_WITH_CHOICES = ("choice", "multiple")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

Problem = tuple[str, str]


def clean_text(text: str) -> str:
    """Without control characters (PostgreSQL refuses NUL) and with plain line ends."""
    return without_control(text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def without_control(text: str) -> str:
    return _CONTROL.sub("", text)


def check(content: GigContent) -> None:
    """Raises InvalidInput; ``fields`` holds a message per place ("packages-1": the second package)."""
    if content.currency not in currencies.settled():
        message = _("Choose one of the site's currencies.")
        raise InvalidInput(message, fields={"currency": message})
    problems = problems_of(content)
    if problems:
        raise InvalidInput(next(iter(problems.values())), fields=problems)


def problems_of(content: GigContent) -> dict[str, str]:
    """The first message for each place; of content whose currency is one of the site's."""
    problems: dict[str, str] = {}
    for place, message in _problems(content):
        problems.setdefault(place, message)
    return problems


def check_minimum(content: GigContent, category: Category, before: GigContent | None = None) -> None:
    """Raises InvalidInput where a package costs less than its category allows."""
    problems = below_minimum(content, category, before)
    if problems:
        raise InvalidInput(next(iter(problems.values())), code="below_minimum", fields=problems)


def below_minimum(content: GigContent, category: Category, before: GigContent | None = None) -> dict[str, str]:
    """A message for each package that costs less than its category allows.

    What a gig asked for in this category ``before`` stays as it is.
    """
    lowest = lowest_in(category, content.currency)
    if lowest is None:
        return {}
    is_same = before and (before.category_slug, before.currency) == (category.slug, content.currency)
    kept = {package.price_minor for package in before.packages} if before and is_same else set()
    text = _("In %(category)s a package costs at least %(low)s.")
    message = text % {"category": category.label, "low": words.amount(lowest)}
    return {
        f"packages-{number}": message
        for number, package in enumerate(content.packages)
        if package.price_minor < lowest.amount_minor and package.price_minor not in kept
    }


def as_buyers_see(content: GigContent) -> GigContent:
    """Without what is the seller's own: nobody else reads it, and a change of it is none of the terms."""
    return replace(content, packages=tuple(replace(package, work_minutes=None) for package in content.packages))


def missing_to_publish(content: GigContent) -> list[Problem]:
    """What a draft still lacks before buyers may see it, as (place, message)."""
    missing: list[Problem] = []
    if content.currency not in currencies.settled():
        missing.append(("currency", _("Choose one of the site's currencies.")))
    if not content.packages:
        missing.append(("packages", _("Add at least one package with a price and a promise.")))
    if len(richtext.plain(content.description)) < limits.DESCRIPTION_MIN_TO_PUBLISH:
        text = _("Describe what the buyer gets in at least %(count)s characters.")
        missing.append(("description", text % {"count": limits.DESCRIPTION_MIN_TO_PUBLISH}))
    return missing


def _problems(content: GigContent) -> Iterator[Problem]:
    yield from _text_problems(content)
    yield from _package_problems(content)
    yield from _extra_problems(content)
    yield from _question_problems(content.questions)
    yield from _list_problems(content)
    yield from _use_problems(content)
    yield from _selling_problems(content)
    if content.hours:
        yield from _hours_problems(content.hours)
        yield from _stretch_problems(content, content.hours)


def _text_problems(content: GigContent) -> Iterator[Problem]:
    if not limits.TITLE_MIN <= len(content.title) <= limits.TITLE_MAX:
        sizes = {"low": limits.TITLE_MIN, "high": limits.TITLE_MAX}
        yield "title", _("A title has %(low)s to %(high)s characters.") % sizes
    yield from _description_problems(content.description)
    if len(content.tags) > limits.TAGS_MAX:
        yield "tags", _("At most %(high)s tags.") % {"high": limits.TAGS_MAX}
    if any(not tag or len(tag) > limits.TAG_MAX for tag in content.tags):
        yield "tags", _("A tag has at most %(high)s characters.") % {"high": limits.TAG_MAX}


def _description_problems(description: str) -> Iterator[Problem]:
    if len(description) > richtext.LONGEST_INPUT or len(richtext.plain(description)) > limits.DESCRIPTION_MAX:
        yield "description", _("The description is longer than %(high)s characters.") % {"high": limits.DESCRIPTION_MAX}
    elif richtext.word_count(description) > limits.DESCRIPTION_WORDS_MAX:
        text = _("The description is longer than %(high)s words. Say the rest in questions and answers.")
        yield "description", text % {"high": limits.DESCRIPTION_WORDS_MAX}


def _package_problems(content: GigContent) -> Iterator[Problem]:
    if len(content.packages) > limits.PACKAGES_MAX:
        yield "packages", _("At most three packages.")
    for number, package in enumerate(content.packages):
        place = f"packages-{number}"
        if not 1 <= len(package.name) <= limits.PACKAGE_NAME_MAX:
            yield (
                place,
                _("Give the package a name of at most %(high)s characters.") % {"high": limits.PACKAGE_NAME_MAX},
            )
        if problem := price_problem(package.price_minor, content.currency):
            yield place, problem
        if not 1 <= package.promised_minutes <= limits.PROMISE_MAX_MINUTES:
            yield place, _("The promise is between 1 minute and 30 days.")
        if not 0 <= package.revisions <= limits.REVISIONS_MAX:
            yield place, _("Between 0 and %(high)s revisions.") % {"high": limits.REVISIONS_MAX}
        if package.work_minutes is not None and not 1 <= package.work_minutes <= limits.WORK_MAX_MINUTES:
            yield place, _("A job takes you between 1 minute and 30 days of work.")
        if len(package.features) > limits.FEATURES_MAX or any(not _is_feature(*row) for row in package.features):
            yield "features", _("At most %(high)s lines of at most 40 characters.") % {"high": limits.FEATURES_MAX}


def _is_feature(label: str, value: str) -> bool:
    return 1 <= len(label) <= limits.FEATURE_LABEL_MAX and len(value) <= limits.FEATURE_VALUE_MAX


def _extra_problems(content: GigContent) -> Iterator[Problem]:
    if len(content.extras) > limits.EXTRAS_MAX:
        yield "extras", _("At most %(high)s extras.") % {"high": limits.EXTRAS_MAX}
    shortest = min((package.promised_minutes for package in content.packages), default=limits.PROMISE_MAX_MINUTES)
    faster = 0
    for number, extra in enumerate(content.extras):
        place = f"extras-{number}"
        if not 1 <= len(extra.title) <= limits.EXTRA_TITLE_MAX:
            yield place, _("Give the extra a name of at most %(high)s characters.") % {"high": limits.EXTRA_TITLE_MAX}
        if problem := extra_problem(extra.price_minor, content.currency):
            yield place, problem
        if extra.extra_minutes > limits.PROMISE_MAX_MINUTES:
            yield place, _("An extra adds at most 30 days.")
        faster += min(extra.extra_minutes, 0)
        if faster <= -shortest:
            yield place, _("Together these bring the shortest promise below one minute.")


def _question_problems(questions: tuple[Question, ...]) -> Iterator[Problem]:
    if len(questions) > limits.QUESTIONS_MAX:
        yield "questions", _("At most %(high)s questions.") % {"high": limits.QUESTIONS_MAX}
    if len({question.key for question in questions}) < len(questions):
        yield "questions", _("Two questions share a key.")
    for number, question in enumerate(questions):
        place = f"questions-{number}"
        if not 1 <= len(question.label) <= limits.QUESTION_LABEL_MAX:
            yield place, _("A question has at most %(high)s characters.") % {"high": limits.QUESTION_LABEL_MAX}
        for problem in orders.question_problems(question):
            yield place, problem
        if len(question.unit) > limits.QUESTION_UNIT_MAX:
            yield place, _("A unit has at most %(high)s characters.") % {"high": limits.QUESTION_UNIT_MAX}
        if len(question.help) > limits.QUESTION_HELP_MAX:
            yield place, _("An explanation has at most %(high)s characters.") % {"high": limits.QUESTION_HELP_MAX}
        if question.kind in _WITH_CHOICES and not 2 <= len(question.choices) <= limits.CHOICES_MAX:
            yield place, _("A choice needs 2 to %(high)s options, one per line.") % {"high": limits.CHOICES_MAX}
        if any(not 1 <= len(choice) <= limits.CHOICE_MAX for choice in question.choices):
            yield place, _("An option has at most %(high)s characters.") % {"high": limits.CHOICE_MAX}


def _list_problems(content: GigContent) -> Iterator[Problem]:
    if len(content.faq) > limits.FAQ_MAX:
        yield "faq", _("At most %(high)s answers.") % {"high": limits.FAQ_MAX}
    for number, entry in enumerate(content.faq):
        if (
            not 1 <= len(entry.question) <= limits.FAQ_QUESTION_MAX
            or not 1 <= len(entry.answer) <= limits.FAQ_ANSWER_MAX
        ):
            yield f"faq-{number}", _("Question and answer are both needed (at most 120 and 600 characters).")
    if len(content.checklist) > limits.CHECKLIST_MAX:
        yield "checklist", _("At most %(high)s lines.") % {"high": limits.CHECKLIST_MAX}
    if any(not 1 <= len(line) <= limits.CHECK_MAX for line in content.checklist):
        yield "checklist", _("A line has at most %(high)s characters.") % {"high": limits.CHECK_MAX}


def _use_problems(content: GigContent) -> Iterator[Problem]:
    if content.licence not in dict(orders.LICENCES):
        yield "licence", _("Choose what buyers may do with the work.")
    if content.preview not in dict(orders.PREVIEWS):
        yield "preview", _("Choose when buyers get the files.")
    if content.ai_use and content.ai_use not in dict(orders.AI_USES):
        yield "ai_use", _("Say how the work is made.")
    if len(content.ai_note) > limits.AI_NOTE_MAX:
        yield "ai_note", _("At most %(high)s characters.") % {"high": limits.AI_NOTE_MAX}


def _selling_problems(content: GigContent) -> Iterator[Problem]:
    codes = dict(LANGUAGES)
    if content.language not in codes:
        yield "language", _("Choose the language of the text.")
    if len(content.languages) > limits.LANGUAGES_MAX or any(code not in codes for code in content.languages):
        yield "languages", _("Choose at most %(high)s languages from the list.") % {"high": limits.LANGUAGES_MAX}
    if content.queue_limit is not None and not 1 <= content.queue_limit <= limits.QUEUE_MAX:
        yield "queue_limit", _("Between 1 and %(high)s orders at once.") % {"high": limits.QUEUE_MAX}
    if len(content.quantity_discounts) > limits.DISCOUNTS_MAX:
        yield "quantity_discounts", _("At most %(high)s steps.") % {"high": limits.DISCOUNTS_MAX}
    steps = [(1, 0), *content.quantity_discounts]
    rises = all(low < high and less < more for (low, less), (high, more) in pairwise(steps))
    if not rises or steps[-1][0] > limits.QUANTITY_MAX or steps[-1][1] > limits.DISCOUNT_MAX_PERCENT:
        rule = _(
            "Each step begins at more than the one before and takes more off, up to %(count)s pieces and %(most)s %%."
        )
        yield "quantity_discounts", rule % {"count": limits.QUANTITY_MAX, "most": limits.DISCOUNT_MAX_PERCENT}


def _hours_problems(hours: WeeklyHours) -> Iterator[Problem]:
    if hours.time_zone not in zones.names():
        yield "hours", _("Choose a time zone from the list.")
    for day, start, end in hours.spans:
        if not (0 <= day <= 6 and 0 <= start < end <= _MINUTES_A_DAY):
            yield "hours", _("Hours end after they start, within one day.")


def _stretch_problems(content: GigContent, hours: WeeklyHours) -> Iterator[Problem]:
    """A promise of twenty hours on a clock that runs an hour a week would hold a buyer's money for months."""
    promises = [package.promised_minutes for package in content.packages]
    longest = max((one for one in promises if one < limits.ORDER_HOURS_BELOW_MINUTES), default=0)
    if longest and hours.spans and limits.stretched(longest, hours) > limits.PROMISE_MAX_MINUTES:
        yield "hours", _("With these hours, a promise would take more than 30 days. Add hours, or promise days.")
