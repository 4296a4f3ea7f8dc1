"""All checks that the operator wants, on one gig."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext as _

from gigs.contracts import GigContent
from gigs.models import Category, GalleryItem, Gig
from gigs.reviewing.checks import contacts, duplicates, promises, shape, words
from gigs.reviewing.findings import Finding
from gigs.reviewing.policy import Policy
from gigs.reviewing.states import Level
from gigs.reviewing.texts import Text, alts_of, texts_of
from marketplace.kernel import currencies
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.prepared import prepared


def findings(gig: Gig, content: GigContent, cover: str, policy: Policy) -> list[Finding]:
    """Of ``content`` and ``cover`` as this gig's, and of its gallery, in the page's order. Six queries at most."""
    return [one for one in _all(gig, content, cover, policy) if policy.is_on(one.check)]


def in_alts(gig: Gig, policy: Policy) -> list[Finding]:
    """What the gallery's pictures are said to show. One query."""
    return [one for one in _in_texts(list(alts_of(_items(gig))), policy) if policy.is_on(one.check)]


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
    items = _items(gig)
    yield from _in_texts([*texts_of(content), *alts_of(items)], policy)
    yield from shape.capitals(content)
    yield from promises.promises(content)
    if policy.is_on("price"):
        yield from promises.prices(content, _usual(content))
    if policy.is_on("same_text"):
        yield from duplicates.same_text(gig, content)
    if policy.is_on("same_picture"):
        yield from duplicates.same_picture(gig, cover, items)


def _items(gig: Gig) -> list[GalleryItem]:
    """What buyers see, or will once it is prepared."""
    return _ITEMS.all(gig.pk)


_ITEMS = prepared(lambda gig: GalleryItem.objects.filter(gig=gig).exclude(state=GalleryItem.State.FAILED))


def _in_texts(texts: Sequence[Text], policy: Policy) -> Iterator[Finding]:
    yield from contacts.contacts(texts)
    yield from contacts.links(texts, policy.hosts)
    yield from words.forbidden(texts, policy.words)
    yield from shape.emoji(texts)
    yield from shape.hidden(texts)


def _usual(content: GigContent) -> tuple[int, int]:
    """What first packages of the category cost, in the gig's currency; 0 where that is not known."""
    ends = (
        Category.objects.filter(slug=content.category_slug).values_list("usual_low_minor", "usual_high_minor").first()
    )
    low, high = (currencies.sized(amount, content.currency) or 0 for amount in ends or (0, 0))
    return low, high
