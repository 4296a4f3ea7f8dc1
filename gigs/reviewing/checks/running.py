"""All checks that the operator wants, on one gig."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from gigs.contracts import GigContent
from gigs.models import Category, Gig
from gigs.reviewing.checks import contacts, duplicates, promises, shape, words
from gigs.reviewing.findings import Finding
from gigs.reviewing.policy import Policy
from gigs.reviewing.states import Level
from marketplace.kernel import currencies
from marketplace.kernel.errors import InvalidInput


def findings(gig: Gig, content: GigContent, cover: str, policy: Policy) -> list[Finding]:
    """Of ``content`` and ``cover`` as this gig's, in the page's order of checks. Four queries at most."""
    return [one for one in _all(gig, content, cover, policy) if policy.is_on(one.check)]


def blocking(found: Iterable[Finding], policy: Policy) -> list[Finding]:
    return [one for one in found if policy.level(one.check) is Level.BLOCK]


def refuse(found: Iterable[Finding]) -> None:
    """Raises InvalidInput with each at its place, where there are any."""
    fields: dict[str, str] = {}
    for one in found:
        fields.setdefault(one.place, one.text)
    if fields:
        message = _("This cannot be published yet.") + " " + next(iter(fields.values()))
        raise InvalidInput(message, code="found", fields=fields)


def _all(gig: Gig, content: GigContent, cover: str, policy: Policy) -> Iterator[Finding]:
    yield from contacts.contacts(content)
    yield from contacts.links(content, policy.hosts)
    yield from words.forbidden(content, policy.words)
    yield from shape.capitals(content)
    yield from shape.emoji(content)
    yield from shape.hidden(content)
    yield from promises.promises(content)
    if policy.is_on("price"):
        yield from promises.prices(content, _usual(content))
    if policy.is_on("same_text"):
        yield from duplicates.same_text(gig, content)
    if policy.is_on("same_picture"):
        yield from duplicates.same_picture(gig, cover)


def _usual(content: GigContent) -> tuple[int, int]:
    """What first packages of the category cost, in the gig's currency; 0 where that is not known."""
    ends = (
        Category.objects.filter(slug=content.category_slug).values_list("usual_low_minor", "usual_high_minor").first()
    )
    low, high = (currencies.sized(amount, content.currency) or 0 for amount in ends or (0, 0))
    return low, high
