"""What browsers send from the editor's steps, for a small gig with one package. ``None`` leaves a field out."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import QueryDict
from django.test import Client

from gigs.web.step_editor import StepEditor

NEW = "/sell/gigs/new/"
DESCRIPTION = "I correct spelling, grammar and punctuation and mark every change that I make."


def _with(data: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in {**data, **changes}.items() if value is not None}


def _empty(*lists: str) -> dict[str, str]:
    return {f"{name}-{total}_FORMS": "0" for name in lists for total in ("TOTAL", "INITIAL")}


def what(**changes: Any) -> dict[str, Any]:
    data = {
        "key": uuid.uuid4().hex,
        "category": "writing",
        "title": "Proofread a thousand words",
        "description": DESCRIPTION,
        "tags": "proofreading, Editing , proofreading",
        "language": "en",
        "do": "next",
    }
    return _with(data, changes)


def packages(**changes: Any) -> dict[str, Any]:
    data = {
        "packages-TOTAL_FORMS": "1",
        "packages-INITIAL_FORMS": "0",
        "packages-0-name": "1,000 words",
        "packages-0-price": "12,50",
        "packages-0-promise": "6",
        "packages-0-unit": "hours",
        "packages-0-revisions": "1",
        **_empty("features", "discounts", "extras"),
        "do": "next",
    }
    return _with(data, changes)


def needs(**changes: Any) -> dict[str, Any]:
    return _with({"checklist": "Clean copy\n\nTracked changes", **_empty("questions"), "do": "next"}, changes)


def answers(**changes: Any) -> dict[str, Any]:
    data = {"licence": "transfer", "ai_use": "none", "preview": "open", **_empty("faq"), "do": "next"}
    return _with(data, changes)


def selling(**changes: Any) -> dict[str, Any]:
    return _with({"keeps": "always", "time_zone": "Europe/Dublin", "do": "next"}, changes)


FORMS = {"what": what, "packages": packages, "needs": needs, "answers": answers, "selling": selling}


def discounts(*steps: tuple[str, str]) -> dict[str, str]:
    data = {"discounts-TOTAL_FORMS": str(len(steps))}
    for number, (start, percent) in enumerate(steps):
        data |= {f"discounts-{number}-start": start, f"discounts-{number}-percent": percent}
    return data


def begin(client: Client, **changes: Any) -> int:
    """Saves the first step of a new gig; returns the gig's id."""
    response = client.post(NEW, what(**changes))
    assert response.status_code == 302, response.context["editor"].errors
    return int(response.headers["Location"].split("/")[3])


def page_of(gig_id: int, step: str = "") -> str:
    return f"/sell/gigs/{gig_id}/edit/{step}/" if step else f"/sell/gigs/{gig_id}/"


def opened(client: Client, gig_id: int, step: str) -> dict[str, str]:
    """What an open window of a step sends along: its own token and what it was made from."""
    context = client.get(page_of(gig_id, step)).context
    return {"window": context["window"], "seen": context["seen"]}


def send(client: Client, gig_id: int, step: str, window: dict[str, str] | None = None, **changes: Any) -> Any:
    """Opens a step (or goes on in a window) and sends its form."""
    return client.post(page_of(gig_id, step), {**(window or opened(client, gig_id, step)), **FORMS[step](**changes)})


def finish(client: Client, gig_id: int) -> None:
    """The other steps, as far as they need saying."""
    for step in ("packages", "needs", "answers"):
        assert send(client, gig_id, step).status_code == 302


def as_sent(editor: StepEditor) -> dict[str, Any]:
    """What a browser would send back without a change."""
    data: dict[str, Any] = {}
    for part in editor.all_forms:
        for bound in part:
            value = bound.value()
            if bound.name == "cover" or value is None or value is False:
                continue
            data[bound.html_name] = "on" if value is True else value
    for name, rows in editor.rows.items():
        data |= {f"{name}-TOTAL_FORMS": len(rows.forms), f"{name}-INITIAL_FORMS": 0}
    return data


def query(data: dict[str, Any]) -> QueryDict:
    """As Django reads it."""
    result = QueryDict(mutable=True)
    for name, value in data.items():
        result.setlist(name, [str(one) for one in (value if isinstance(value, list | tuple) else [value])])
    return result
