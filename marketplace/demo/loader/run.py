"""Fills the site, in order: categories, people, pictures, gigs, payout accounts, orders."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import cycle
from random import Random
from typing import Protocol, TypeVar

from django.conf import settings

import gigs.api
import inbox.api
import orders.api
import payments.api
from marketplace.demo import content, roles
from marketplace.demo.loader import gigs as demo_gigs
from marketplace.demo.loader import (
    keeping,
    people,
    pictures,
    planning,
    reviewing,
    showing,
    stories,
    stripe_pages,
    wishes,
)
from marketplace.demo.loader.scene import Listed, Party, Scene
from marketplace.kernel import currencies, periodic
from marketplace.kernel.models import OutboxMessage
from marketplace.kernel.money import Money

T = TypeVar("T")


class Progress(Protocol):
    """Shows progress over things of known number."""

    def __call__(self, items: Iterable[T], label: str, total: int) -> Iterator[T]: ...


# What would come within a day by itself, in this order.
_COUNTING = (
    "guide_prices", "count_earnings", "count_gig_receipts_again", "refresh_search", "rank_gigs", "count_demand",
)  # fmt: skip
_CAPITAL_EURO_CENTS = 100_000
_NOT_YET_PAYABLE = 5  # sellers who have not been to the payment provider


@dataclass
class Cast:
    sellers: dict[str, people.Resident]
    buyers: list[people.Resident]
    moderator_id: int
    listed: list[Listed] = field(default_factory=list)


def load(now: datetime, progress: Progress) -> Cast:
    """Everything, through the product's services. The Stripe sandbox must answer."""
    # These stories happened under production's rules, and their states should still stand tomorrow.
    settings.ORDER_RULES = {}
    gigs.api.load_categories()
    _capital(now)
    cast = _people(now, progress)
    _gigs(cast, now, progress)
    reviewing.settle(cast.listed, [buyer.id for buyer in cast.buyers], now)
    _payout_accounts(cast, now, progress)
    _orders(cast, now, progress)
    orders.api.catch_up_reputation(now)
    gigs.api.count_gigs_of_categories(now)
    gigs.api.count_orders_of_categories(now)
    keeping.keep(_client(cast).id, cast.listed, now)
    _plans(cast, now)
    keeping.note(_seller(cast).id, now)
    showing.show(_client(cast).id, _demo_sellers_first(cast), cast.moderator_id, now)
    _visits(cast, now)
    wishes.search(now)
    for job in _COUNTING:
        periodic.run(f"gigs.tasks.{job}", now)
    periodic.run("accounts.tasks.count_skills", now)
    # Nobody waits for the letters of the past, and what is older than a day has been read.
    OutboxMessage.objects.filter(done_at=None).update(done_at=now)
    for resident in [*cast.sellers.values(), *cast.buyers]:
        inbox.api.read_all_notices(user_id=resident.id, at=now, until=now - timedelta(days=1))
    return cast


def _capital(now: datetime) -> None:
    """What an operator puts in before opening, so that the first refund has money to come from."""
    for code in currencies.settled():
        amount = Money(currencies.sized(_CAPITAL_EURO_CENTS, code) or _CAPITAL_EURO_CENTS, code)
        topup_id = stripe_pages.top_up(amount.amount_minor, amount.currency)
        payments.api.record_deposit(key=topup_id, amount=amount, at=now)


def _people(now: datetime, progress: Progress) -> Cast:
    wanted = people.wanted(now)
    drawn = pictures.portraits(wanted)
    pairs = progress(zip(wanted, drawn, strict=True), "People", len(wanted))
    residents = [people.settle(person, portrait, now) for person, portrait in pairs]
    people.settle_treasurers(now)
    people.settle_operator(now)
    return Cast(
        sellers={resident.handle: resident for resident in residents if resident.is_seller},
        buyers=[resident for resident in residents if not resident.is_seller],
        moderator_id=people.settle_moderator(now),
    )


def _gigs(cast: Cast, now: datetime, progress: Progress) -> None:
    reviewing.prepare(now)
    offers = content.gigs()
    drawn = pictures.covers([seed for gig in offers for seed in demo_gigs.pictures_of(gig)])
    for gig in progress(offers, "Gigs", len(offers)):
        seller, covers = cast.sellers[gig.seller], [next(drawn) for _seed in demo_gigs.pictures_of(gig)]
        gig_id = demo_gigs.create(gig, seller_id=seller.id, zone=seller.zone, covers=covers, now=now)
        gigs.api.lend_cover(gig_id=gig_id)
        cast.listed.append(Listed(gig_id, gig, Party(seller.id, seller.name, seller.email)))


def _payout_accounts(cast: Cast, now: datetime, progress: Progress) -> None:
    sellers = _payable(cast)
    for seller in progress(sellers, "Payout accounts", len(sellers)):
        url = payments.api.onboarding_url(user_id=seller.id, email=seller.email, country=seller.country, at=now)
        stripe_pages.onboard(url, name=seller.name, country=seller.country)
        payments.api.refresh_gate(seller.id, now)


def _payable(cast: Cast) -> list[people.Resident]:
    return list(cast.sellers.values())[:-_NOT_YET_PAYABLE]


def _orders(cast: Cast, now: datetime, progress: Progress) -> None:
    told = [story for story, count in stories.PROGRAMME for _ in range(count)]
    disputes = cycle(content.dispute_stories())
    for number, story in enumerate(progress(told, "Orders", len(told))):
        dispute = next(disputes)
        scene = _scene(cast, number, story, dispute.category, now)
        review = scene.random.choice(_reviews(scene.gig.data.category))
        story(scene, stories.Stage(now, review, dispute, cast.moderator_id))


def _plans(cast: Cast, now: datetime) -> None:
    ours = [gig for gig in cast.listed if gig.seller.email == roles.ROLES["seller"].email]
    planning.plan(ours[0].seller.id, [gig.id for gig in ours], now)


def _demo_sellers_first(cast: Cast) -> list[Listed]:
    return sorted(cast.listed, key=lambda gig: gig.seller.email != roles.ROLES["seller"].email)


def _visits(cast: Cast, now: datetime) -> None:
    """Of the weeks before anybody opens the demo: more at the end, fewer on weekends."""
    random, today = Random("visits"), now.astimezone(UTC).date()  # noqa: S311 - no secret
    counts = {}
    for listed in cast.listed:
        liking = random.uniform(0.01, 0.09)
        for ago in range(45):
            day = today - timedelta(days=ago)
            shown = int(random.uniform(30, 90) * (60 - ago) / 60 * (0.6 if day.weekday() > 4 else 1))
            counts[listed.id, day] = gigs.api.GigCount(shown, sum(random.random() < liking for _ in range(shown)))
    gigs.api.add_figures(counts)


def _reviews(category: str) -> list[content.ReviewText]:
    return [review for review in content.reviews() if review.category in {"", category}]


def _scene(cast: Cast, number: int, story: stories.Story, dispute_category: str, now: datetime) -> Scene:
    random = Random(f"order-{number}")  # noqa: S311 - no secret
    possible = [gig for gig in cast.listed if _fits(gig, story)]
    if story in stories.LONG_AGO:  # nothing can be ordered from who could not be paid for a month
        payable = {seller.id for seller in _payable(cast)}
        possible = [gig for gig in possible if gig.seller.id in payable]
    if story in stories.DISPUTES:
        possible = [gig for gig in possible if gig.data.category == dispute_category] or possible
    ours = [gig for gig in possible if gig.seller.email == roles.ROLES["seller"].email]
    gig = random.choice(ours if number % 6 == 0 and ours else possible)
    buyer = _client(cast) if number % 6 == 3 else random.choice(cast.buyers)
    exchanges = [one for one in content.exchanges() if one.category == gig.data.category]
    return Scene(
        key=f"demo-{number}",
        gig=gig,
        buyer=Party(buyer.id, buyer.name, buyer.email),
        exchange=random.choice(exchanges or list(content.exchanges())),
        random=random,
        at=now,
    )


def _client(cast: Cast) -> people.Resident:
    return next(buyer for buyer in cast.buyers if buyer.email == roles.ROLES["client"].email)


def _seller(cast: Cast) -> people.Resident:
    return next(one for one in cast.sellers.values() if one.email == roles.ROLES["seller"].email)


def _fits(gig: Listed, story: stories.Story) -> bool:
    asks = any(question.required for question in gig.data.questions)
    promise = gig.data.packages[0].promised_minutes
    if story in stories.AROUND_THE_CLOCK and gig.data.order_hours and promise < 24 * 60:
        return False
    if story in stories.NEEDS_QUESTIONS and not asks:
        return False
    if story is stories.in_revision and not gig.data.packages[0].revisions:
        return False
    return story is not stories.working or promise >= 24 * 60
