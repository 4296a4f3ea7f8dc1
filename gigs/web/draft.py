"""An order that is being prepared, kept in the session: through sign-up, errors and second thoughts."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.crypto import salted_hmac

from gigs.services.terms import Selection
from gigs.web.picking import as_parameters, picked

_DRAFTS = "gig_drafts"
_PLACED = "gig_orders"
_KEPT = 5


@dataclass
class Draft:
    """``form_key`` belongs to one selection: two windows with the same one place one order."""

    selection: Selection = field(default_factory=Selection)
    form_key: str = ""  # until it is shown
    answers: dict[str, str] = field(default_factory=dict)  # by question key; files as their stored ids
    file_names: dict[str, str] = field(default_factory=dict)

    def choose(self, selection: Selection) -> None:
        if selection != self.selection:
            self.selection, self.form_key = selection, ""


def load(request: HttpRequest, gig_id: int) -> Draft:
    stored = request.session.get(_DRAFTS, {}).get(str(gig_id))
    if not stored:
        return Draft()
    selection = picked(QueryDict(stored["picked"]))
    return Draft(selection, stored["form_key"], stored["answers"], stored["file_names"])


def save(request: HttpRequest, gig_id: int, draft: Draft) -> None:
    """Nothing is written of a signed-in reader's bare selection: its address says all of it."""
    drafts: dict[str, Any] = request.session.get(_DRAFTS, {})
    draft.form_key = draft.form_key or _form_key(request, gig_id, draft.selection)
    if request.user.is_authenticated and not draft.answers and str(gig_id) not in drafts:
        return
    drafts.pop(str(gig_id), None)
    drafts[str(gig_id)] = {
        "picked": as_parameters(draft.selection),
        "form_key": draft.form_key,
        "answers": draft.answers,
        "file_names": draft.file_names,
    }
    request.session[_DRAFTS] = dict(list(drafts.items())[-_KEPT:])


def _form_key(request: HttpRequest, gig_id: int, selection: Selection) -> str:
    """The same in all windows of a session, until it places an order."""
    if not request.user.is_authenticated:
        return uuid.uuid4().hex
    last = next(reversed(request.session.get(_PLACED, {})), "")
    said = f"{request.session.session_key}:{gig_id}:{as_parameters(selection)}:{last}"
    return salted_hmac("gigs.form", said, algorithm="sha256").hexdigest()[:32]


def placed(request: HttpRequest, gig_id: int, form_key: str, order_id: uuid.UUID) -> None:
    """The draft became an order: forget it, and remember where a second send of the same form leads."""
    drafts = request.session.get(_DRAFTS, {})
    drafts.pop(str(gig_id), None)
    request.session[_DRAFTS] = drafts
    known = {**request.session.get(_PLACED, {}), form_key: str(order_id)}
    request.session[_PLACED] = dict(list(known.items())[-2 * _KEPT :])


def order_of(request: HttpRequest, form_key: str) -> uuid.UUID | None:
    """The order that this form already became in this session."""
    known = request.session.get(_PLACED, {}).get(form_key)
    return uuid.UUID(known) if known else None
