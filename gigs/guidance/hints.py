"""Who may ask for more: after ten good orders at one price, a seller is told so, once in sixty days for each gig.

Good orders are the latest ten with a public review of those at the package's price: all on time, none disputed, and
with four and a half stars in the mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.utils.translation import gettext as _

from gigs.guidance import notices
from gigs.guidance.figures import Usual, figures_of
from gigs.guidance.services import SOURCE_KIND
from gigs.guidance.sizes import size_of
from gigs.models import Gig, Package, PriceHint
from marketplace.kernel import currencies
from marketplace.kernel.errors import NotFound
from marketplace.kernel.money import Money, payable_step
from orders import api as orders
from orders.contracts import Streak

GOOD_ORDERS, GOOD_STARS_TENTHS = 10, 45
REST = timedelta(days=60)
_AT_ONCE = 200
_ROUND_EURO_CENTS = 50


@dataclass(frozen=True, slots=True)
class Hint:
    gig_id: int
    title: str
    package: str
    price: Money
    suggested: Money
    stars: str
    is_from_figures: bool


def look_for_hints(at: datetime) -> int:
    """Through all gigs that may have earned one, some at a time; returns how many were made."""
    last, made = 0, 0
    while gigs := list(_candidates(at).filter(pk__gt=last)[:_AT_ONCE]):
        wanted = [(str(gig.pk), gig.currency, package.price_minor) for gig in gigs for package in gig.packages.all()]
        streaks = orders.latest_at_price(SOURCE_KIND, wanted, count=GOOD_ORDERS)
        made += sum(_hint(gig, streaks, at) for gig in gigs)
        last = gigs[-1].pk
    return made


def _candidates(at: datetime) -> QuerySet[Gig]:
    told = PriceHint.objects.filter(made_at__gt=at - REST)
    gigs = Gig.objects.active().payable().filter(completed_orders__gte=GOOD_ORDERS).exclude(pk__in=told.values("pk"))
    packages = Prefetch("packages", Package.objects.order_by("position"))
    return gigs.order_by("pk").defer("description").prefetch_related(packages)


def _hint(gig: Gig, streaks: dict[tuple[str, int], Streak], at: datetime) -> bool:
    """For the first of its packages that has earned one."""
    for package in gig.packages.all():
        streak = streaks.get((str(gig.pk), package.price_minor))
        if streak and is_good(streak) and _make(gig, package, streak, at):
            return True
    return False


def is_good(streak: Streak) -> bool:
    enough = streak.orders >= GOOD_ORDERS
    return enough and streak.all_on_time and 10 * streak.stars_total >= GOOD_STARS_TENTHS * streak.orders


def _make(gig: Gig, package: Package, streak: Streak, at: datetime) -> bool:
    usual = figures_of(gig.category_id, gig.currency).get(size_of(package.promised_minutes))
    price = Money(package.price_minor, gig.currency)
    suggested, is_from_figures = suggestion(price, usual)
    if suggested > orders.price_bounds(gig.currency)[1]:
        return False
    values = {
        "position": package.position,
        "price_minor": price.amount_minor,
        "suggested_minor": suggested.amount_minor,
        "stars_tenths": (20 * streak.stars_total + streak.orders) // (2 * streak.orders),
        "is_from_figures": is_from_figures,
        "made_at": at,
        "dismissed_at": None,
    }
    with transaction.atomic():
        row, _made = PriceHint.objects.update_or_create(gig=gig, defaults=values)
        notices.tell(gig, _view(row, gig, package.name), at)
    return True


def suggestion(price: Money, usual: Usual | None) -> tuple[Money, bool]:
    """A higher price, and whether the figures say so: the next of middle and upper quartile, a fifth more at the most;
    where the price is above both, or nothing is known, a tenth more. In round numbers.
    """
    aims = [one for one in (usual.middle, usual.high) if one and one > price] if usual else []
    wanted = min(aims[0], price + price.portion(1, 5)) if aims else price + price.portion(1, 10)
    step = currencies.sized(_ROUND_EURO_CENTS, price.currency) or payable_step(price.currency)
    rounded = wanted.amount_minor // step * step
    if rounded <= price.amount_minor:
        rounded = (price.amount_minor // step + 1) * step
    return Money(rounded, price.currency), bool(aims)


def hints_of(seller_id: int) -> list[Hint]:
    """What a seller was told and has neither followed nor put away. One query."""
    same = {name: OuterRef(name) for name in ("position", "price_minor")}
    names = Package.objects.filter(gig=OuterRef("pk"), **same)
    rows = PriceHint.objects.filter(gig__in=Gig.objects.active().of_seller(seller_id), dismissed_at=None)
    rows = rows.select_related("gig").annotate(name=Subquery(names.values("name")[:1])).exclude(name=None)
    return [_view(row, row.gig, row.name) for row in rows.order_by("-made_at", "pk")]


def dismiss(*, gig_id: int, seller_id: int, at: datetime) -> None:
    """Puts a hint away; again is harmless. Raises NotFound where this seller has none."""
    rows = PriceHint.objects.filter(gig_id=gig_id, gig__seller_id=seller_id)
    if not rows.exists():
        raise NotFound(_("There is no such hint."))
    rows.filter(dismissed_at=None).update(dismissed_at=at)


def _view(row: PriceHint, gig: Gig, package: str) -> Hint:
    tenths = row.stars_tenths
    return Hint(
        gig_id=gig.pk,
        title=gig.title,
        package=package,
        price=Money(row.price_minor, gig.currency),
        suggested=Money(row.suggested_minor, gig.currency),
        stars=f"{tenths // 10}.{tenths % 10}",
        is_from_figures=row.is_from_figures,
    )
