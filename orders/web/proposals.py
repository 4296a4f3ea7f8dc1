"""Open proposals as cards on the order page, with what each does to money and time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from marketplace.kernel import words
from marketplace.kernel.money import Money
from orders import deadlines
from orders.models import Ground, Kind, Order, OrderEvent, PaymentState, Proposal, ProposalState
from orders.services import funds
from orders.services.proposals import extended
from orders.splits import Stake, keep
from orders.states import Action, Actor, State
from orders.web import deeds
from orders.web.deeds import Deed
from orders.web.money import Line
from orders.web.scene import Offer, Scene

ACCEPT: dict[str, Action] = {
    Kind.EXTENSION: Action.ACCEPT_EXTENSION,
    Kind.EXTRA: Action.ACCEPT_EXTRA,
    Kind.CANCEL: Action.ACCEPT_CANCEL,
    Kind.REFUND: Action.ACCEPT_REFUND,
}


@dataclass(frozen=True, slots=True)
class Card:
    """``main`` is the first button; ``pays``: it leads to the payment page."""

    key: str
    title: str
    body: str = ""
    lines: tuple[str, ...] = ()
    silence: str = ""
    proposal_id: int = 0
    main: Deed | None = None
    others: tuple[Deed, ...] = ()
    pays: Money | None = None
    is_mine: bool = False


def offer_of(order: Order, proposal: Proposal, stake: Stake, role: str, at: datetime) -> Offer:
    """What an open proposal means for this reader."""
    more = _MEANS[proposal.kind](order, proposal, stake, at)
    return Offer(
        id=proposal.pk, kind=proposal.kind, is_mine=proposal.by_role == role, title=proposal.title,
        text=proposal.text, answer_by=proposal.answer_by, minutes=proposal.minutes,
        was_agreed=proposal.agreed_at is not None, **more,
    )  # fmt: skip


def for_scene(order: Order, rows: list[Proposal]) -> dict[str, Any]:
    """What a scene holds beside the open ones: the payment of an extra, and what a clock that stands still has left."""
    asked = next((one.payment for one in rows if one.waits_for_payment), None)
    if asked:
        asked.order = order
    paused, due = order.paused_at, order.due_at
    return {
        "left_when_paused": deadlines.open_time(paused, due, order.terms.hours) if paused and due else None,
        "extra_pays": asked.all_in if asked else None,
        "extra_closes_at": asked.closes_at if asked else None,
    }


def _extension(order: Order, proposal: Proposal, stake: Stake, at: datetime) -> dict[str, Any]:
    return {"due": extended(order, proposal.minutes, at)}


def _extra(order: Order, proposal: Proposal, stake: Stake, at: datetime) -> dict[str, Any]:
    price, rules = proposal.amount or stake.price, order.terms.rules
    fee = funds.further_fee(order, price)
    before = order.price_at_stake
    receives = price - (rules.seller_fee(before + price) - rules.seller_fee(before))
    runs = order.due_at is not None and order.state != State.DELIVERED
    due = deadlines.ready_at(order.due_at, proposal.minutes, order.terms.hours) if runs and order.due_at else None
    return {"pays": price + fee, "fee": fee, "receives": receives, "due": due if proposal.minutes else None}


def _cancel(order: Order, proposal: Proposal, stake: Stake, at: datetime) -> dict[str, Any]:
    silence = not order.was_delivered and (proposal.by_role == Actor.SELLER or order.is_late)
    return {"back": stake.all_in, "silence_cancels": silence}


def _refund(order: Order, proposal: Proposal, stake: Stake, at: datetime) -> dict[str, Any]:
    division = keep(stake, stake.price - (proposal.amount or stake.price))
    return {"back": division.refund, "receives": division.seller_receives}


_MEANS: dict[str, Callable[[Order, Proposal, Stake, datetime], dict[str, Any]]] = {
    Kind.EXTENSION: _extension,
    Kind.EXTRA: _extra,
    Kind.CANCEL: _cancel,
    Kind.REFUND: _refund,
}


def cards(scene: Scene) -> list[Card]:
    """What waits for the reader first."""
    ordered = sorted(scene.offers, key=lambda offer: (offer.is_mine, offer.answer_by))
    found = [_card(scene, offer) for offer in ordered]
    if scene.extra_pays and scene.extra_closes_at:
        found.insert(0, _paying(scene, scene.extra_pays, scene.extra_closes_at))
    return found


def _card(scene: Scene, offer: Offer) -> Card:
    buttons: dict[str, Any] = {"others": (deeds.deed(scene, Action.TAKE_BACK_PROPOSAL),)}
    if not offer.is_mine:
        accept, decline = deeds.deed(scene, ACCEPT[offer.kind]), deeds.deed(scene, Action.DECLINE_PROPOSAL)
        buttons = {"main": accept, "others": (decline,)}
    return Card(
        key=f"proposal-{offer.id}", title=headline(scene, offer), body=offer.text,
        lines=tuple(line for line in _lines(scene, offer) if line), silence=silence(scene, offer),
        proposal_id=offer.id, is_mine=offer.is_mine, **buttons,
    )  # fmt: skip


def _paying(scene: Scene, amount: Money, closes_at: datetime) -> Card:
    values = {"other": scene.other, "amount": words.amount(amount), "when": words.by(closes_at, scene.now)}
    if not scene.is_buyer:
        title = _("%(other)s is about to pay %(amount)s for the extra.") % values
        return Card("extra", title, lines=(_("Begin with it once it is paid: you are told."),), is_mine=True)
    if scene.now >= closes_at:
        line = _("If you have paid just now, it shows here in a moment. Otherwise you can accept the extra again.")
        return Card("extra", _("The payment page of the extra is being closed."), lines=(line,))
    line = _("If you do not, nothing is charged and the offer stands as before.")
    return Card("extra", _("Pay %(amount)s for the extra by %(when)s.") % values, lines=(line,), pays=amount)


def headline(scene: Scene, offer: Offer) -> str:
    """Who proposes what, in one sentence."""
    mine, by_buyer = offer.is_mine, offer.is_mine == scene.is_buyer
    back = words.amount(offer.back) if offer.back else ""
    values = {"other": scene.other, "time": words.duration(offer.minutes), "title": offer.title, "back": back}
    if offer.kind == Kind.EXTENSION:
        asks = _("You asked for %(time)s more.") if mine else _("%(other)s asks for %(time)s more.")
        gives = _("You offered %(time)s more.") if mine else _("%(other)s offers you %(time)s more.")
        return (gives if by_buyer else asks) % values
    if offer.kind == Kind.EXTRA:
        return _extra_headline(offer, mine=mine, by_buyer=by_buyer) % values
    if offer.kind == Kind.CANCEL:
        return (_("You proposed to cancel.") if mine else _("%(other)s proposes to cancel the order.")) % values
    asks = _("You asked for %(back)s back.") if mine else _("%(other)s asks for %(back)s back.")
    gives = _("You offered %(back)s back.") if mine else _("%(other)s offers you %(back)s back.")
    return (asks if by_buyer else gives) % values


def _extra_headline(offer: Offer, *, mine: bool, by_buyer: bool) -> str:
    if offer.was_agreed:
        return _("You agreed to the extra: %(title)s.") if mine else _("%(other)s agrees to your extra: %(title)s.")
    if by_buyer:
        return _("You asked for an extra: %(title)s.") if mine else _("%(other)s asks for an extra: %(title)s.")
    return _("You offered an extra: %(title)s.") if mine else _("%(other)s offers an extra: %(title)s.")


def _lines(scene: Scene, offer: Offer) -> list[str]:
    return [_money_line(scene, offer), _time_line(scene, offer)]


def _money_line(scene: Scene, offer: Offer) -> str:
    values = {
        name: words.amount(amount) for name in ("pays", "fee", "back", "receives") if (amount := getattr(offer, name))
    }
    values["other"] = scene.other
    if offer.kind == Kind.EXTRA:
        if scene.is_buyer:
            return (_("%(pays)s all in, with %(fee)s service fee.") if offer.fee else _("%(pays)s all in.")) % values
        return _("You receive %(receives)s more.") % values
    if offer.kind == Kind.CANCEL:
        return (_("%(back)s goes back to you.") if scene.is_buyer else _("%(back)s goes back to %(other)s.")) % values
    if offer.kind == Kind.REFUND:
        if scene.is_buyer:
            return (
                _("The service fee comes back in proportion. %(other)s keeps the rest, and the order is done.") % values
            )
        return _("You receive %(receives)s for the order, and it is done.") % values
    return ""


def _time_line(scene: Scene, offer: Offer) -> str:
    if offer.kind == Kind.EXTRA and scene.situation.state == State.DELIVERED:
        return _("The order goes back to work, and is checked again afterwards.")
    values = {"time": words.duration(offer.minutes)}
    if offer.due is None:
        return _("%(time)s more.") % values if offer.minutes else ""
    values |= {"due": words.by(offer.due, scene.now)}
    if scene.due_at is None or scene.due_at <= scene.now:
        return _("Due by %(due)s.") % values
    return _("Due by %(due)s instead of %(was)s.") % (values | {"was": words.by(scene.due_at, scene.now)})


def silence(scene: Scene, offer: Offer) -> str:
    """What happens if nobody answers."""
    values = {"when": words.by(offer.answer_by, scene.now), "other": scene.other}
    if offer.silence_cancels:
        text = _("If %(other)s does not answer by %(when)s, it is cancelled.")
        return (text if offer.is_mine else _("If you do not answer by %(when)s, it is cancelled.")) % values
    text = _("If %(other)s does not answer by %(when)s, nothing changes.")
    return (text if offer.is_mine else _("If you do not answer by %(when)s, nothing changes.")) % values


def paid(rows: list[Proposal]) -> list[Line]:
    """Extras that are paid for, as lines of the money panel."""
    extras = (one for one in rows if one.payment and one.payment.state == PaymentState.PAID)
    return [Line(one.title, one.amount) for one in extras if one.amount]


def question(scene: Scene) -> list[Card]:
    """What the seller stopped the clock for."""
    if not scene.question:
        return []
    title = _("%(other)s asks you:") if scene.is_buyer else _("You asked %(other)s:")
    return [Card("question", title % {"other": scene.other}, body=scene.question, is_mine=not scene.is_buyer)]


def asked(order: Order, events: list[OrderEvent]) -> str:
    """The question of the pause that runs, or nothing."""
    if not order.is_paused:
        return ""
    found = (event for event in reversed(events) if event.action == Action.NEED_INFORMATION)
    return str(next(found).data["reason"])


def failures(scene: Scene, rows: list[Proposal], events: list[OrderEvent]) -> list[Card]:
    """The reader's last proposal that was declined or not answered, until the order has moved on: a way out of it."""
    dispute = deeds.deed(scene, Action.OPEN_DISPUTE)
    moved = max((event.at for event in events if event.state != event.state_before), default=scene.now)
    failed = last_failed(rows, scene.role)
    if failed is None or failed.closed_at is None or failed.closed_at < moved or not dispute.is_possible:
        return []
    declined = failed.state == ProposalState.DECLINED
    title = _("%(other)s declined your proposal: %(what)s.") if declined else _("%(other)s did not answer: %(what)s.")
    values = {"other": scene.other, "what": failed.title or Kind(failed.kind).label}
    line = _("If you cannot go on like this, a moderator can decide. What you wrote is filled in for you.")
    return [Card(f"proposal-{failed.pk}", title % values, lines=(line,), others=(dispute,), is_mine=True)]


def last_failed(rows: list[Proposal], role: str) -> Proposal | None:
    """One side's newest proposal, where the other side did not go along with it."""
    last = next((one for one in reversed(rows) if one.by_role == role), None)
    return last if last and last.state in (ProposalState.DECLINED, ProposalState.EXPIRED) else None


def case_from(order: Order, role: str) -> dict[str, Any]:
    """A dispute's form, filled in from the proposal that came to nothing."""
    failed = last_failed(list(order.proposals.all()), role)
    if failed is None or order.state == State.COMPLETED:
        return {}
    price = order.price_at_stake
    back = {Kind.CANCEL: price, Kind.REFUND: Money(failed.amount_minor or 0, order.currency)}.get(Kind(failed.kind))
    return {"statement": failed.text, "ground": _ground(order, role, failed), "back": back.plain if back else ""}


def _ground(order: Order, role: str, failed: Proposal) -> str:
    if role == Actor.SELLER:
        return Ground.UNREACHABLE if failed.state == ProposalState.EXPIRED else Ground.OUT_OF_SCOPE
    if order.is_late:
        return Ground.LATE
    return Ground.NOT_AS_DESCRIBED if order.was_delivered else ""
