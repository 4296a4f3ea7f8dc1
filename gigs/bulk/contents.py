"""A gig's content as cells of a row, and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from gigs.bulk import cells
from gigs.bulk.columns import EXTRAS, FAQ, GROUPS, PACKAGES, QUESTIONS, SINGLE, Group
from gigs.contracts import ExtraContent, FaqEntry, GigContent, PackageContent
from gigs.services.content import clean_text
from marketplace.kernel import currencies
from orders.contracts import Question

Cells = Mapping[str, str]
Problems = list[tuple[str, str]]  # (column, sentence)
_ASIDE = ("id", "publish")


@dataclass(frozen=True, slots=True)
class Read:
    """``content`` is worth something only without problems."""

    content: GigContent
    problems: Problems
    columns: Mapping[str, str] = field(default_factory=dict)  # place of ``content.check`` → column


def cells_of(content: GigContent) -> dict[str, str]:
    """Every column that says something, by name; those of a group only as far as there are members."""
    found = {column.name: column.write(getattr(content, column.field)) for column in SINGLE}
    for group in GROUPS:
        for number, member in enumerate(getattr(content, group.field), 1):
            found |= zip(group.columns(number), _WRITE[group.prefix](member, content.currency), strict=True)
    return found


def read(given: Cells, base: GigContent, categories: Mapping[str, str]) -> Read:
    """``base`` with what a row says; columns that the file lacks stay as they are there.

    A cell that says what an export would say leaves its field exactly as it is. ``categories``: name or slug, in
    small letters, to slug.
    """
    return _Reader(given, base, categories).read()


class _Reader:
    def __init__(self, given: Cells, base: GigContent, categories: Mapping[str, str]) -> None:
        self.base, self.categories = base, categories
        self.before = {name: clean_text(cell) for name, cell in cells_of(base).items()}
        self.cells = {**self.before, **{name: clean_text(given[name]) for name in given if name not in _ASIDE}}
        self.problems: Problems = []
        self.columns: dict[str, str] = {}

    def read(self) -> Read:
        values = {column.field: self._single(column.name, column.read, column.field) for column in SINGLE}
        self.currency = values["currency"] = self._known(values["currency"])
        values |= {group.field: self._group(group) for group in GROUPS}
        return Read(replace(self.base, **values), self.problems, self.columns)

    def _single(self, name: str, reader: Callable[[str], Any], attribute: str) -> Any:
        cell = self.cells[name]
        if cell == self.before[name]:
            return getattr(self.base, attribute)
        value = self._cell(name, reader)
        return self.categories.get(str(value).lower(), value) if name == "category" else value

    def _known(self, code: str) -> str:
        """The row's currency, by which its prices are read."""
        if not code or code == self.base.currency or code in currencies.settled():
            return code or self.base.currency
        said = _("Choose one of the site's currencies: %(codes)s.")
        self.problems.append(("currency", said % {"codes": ", ".join(currencies.settled())}))
        return self.base.currency

    def _group(self, group: Group) -> tuple[Any, ...]:
        names = [name for number in range(1, group.most + 1) for name in group.columns(number)]
        is_same = all(self.cells.get(name, "") == self.before.get(name, "") for name in names)
        is_priced = group in (PACKAGES, EXTRAS)
        if is_same and (self.currency == self.base.currency or not is_priced):
            for position in range(len(getattr(self.base, group.field))):
                self.columns[f"{group.field}-{position}"] = f"{group.prefix}_{position + 1}"
            return tuple(getattr(self.base, group.field))
        members: list[Any] = []
        for number in range(1, group.most + 1):
            if any(self.cells.get(name) for name in group.columns(number)):
                self.columns[f"{group.field}-{len(members)}"] = f"{group.prefix}_{number}"
                members.append(_READ[group.prefix](self, f"{group.prefix}_{number}_"))
        return _keyed(members, self.base.questions) if group is QUESTIONS else tuple(members)

    def cell(self, name: str) -> str:
        return self.cells.get(name, "")

    def _cell(self, name: str, reader: Callable[[str], Any], *, empty: Any = None) -> Any:
        """What stands there, or ``empty``, which is a mistake where it is an Exception."""
        cell = self.cell(name)
        try:
            if not cell and isinstance(empty, Exception):
                raise empty
            return empty if not cell and empty is not None else reader(cell)
        except ValueError as error:
            self.problems.append((name, str(error)))
            return None

    def package(self, prefix: str) -> PackageContent:
        price = self._price(f"{prefix}price")
        no_promise = ValueError(_("Write how long it takes: 30 min, 4 h or 2 d."))
        return PackageContent(
            name=cells.one_line(self.cell(f"{prefix}name")),
            price_minor=price,
            promised_minutes=self._cell(f"{prefix}promise", cells.span_from, empty=no_promise) or 0,
            revisions=self._cell(f"{prefix}revisions", cells.whole, empty=1) or 0,
            features=self._cell(f"{prefix}features", cells.features_from, empty=()) or (),
            work_minutes=self._cell(f"{prefix}work", cells.work_from),
        )

    def extra(self, prefix: str) -> ExtraContent:
        minutes = self._cell(f"{prefix}time", cells.shift_from, empty=0) or 0
        return ExtraContent(cells.one_line(self.cell(f"{prefix}title")), self._price(f"{prefix}price"), minutes)

    def faq(self, prefix: str) -> FaqEntry:
        return FaqEntry(cells.one_line(self.cell(f"{prefix}question")), self.cell(f"{prefix}answer"))

    def question(self, prefix: str) -> Question:
        """Its key is given by ``_keyed``."""
        return Question(
            key="",
            label=cells.one_line(self.cell(f"{prefix}label")),
            kind=cells.one_line(self.cell(f"{prefix}kind")).lower() or "text",
            required=bool(self._cell(f"{prefix}required", cells.flag_from, empty=True)),
            choices=cells.items(self.cell(f"{prefix}choices"), cells.LINE),
            help=self.cell(f"{prefix}help"),
            minimum=cells.one_line(self.cell(f"{prefix}minimum")),
            maximum=cells.one_line(self.cell(f"{prefix}maximum")),
            unit=cells.one_line(self.cell(f"{prefix}unit")),
        )

    def _price(self, name: str) -> int:
        no_price = ValueError(_("Write a price."))
        return self._cell(name, lambda cell: cells.price_from(cell, self.currency), empty=no_price) or 0


def _keyed(questions: list[Question], before: tuple[Question, ...]) -> tuple[Question, ...]:
    """A question that is asked in the same words keeps its key; a new one gets the first free."""
    known = [(question.label, question.key) for question in before]
    used = {question.key for question in before}
    free = (key for key in (f"q{number}" for number in range(1, 100)) if key not in used)
    result = []
    for question in questions:
        match = next((pair for pair in known if pair[0] == question.label), None)
        if match:
            known.remove(match)
        result.append(replace(question, key=match[1] if match else next(free)))
    return tuple(result)


def _package_cells(package: PackageContent, currency: str) -> list[str]:
    return [
        package.name,
        cells.price_to(package.price_minor, currency),
        cells.span_to(package.promised_minutes),
        str(package.revisions),
        cells.span_to(package.work_minutes) if package.work_minutes else "",
        cells.features_to(package.features),
    ]


def _extra_cells(extra: ExtraContent, currency: str) -> list[str]:
    return [extra.title, cells.price_to(extra.price_minor, currency), cells.shift_to(extra.extra_minutes)]


def _question_cells(question: Question, _currency: str) -> list[str]:
    return [
        question.label,
        question.kind,
        cells.flag_to(question.required),
        cells.joined(question.choices, cells.LINE),
        question.help,
        question.minimum,
        question.maximum,
        question.unit,
    ]


_WRITE: dict[str, Callable[[Any, str], list[str]]] = {
    PACKAGES.prefix: _package_cells,
    EXTRAS.prefix: _extra_cells,
    FAQ.prefix: lambda entry, _currency: [entry.question, entry.answer],
    QUESTIONS.prefix: _question_cells,
}
_READ: dict[str, Callable[[_Reader, str], Any]] = {
    PACKAGES.prefix: _Reader.package,
    EXTRAS.prefix: _Reader.extra,
    FAQ.prefix: _Reader.faq,
    QUESTIONS.prefix: _Reader.question,
}
