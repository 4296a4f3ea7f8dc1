"""What an operator set in place of the settings, as every process knows it.

Pages read what the process knows, at most SITE_RULES_REREAD_SECONDS old. Whoever places an order calls ``reread``
first: one query, and the order freezes what is valid then.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from django.conf import settings

from marketplace.kernel.prepared import prepared
from orders.models import SiteRule
from orders.terms import Own


@dataclass
class _Known:
    values: Own = field(default_factory=dict)
    read_at: float | None = None  # on this machine's monotonic clock; None: never


_known = _Known()


def current() -> Own:
    """By name and currency ("" where a rule is no amount)."""
    age = None if _known.read_at is None else time.monotonic() - _known.read_at
    if age is None or age > settings.SITE_RULES_REREAD_SECONDS:
        reread()
    return _known.values


def reread() -> None:
    """One query."""
    _known.values = {(name, currency): value for name, currency, value in _RULES.all()}
    _known.read_at = time.monotonic()


_RULES = prepared(lambda: SiteRule.objects.order_by("name", "currency").values_list("name", "currency", "value"))


def forget() -> None:
    """As if nothing were set, and just read."""
    _known.values, _known.read_at = {}, time.monotonic()
