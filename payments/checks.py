"""Refuses to start with keys that do not go with the way it runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Critical, Error, Tags, register


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
    if not re.fullmatch(r"[A-Z]{3}", settings.SETTLEMENT_CURRENCY):
        yield Error("SETTLEMENT_CURRENCY is not an ISO 4217 code.", id="payments.E006")
