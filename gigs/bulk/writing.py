"""The files that a seller gets, streamed line by line: all their gigs, a template, the report of an import."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gigs import starters
from gigs.bulk.columns import GROUPS, names_for
from gigs.bulk.contents import cells_of
from gigs.bulk.selectors import all_rows
from gigs.bulk.states import Plan
from gigs.contracts import GigContent
from gigs.models import Category, Gig, GigImport, GigImportRow, GigValue
from gigs.reviewing import gate, rounds
from gigs.states import GigState
from marketplace.kernel import currencies, tables

_CHUNK = 100
PLANS = {
    Plan.NEW.value: gettext_lazy("New"),
    Plan.CHANGED.value: gettext_lazy("Changed"),
    Plan.UNCHANGED.value: gettext_lazy("Unchanged"),
    Plan.WRONG.value: gettext_lazy("Wrong"),
}
DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t"}


def gigs_of(seller_id: int, delimiter: str = ",") -> Iterator[str]:
    """Everything that a seller says of their gigs, but those in the archive; imported again, it changes nothing."""
    names = names_for(_counts(seller_id))
    rows = (_row(str(gig.pk), _is_live(gig), content, names) for gig, content in _gigs(seller_id))
    yield tables.BOM
    yield from tables.lines([names], delimiter=delimiter)
    yield from tables.lines(rows, delimiter=delimiter)


def template(delimiter: str = ",") -> Iterator[str]:
    """The columns with two gigs as examples: both would become drafts."""
    contents = examples()
    names = names_for({group.prefix: max(len(getattr(one, group.field)) for one in contents) for group in GROUPS})
    yield tables.BOM
    yield from tables.lines([names], delimiter=delimiter)
    yield from tables.lines((_row("", False, content, names) for content in contents), delimiter=delimiter)


def examples() -> list[GigContent]:
    """Two starters of categories that the site has."""
    slugs = set(Category.objects.values_list("slug", flat=True))
    groups = [group for group in starters.all_categories() if group.starters]
    offered = [group.starters[0] for group in groups if group.slug in slugs] or [groups[0].starters[0]]
    priced = (starters.priced(starters.spoken(one).content, currencies.default()) for one in offered[:2])
    return [replace(content, ai_use="none") for content in priced]


def report(job: GigImport, delimiter: str = ",") -> Iterator[str]:
    """Row by row what the file comes to and what became of it; a line for each thing that is wrong."""
    headings = _("Row"), "id", _("Title"), _("Plan"), _("Result"), _("Column"), _("Problem"), _("Changes")
    yield tables.BOM
    yield from tables.lines([headings], delimiter=delimiter)
    for row in all_rows(job):
        yield from tables.lines(_report_lines(row), delimiter=delimiter)


def _report_lines(row: GigImportRow) -> Iterator[list[str]]:
    start = [str(row.number), str(row.gig_id or ""), tables.words(row.title), _plan_of(row), result_of(row)]
    changes = tables.words("\n".join(row.changes))
    problems = [*row.problems, *([["", row.failure]] if row.failure else [])] or [["", ""]]
    for column, sentence in problems:
        yield [*start, column, tables.words(sentence), changes]


def _plan_of(row: GigImportRow) -> str:
    return str(PLANS[row.plan]) if row.plan else ""


def result_of(row: GigImportRow) -> str:
    if row.failure:
        return _("failed")
    if row.done_at:
        return _("done")
    return "" if row.plan in (Plan.UNCHANGED, Plan.WRONG) else _("not done")


def _row(number: str, is_live: bool, content: GigContent, names: Iterable[str]) -> list[str]:
    cells = {"id": number, "publish": "yes" if is_live else "no", **cells_of(content)}
    return [tables.words(cells.get(name, "")) for name in names]


def _is_live(gig: Gig) -> bool:
    return GigState.ACTIVE in (gig.state, gig.shown_as)


def _gigs(seller_id: int) -> Iterator[tuple[Gig, GigContent]]:
    """As their seller wants them to be, a change that waits for staff included.

    In the order of their numbers, some at a time: no cursor stays open while the reader's line is slow.
    """
    values = Prefetch("value_rows", GigValue.objects.select_related("value__attribute"))
    found = Gig.objects.of_seller(seller_id).exclude(state=GigState.ARCHIVED).select_related("category")
    found = found.prefetch_related("packages", "extras", values).order_by("pk")
    last = 0
    while True:
        gigs = list(found.filter(pk__gt=last)[:_CHUNK])
        yield from gate.all_waited_for(gigs)
        if len(gigs) < _CHUNK:
            return
        last = gigs[-1].pk


def _counts(seller_id: int) -> dict[str, int]:
    """How many members of each group a gig has at most, so that no column stays empty from top to bottom."""
    gigs = Gig.objects.of_seller(seller_id).exclude(state=GigState.ARCHIVED)
    extras = gigs.order_by("-extras__position").filter(extras__isnull=False).values_list("extras__position", flat=True)
    lists = list(gigs.values_list("faq", "questions").iterator(chunk_size=_CHUNK))
    waiting = [change.content for change in rounds.open_changes(gigs.only("version")).values()]
    lists += [(content["faq"], content["questions"]) for content in waiting]
    return {
        "extra": max([extras.first() or 0, *(len(content["extras"]) for content in waiting)]),
        "faq": max((len(faq) for faq, _questions in lists), default=0),
        "question": max((len(questions) for _faq, questions in lists), default=0),
    }
