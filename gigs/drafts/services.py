"""Saving what is done in the editor, step by step.

A gig that nobody sees yet follows at once where it holds together. Changes of one that buyers can see wait in its draft
until the seller saves them, and what is being typed waits there until its step is saved. Two windows never overwrite
each other unseen: a form says what it was made from.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from gigs import steps
from gigs.contracts import GigContent
from gigs.documents import content_to, mark
from gigs.drafts.workspace import (
    Fields,
    Workspace,
    locked_workspace,
    missing,
    open_workspace,
    problems,
)
from gigs.gallery.services import check_room_for_cover
from gigs.models import GigDraft
from gigs.selectors.categories import by_slug
from gigs.selectors.owned import content_of, own_gig
from gigs.services import editing, publishing
from gigs.services.content import below_minimum
from gigs.steps import Step
from marketplace.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound

TYPED_MAX = 100_000  # characters of one step
BEGUN_MAX = 5  # gigs of one seller that were begun and never saved


@dataclass(frozen=True, slots=True)
class Window:
    """One page in one browser: its own token, and what it was made from (``Workspace.seen``)."""

    token: str
    seen: str


@dataclass(frozen=True, slots=True)
class StepValues:
    """What one step says: fields of GigContent by name."""

    values: dict[str, Any]
    agreed_currency: str = ""
    cover: str = ""  # another picture; empty: it stays


@dataclass(frozen=True, slots=True)
class Beginning:
    """A gig that is to come: the key of its page, and what was there before anything was typed."""

    key: uuid.UUID
    starter: str
    content: GigContent = field(default_factory=lambda: GigContent("", ""))


@transaction.atomic
def keep_typed(*, gig_id: int, seller_id: int, step: Step, data: Fields, window: Window, at: datetime) -> None:
    """Keeps a step as it is being typed, right or wrong; the gig stays. Raises Conflict, InvalidInput, NotFound."""
    workspace = _writable(gig_id, seller_id)
    _check_window(workspace, step, window)
    _write_entry(workspace, step, window, workspace.parts_mark(step), _bounded(data), at)


@transaction.atomic
def forget_typed(*, gig_id: int, seller_id: int, step: Step) -> None:
    """Back to what was saved of this step."""
    draft = locked_workspace(gig_id, seller_id).draft
    if draft and draft.typed.pop(step.slug, None):
        draft.save(update_fields=["typed"])


@transaction.atomic
def save_step(*, gig_id: int, seller_id: int, step: Step, said: StepValues, window: Window, at: datetime) -> Workspace:
    """Replaces what the step says and returns what is there now.

    Raises InvalidInput with the places of this step, Conflict when another window was first, NotFound.
    """
    workspace = _writable(gig_id, seller_id)
    _check_window(workspace, step, window)
    gig = workspace.gig
    content = editing.settled(replace(workspace.content, **said.values), gig.currency)
    found = problems(gig, content)
    mine = {place: message for place, message in found.items() if step.has_place(place)}
    if mine:
        raise InvalidInput(next(iter(mine.values())), fields=mine)
    if content.currency != workspace.content.currency:
        editing.check_currency(gig, content, said.agreed_currency)
    draft = workspace.draft or GigDraft(gig=gig, seller_id=seller_id)
    if draft.content is None:
        draft.based_on = gig.version
    follows = gig.is_draft and not found and _follow(workspace, step, content, at)
    is_kept = follows or (not gig.is_draft and content == workspace.wanted)
    draft.content, draft.agreed_currency = (None, "") if is_kept else (content_to(content), content.currency)
    draft.base = None if is_kept else content_to(workspace.wanted)
    _choose_cover(workspace, draft, said.cover, at)
    after = replace(workspace, draft=draft, content=content)
    _write_entry(after, step, window, after.parts_mark(step), None, at)
    return after


@transaction.atomic
def begin(*, seller_id: int, beginning: Beginning, said: StepValues, window: Window, at: datetime) -> int:
    """A new gig from its first step; the same key again returns the same gig. Raises InvalidInput, NotAllowed.

    Whoever goes back to the page sends what they change there to ``save_step``, as the window that wrote it last.
    """
    draft = _begun(seller_id, beginning, at)
    if draft.gig_id is not None:
        return draft.gig_id
    content = replace(beginning.content, **said.values)
    # A starter's prices that the site has none for, or that its category does not allow, are typed in the next step.
    is_priced = _is_priced(content)
    complete = content if is_priced else replace(content, packages=(), extras=())
    draft.gig_id = editing.create_gig(seller_id=seller_id, content=complete, at=at)
    if not is_priced:
        gig = own_gig(draft.gig_id, seller_id)
        draft.content, draft.based_on = content_to(editing.settled(content, gig.currency)), gig.version
        draft.base = content_to(content_of(gig))
    draft.typed = {}
    workspace = replace(open_workspace(draft.gig_id, seller_id), draft=draft)
    _write_entry(workspace, steps.FIRST, window, workspace.parts_mark(steps.FIRST), None, at)
    return draft.gig_id


@transaction.atomic
def keep_beginning(*, seller_id: int, beginning: Beginning, data: Fields, window: Window, at: datetime) -> None:
    """The first step of a gig that is to come, as it is being typed. Raises Conflict once the gig is there."""
    draft = _begun(seller_id, beginning, at)
    if draft.gig_id is not None:
        raise _changed_elsewhere()
    draft.typed = {steps.FIRST.slug: {"window": window.token, "parts": "", "data": _bounded(data)}}
    draft.saved_at = at
    draft.save()
    mine = GigDraft.objects.filter(seller=seller_id, gig=None).order_by("-saved_at", "-pk")
    GigDraft.objects.filter(pk__in=list(mine.values_list("pk", flat=True)[BEGUN_MAX:])).delete()


def forget_beginning(*, seller_id: int, key: uuid.UUID) -> None:
    GigDraft.objects.filter(seller=seller_id, key=key, gig=None).delete()


@transaction.atomic
def apply(*, gig_id: int, seller_id: int, at: datetime, version: int | None = None) -> None:
    """Shows buyers what was changed. Raises InvalidInput, Conflict (``version``: the gig's that the page knew)."""
    workspace = _writable(gig_id, seller_id)
    draft = workspace.draft
    if draft is None:
        return
    if left := [step for step in steps.STEPS if workspace.typed(step) is not None]:
        message = _("Something that you typed is not saved yet: %(steps)s.")
        named = message % {"steps": ", ".join(str(step.label) for step in left)}
        raise InvalidInput(named, code="typed_left", fields={step.slug: named for step in left})
    if draft.content is not None:
        editing.edit_gig(
            gig_id=gig_id,
            seller_id=seller_id,
            content=workspace.content,
            at=at,
            version=draft.based_on if version is None else version,
            agreed_currency=draft.agreed_currency,
        )
    if draft.cover:
        editing.set_cover(gig_id=gig_id, seller_id=seller_id, cover=draft.cover, at=at)
    _clear(draft)


def publish(*, gig_id: int, seller_id: int, at: datetime, version: int | None = None) -> None:
    """Changes and all. Raises InvalidInput naming what is missing, Conflict, IllegalTransition."""
    lacks = missing(open_workspace(gig_id, seller_id))
    if lacks:
        messages = [message for found in lacks.values() for message in found]
        raise InvalidInput(
            " ".join(messages), code="incomplete", fields={slug: found[0] for slug, found in lacks.items()}
        )
    apply(gig_id=gig_id, seller_id=seller_id, at=at, version=version)
    publishing.publish(gig_id=gig_id, seller_id=seller_id, at=at)


@transaction.atomic
def discard(*, gig_id: int, seller_id: int) -> None:
    """Back to what buyers see."""
    draft = locked_workspace(gig_id, seller_id).draft
    if draft:
        _clear(draft)


@transaction.atomic
def start_over(*, gig_id: int, seller_id: int, at: datetime) -> None:
    """Begins again from what buyers see, and leaves behind what staff sent back."""
    workspace = _writable(gig_id, seller_id)
    gig = workspace.gig
    draft = workspace.draft or GigDraft(gig=gig, seller_id=seller_id)
    draft.content, draft.agreed_currency, draft.based_on = content_to(content_of(gig)), gig.currency, gig.version
    draft.base = content_to(workspace.wanted)
    draft.cover = gig.cover if gig.cover != workspace.wanted_cover else ""
    draft.typed, draft.saved_at = {}, at
    draft.save()


def _writable(gig_id: int, seller_id: int) -> Workspace:
    workspace = locked_workspace(gig_id, seller_id)
    if workspace.gig.is_archived:
        raise NotAllowed(_("Bring the gig back from the archive first."))
    return workspace


def _check_window(workspace: Workspace, step: Step, window: Window) -> None:
    """Nobody wrote this step since the window was opened, or it was this window itself."""
    entry, parts = workspace.entry(step), workspace.parts_mark(step)
    seen_parts, _dot, seen_typed = window.seen.partition(".")
    is_mine = bool(entry) and entry["window"] == window.token
    if is_mine and entry["parts"] in {parts, ""}:
        return
    typed = entry.get("data")
    if seen_parts != parts or (typed is not None and not is_mine and seen_typed != mark(typed)):
        raise _changed_elsewhere()


def _changed_elsewhere() -> Conflict:
    message = _("This step was changed in another window. What you typed here is still here.")
    return Conflict(message, code="changed_elsewhere")


def _write_entry(
    workspace: Workspace, step: Step, window: Window, parts: str, data: Fields | None, at: datetime
) -> None:
    draft = workspace.draft or GigDraft(gig=workspace.gig, seller_id=workspace.gig.seller_id)
    draft.based_on = draft.based_on or workspace.gig.version
    draft.typed[step.slug] = {"window": window.token, "parts": parts, "data": data}
    draft.saved_at = at
    draft.save()


def _follow(workspace: Workspace, step: Step, content: GigContent, at: datetime) -> bool:
    """Writes the gig itself; False where another step stands in the way."""
    gig = workspace.gig
    try:
        with transaction.atomic():
            editing.edit_gig(
                gig_id=gig.pk, seller_id=gig.seller_id, content=content, at=at, agreed_currency=content.currency
            )
    except InvalidInput as error:
        if any(step.has_place(place) for place in error.fields):
            raise
        return False
    return True


def _choose_cover(workspace: Workspace, draft: GigDraft, cover: str, at: datetime) -> None:
    gig = workspace.gig
    if not cover or cover == workspace.cover:
        return
    if gig.is_draft:
        editing.set_cover(gig_id=gig.pk, seller_id=gig.seller_id, cover=cover, at=at)
    else:
        check_room_for_cover(gig, cover)
        draft.cover = cover if cover != workspace.wanted_cover else ""


def _begun(seller_id: int, beginning: Beginning, at: datetime) -> GigDraft:
    """The row of a page's key, locked; who comes second waits for the first."""
    new = {"seller_id": seller_id, "starter": beginning.starter, "saved_at": at}
    GigDraft.objects.get_or_create(key=beginning.key, defaults=new)
    draft = GigDraft.objects.select_for_update().get(key=beginning.key)
    if draft.seller_id != seller_id:
        raise NotFound(_("You have no such gig."))
    return draft


def _is_priced(content: GigContent) -> bool:
    category = by_slug(content.category_slug)
    if category and below_minimum(content, category):
        return False
    return all(package.price_minor for package in content.packages)


def _clear(draft: GigDraft) -> None:
    draft.content, draft.base, draft.cover, draft.agreed_currency = None, None, "", ""
    draft.typed, draft.based_on = {}, 0
    draft.save()


def _bounded(data: Fields) -> Fields:
    if len(json.dumps(data)) > TYPED_MAX:
        raise InvalidInput(_("This is too long to keep. Shorten it."))
    return data
