"""What texts say of fees, times and limits, as the site's own rules have it today, in the reader's words."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext as _

import accounts.api
import orders.api
import payments.api
from marketplace.kernel import identity, words
from marketplace.kernel.money import Money

_MINUTE = timedelta(minutes=1)


def figures(currency: str) -> dict[str, str]:
    """By the names that texts use. Amounts are in one currency."""
    return {**of_site(), **_rules(currency)}


def of_site() -> dict[str, str]:
    """Who runs the site and where; what is not set is a place in capitals, to be seen."""
    return {
        "site": identity.name(),
        "site_url": settings.SITE_URL,
        "operator": settings.OPERATOR_NAME,
        "operator_email": settings.OPERATOR_EMAIL,
        "company": settings.OPERATOR_LEGAL_NAME or _("[COMPANY]"),
        "company_address": ", ".join(settings.OPERATOR_ADDRESS) or _("[ADDRESS OF THE COMPANY]"),
        "company_tax_id": settings.OPERATOR_TAX_ID or _("[TAX NUMBER]"),
        "company_country": accounts.api.country_name(settings.PLATFORM_COUNTRY),
    }


def _rules(currency: str) -> dict[str, str]:
    rules, (lowest, highest) = orders.api.rules(currency), orders.api.price_bounds(currency)
    spans = {
        name: words.duration(int(getattr(rules, name) / _MINUTE))
        for name in rules.__slots__
        if isinstance(getattr(rules, name), timedelta)
    }
    amounts = {
        "buyer_fee_minimum": rules.buyer_fee_minimum_minor,
        "buyer_fee_maximum": rules.buyer_fee_maximum_minor,
        "clearing_fast_limit": rules.clearing_fast_limit_minor,
        "clearing_fast_weekly_limit": rules.clearing_fast_weekly_limit_minor,
        "dispute_small_limit": rules.dispute_small_limit_minor,
        "second_person_limit": rules.second_person_limit_minor,
        "payout_minimum": payments.api.limits(currency).payout_minimum_minor,
    }
    return {
        **spans,
        **{name: words.amount(Money(minor, currency)) for name, minor in amounts.items()},
        "lowest_price": words.amount(lowest),
        "highest_price": words.amount(highest),
        "seller_fee": words.percent(rules.seller_fee_bp),
        "buyer_fee": words.percent(rules.buyer_fee_bp),
        "very_late_share": words.percent(rules.very_late_share_bp),
        "pauses": str(rules.pauses),
        "proposal_tries": str(rules.proposal_tries),
        "clearing_trusted_orders": str(rules.clearing_trusted_orders),
    }
