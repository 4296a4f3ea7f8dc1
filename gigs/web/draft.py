"""An order that is being prepared, kept in the session: through sign-up, errors and second thoughts."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.crypto import salted_hmac

from gigs.services.terms import Selection
from gigs.web.picking import as_parameters, picked
from orders import api as orders

_DRAFTS = "gig_drafts"
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
    """For somebody who is signed in the same in all windows, until they have ordered something."""
    if not request.user.is_authenticated:
        return uuid.uuid4().hex
    person = int(request.user.pk or 0)
    said = f"{person}:{gig_id}:{as_parameters(selection)}:{orders.latest_order_of(person)}"
    return salted_hmac("gigs.form", said, algorithm="sha256").hexdigest()[:32]


def drop(request: HttpRequest, gig_id: int) -> None:
    """The draft became an order."""
    drafts: dict[str, Any] = request.session.get(_DRAFTS, {})
    if drafts.pop(str(gig_id), None):
        request.session[_DRAFTS] = drafts
