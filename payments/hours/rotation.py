"""Whether somebody has done the same for long: then they may like to hear that other work, or a pause, helps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from payments.hours.earned import Earned, earned_since
from payments.models import RotationRest

WEEKS = 8
LEAST_ORDERS, LEAST_PERCENT = 20, 80
_LEAST_WEEKS = 6  # with such an order: three busy weeks are not long
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Same:
    """What most orders of the last weeks were."""

    title: str
    orders: int
    of_orders: int


def rotation_hint(user_id: int, at: datetime) -> Same | None:
    """None where work varies, where there is little of it, and for a while after they have read it."""
    if RotationRest.objects.filter(pk=user_id, until__gt=at).exists():
        return None
    return same_of(earned_since(user_id, at - WEEKS * _WEEK), at)


def same_of(earned: Sequence[Earned], at: datetime) -> Same | None:
    """One thing first; else one category of things."""
    for name in ("key", "group"):
        if found := _most(earned, name, at):
            return found
    return None


def _most(earned: Sequence[Earned], name: str, at: datetime) -> Same | None:
    counts = Counter(getattr(one.subject, name) for one in earned if one.subject)
    counts.pop("", None)
    if not counts:
        return None
    value, orders = counts.most_common(1)[0]
    of_it = [one for one in earned if one.subject and getattr(one.subject, name) == value]
    weeks = {(at - one.at) // _WEEK for one in of_it}
    if orders < LEAST_ORDERS or orders * 100 < LEAST_PERCENT * len(earned) or len(weeks) < _LEAST_WEEKS:
        return None
    subject = of_it[0].subject
    title = subject.title if subject and name == "key" else str(value)
    return Same(title, orders, len(earned))
