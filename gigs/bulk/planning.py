"""What one row of the file would do: found by doing it, in a transaction that is rolled back."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from django.db import InterfaceError, OperationalError, transaction
from django.utils.translation import gettext as _

from gigs import documents
from gigs.bulk import cells
from gigs.bulk.contents import Problems, read
from gigs.bulk.states import Plan
from gigs.contracts import GigContent
from gigs.models import Category, Gig, GigImport, GigImportRow
from gigs.reviewing import gate
from gigs.selectors.owned import locked_gig
from gigs.services import editing
from gigs.services.content import missing_to_publish
from gigs.states import GigState
from gigs.versions.differences import Categories, differences
from gigs.versions.selectors import category_names
from marketplace.kernel import currencies
from marketplace.kernel.errors import DomainError

logger = logging.getLogger(__name__)
Done = TypeVar("Done")
BLANK = GigContent(category_slug="", title="")
_PLACES = {"features": "package_1_features", "is_private": "private", "category_slug": "category"}


@dataclass(frozen=True, slots=True)
class Names:
    """Categories as files name them; read once for many rows."""

    by_slug: Categories
    slugs: Mapping[str, str]

    @classmethod
    def now(cls) -> Names:
        pairs = list(Category.objects.values_list("slug", "name"))
        return cls(
            category_names(), {**{name.lower(): slug for slug, name in pairs}, **{slug: slug for slug, _n in pairs}}
        )


class Wrong(Exception):
    def __init__(self, problems: Problems) -> None:
        super().__init__(problems)
        self.problems = problems


@dataclass(slots=True)
class Planned:
    plan: Plan = Plan.WRONG
    gig: Gig | None = None
    content: GigContent = BLANK
    publish: bool | None = None
    base_mark: str = ""
    changes: list[str] = field(default_factory=list)
    problems: Problems = field(default_factory=list)


def row_of(job: GigImport, number: int, given: list[str], names: Names, at: datetime) -> GigImportRow:
    """The row as it will be shown, not saved yet. Everything that is wrong with it is in it, nothing is raised."""
    by_name = {name: cell for name, cell in zip(job.headings, given, strict=False) if name}
    planned = Planned()
    try:
        _check_width(job, given)
        _plan(planned, job, by_name, names, at)
    except Wrong as error:
        planned.plan, planned.problems = Plan.WRONG, error.problems
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        # A row that breaks the program must not hold up the others.
        logger.exception("import %s, row %s", job.pk, number)
        planned.plan, planned.problems = Plan.WRONG, [("", _("Something went wrong on our side with this row."))]
    is_to_do = planned.plan in (Plan.NEW, Plan.CHANGED)
    title = planned.content.title or cells.one_line(by_name.get("title", ""))
    return GigImportRow(
        gig_import=job, number=number, plan=planned.plan, title=title[:80], gig=planned.gig,
        gig_version=planned.gig.version if planned.gig else None,
        document=documents.content_to(planned.content) if is_to_do else None,
        base_mark=planned.base_mark, publish=planned.publish, changes=planned.changes,
        problems=[list(one) for one in planned.problems],
    )  # fmt: skip


def _check_width(job: GigImport, given: list[str]) -> None:
    if len(given) < len(job.headings) or any(cell.strip() for cell in given[len(job.headings) :]):
        said = _("This row has %(count)s cells, the first row %(all)s. Often a quotation mark is missing.")
        raise Wrong([("", said % {"count": len(given), "all": len(job.headings)})])


def _plan(planned: Planned, job: GigImport, given: Mapping[str, str], names: Names, at: datetime) -> None:
    planned.gig = _gig(job, given.get("id", ""))
    base = gate.waited_for(planned.gig)[0] if planned.gig else replace(BLANK, currency=currencies.default())
    planned.base_mark = documents.content_mark(base) if planned.gig else ""
    found = read(given, base, names.slugs)
    planned.content, problems = found.content, list(found.problems)
    try:
        planned.publish = cells.flag_from(given["publish"]) if given.get("publish", "").strip() else None
    except ValueError as error:
        problems.append(("publish", str(error)))
    if problems:
        raise Wrong(problems)
    if planned.gig is None:
        _plan_new(planned, job, found.columns, at)
    else:
        _plan_change(planned, planned.gig, base, found.columns, at)
        planned.changes = differences(base, planned.content, names.by_slug) + planned.changes


def _gig(job: GigImport, cell: str) -> Gig | None:
    """The seller's gig that a row names, None for a new one. Raises Wrong."""
    said = cells.one_line(cell).removesuffix(".0")
    if not said:
        return None
    is_number = said.isascii() and said.isdigit() and len(said) < 18
    gigs = Gig.objects.of_seller(job.seller_id).select_related("category").prefetch_related("packages", "extras")
    gig = gigs.filter(pk=int(said)).first() if is_number else None
    if gig is None:
        raise Wrong([("id", _("You have no gig with this number. Leave the cell empty to make a new one."))])
    if gig.is_archived:
        raise Wrong([("id", _("This gig is in the archive. Bring it back first."))])
    double = job.rows.filter(gig=gig).values_list("number", flat=True).first()
    if double:
        raise Wrong([("id", _("Row %(number)s is about the same gig.") % {"number": double})])
    return gig


def _plan_new(planned: Planned, job: GigImport, columns: Mapping[str, str], at: datetime) -> None:
    content = planned.content

    def make() -> GigState | None:
        gig_id = editing.create_gig(seller_id=job.seller_id, content=content, at=at)
        return _published(gig_id, job.seller_id, content, columns, at) if planned.publish else None

    state = _try(make, columns)
    planned.plan = Plan.NEW
    if state is None:
        planned.changes = [_("A new draft")]
    elif state is GigState.IN_REVIEW:
        planned.changes = [_("A new gig, live once our staff have looked at it")]
    else:
        planned.changes = [_("A new gig, live at once")]


def _plan_change(planned: Planned, gig: Gig, base: GigContent, columns: Mapping[str, str], at: datetime) -> None:
    content = planned.content
    goes_live = planned.publish and not (gig.is_active or gig.is_in_review)
    if goes_live and not (gig.is_draft or gig.is_paused):
        raise Wrong([("publish", _("This gig cannot go live at the moment."))])

    def change() -> tuple[bool, GigState | None]:
        if content != base:
            editing.edit_gig(
                gig_id=gig.pk, seller_id=gig.seller_id, content=content, at=at, version=gig.version,
                agreed_currency=content.currency,
            )  # fmt: skip
        waits = content != base and gate.has_waiting_change(gig)
        return waits, _published(gig.pk, gig.seller_id, content, columns, at) if goes_live else None

    waits, state = _try(change, columns)
    if waits:
        planned.changes.append(_("Waits until our staff have looked at it; what is live stays until then"))
    if state is not None:
        is_looked_at = state is GigState.IN_REVIEW
        planned.changes.append(_("Goes live once our staff have looked at it") if is_looked_at else _("Goes live"))
    elif planned.publish is False and gig.is_active:
        planned.changes.append(_("Is paused"))
    planned.plan = Plan.CHANGED if content != base or planned.changes else Plan.UNCHANGED


def _published(gig_id: int, seller_id: int, content: GigContent, columns: Mapping[str, str], at: datetime) -> GigState:
    """Where publishing it would lead. Raises Wrong, and DomainError with what a check does not let through."""
    _check_complete(content, columns)
    return gate.publish(locked_gig(gig_id, seller_id), at)


def _try(do: Callable[[], Done], columns: Mapping[str, str]) -> Done:
    """Does it and takes it back. Raises Wrong with what was refused, at the columns."""
    try:
        with transaction.atomic():
            done = do()
            transaction.set_rollback(True)
    except DomainError as error:
        raise Wrong(_at_columns(error.fields or {"": error.message}, columns)) from error
    return done


def _check_complete(content: GigContent, columns: Mapping[str, str]) -> None:
    missing = missing_to_publish(content)
    if missing:
        raise Wrong(_at_columns(dict(missing), columns))


def _at_columns(fields: Mapping[str, str], columns: Mapping[str, str]) -> Problems:
    return [(columns.get(place) or _PLACES.get(place, place), message) for place, message in fields.items()]
