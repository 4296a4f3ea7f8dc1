"""Orders as rows and cards: what a list, the seller's board and the desk show of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import api as accounts
from accounts.contracts import Person
from marketplace.kernel import words
from marketplace.kernel.money import Money
from orders import selectors, sources
from orders.contracts import OrderSummary, SourceCard
from orders.models import Order
from orders.states import Actor, State
from orders.web import presenter

ON_THE_BOARD = 60


@dataclass(frozen=True, slots=True)
class Row:
    """One order in a list or on the board."""

    title: str
    url: str
    code: str
    word: str
    tone: str
    person: Person
    amount: Money
    amount_text: str
    due_text: str
    due_tone: str
    placed_at: datetime
    image_url: str


def make_rows(orders: list[Order], role: str, at: datetime) -> list[Row]:
    """Rows with people and pictures, in one query each."""
    summaries = [selectors.summary(order) for order in orders]
    people = accounts.people([_other(summary, role) for summary in summaries])
    cards = sources.describe([(summary.source_kind, summary.source_ref) for summary in summaries])
    return [_row(summary, role, at, people, cards) for summary in summaries]


def _other(summary: OrderSummary, role: str) -> int:
    return summary.buyer_id if role == Actor.SELLER else summary.seller_id


def _row(
    summary: OrderSummary, role: str, at: datetime, people: dict[int, Person], cards: dict[tuple[str, str], SourceCard]
) -> Row:
    word, tone = presenter.word(summary.state, role)
    amount = summary.seller_receives if role == Actor.SELLER else summary.all_in
    label = _("you get %(amount)s") if role == Actor.SELLER else "%(amount)s"
    due_text, due_tone = _due(summary, role, at)
    card = cards.get((summary.source_kind, summary.source_ref))
    return Row(
        title=summary.title,
        url=reverse("orders:detail", args=[summary.id]),
        code=summary.code,
        word=word,
        tone=tone,
        person=people[_other(summary, role)],
        amount=amount,
        amount_text=label % {"amount": words.amount(amount)},
        due_text=due_text,
        due_tone=due_tone,
        placed_at=summary.placed_at,
        image_url=card.image_url if card else "",
    )


_DUE_WORDS = {
    State.PENDING_PAYMENT: gettext_lazy("pay by %(by)s"),
    State.AWAITING_REQUIREMENTS: gettext_lazy("waits for answers"),
    State.DELIVERED: gettext_lazy("accepts by %(by)s"),
    State.DISPUTED: gettext_lazy("next step %(when)s"),
}


def _due(summary: OrderSummary, role: str, at: datetime) -> tuple[str, str]:
    """The badge: none over 24 hours, yellow under, red late; other clocks say what they wait for."""
    if summary.due_at is None or summary.state in {State.COMPLETED, State.CANCELLED, State.EXPIRED}:
        return "", ""
    if summary.state == State.AWAITING_REQUIREMENTS and role == Actor.BUYER:
        return _("needs your answers"), "soon"
    if summary.state in _DUE_WORDS:
        template = _DUE_WORDS[State(summary.state)]
        if summary.state == State.DELIVERED and role == Actor.BUYER:
            template = gettext_lazy("accept by %(by)s")
        text = str(template) % {"when": words.when(summary.due_at, at), "by": words.by(summary.due_at, at)}
        return text, "ok" if summary.state == State.DELIVERED else ""
    return words.due(summary.due_at, at)


@dataclass(frozen=True, slots=True)
class Column:
    title: str
    rows: list[Row]


def board(orders: list[Order], rows: list[Row]) -> list[Column]:
    """The seller's open orders: to do, with the buyer, disputed; what is due first stands first."""
    titles: dict[str, str] = {}
    titles |= dict.fromkeys((State.IN_REVISION, State.IN_PROGRESS), _("Your turn"))
    titles |= {State.AWAITING_REQUIREMENTS: _("Waiting for answers"), State.DELIVERED: _("With the buyer")}
    titles[State.DISPUTED] = _("Disputed")
    columns = {title: Column(title, []) for title in titles.values()}
    paired = sorted(zip(orders, rows, strict=True), key=lambda pair: _urgency(pair[0]))
    for order, row in paired:
        columns[titles[order.state]].rows.append(row)
    return list(columns.values())


def _urgency(order: Order) -> datetime:
    return (
        order.due_at
        if order.due_at and order.state in selectors.WORKING
        else getattr(order, "next_at", None) or order.placed_at
    )


def seller_board(seller_id: int, at: datetime) -> list[Column]:
    """A seller's open orders by what they wait for, the most urgent first; at most ON_THE_BOARD of them."""
    found = selectors.orders_of(seller_id, Actor.SELLER, tab="open", limit=ON_THE_BOARD)
    return board(found, make_rows(found, Actor.SELLER, at))
