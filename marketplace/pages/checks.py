"""The demo's doors (entry without a password, the clock's "next event") stay shut elsewhere."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register()
def demo_stays_a_demo(**_: Any) -> list[CheckMessage]:
    errors: list[CheckMessage] = []
    if apps.is_installed("marketplace.demo") and not settings.DEMO:
        errors.append(
            Error(
                "marketplace.demo is installed, but this is not a demo: anyone could enter without a password.",
                hint="Take marketplace.demo out of INSTALLED_APPS, or run with marketplace.settings.demo.",
                id="pages.E001",
            )
        )
    if settings.DEMO and settings.STRIPE_SECRET_KEY.startswith(("sk_live", "rk_live")):
        errors.append(
            Error(
                "The demo has a live Stripe key: play money and real money must not meet.",
                hint="Use a test key, or run with marketplace.settings.production.",
                id="pages.E002",
            )
        )
    return errors
