"""What the timeline tells of pauses, proposals and extras."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from marketplace.kernel import words
from marketplace.kernel.money import Money
from orders.models import Kind, OrderEvent
from orders.states import Action, Actor

if TYPE_CHECKING:
    from orders.web.timeline import Story

Told = dict[str, Any]


def _who(story: Story, event: OrderEvent) -> str:
    return story.cast.name(event.actor)


def _line(text: Callable[[], str], note: Callable[[Story, OrderEvent], str] | None = None) -> Callable[..., Told]:
    def told(story: Story, event: OrderEvent) -> Told:
        title = text() % {"who": _who(story, event), "title": event.data.get("title", "")}
        return {"title": title, "note": note(story, event) if note else "", "body": event.data.get("reason", "")}

    return told


def _until(story: Story, event: OrderEvent) -> str:
    until = datetime.fromisoformat(event.data["until"])
    return _("The clock stands still until %(when)s at most.") % {"when": words.by(until, event.at)}


def _due(story: Story, event: OrderEvent) -> str:
    due = event.data.get("due")
    return _("Due by %(due)s.") % {"due": words.by(datetime.fromisoformat(due), event.at)} if due else ""


def _more(story: Story, event: OrderEvent) -> str:
    return _("%(time)s more.") % {"time": words.duration(event.data["minutes"])} if event.data.get("minutes") else ""


def _price(story: Story, event: OrderEvent) -> str:
    amount = words.amount(Money(event.data.get("amount_minor") or 0, story.currency))
    price = _("Price %(amount)s, before fees.") % {"amount": amount}
    return " ".join(part for part in (price, _more(story, event)) if part)


def _part(story: Story, event: OrderEvent) -> str:
    amount = words.amount(Money(event.data.get("amount_minor") or 0, story.currency))
    return _("%(amount)s of the price.") % {"amount": amount}


def _came_back(story: Story, event: OrderEvent) -> str:
    amount = words.amount(Money(event.data.get("refund_minor") or 0, story.currency))
    return _("%(amount)s goes back, with the service fee in proportion.") % {"amount": amount}


def _extension(story: Story, event: OrderEvent) -> Told:
    asked = _("%(who)s asked for more time") if event.actor == Actor.SELLER else _("%(who)s offered more time")
    return _line(lambda: asked, _more)(story, event)


def _extra(story: Story, event: OrderEvent) -> Told:
    offered = _("%(who)s offered an extra: %(title)s")
    if event.actor == Actor.BUYER:
        offered = _("%(who)s asked for an extra: %(title)s")
    return _line(lambda: offered, _price)(story, event)


def _refund(story: Story, event: OrderEvent) -> Told:
    asked = _("%(who)s asked for a part back") if event.actor == Actor.BUYER else _("%(who)s offered a part back")
    return _line(lambda: asked, _part)(story, event)


def _about(event: OrderEvent) -> str:
    return event.data.get("title") or str(Kind(event.data["kind"]).label)


def _ended(text: Callable[[], str]) -> Callable[..., Told]:
    def told(story: Story, event: OrderEvent) -> Told:
        return {"title": text() % {"who": _who(story, event)}, "note": _about(event), "tone": "quiet"}

    return told


EVENTS: dict[str, Callable[..., Told]] = {
    Action.NEED_INFORMATION: _line(lambda: _("%(who)s asked for something, the clock stands still"), _until),
    Action.REPLY: _line(lambda: _("%(who)s answered, the clock runs again"), _due),
    Action.RESUME: _line(lambda: _("No answer came, the clock runs again"), _due),
    Action.PROPOSE_EXTENSION: _extension,
    Action.PROPOSE_EXTRA: _extra,
    Action.PROPOSE_CANCEL: _line(lambda: _("%(who)s proposed to cancel")),
    Action.PROPOSE_REFUND: _refund,
    Action.ACCEPT_EXTENSION: _line(lambda: _("%(who)s agreed to more time"), _due),
    Action.ACCEPT_EXTRA: _line(lambda: _("%(who)s agreed to the extra: %(title)s")),
    Action.PAY_EXTRA: _line(lambda: _("The extra is paid: %(title)s"), _due),
    Action.ACCEPT_CANCEL: _line(lambda: _("%(who)s agreed to cancel")),
    Action.ACCEPT_REFUND: _line(lambda: _("%(who)s agreed to a part back, the order is done"), _came_back),
    Action.CANCEL_BY_SILENCE: _line(lambda: _("Cancelled: the proposal was not answered")),
    Action.DECLINE_PROPOSAL: _ended(lambda: _("%(who)s declined the proposal")),
    Action.TAKE_BACK_PROPOSAL: _ended(lambda: _("%(who)s took the proposal back")),
    Action.EXPIRE_PROPOSAL: _ended(lambda: _("A proposal was not answered in time")),
}
