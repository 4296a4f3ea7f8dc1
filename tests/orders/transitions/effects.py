"""What a transition may do with the money: exact, against where it stood before."""

from __future__ import annotations

from marketplace.kernel.money import Money
from orders.models import Order, PaymentState, Purpose
from orders.stakes import division_of
from payments.contracts import Position
from payments.models import Charge


def _moved(before: Position, after: Position) -> dict[str, int]:
    """What changed, by place, in minor units."""
    names = [name for name in Position.__slots__ if isinstance(getattr(after, name), Money)]
    steps = {name: getattr(after, name).amount_minor - getattr(before, name).amount_minor for name in names}
    return {name: step for name, step in steps.items() if step}


def nothing(order: Order, before: Position, after: Position) -> None:
    assert _moved(before, after) == {}


def asked(order: Order, before: Position, after: Position) -> None:
    """A charge of its own waits for the buyer; nothing has moved."""
    nothing(order, before, after)
    payment = order.payments.filter(state=PaymentState.ASKED).latest("id")
    assert Charge.objects.get(pk=payment.charge_id).amount == payment.all_in


def asked_where_the_buyer_pays(order: Order, before: Position, after: Position) -> None:
    """The seller's yes to an extra asks for nothing yet: it is an offer to the buyer."""
    if order.proposals.latest("id").agreed_at is None:
        asked(order, before, after)
    else:
        nothing(order, before, after)
        assert not order.payments.filter(state=PaymentState.ASKED).exists()


def captured(order: Order, before: Position, after: Position) -> None:
    payment = order.payments.filter(state=PaymentState.PAID).latest("settled_at")
    paid = payment.all_in.amount_minor
    assert _moved(before, after) == {"captured": paid, "held": paid}


def tipped(order: Order, before: Position, after: Position) -> None:
    """All of it is the seller's, and clears."""
    paid = order.payments.get(purpose=Purpose.TIP).price_minor
    assert _moved(before, after) == {"captured": paid, "clearing": paid}


def rejected(order: Order, before: Position, after: Position) -> None:
    """It came, and is on its way back whole."""
    moved = _moved(before, after)
    assert moved
    assert moved == {"captured": moved["refunding"], "refunding": moved["refunding"]}


def refunded(order: Order, before: Position, after: Position) -> None:
    """All that was held for the step that runs."""
    whole = order.all_in_at_stake.amount_minor
    assert _moved(before, after) == {"held": -whole, "refunding": whole}


def refunded_or_frozen(order: Order, before: Position, after: Position) -> None:
    """All of it back, or held until staff have decided."""
    if order.closed_at:
        refunded(order, before, after)
    else:
        nothing(order, before, after)


def released(order: Order, before: Position, after: Position) -> None:
    _divided(order, before, after)
    assert after.refunding == before.refunding


def divided(order: Order, before: Position, after: Position) -> None:
    _divided(order, before, after)


def _divided(order: Order, before: Position, after: Position) -> None:
    part = division_of(order)
    expected = {
        "held": -part.total.amount_minor,
        "clearing": part.seller_receives.amount_minor,
        "fees": part.fees.amount_minor,
        "refunding": part.refund.amount_minor,
    }
    assert _moved(before, after) == {name: step for name, step in expected.items() if step}


def released_if_accepted(order: Order, before: Position, after: Position) -> None:
    """What was accepted while the payment was being checked."""
    if order.completed_at:
        released(order, before, after)
    else:
        nothing(order, before, after)


def undone(order: Order, before: Position, after: Position) -> None:
    """A claim: what was released is held again, fees and all."""
    whole = order.all_in_at_stake.amount_minor
    assert _moved(before, after) == {
        "held": whole, "clearing": -before.clearing.amount_minor, "fees": -before.fees.amount_minor,
    }  # fmt: skip


def withdrawn(order: Order, before: Position, after: Position) -> None:
    """A claim that is taken back releases again; any other dispute leaves the money held."""
    if order.completed_at:
        released(order, before, after)
    else:
        nothing(order, before, after)


def cleared(order: Order, before: Position, after: Position) -> None:
    """Clearing → available, or on its way where the seller can be paid. What is at stake in a later step stays."""
    moved = _moved(before, after)
    assert moved.pop("clearing") == -before.clearing.amount_minor
    assert sum(moved.values()) == before.clearing.amount_minor
    assert set(moved) <= {"available", "sending"}


def frozen_at_the_bank(order: Order, before: Position, after: Position) -> None:
    """All of the payment is the bank's for now, wherever it stood here."""
    assert after.charged_back.amount_minor - before.charged_back.amount_minor == order.all_in.amount_minor


def restored(order: Order, before: Position, after: Position) -> None:
    assert (after.charged_back.amount_minor, after.lost.amount_minor) == (0, 0)
    assert before.charged_back


def lost_at_the_bank(order: Order, before: Position, after: Position) -> None:
    assert after.charged_back.amount_minor == 0
    assert after.lost.amount_minor == before.charged_back.amount_minor


NAMES = {
    nothing: "none",
    asked: "a charge asked",
    asked_where_the_buyer_pays: "a charge asked, of the buyer who says yes",
    captured: "captured, held",
    tipped: "captured, released whole",
    rejected: "back whole",
    refunded: "refunded whole",
    refunded_or_frozen: "refunded whole, or frozen",
    released: "released, clearing",
    divided: "divided",
    released_if_accepted: "released, where accepted",
    undone: "release undone",
    withdrawn: "unfrozen",
    cleared: "cleared",
    frozen_at_the_bank: "taken by the bank",
    restored: "restored",
    lost_at_the_bank: "lost to the bank",
}
