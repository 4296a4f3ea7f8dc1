"""Orders whose timers wait, and orders of which something is due at a moment: by the million, with real rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from accounts.models import User
from bench import copies, database
from bench.shop import DAY, HOUR, MINUTE, Stall, open_stall
from gigs import api as gigs
from orders import api as orders
from orders.models import Order, Timer

_STALLS = 40  # of money: people who meet in two workers' hands
_PEOPLE = 500  # of each side, over whom orders without money are spread
_TIMERS_EACH = 4  # of an order whose clock runs: a warning, late, very late, the hard stop


class Crowd:
    """Everything is made as of ``at``; what is due is due then, in no more than the seconds before it."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        gigs.load_categories()
        self.stalls = [open_stall(number, at) for number in range(_STALLS)]
        self.sellers, self.buyers = self._people("s"), self._people("b")

    def _people(self, side: str) -> int:
        """The first of so many ids in a row."""
        rows = [User(email=f"{side}{n}@bench.invalid", display_name=f"Person {side}{n}") for n in range(_PEOPLE)]
        for row in rows:
            row.handle = row.email.partition("@")[0]
        return min(user.pk for user in User.objects.bulk_create(rows))

    def owe_money(self, due: int) -> None:
        """So many orders in thirds: the buyer said nothing, nothing was delivered, the money has cleared."""
        for stall in self.stalls:
            for make in _OWING:
                make(stall, self.at)
        made = Order.objects.count()
        times = max(due // made - 1, 0)
        copies.multiply(times)
        copies.multiply_orders(times)

    def owe_flags(self, due: int) -> None:
        """So many orders, each with one of the five kinds."""
        for make in _FLAGGED:
            self._spread(make, due // len(_FLAGGED), "0")

    def wait(self, timers: int) -> None:
        """So many timers that are due within the month after."""
        self._spread(lambda stall, at: stall.paid(at), timers // _TIMERS_EACH, "n * interval '5 seconds'")

    def _spread(self, make: Callable[[Stall, datetime], Order], count: int, later: str) -> None:
        order = make(self.stalls[0], self.at)
        people = {
            "buyer_id": f"{self.buyers} + n %% {_PEOPLE}",
            "seller_id": f"{self.sellers} + n %% {_PEOPLE}",
        }
        moved = {"due_at": f"{{0}} + {later}"} if later != "0" else {}
        copies.multiply_orders(count - 1, f"id = '{order.pk}'", {**people, **moved})


def _swept(order: Order, at: datetime) -> Order:
    """What is due earlier has fired: one timer is left that is due then."""
    orders.run_due(at - timedelta(seconds=1), order.pk)
    return Order.objects.get(pk=order.pk)


def _silent(stall: Stall, at: datetime) -> Order:
    return _swept(stall.delivered(at - 3 * DAY), at)


def _undelivered(stall: Stall, at: datetime) -> Order:
    return _swept(stall.paid(at - 7 * DAY - 22 * HOUR), at)


def _cleared(stall: Stall, at: datetime) -> Order:
    order = stall.accepted(at - 7 * DAY)
    Timer.objects.filter(order=order, kind="clear").update(due_at=at)
    return order


def _warned(stall: Stall, at: datetime) -> Order:
    return stall.paid(at - 18 * HOUR)


def _late(stall: Stall, at: datetime) -> Order:
    return _swept(stall.paid(at - 22 * HOUR), at)


def _very_late(stall: Stall, at: datetime) -> Order:
    return _swept(stall.paid(at - 22 * HOUR - 330 * MINUTE), at)


def _unanswered(stall: Stall, at: datetime) -> Order:
    return stall.paid(at - DAY, asks=True)


def _unchecked(stall: Stall, at: datetime) -> Order:
    return stall.delivered(at - 2 * DAY)


_OWING = (_silent, _undelivered, _cleared)
_FLAGGED = (_warned, _late, _very_late, _unanswered, _unchecked)
MONEY_KINDS, FLAG_KINDS = len(_OWING), len(_FLAGGED)


def due(at: datetime) -> int:
    return int(database.run("SELECT count(*) FROM orders_timer WHERE due_at <= %s", [at])[0][0])
