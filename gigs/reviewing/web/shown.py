"""A gig as staff read it: every section as buyers see it, with what was found, changed and said before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from gigs.category_words import said
from gigs.contracts import Cover, FaqEntry, GigContent
from gigs.covers import cover_of
from gigs.gallery.shown import Slide, document, slide_of
from gigs.models import AttributeValue, Category, Gig
from gigs.models.reviewing import SectionNote
from gigs.reviewing.checks.contacts import addresses, is_allowed
from gigs.reviewing.differences import Difference
from gigs.reviewing.findings import Finding
from gigs.reviewing.texts import texts_of
from gigs.reviewing.vocabulary import SECTIONS, Words
from gigs.richtext import plain
from gigs.services.editing import all_in_minor
from marketplace.kernel.money import Money
from orders.contracts import Question


@dataclass(frozen=True, slots=True)
class ShownPackage:
    name: str
    price: Money  # of the seller
    all_in: Money
    minutes: int
    revisions: int


@dataclass(frozen=True, slots=True)
class ShownExtra:
    title: str
    price: Money
    minutes: int


@dataclass(frozen=True, slots=True)
class ShownGig:
    """Its content in the words of the page, whether it is live or waits."""

    title: str
    description: str  # as plain text: staff see where links lead
    tags: tuple[str, ...]
    checklist: tuple[str, ...]
    ai_note: str
    category: str
    attributes: list[tuple[str, str]]
    packages: list[ShownPackage]
    comparison: list[tuple[str, list[str]]]
    extras: list[ShownExtra]
    questions: tuple[Question, ...]
    faq: tuple[FaqEntry, ...]
    cover: Cover | None
    gallery: list[Slide]  # as it is now, but the cover
    links: list[tuple[str, bool]]  # address, whether it is on the operator's list


@dataclass(slots=True)
class Section:
    """``template``: how its content is shown."""

    name: str
    label: Words
    findings: list[Finding] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    notes: list[SectionNote] = field(default_factory=list)
    form: object = None

    @property
    def template(self) -> str:
        return f"gigs/reviewing/_section_{self.name}.html"


def shown(gig: Gig, content: GigContent, cover: str, hosts: Iterable[str]) -> ShownGig:
    """``content`` and ``cover`` as those of a gig. Three queries."""
    labels = dict.fromkeys(label for package in content.packages for label, _value in package.features)
    values = [dict(package.features) for package in content.packages]
    allowed = tuple(hosts)
    found = dict.fromkeys(address for _text, address in addresses(texts_of(content)))
    return ShownGig(
        title=content.title,
        description=plain(content.description),
        tags=content.tags,
        checklist=content.checklist,
        ai_note=content.ai_note,
        category=_category(content.category_slug),
        attributes=_attributes(content),
        packages=[
            ShownPackage(
                one.name,
                Money(one.price_minor, content.currency),
                Money(all_in_minor(one.price_minor, content.currency), content.currency),
                one.promised_minutes,
                one.revisions,
            )
            for one in content.packages
        ],
        comparison=[(label, [row.get(label, "–") for row in values]) for label in labels],
        extras=[
            ShownExtra(one.title, Money(one.price_minor, content.currency), one.extra_minutes) for one in content.extras
        ],
        questions=content.questions,
        faq=content.faq,
        cover=cover_of(cover),
        gallery=[slide_of(entry) for entry in document(gig.gallery_items.all()) if entry["key"] != cover],
        links=[(address, is_allowed(address, allowed)) for address in found],
    )


def sections(
    findings: Iterable[Finding], differences: Iterable[Difference] = (), notes: Iterable[SectionNote] = ()
) -> list[Section]:
    made = {name: Section(name, label) for name, label in SECTIONS.items()}
    for finding in findings:
        made["links" if finding.sort == "link" else finding.section].findings.append(finding)
    for difference in differences:
        made[difference.section].differences.append(difference)
    for note in notes:
        made[note.section].notes.append(note)
    return list(made.values())


def _category(slug: str) -> str:
    category = Category.objects.select_related("parent__parent").filter(slug=slug).first()
    names: list[str] = []
    while category is not None:
        names.insert(0, category.label)
        category = category.parent
    return " › ".join(names) or slug


def _attributes(content: GigContent) -> list[tuple[str, str]]:
    if not content.attributes:
        return []
    slugs = [name.partition(":")[2] for name in content.attributes]
    values = AttributeValue.objects.filter(slug__in=slugs).select_related("attribute").order_by("pk")
    names = {f"{one.attribute.slug}:{one.slug}": (said(one.attribute.name), said(one.name)) for one in values}
    return [names.get(name, ("", name)) for name in content.attributes]
