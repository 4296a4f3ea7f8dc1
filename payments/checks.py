"""Refuses to start with keys that do not go with the way it runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Critical, Error, Tags, Warning, register

from marketplace.kernel import currencies
from payments import currencies as payment_currencies
from payments.contracts import Schedule

_SUNDAY = 6


@register(Tags.security)
def stripe_settings(**_: Any) -> list[CheckMessage]:
    return list(_problems())


def _problems() -> Iterator[CheckMessage]:
    key, base = settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE
    is_live = key.startswith(("sk_live_", "rk_live_"))
    is_play = settings.DEBUG or settings.DEMO
    if is_live and is_play:
        yield Critical("STRIPE_SECRET_KEY is a live key, but DEBUG or the demo is on.", id="payments.E001")
    if is_live and base:
        yield Critical("STRIPE_SECRET_KEY is a live key, but STRIPE_API_BASE is not Stripe.", id="payments.E002")
    if base and not is_play and not getattr(settings, "TESTING", False):
        yield Critical(
            "STRIPE_API_BASE points to the sandbox, but neither DEBUG nor the demo is on.",
            hint="Leave STRIPE_API_BASE empty in production.",
            id="payments.E003",
        )
    if base and urlsplit(base).scheme not in ("http", "https"):
        yield Error("STRIPE_API_BASE is not an address.", id="payments.E004")
    if not key or not settings.STRIPE_WEBHOOK_SECRET:
        yield Error(
            "STRIPE_SECRET_KEY or STRIPE_WEBHOOK_SECRET is missing: nobody can pay, no payment would be noticed.",
            id="payments.E005",
        )


@register(Tags.security)
def settlement_currencies(**_: Any) -> list[CheckMessage]:
    codes = currencies.settled()
    wrong = [code for code in codes if not re.fullmatch(r"[A-Z]{3}", code)]
    if wrong:
        return [Error(f"SETTLEMENT_CURRENCIES: {wrong} are no ISO 4217 codes.", id="payments.E006")]
    return [message for code in codes for message in (*_settled_by_stripe(code), *_limits(code))]


def _settled_by_stripe(code: str) -> Iterator[CheckMessage]:
    country = settings.PLATFORM_COUNTRY
    answer = payment_currencies.settles(country, code)
    if answer is False:
        yield Error(
            f"SETTLEMENT_CURRENCIES: Stripe does not settle {code} for a platform in {country}: it would convert "
            "what buyers pay, and sellers' shares could not be sent as agreed.",
            hint="Take it out. If Stripe settles it for your account by now (docs/operations.md says where to look), "
            'put "payments.E007" into SILENCED_SYSTEM_CHECKS.',
            id="payments.E007",
        )
    if answer is None:
        yield Warning(
            f"SETTLEMENT_CURRENCIES: whether Stripe settles {code} for a platform in {country} is not known here.",
            hint='docs/operations.md says where to look. If it does, put "payments.W001" into SILENCED_SYSTEM_CHECKS.',
            id="payments.W001",
        )


def _limits(code: str) -> Iterator[CheckMessage]:
    try:
        found = payment_currencies.limits(code)
    except currencies.MissingAmounts as error:
        yield Error(f"{error}: nothing could be charged in it.", hint=currencies.how_to_say(error), id="payments.E008")
        return
    most = payment_currencies.stripe_maximum(code)
    if not found.charge_minimum_minor <= found.charge_maximum_minor <= most:
        yield Error(
            f"CURRENCY_RULES: charge_maximum_minor of {code} is {found.charge_maximum_minor}; it is between "
            f"{found.charge_minimum_minor} (the minimum, at least Stripe's) and {most} (Stripe's maximum).",
            id="payments.E009",
        )


@register(deploy=True)
def documents(**_: Any) -> list[CheckMessage]:
    """What a receipt or invoice could not do without, before the first one is issued for good."""
    found: list[CheckMessage] = []
    if not settings.OPERATOR_ADDRESS:
        hint = "Set OPERATOR_ADDRESS and OPERATOR_LEGAL_NAME: an issued document never changes."
        found.append(Warning("Receipts and invoices would not name your address.", hint=hint, id="payments.W050"))
    lacking = [path for path in settings.DOCUMENT_FONTS if not Path(path).is_file()]
    if lacking:
        found.append(Error(f"DOCUMENT_FONTS names {lacking[0]}, which is no file.", id="payments.E050"))
    return found


@register(Tags.security)
def payout_settings(**_: Any) -> Iterator[CheckMessage]:
    if settings.STRIPE_ACCOUNTS_API not in ("v1", "v2"):
        yield Error("STRIPE_ACCOUNTS_API is neither v1 nor v2.", id="payments.E020")
    if settings.PAYOUT_SCHEDULE not in list(Schedule) or not 0 <= settings.PAYOUT_WEEKDAY <= _SUNDAY:
        yield Error(
            "PAYOUT_SCHEDULE is none of daily, weekly, manual, or PAYOUT_WEEKDAY is not from 0 (Monday) to 6.",
            id="payments.E021",
        )
