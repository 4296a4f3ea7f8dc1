"""What the comparison has to know of a kind of object."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from payments.gateway.listings import Listed, Listing, Side


def _nobody(_found: Listed, _at: datetime) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Noun:
    name: str
    listing: Listing
    follows: str  # the event whose handler catches up with one of them
    # Our side of these objects by Stripe's id, in a fixed number of queries; unknown ones left out.
    ours: Callable[[Sequence[Listed]], dict[str, Side]]
    # Gives an object that bears our mark, and that no row knows, to the intent here that it must be the answer to.
    # Outside any transaction; False where there is none.
    adopt: Callable[[Listed, datetime], bool] = _nobody
