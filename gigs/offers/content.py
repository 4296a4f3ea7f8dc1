"""What an offer says, checked whoever sends it, and as the terms of an order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from gigs import limits
from gigs.amounts import price_problem
from gigs.models import CustomOffer
from marketplace.kernel import currencies, words
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.money import Money
from orders import api as orders
from orders.contracts import PriceLine, Step, Terms
from payments import api as payments

Problem = tuple[str, str]


@dataclass(frozen=True, slots=True)
class OfferContent:
    """Prices are before fees, in minor units of ``currency``. With ``steps``, price and promise are their sums."""

    title: str
    scope: str
    currency: str
    price_minor: int
    promised_minutes: int
    revisions: int
    checklist: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()


def in_steps(content: OfferContent, steps: tuple[Step, ...]) -> OfferContent:
    """The same divided into steps; the checklist goes, as each step is what is handed over."""
    return OfferContent(
        content.title, content.scope, content.currency, sum(step.price_minor for step in steps),
        sum(step.promised_minutes for step in steps), content.revisions, steps=steps,
    )  # fmt: skip


def content_of(offer: CustomOffer) -> OfferContent:
    return OfferContent(
        offer.title, offer.scope, offer.currency, offer.price_minor, offer.promised_minutes, offer.revisions,
        tuple(offer.checklist), tuple(Step(title, price, minutes) for title, price, minutes in offer.steps),
    )  # fmt: skip


def columns(content: OfferContent) -> dict[str, object]:
    return {
        "title": content.title,
        "scope": content.scope,
        "currency": content.currency,
        "price_minor": content.price_minor,
        "promised_minutes": content.promised_minutes,
        "revisions": content.revisions,
        "checklist": list(content.checklist),
        "steps": [[step.title, step.price_minor, step.promised_minutes] for step in content.steps],
    }


def check(content: OfferContent) -> None:
    """Raises InvalidInput; ``fields`` holds a message per place ("steps-1": the second step)."""
    if content.currency not in currencies.settled():
        message = _("Choose one of the site's currencies.")
        raise InvalidInput(message, fields={"currency": message})
    problems: dict[str, str] = {}
    for place, message in _problems(content):
        problems.setdefault(place, message)
    if problems:
        raise InvalidInput(next(iter(problems.values())), code="offer", fields=problems)


def _problems(content: OfferContent) -> Iterator[Problem]:
    if not limits.TITLE_MIN <= len(content.title) <= limits.TITLE_MAX:
        sizes = {"low": limits.TITLE_MIN, "high": limits.TITLE_MAX}
        yield "title", _("A title has %(low)s to %(high)s characters.") % sizes
    if not content.scope:
        yield "scope", _("Say what is included, and what is not.")
    if len(content.scope) > limits.SCOPE_MAX:
        yield "scope", _("Keep it under %(limit)s characters.") % {"limit": limits.SCOPE_MAX}
    if not 0 <= content.revisions <= limits.REVISIONS_MAX:
        yield "revisions", _("Between 0 and %(high)s revisions.") % {"high": limits.REVISIONS_MAX}
    if len(content.checklist) > limits.CHECKLIST_MAX or any(
        not 1 <= len(line) <= limits.CHECK_MAX for line in content.checklist
    ):
        text = _("At most %(most)s lines of at most %(longest)s characters.")
        yield "checklist", text % {"most": limits.CHECKLIST_MAX, "longest": limits.CHECK_MAX}
    yield from _step_problems(content) if content.steps else _price_problems(content)


def _price_problems(content: OfferContent) -> Iterator[Problem]:
    if problem := price_problem(content.price_minor, content.currency):
        yield "price", problem
    if not 1 <= content.promised_minutes <= limits.PROMISE_MAX_MINUTES:
        yield "promise", _("The promise is between 1 minute and 30 days.")


def _step_problems(content: OfferContent) -> Iterator[Problem]:
    if not 2 <= len(content.steps) <= orders.MOST_STEPS:
        yield "steps", _("Two to %(most)s steps; one alone is no step.") % {"most": orders.MOST_STEPS}
    for number, step in enumerate(content.steps):
        place = f"steps-{number}"
        if not 1 <= len(step.title) <= limits.STEP_TITLE_MAX:
            yield place, _("Give the step a name of at most %(high)s characters.") % {"high": limits.STEP_TITLE_MAX}
        if problem := price_problem(step.price_minor, content.currency):
            yield place, problem
        if not 1 <= step.promised_minutes <= limits.PROMISE_MAX_MINUTES:
            yield place, _("The promise is between 1 minute and 30 days.")
    yield from _unpayable(content)
    _lowest, highest = orders.price_bounds(content.currency)
    if Money(content.price_minor, content.currency) > highest:
        yield "steps", _("All steps together cost at most %(most)s.") % {"most": words.amount(highest)}


def _unpayable(content: OfferContent) -> Iterator[Problem]:
    """A small step after others has hardly a fee of its own, and may be less than a payment can be."""
    terms = terms_of(content)
    for number in range(len(content.steps)):
        try:
            payments.check_charge(terms.step_all_in(number))
        except payments.AmountOutOfRange as error:
            yield f"steps-{number}", error.message


def terms_of(content: OfferContent, *, asks_first: bool = False) -> Terms:
    """The terms of an order, by today's rules. The clock runs around the clock: the seller knew it when they wrote."""
    lines = tuple(PriceLine(step.title, 1, step.price_minor) for step in content.steps)
    return Terms(
        version=orders.TERMS_VERSION,
        title=content.title,
        scope=content.scope,
        currency=content.currency,
        lines=lines or (PriceLine(content.title, 1, content.price_minor),),
        promised_minutes=content.promised_minutes,
        revisions=content.revisions,
        questions=(),
        checklist=content.checklist,
        hours=None,
        rules=orders.rules(content.currency),
        steps=content.steps,
        asks_first=asks_first,
    )


def content_again(terms: Terms) -> OfferContent | None:
    """What was ordered, to be offered once more; None where the site does not settle in its currency any more."""
    if terms.currency not in currencies.settled():
        return None
    lines = "" if terms.steps else "\n".join(_line(line) for line in terms.lines)
    return OfferContent(
        terms.title[: limits.TITLE_MAX],
        "\n\n".join(part for part in (lines, terms.scope) if part)[: limits.SCOPE_MAX],
        terms.currency,
        terms.price.amount_minor,
        terms.promised_minutes,
        terms.revisions,
        tuple(line[: limits.CHECK_MAX] for line in terms.checklist[: limits.CHECKLIST_MAX]),
        terms.steps,
    )


def _line(line: PriceLine) -> str:
    return _("%(count)s × %(title)s") % {"count": line.quantity, "title": line.title}
