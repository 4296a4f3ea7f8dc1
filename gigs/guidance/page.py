"""What buyers are told beside a package: what work of its size usually costs here, all in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from gigs.guidance.figures import operators_range, usual_by_size
from gigs.guidance.sizes import SIZES, size_of
from gigs.models import Gig
from marketplace.kernel.money import Money
from orders import api as orders


class PackageLike(Protocol):
    @property
    def position(self) -> int: ...
    @property
    def minutes(self) -> int: ...
    @property
    def all_in(self) -> Money: ...


@dataclass(frozen=True, slots=True)
class UsualHere:
    """All-in amounts by today's fee."""

    position: int
    low: Money
    high: Money
    this: Money
    size_text: str
    orders: int  # nought: nobody counted, it is the operator's range


def usual_here(gig: Gig, packages: Sequence[PackageLike]) -> list[UsualHere]:
    """For each package that there is something to say of. Until there are enough orders of any size, the operator's
    range for the first package. No query: the figures came with the gig (``FIGURE_ROWS``).
    """
    rows: list[dict[str, Any]] = gig.figure_rows  # type: ignore[attr-defined]  # annotated
    usual, rules = usual_by_size(rows, gig.currency), orders.rules(gig.currency)
    found = []
    for package in packages:
        one = usual.get(size_of(package.minutes))
        if one and one.low and one.high:
            ends = rules.all_in(one.low), rules.all_in(one.high)
            found.append(UsualHere(package.position, *ends, package.all_in, one.size_text, one.orders))
    return found or _operators(gig, packages)


def _operators(gig: Gig, packages: Sequence[PackageLike]) -> list[UsualHere]:
    ends = operators_range(gig.category, gig.currency)
    if ends is None or not packages:
        return []
    first = min(packages, key=lambda package: package.all_in.amount_minor)
    low, high = (orders.rules(gig.currency).all_in(end) for end in ends)
    return [UsualHere(first.position, low, high, first.all_in, str(SIZES[size_of(first.minutes)]), 0)]
