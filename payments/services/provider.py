"""Setting up the payment provider: does the key work, and does it know where to send its webhooks?"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Max
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.kernel import identity
from marketplace.kernel.errors import InvalidInput
from payments.gateway import balances, endpoints
from payments.gateway.client import is_live
from payments.gateway.errors import GatewayError, Unauthorised
from payments.models import WebhookEvent
from payments.webhooks.envelope import Source
from payments.webhooks.inbox import SECRETS
from payments.webhooks.registry import types_followed

_LOOKED_AT = 5_000  # events, the newest
_NAMES = {Source.PLATFORM: "webhooks", Source.CONNECT: "connect_webhooks", Source.V2: "v2_webhooks"}
_LABELS: dict[Source, str | Promise] = {
    Source.PLATFORM: gettext_lazy("What happens in your account"),
    Source.CONNECT: gettext_lazy("What happens in sellers' accounts"),
    Source.V2: gettext_lazy("What sellers still have to say"),
}


@dataclass(frozen=True, slots=True)
class WebhookState:
    """One of the addresses that the provider has to know."""

    source: str
    label: str
    url: str
    variable: str  # of the environment, which holds its secret
    has_secret: bool
    heard_at: datetime | None  # last, among the newest events


@dataclass(frozen=True, slots=True)
class ProviderAnswer:
    """What one test call found."""

    is_live: bool
    currencies: tuple[str, ...]
    registered: tuple[str, ...]  # sources whose address the provider knows


def webhook_states() -> list[WebhookState]:
    """One query."""
    newest = WebhookEvent.objects.order_by("-id").values("pk")[:_LOOKED_AT]
    heard = dict(
        WebhookEvent.objects.filter(pk__in=newest)
        .order_by()
        .values_list("source")
        .annotate(last=Max("received_at"))
        .values_list("source", "last")
    )
    return [
        WebhookState(
            source=source,
            label=str(_LABELS[source]),
            url=_url(source),
            variable=SECRETS[source],
            has_secret=bool(getattr(settings, SECRETS[source])),
            heard_at=heard.get(source),
        )
        for source in _sources()
    ]


def try_provider() -> ProviderAnswer:
    """A test call, and which addresses are registered. Outside any transaction. Raises InvalidInput with the reason."""
    if not settings.STRIPE_SECRET_KEY:
        raise InvalidInput(_("Set STRIPE_SECRET_KEY in the environment first."), code="no_key")
    try:
        found = balances.currencies()
        known = _registered()
    except GatewayError as error:
        raise _said(error) from error
    there = tuple(str(source) for source in _sources() if _url(source) in known[source])
    return ProviderAnswer(is_live(), tuple(found), there)


def register_webhook(source: str) -> str:
    """Registers an address and returns its secret; empty where it is registered already: Stripe tells a secret once.

    Outside any transaction. Raises InvalidInput with the reason.
    """
    if source not in list(_sources()):
        raise InvalidInput(_("There is no such webhook."))
    chosen = Source(source)
    url, types, key = _url(chosen), types_followed(chosen), uuid.uuid4().hex
    try:
        if url in _registered()[chosen]:
            return ""
        if chosen == Source.V2:
            return endpoints.register_thin(url=url, types=types, name=identity.name(), key=key)
        return endpoints.register(url=url, types=types, is_connect=chosen == Source.CONNECT, key=key)
    except GatewayError as error:
        raise _said(error) from error


def _sources() -> list[Source]:
    """Thin events come of Accounts v2 alone."""
    return [source for source in Source if source != Source.V2 or settings.STRIPE_ACCOUNTS_API == "v2"]


def _registered() -> dict[Source, set[str]]:
    plain = endpoints.registered()
    thin = endpoints.registered_thin() if Source.V2 in _sources() else set()
    return {Source.PLATFORM: plain, Source.CONNECT: plain, Source.V2: thin}


def _url(source: Source) -> str:
    return str(settings.SITE_URL) + reverse(f"payments:{_NAMES[source]}")


def _said(error: GatewayError) -> InvalidInput:
    if isinstance(error, Unauthorised):
        return InvalidInput(_("The provider does not take this key. Check STRIPE_SECRET_KEY."), code="unauthorised")
    return InvalidInput(_("The provider said: %(reason)s") % {"reason": str(error)[:300]}, code="provider")
