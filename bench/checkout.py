"""Pages under load, against a bare Django project on the same server: ordering a gig, and reading an order."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from django.urls import reverse

from bench import database, sites
from bench.browsing import PAYMENT_PAGE
from bench.clients import Work
from bench.goals import Goal, at_least
from bench.posting import tell
from bench.shop import HOUR, Stall, open_stall
from gigs import api as gigs
from gigs.models import Gig
from marketplace.kernel import clock
from orders.models import Order
from orders.services import talk

_STALLS = 40
_MESSAGES = 60


@dataclass(frozen=True, slots=True)
class Pages:
    """What the visitors' processes are forked with."""

    sessions: list[str]
    paths: list[tuple[str, str]]  # of gigs and of their summaries
    orders: dict[str, list[str]]  # pages by what they are


_pages: Pages | None = None


def ordering(rounds: int, seconds: int) -> Iterator[Goal]:
    """The real path: gig page, summary, pay; then the visitor is at Stripe. Against gig page, order, order's page."""
    with _sites():
        bare, product = _alternately(rounds, seconds, _order_bare, _order)
    tell("bare order flow, 3 requests", bare)
    tell("checkout, 3 requests", product)
    reached = sites.against(product, bare)
    yield at_least("checkout against a bare order flow: floor", 0.35, reached, "x")
    yield at_least("checkout against a bare order flow: goal", 0.50, reached, "x")


def reading(rounds: int, seconds: int) -> Iterator[Goal]:
    """The order page of a buyer, with a short story and with a long one."""
    with _sites():
        for what, page in (("short", _read_short), ("long", _read_long)):
            bare, product = _alternately(rounds, seconds, _cards, page)
            tell("bare page of 24 cards", bare)
            tell(f"order page, {what} story", product)
            yield at_least(f"order page, {what} story, against 24 bare cards", 0.50, sites.against(product, bare), "x")


def _alternately(rounds: int, seconds: int, bare: Work, product: Work) -> tuple[list[float], list[float]]:
    limits, (measured,) = sites.in_turn(rounds, seconds, bare, product)
    return sites.rates(limits, seconds), sites.rates(measured, seconds)


# What one visitor does


def _known() -> Pages:
    if _pages is None:
        raise AssertionError("the sites are not up")
    return _pages


def _order_bare(rnd: random.Random) -> None:
    visitor, path = sites.visitor("bare"), f"/gigs/{rnd.randint(1, sites.BARE_GIGS)}/"
    visitor.get(visitor.send(f"{path}order/", visitor.get(path)))


def _order(rnd: random.Random) -> None:
    visitor = sites.visitor("product")
    page, summary = rnd.choice(_known().paths)
    visitor.get(page)
    if visitor.send(summary, visitor.get(f"{summary}?package=1")) != PAYMENT_PAGE:
        raise AssertionError("the checkout did not lead to the payment page")


def _cards(rnd: random.Random) -> None:
    sites.visitor("bare").get(f"/cards/c{rnd.randrange(sites.BARE_CATEGORIES)}/")


def _read_short(rnd: random.Random) -> None:
    _read("short")


def _read_long(rnd: random.Random) -> None:
    _read("long")


def _read(what: str) -> None:
    visitor = sites.visitor("product")
    number = _known().sessions.index(visitor.cookies["sessionid"])
    visitor.get(_known().orders[what][number])


# The two sites


@contextmanager
def _sites() -> Iterator[None]:
    global _pages
    with TemporaryDirectory(prefix="bench-") as name:
        database.fresh("bench_checkout")
        stalls = _stalls()
        visitors = stalls[: sites.VISITORS]
        pages = {
            "short": [_story(stall, 0) for stall in visitors],
            "long": [_story(stall, _MESSAGES) for stall in visitors],
        }
        offered = Gig.objects.filter(pk__in=[stall.gig_id for stall in stalls])
        paths = [(gig.get_absolute_url(), reverse("gigs:order", args=[gig.pk])) for gig in offered]
        _pages = Pages([sites.session_of(stall.buyer_id) for stall in visitors], paths, pages)
        database.run("VACUUM ANALYZE")
        with sites.up(Path(name), _pages.sessions):
            yield


def _stalls() -> list[Stall]:
    gigs.load_categories()
    return [open_stall(number, clock.now()) for number in range(_STALLS)]


def _story(stall: Stall, messages: int) -> str:
    """A delivered order, after so many messages."""
    at = clock.now() - 2 * HOUR
    order = stall.delivered(at)
    for number in range(messages):
        author = (stall.buyer_id, stall.seller_id)[number % 2]
        talk.say(order, author, body=f"About the rows {number} to {number + 9}.", files=[], key=f"m{number}", at=at)
    return Order.objects.get(pk=order.pk).get_absolute_url()
