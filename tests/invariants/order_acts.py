"""What a person sends with each action of an order: rightly filled in, with amounts that the walk chooses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from accounts import api as accounts
from accounts.models import User
from marketplace.kernel.money import Money
from marketplace.kernel.transitions import Transition
from orders import api
from orders.guards import reason_against
from orders.models import Kind, Order
from orders.situations import situation_of
from orders.states import TABLE, Action, Actor
from tests.invariants.order_world import OrderWorld
from tests.orders.scenes import Desk, eur

LINK = "https://example.org/work"
WHY = "The sheet has twice as many rows as we both thought."
PERCENTS = (0, 1, 33, 50, 99, 100)
EXTRAS, TIPS = (1, 1_200, 70_001), (50, 500, 70_001)
# Acts that answer a proposal, and the kind that they answer; "" answers any.
ANSWERS: dict[str, str] = {
    Action.ACCEPT_EXTENSION: Kind.EXTENSION,
    Action.ACCEPT_EXTRA: Kind.EXTRA,
    Action.ACCEPT_CANCEL: Kind.CANCEL,
    Action.ACCEPT_REFUND: Kind.REFUND,
    Action.DECLINE_PROPOSAL: "",
    Action.TAKE_BACK_PROPOSAL: "",
}


def listed(order: Order, role: Actor) -> list[Transition]:
    """What the table allows a role in this state, whatever its guards say."""
    return list(TABLE.actions(order.state, role))


def possible(order: Order, role: Actor, at: datetime) -> list[Transition]:
    """What the guards allow now, as the order's page says it."""
    situation = situation_of(order, role, max(at, order.last_event_at))
    return [row for row in listed(order, role) if not reason_against(row.action, situation)]


class Acts:
    """One person's acts on one order at one moment."""

    def __init__(self, world: OrderWorld, order: Order, role: Actor, at: datetime, pick: Callable[..., Any]) -> None:
        self.world, self.order, self.role, self.at, self._pick = world, order, role, at, pick
        self.desk: Desk = world.desk(order)

    @property
    def person(self) -> User:
        if self.role == Actor.STAFF:
            moderator: User = self._pick(self.world.staff)
            return moderator
        return self.desk.buyer if self.role == Actor.BUYER else self.desk.seller

    def do(self, action: str) -> None:
        """Raises DomainError as the product does."""
        own: Callable[[], None] | None = getattr(self, f"_{action}", None)
        if own:
            own()
        elif action in ANSWERS:
            self._answer(action)
        else:
            getattr(api, action)(**self.plain)

    @property
    def plain(self) -> dict[str, Any]:
        return {"order_id": self.order.pk, "actor_id": self.person.pk, "at": self.at}

    def _euros(self, *, least: int = 0, less: int = 0) -> Money:
        """Nothing, all of the price at stake, or something between: ends of the range come often."""
        most = max(self.order.price_at_stake.amount_minor - less, least)
        return Money(self._pick([least, most, (least + most) // 2, most // 3 + 1]), "EUR")

    # Before and while the work is made

    def _decline_request(self) -> None:
        api.decline_request(**self.plain, reason="I am away until Thursday.")

    def _submit(self) -> None:
        api.submit(**self.plain, texts={"shop": "shop.example.org", "tone": "Warm"}, files={})

    def _need_information(self) -> None:
        api.need_information(**self.plain, question="Which of the two logos is it?")

    def _reply(self) -> None:
        api.reply(**self.plain, text="The green one.", files=[])

    def _seller_cancel(self) -> None:
        api.seller_cancel(**self.plain, reason="My machine broke down.")

    def _deliver(self) -> None:
        self.desk.deliver(self.order, self.at, files=[], links=[LINK])

    def _request_revision(self) -> None:
        self.desk.revise(self.order, self.at)

    def _tip(self) -> None:
        api.tip(**self.plain, amount=eur(self._pick(TIPS)))

    def _review(self) -> None:
        api.review(**self.plain, verdict=api.Verdict(self._pick([1, 2, 3, 4, 5]), 5, 5, 5))

    # Proposals

    def _propose_extension(self) -> None:
        api.propose_extension(**self.plain, minutes=self._pick([1, 120, 3 * 24 * 60]), text=WHY)

    def _propose_extra(self) -> None:
        price, minutes = eur(self._pick(EXTRAS)), self._pick([0, 300])
        api.propose_extra(**self.plain, title="Ten more", price=price, minutes=minutes, text="")

    def _propose_cancel(self) -> None:
        api.propose_cancel(**self.plain, text=WHY)

    def _propose_refund(self) -> None:
        api.propose_refund(**self.plain, amount=self._euros(least=1, less=1), text=WHY)

    def _answer(self, action: str) -> None:
        for proposal_id in self._answered_by(action):
            getattr(api, action)(**self.plain, proposal_id=proposal_id)

    def _answered_by(self, action: str) -> Iterator[int]:
        """The newest of the kind that fits, open or not; one's own only where it is to be taken back."""
        found = self.order.proposals.order_by("-pk")
        if ANSWERS[action]:
            found = found.filter(kind=ANSWERS[action])
        else:
            found = found.filter(state="open")
            found = found.filter(by_role=self.role) if action == Action.TAKE_BACK_PROPOSAL else found
        yield from found.values_list("pk", flat=True)[:1]

    # Cases

    def _open_dispute(self) -> None:
        ground = "late" if self.role == Actor.BUYER else "unreachable"
        back = self._euros(least=1).amount_minor
        self.desk.dispute(self.order, self.at, by=self.person, minor=back, ground=ground)

    _claim = _open_dispute

    def _answer_dispute(self) -> None:
        api.answer_dispute(**self.plain, case=self.desk.case(0, ""))

    def _offer(self) -> None:
        api.offer(**self.plain, back=self._euros())

    def _decide(self) -> None:
        self.desk.decide(self.order, self._pick(PERCENTS), self.at, by=self.person)

    def _confirm_decision(self) -> None:
        api.confirm_decision(order_id=self.order.pk, moderator_id=self.person.pk, at=self.at)

    def _appeal(self) -> None:
        self.desk.appeal(self.order, self.at, by=self.person)

    # Suspensions

    def _suspend(self) -> None:
        who = self._pick([self.desk.buyer, self.desk.seller, self.desk.seller])
        self.desk.suspend(who, self.at)

    def _lift(self) -> None:
        for user_id in accounts.suspended([self.order.buyer_id, self.order.seller_id]):
            accounts.reinstate(user_id=user_id, by_id=self.person.pk, at=self.at)
