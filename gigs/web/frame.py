"""What stands around every step: the way through them, and how it will look."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from gigs import steps
from gigs.drafts.workspace import Workspace, missing
from gigs.reviewing.selectors import standing_of
from gigs.selectors.preview import preview_of
from gigs.steps import Step
from gigs.web.prices import price_split
from gigs.web.typed import content_as_typed, window_of


@dataclass(frozen=True, slots=True)
class Stop:
    """A step as the way through them shows it."""

    number: int
    slug: str
    label: str
    url: str  # empty where it cannot be opened yet
    is_here: bool
    lacks: tuple[str, ...]


def stops(workspace: Workspace | None, here: Step | None, lacks: dict[str, list[str]]) -> list[Stop]:
    return [
        Stop(
            number,
            step.slug,
            str(step.label),
            url_of(workspace.gig.pk, step) if workspace else "",
            step is here,
            tuple(lacks.get(step.slug, ())),
        )
        for number, step in enumerate(steps.STEPS, 1)
    ]


def url_of(gig_id: int, step: Step | None) -> str:
    """A step's own address; without one, the summary's."""
    return reverse("gigs:edit_step", args=[gig_id, step.slug]) if step else reverse("gigs:edit", args=[gig_id])


def token_of(request: HttpRequest) -> str:
    """A window keeps its token while its form comes back to it."""
    return window_of(request.POST).token or secrets.token_hex(8)


def around(workspace: Workspace, here: Step | None, at: datetime) -> dict[str, Any]:
    lacks = missing(workspace)
    return {
        "workspace": workspace,
        "gig": workspace.gig,
        "own": {"id": workspace.gig.pk},
        "standing": standing_of(workspace.gig),
        "stops": stops(workspace, here, lacks),
        "step_count": len(steps.STEPS),
        "lacks": lacks,
        **look(workspace, at),
    }


def look(workspace: Workspace, at: datetime) -> dict[str, Any]:
    """The card and the prices, with what is being typed."""
    content = content_as_typed(workspace, at)
    preview = preview_of(workspace.gig, content, workspace.cover, at)
    prices = [
        (package.name, price_split(package.price.plain, preview.gig.currency, preview.gig.category))
        for package in preview.page.packages
    ]
    return {"preview": preview, "prices": prices}
