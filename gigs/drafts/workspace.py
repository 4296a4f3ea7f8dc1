"""What the editor works on: a gig, what was changed and is not shown yet, and what is being typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from gigs import steps
from gigs.contracts import GigContent
from gigs.documents import content_from, content_to, mark
from gigs.models import Gig, GigDraft
from gigs.reviewing import gate
from gigs.reviewing.snapshots import merged
from gigs.selectors.categories import by_slug
from gigs.selectors.owned import content_of, locked_gig, own_gig
from gigs.services.content import below_minimum, missing_to_publish, problems_of
from gigs.steps import Step
from marketplace.kernel import currencies

Fields = dict[str, list[str]]  # as a form sends them


@dataclass(frozen=True, slots=True)
class Workspace:
    """``wanted``, ``wanted_cover``: as the gig is, or as it will be once staff have looked at a change."""

    gig: Gig
    draft: GigDraft | None
    content: GigContent
    wanted: GigContent
    wanted_cover: str

    @property
    def cover(self) -> str:
        return self.waiting_cover or self.wanted_cover

    @property
    def waiting_cover(self) -> str:
        """A cover that replaces the gig's when the changes are saved. The gallery's order is the gig's own."""
        return self.draft.cover if self.draft else ""

    @property
    def holds_changes(self) -> bool:
        return self.draft is not None and self.draft.holds_changes

    @property
    def version(self) -> int:
        """Of the gig that the changes began from."""
        return self.draft.based_on if self.draft and self.draft.content is not None else self.gig.version

    def entry(self, step: Step) -> dict[str, Any]:
        """What the draft knows of a step: who wrote last, over what, and what was typed."""
        return dict(self.draft.typed.get(step.slug, {})) if self.draft else {}

    def typed(self, step: Step) -> Fields | None:
        return self.entry(step).get("data")

    def parts_mark(self, step: Step) -> str:
        return parts_mark(self.content, step, self.waiting_cover)

    def seen(self, step: Step) -> str:
        """What a page of this step was made from; it comes back with the form."""
        return f"{self.parts_mark(step)}.{mark(self.typed(step))}"


def open_workspace(gig_id: int, seller_id: int) -> Workspace:
    """Raises NotFound for somebody else's gig."""
    return _of(own_gig(gig_id, seller_id), GigDraft.objects.filter(gig=gig_id).first())


def locked_workspace(gig_id: int, seller_id: int) -> Workspace:
    """The same, locked until the transaction ends."""
    gig = locked_gig(gig_id, seller_id)
    return _of(gig, GigDraft.objects.filter(gig=gig_id).first())


def _of(gig: Gig, draft: GigDraft | None) -> Workspace:
    wanted, cover = gate.waited_for(gig)
    content = wanted
    if draft and draft.content is not None:
        content = merged(content_from(draft.base or draft.content), content_from(draft.content), wanted)
    return Workspace(gig, draft, content, wanted, cover)


def parts_mark(content: GigContent, step: Step, cover: str) -> str:
    whole = content_to(content)
    return mark([*(whole[name] for name in step.fields), cover if not step.fields else ""])


def problems(gig: Gig, content: GigContent) -> dict[str, str]:
    """Everything that does not hold, by place; also of content that was never saved."""
    if content.currency not in currencies.settled():
        return {"currency": _("Choose one of the site's currencies.")}
    return {**_price_problems(gig, content), **problems_of(content)}


def _price_problems(gig: Gig, content: GigContent) -> dict[str, str]:
    """Of packages that cost less than the category allows; a gig that was published keeps the prices it had."""
    category = by_slug(content.category_slug)
    if category is None or category.applied_minimum_minor is None:
        return {}
    return below_minimum(content, category, content_of(gig) if gig.published_at else None)


def missing(workspace: Workspace) -> dict[str, list[str]]:
    """What stands between this and buyers, by the step that mends it."""
    content, found = workspace.content, problems(workspace.gig, workspace.content)
    for place, message in missing_to_publish(content):
        found.setdefault(place, message)
    if not content.ai_use and workspace.gig.is_draft:
        found["ai_use"] = _("Say how the work is made: buyers see it before they order.")
    result: dict[str, list[str]] = {}
    for place, message in found.items():
        result.setdefault(steps.of_place(place).slug, []).append(message)
    for step in steps.STEPS:
        if workspace.typed(step) is not None:
            said = _("Something that you typed here is not saved yet. Open it and press “Next”.")
            result.setdefault(step.slug, []).append(said)
    return {step.slug: result[step.slug] for step in steps.STEPS if step.slug in result}
