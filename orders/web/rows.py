"""Orders as rows and cards: what a list, the seller's board and the desk show of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

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
    again_url: str = ""  # the filled-in summary of another order of the same, for who bought it


def make_rows(orders: list[Order], role: str, at: datetime) -> list[Row]:
    """Rows with people, pictures, and whose turn it is, in one query each."""
    summaries = [selectors.summary(order) for order in orders]
    people = accounts.people([_other(summary, role) for summary in summaries])
    cards = sources.describe([(summary.source_kind, summary.source_ref) for summary in summaries])
    asked = selectors.asked_of(role, orders, at)
    return [_row(summary, role, at, people, cards, is_asked=summary.id in asked) for summary in summaries]


def _other(summary: OrderSummary, role: str) -> int:
    return summary.buyer_id if role == Actor.SELLER else summary.seller_id


def _row(
    summary: OrderSummary,
    role: str,
    at: datetime,
    people: dict[int, Person],
    cards: dict[tuple[str, str], SourceCard],
    *,
    is_asked: bool,
) -> Row:
    paused, rests = summary.is_paused, summary.rests
    word, tone = presenter.word(summary.state, role, is_asked=is_asked, is_paused=paused, rests=rests)
    amount = summary.seller_receives if role == Actor.SELLER else summary.all_in
    label = _("you get %(amount)s") if role == Actor.SELLER else "%(amount)s"
    due_text, due_tone = _due(summary, role, at, is_asked=is_asked)
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
        again_url=_again_url(summary, role, card),
    )


def _again_url(summary: OrderSummary, role: str, card: SourceCard | None) -> str:
    is_done = role == Actor.BUYER and summary.state == State.COMPLETED
    return f"{card.again_url}?{urlencode({'again': summary.id})}" if card and card.again_url and is_done else ""


_DUE_WORDS = {
    State.REQUESTED: gettext_lazy("answer by %(by)s"),
    State.PENDING_PAYMENT: gettext_lazy("pay by %(by)s"),
    State.AWAITING_REQUIREMENTS: gettext_lazy("waits for answers"),
    State.DELIVERED: gettext_lazy("accepts by %(by)s"),
    State.AWAITING_FUNDING: gettext_lazy("next step by %(by)s"),
    State.DISPUTED: gettext_lazy("next step %(when)s"),
}


def _due(summary: OrderSummary, role: str, at: datetime, *, is_asked: bool) -> tuple[str, str]:
    """The badge: none over 24 hours, yellow under, red late; other clocks say what they wait for."""
    if summary.is_charged_back:
        return _("the bank decides"), ""
    if summary.is_on_hold:
        return _("on hold"), ""
    works = role == Actor.SELLER and summary.state in selectors.WORKING and not summary.is_paused
    if is_asked and not works:  # who works has a deadline, which says more
        return _("needs your answer"), "soon"
    if summary.is_paused:
        return (_("needs your answer"), "soon") if role == Actor.BUYER else (_("waits for an answer"), "")
    if summary.due_at is None or summary.state in {State.COMPLETED, *selectors.TABS["stopped"]}:
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
