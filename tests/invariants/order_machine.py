"""The steps of the walk over orders, and what must hold after each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from itertools import chain, repeat
from typing import Any, ClassVar, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from orders import api
from orders.models import Order, OrderEvent
from orders.states import TABLE, Action, Actor
from tests.invariants import held_true
from tests.invariants.held_story import Memory
from tests.invariants.order_acts import Acts, listed, possible
from tests.invariants.order_choices import (
    OF_ITS_OWN_ORDERS,
    PLAIN,
    QUARREL,
    SIDES,
    STEPS,
    STORY,
    WAYS_OUT,
    four_more,
    step_names,
)
from tests.invariants.order_silence import fall_silent
from tests.invariants.order_stages import STAGES
from tests.invariants.order_world import HOUR, OrderWorld, exactly
from tests.orders.scenes import get

T = TypeVar("T")


class OrderMachine(RuleBasedStateMachine):
    """One rule chooses among all kinds of steps: many rules of its own Hypothesis would leave out of most runs."""

    taken: ClassVar[Counter[str]]  # steps of all runs, by their names
    refused: ClassVar[Counter[str]]  # of these, by their actions
    reached: ClassVar[Counter[str]]  # transitions of all runs, by the numbers of their rows
    picks: Iterator[int] = repeat(0)  # of the step that is taken
    told = 0  # lines of the plain story
    is_moved = False  # since the last look

    def __init__(self) -> None:
        super().__init__()
        self.world, self.memory = OrderWorld(), Memory()
        self.before_the_story = 0  # so many orders

    @initialize(
        stages=st.lists(st.sampled_from(sorted(STAGES)), min_size=1, max_size=3, unique=True),
        trouble=st.sampled_from(["", "lost", "lost", "500", "away"]),
        moderators=st.sampled_from([1, 2, 2]),
    )
    def begin(self, stages: list[str], trouble: str, moderators: int) -> None:
        """Some orders are well on their way; Stripe may begin badly."""
        self.world.begin(moderators=moderators)
        # Whoever is suspended takes no further orders.
        for stage in sorted(stages, key=lambda name: name == "on hold"):
            STAGES[stage](self.world)
        self.before_the_story = len(self.world.ids)
        self._ticks(trouble)
        self.is_moved = True

    @rule(name=step_names, data=st.data(), picks=four_more)
    def step(self, name: str, data: st.DataObject, picks: tuple[int, ...]) -> None:
        """What is drawn never depends on how the orders stand, so that Hypothesis can go the same way again."""
        self.picks = chain(picks, repeat(0))
        _weight, given = STEPS[name]
        self._take(name, *[data.draw(strategy, label=label) for label, strategy in given.items()])

    def _pick(self, things: Sequence[T]) -> T:
        return things[next(self.picks) % len(things)]

    def _take(self, name: str, *given: Any) -> None:
        """Counts a step that was there to be taken; after any other nothing can have changed."""
        if getattr(self, name)(*given) is not False:
            self.taken[name] += 1
            self.is_moved = True

    def story(self) -> bool:
        """The next step of a plain story with everything in it; the simplest run is this story alone."""
        name, *given = STORY[self.told % len(STORY)]
        self.told += 1
        if name in OF_ITS_OWN_ORDERS:
            given[0] = exactly(self.before_the_story + given[0])
        self._take(name, *given)
        return False

    @invariant()
    def nothing_is_lost(self) -> None:
        if self.is_moved:
            held_true.check(self.world.stripe, self.memory)
            self.is_moved = False

    def teardown(self) -> None:
        try:
            if self.world.ids:
                fall_silent(self.world, self.memory)
                rows = OrderEvent.objects.values_list("state_before", "action", "actor")
                self.reached.update(TABLE.find(*row).number for row in rows)
        finally:
            self.world.close()

    # Buying

    def place(self, kind: str, price: int, pays: bool) -> bool:
        order = self.world.place(kind, price) if self.world.has_room() else None
        if order and pays:
            self.world.pay(order)
        return order is not None

    def open_page(self, number: int, fault: str) -> None:
        self.world.open_page(self.world.order(number), fault)

    def pay(self, number: int, difference: int, comes_back: bool) -> bool:
        """An order, an extra, a step or a tip; in time or late."""
        return any(self.world.pay(one, difference, comes_back=comes_back) for one in self.world.orders(number))

    # What people do

    def act(self, number: int, role: Actor, ago: timedelta, boldly: bool) -> bool:
        """What is possible now, or boldly anything that the table lists here."""
        if boldly:
            order = self.world.order(number)
            return self._one_of(order, [(role, row.action) for row in listed(order, role)], ago)
        return self._somewhere(number, [role], lambda action: True, ago)

    def staff_act(self, number: int, suspends: bool) -> bool:
        return self._somewhere(number, [Actor.STAFF], lambda action: suspends or action != Action.SUSPEND)

    def walk_away(self, number: int, role: Actor) -> bool:
        """One side wants no more of it, where that is possible."""
        return self._somewhere(number, [role], lambda action: action in WAYS_OUT)

    def quarrel(self, number: int) -> bool:
        """Somebody opens a case, answers, offers, decides, appeals or waives, whoever's turn it is."""
        return self._somewhere(number, [*SIDES, Actor.STAFF], lambda action: action in QUARREL)

    def _somewhere(
        self, number: int, roles: Sequence[Actor], wanted: Callable[[str], bool], ago: timedelta = timedelta(0)
    ) -> bool:
        """In the first order in which one of them can do something like that."""
        for order in self.world.orders(number):
            found = [(role, row.action) for role in roles for row in possible(order, role, self.world.at)]
            if self._one_of(order, [move for move in found if wanted(move[1])], ago):
                return True
        return False

    def _one_of(self, order: Order, moves: list[tuple[Actor, str]], ago: timedelta = timedelta(0)) -> bool:
        return bool(moves) and self._do(order, *self._pick(moves), ago)

    def _do(self, order: Order, role: Actor, action: str, ago: timedelta = timedelta(0)) -> bool:
        """False for somebody who is suspended: they cannot come in. Whatever is refused must have changed nothing."""
        if role != Actor.STAFF and self.world.is_out(order.person_of(role)):
            return False
        acts = Acts(self.world, order, role, self.world.at - ago, self._pick)
        if not self.world.attempt(lambda: acts.do(action)):
            self.refused[action] += 1
            assert get(order.pk).version == order.version, f"{action} was refused, and changed {order}"
        return True

    def does(self, number: int, role: Actor, action: Action) -> bool:
        return self._do(self.world.order(number), role, action)

    def go_further(self, number: int) -> bool:
        """The plain way: the next step of its life, and paying what is asked for."""
        order = self.world.order(number)
        acted = order.state in PLAIN and self._do(order, *PLAIN[order.state])
        return self.world.pay(order) or acted

    def agree(self, number: int, role: Actor) -> bool:
        """One side proposes something, and the other says yes."""
        order = self.world.order(number)
        rows = [row.action for row in possible(order, role, self.world.at) if row.action.startswith("propose_")]
        if not rows:
            return False
        action = self._pick(rows)
        other = Actor.SELLER if role == Actor.BUYER else Actor.BUYER
        proposed = self._do(order, role, action)
        if proposed:
            self._do(get(order.pk), other, action.replace("propose_", "accept_"))
        return proposed

    # What happens by itself

    def time_passes(self, span: timedelta) -> None:
        self.world.time_passes(span)

    def sweep(self, was_away: bool) -> None:
        self.world.sweep(was_away=was_away)

    def sweep_ahead(self, number: int, times: int) -> bool:
        """The demo's next event: one order's timers come early."""
        order = next((one for one in self.world.orders(number) if api.next_timer(one.pk)), None)
        if order is None:
            return False
        for _ in range(times):
            self._next_event(order)
        return True

    def _next_event(self, order: Order) -> None:
        due = api.next_timer(order.pk)
        if due:
            api.run_due(max(due, self.world.at), order.pk)

    def work(self, fault: str) -> None:
        self.world.work(fault)

    def go_on(self, fault: str) -> None:
        self._ticks(fault)

    def _ticks(self, fault: str) -> None:
        """Of some hours: what went wrong in the first is repeated in the second."""
        for trouble in (fault, ""):
            self.world.time_passes(2 * HOUR)
            self.world.sweep()
            self.world.grow_old()
            self.world.work(trouble)

    def look_at_what_is_open(self, fault: str) -> None:
        self.world.look_at_what_is_open(fault)

    def gate(self, number: int, is_open: bool) -> None:
        self.world.gate(number, is_open=is_open)

    # What Stripe and banks say

    def refund_arrives(self, number: int, status: str) -> bool:
        refunds = sorted(self.world.stripe.refunds)
        if refunds:
            self.world.stripe.settle_refund(refunds[number % len(refunds)], status)
        return bool(refunds)

    def webhook(self, number: int, fault: str) -> bool:
        """Of any object, at any time, as often as it likes."""
        known = self.world.news()
        if known:
            self.world.hear(*known[number % len(known)], fault)
        return bool(known)

    def bank_claims(self, number: int, which: int, reason: str, half: bool, inquiry: bool) -> bool:
        charge = self.world.paid(self.world.order(number), which)
        return charge is not None and self.world.claim(charge, reason=reason, half=half, inquiry=inquiry)

    def bank_decides(self, number: int, outcome: str) -> bool:
        open_ones = [*self.world.banks.undecided(), *self.world.banks.owing()]
        if open_ones:
            self.world.decide_claim(open_ones[number % len(open_ones)], outcome)
        return bool(open_ones)

    def issuer_warns(self, number: int, which: int) -> bool:
        charge = self.world.paid(self.world.order(number), which)
        if charge:
            self.world.warn(charge)
        return charge is not None

    def staff_look(self, number: int) -> bool:
        return self.world.clear_warning(number)
