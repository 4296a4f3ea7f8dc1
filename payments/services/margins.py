"""Keeping the operator's rates; every row stays as history."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from django.utils.translation import gettext as _

from accounts import api as accounts
from marketplace.kernel.errors import InvalidInput, NotAllowed
from payments.margins import Rates
from payments.models import MarginRates

_WHOLE_BP = 10_000


def save_rates(currency: str, rates: Rates, *, by_id: int, at: datetime) -> None:
    """Raises NotAllowed, and InvalidInput at the field for shares above the whole or a count of nothing."""
    if not accounts.is_treasurer(by_id):
        raise NotAllowed(_("Only treasurers handle the site's money."))
    for name in ("orders_per_payout", "orders_per_account_month"):
        if getattr(rates, name) < 1:
            _refuse(name, _("At least one."))
    if rates.near_share_bp + rates.world_share_bp > _WHOLE_BP:
        _refuse("world_share_bp", _("The shares of all cards are more than the whole."))
    for name in ("refund_share_bp", "dispute_share_bp"):
        if getattr(rates, name) > _WHOLE_BP:
            _refuse(name, _("At most 100 %."))
    MarginRates.objects.create(currency=currency, saved_by_id=by_id, saved_at=at, **asdict(rates))


def _refuse(field: str, message: str) -> None:
    raise InvalidInput(message, fields={field: message})
