"""What changed from one content of a gig to another, in sentences for its seller."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields
from itertools import zip_longest

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gigs.category_words import said
from gigs.contracts import ExtraContent, GigContent, PackageContent
from gigs.richtext import plain
from marketplace.kernel import words
from marketplace.kernel.languages import name_of
from marketplace.kernel.money import Money
from orders import api as orders
from orders.contracts import Question

NAMES = {
    "category_slug": gettext_lazy("Category"),
    "title": gettext_lazy("Title"),
    "tags": gettext_lazy("Tags"),
    "checklist": gettext_lazy("In every delivery"),
    "currency": gettext_lazy("Currency"),
    "asks_first": gettext_lazy("Requests first"),
    "licence": gettext_lazy("Use of the work"),
    "ai_use": gettext_lazy("How it is made"),
    "ai_note": gettext_lazy("How it is made, in your words"),
    "preview": gettext_lazy("When buyers get the files"),
    "attributes": gettext_lazy("Properties"),
    "language": gettext_lazy("Language of the text"),
    "languages": gettext_lazy("Languages of the work"),
    "is_private": gettext_lazy("Only by its link"),
    "queue_limit": gettext_lazy("Orders at once"),
    "away_until": gettext_lazy("Away until"),
    "hours": gettext_lazy("Order hours"),
    "quantity_discounts": gettext_lazy("Price by quantity"),
}
Categories = Mapping[str, str]  # slug → name


def differences(before: GigContent, after: GigContent, categories: Categories) -> list[str]:
    """Field by field, in the order of the editor; empty only where nothing changed."""
    found: list[str] = []
    for one in fields(GigContent):
        if getattr(before, one.name) != getattr(after, one.name):
            say = _BY_FIELD.get(one.name, _listed if one.name in _LISTS else _replaced)
            found += say(before, after, one.name, categories)
    return found


def _replaced(before: GigContent, after: GigContent, name: str, categories: Categories) -> Iterator[str]:
    old, new = (in_words(name, getattr(content, name), categories) for content in (before, after))
    yield _("%(what)s: %(old)s → %(new)s") % {"what": NAMES[name], "old": old, "new": new}


def in_words(name: str, value: object, categories: Categories) -> str:
    """What one field says, of those that hold a single thing."""
    if value is None or value == "":
        return _("nothing")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    label = _LABELS.get(name)
    return (
        label(str(value)) if label else said(categories.get(str(value), str(value))) if "slug" in name else f"“{value}”"
    )


_LABELS: dict[str, Callable[[str], str]] = {
    "licence": lambda kind: str(dict(orders.LICENCES).get(kind, kind)),
    "ai_use": lambda kind: str(dict(orders.AI_USES).get(kind, kind)),
    "preview": lambda kind: str(dict(orders.PREVIEWS).get(kind, kind)),
    "language": name_of,
    "currency": str,
    "queue_limit": str,
    "away_until": lambda moment: moment[:16],
}


def _listed(before: GigContent, after: GigContent, name: str, _categories: Categories) -> Iterator[str]:
    old, new = getattr(before, name), getattr(after, name)
    added = [f"+ {item}" for item in new if item not in old]
    gone = [f"− {item}" for item in old if item not in new]
    yield f"{NAMES[name]}: " + (", ".join(added + gone) or _("another order"))


_LISTS = ("tags", "checklist", "attributes", "languages")


def _description(before: GigContent, after: GigContent, _name: str, _categories: Categories) -> Iterator[str]:
    sizes = {"old": len(plain(before.description)), "new": len(plain(after.description))}
    yield _("Description: another text (%(old)s → %(new)s characters)") % sizes


def _hours(before: GigContent, after: GigContent, _name: str, _categories: Categories) -> Iterator[str]:
    if after.hours is None or not after.hours.spans:
        yield _("Order hours: around the clock now")
    elif before.hours is None or not before.hours.spans:
        yield _("Order hours: only within your hours now")
    else:
        yield _("Order hours: others than before")


def _discounts(_before: GigContent, after: GigContent, name: str, _categories: Categories) -> Iterator[str]:
    step = _("%(percent)s %% off from %(count)s")
    steps = [step % {"count": start, "percent": percent} for start, percent in after.quantity_discounts]
    yield f"{NAMES[name]}: " + (", ".join(steps) or _("the same for every quantity"))


def _packages(before: GigContent, after: GigContent, _name: str, _categories: Categories) -> Iterator[str]:
    for old, new in zip_longest(before.packages, after.packages):
        if old is None:
            yield _("Package “%(name)s” added") % {"name": new.name}
        elif new is None:
            yield _("Package “%(name)s” taken out") % {"name": old.name}
        else:
            yield from _package(old, new, before.currency, after.currency)


def _package(old: PackageContent, new: PackageContent, was: str, currency: str) -> Iterator[str]:
    if old.name != new.name:
        yield _("Package “%(old)s” is called “%(new)s”") % {"old": old.name, "new": new.name}
    if old.price_minor != new.price_minor:
        prices = {"old": _price(old.price_minor, was), "new": _price(new.price_minor, currency)}
        yield _("Price of %(name)s %(old)s → %(new)s") % {"name": new.name, **prices}
    if old.promised_minutes != new.promised_minutes:
        spans = {"old": words.duration(old.promised_minutes), "new": words.duration(new.promised_minutes)}
        yield _("Promise of %(name)s %(old)s → %(new)s") % {"name": new.name, **spans}
    if old.revisions != new.revisions:
        counts = {"old": old.revisions, "new": new.revisions}
        yield _("Revisions of %(name)s %(old)s → %(new)s") % {"name": new.name, **counts}
    if old.work_minutes != new.work_minutes:
        spans = {"old": _work(old), "new": _work(new)}
        yield _("%(name)s takes you %(old)s → %(new)s (only you see it)") % {"name": new.name, **spans}
    if old.features != new.features:
        yield _("Comparison of %(name)s: %(lines)s") % {"name": new.name, "lines": _features(old, new)}


def _work(package: PackageContent) -> str:
    return words.duration(package.work_minutes) if package.work_minutes else "?"


def _features(old: PackageContent, new: PackageContent) -> str:
    """The lines that are new or say something else; those that are gone."""
    added = [f"+ {label} {value}" for label, value in new.features if (label, value) not in old.features]
    gone = [f"− {label}" for label, _value in old.features if label not in dict(new.features)]
    return ", ".join(added + gone) or _("another order")


def _extras(before: GigContent, after: GigContent, _name: str, _categories: Categories) -> Iterator[str]:
    old, new = ({extra.title: extra for extra in content.extras} for content in (before, after))
    yield from (_("Extra “%(title)s” added") % {"title": title} for title in new if title not in old)
    yield from (_("Extra “%(title)s” taken out") % {"title": title} for title in old if title not in new)
    changed = [_extra(old[title], new[title], before, after) for title in new if title in old]
    said = [sentence for sentences in changed for sentence in sentences]
    yield from said
    if not said and set(old) == set(new):
        yield _("Extras: another order")


def _extra(old: ExtraContent, new: ExtraContent, before: GigContent, after: GigContent) -> Iterator[str]:
    if old.price_minor != new.price_minor:
        prices = {"old": _price(old.price_minor, before.currency), "new": _price(new.price_minor, after.currency)}
        yield _("Price of “%(title)s” %(old)s → %(new)s") % {"title": new.title, **prices}
    if old.extra_minutes != new.extra_minutes:
        yield _("Time of “%(title)s”: %(new)s") % {"title": new.title, "new": extra_time(new.extra_minutes)}


def extra_time(minutes: int) -> str:
    """ "2 h more", "1 h sooner", or that it takes no time."""
    if not minutes:
        return _("no longer, no sooner")
    said = _("%(span)s more") if minutes > 0 else _("%(span)s sooner")
    return said % {"span": words.duration(abs(minutes))}


def _price(minor: int, currency: str) -> str:
    return words.amount(Money(minor, currency)) if currency else str(minor)


def _faq(before: GigContent, after: GigContent, _name: str, _categories: Categories) -> Iterator[str]:
    old, new = ({entry.question: entry.answer for entry in content.faq} for content in (before, after))
    kinds = (_("Answer to “%(name)s” added"), _("Answer to “%(name)s” taken out"), _("Another answer to “%(name)s”"))
    yield from _by_name(old, new, kinds) or [_("Answers: another order")]


def _questions(before: GigContent, after: GigContent, _name: str, _categories: Categories) -> Iterator[str]:
    old, new = (_by_label(content.questions) for content in (before, after))
    kinds = (_("Question “%(name)s” added"), _("Question “%(name)s” taken out"), _("Question “%(name)s” changed"))
    yield from _by_name(old, new, kinds) or [_("Questions: another order")]


def _by_label(questions: Iterable[Question]) -> dict[str, object]:
    return {question.label: question for question in questions}


def _by_name(old: Mapping[str, object], new: Mapping[str, object], kinds: tuple[str, str, str]) -> list[str]:
    added, gone, changed = kinds
    return [
        *(added % {"name": name} for name in new if name not in old),
        *(gone % {"name": name} for name in old if name not in new),
        *(changed % {"name": name} for name in new if name in old and new[name] != old[name]),
    ]


_BY_FIELD: dict[str, Callable[[GigContent, GigContent, str, Categories], Iterator[str]]] = {
    "description": _description,
    "packages": _packages,
    "extras": _extras,
    "faq": _faq,
    "questions": _questions,
    "hours": _hours,
    "quantity_discounts": _discounts,
}
