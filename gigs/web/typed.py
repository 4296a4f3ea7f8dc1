"""What a form of the editor sent, as it is kept, and back."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from django.http import QueryDict
from django.utils import timezone

from gigs import steps
from gigs.contracts import GigContent
from gigs.drafts.services import Window
from gigs.drafts.workspace import Fields, Workspace
from gigs.services.content import without_control
from gigs.web.step_editor import Base
from gigs.web.step_editors import EDITORS

# What is the form's and not the gig's.
_OURS = {"csrfmiddlewaretoken", "do", "row", "seen", "window", "key", "starter"}
_TOKEN = re.compile(r"[0-9a-f]{16}", re.ASCII)


def window_of(data: QueryDict) -> Window:
    """The window that sent a form. One without a token is nobody's."""
    token = data.get("window", "")
    return Window(token if _TOKEN.fullmatch(token) else "", without_control(data.get("seen", ""))[:40])


def fields_of(data: QueryDict) -> Fields:
    """Without control characters, which PostgreSQL refuses."""
    return {
        without_control(name): [without_control(value) for value in values]
        for name, values in data.lists()
        if name not in _OURS
    }


def as_sent(fields: Fields) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, values in fields.items():
        data.setlist(name, values)
    return data


def base_of(workspace: Workspace, now: datetime) -> Base:
    gig = workspace.gig
    return Base(
        content=workspace.content,
        now=now,
        time_zone=timezone.get_current_timezone_name(),
        saved_currency=gig.currency if gig.package_count else "",
        cover=workspace.cover,
        gig_id=gig.pk,
        seller_id=gig.seller_id,
    )


def content_as_typed(workspace: Workspace, now: datetime) -> GigContent:
    """With everything that is being typed and holds together already."""
    content, base = workspace.content, base_of(workspace, now)
    for step in steps.STEPS:
        typed = workspace.typed(step)
        if typed is None:
            continue
        editor = EDITORS[step.slug](base, as_sent(typed))
        if editor.is_valid():
            content = replace(content, **editor.values())
    return content
