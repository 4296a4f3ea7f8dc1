"""Setting up the payment provider: does the key work, and does it know where to send its webhooks?"""

from __future__ import annotations

import hashlib
import time
import uuid
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.cache import cache
from django.db.models import Max
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.kernel import identity
from marketplace.kernel.errors import InvalidInput
from payments.gateway import balances, endpoints
from payments.gateway.client import is_live
from payments.gateway.errors import Busy, GatewayError, Unauthorised
from payments.models import WebhookEvent
from payments.webhooks.envelope import Source
from payments.webhooks.inbox import SECRETS
from payments.webhooks.registry import types_followed

_LOOKED_AT = 5_000  # events, the newest
_IN_USE = "idempotency_key_in_use"
_KEY_SECONDS = 120  # longer than the calls of one registration take
_PAUSES = (0.3,) * 10  # while somebody else's registration of the same address is under way
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

    Two at once register it once and are told the same secret, and so is who comes again soon after an answer was
    lost: they ask under one idempotency key, and each looks at what is registered only after it has the key. What is
    registered then may be what was asked under it. Outside any transaction. Raises InvalidInput with the reason.
    """
    if source not in list(_sources()):
        raise InvalidInput(_("There is no such webhook."))
    chosen = Source(source)
    url, types = _url(chosen), types_followed(chosen)
    mark = hashlib.sha256(repr((source, url, types, identity.name())).encode()).hexdigest()
    kept = f"payments:registering:{mark}"
    key = str(cache.get_or_set(kept, lambda: uuid.uuid4().hex, _KEY_SECONDS))
    asked = f"{kept}:{key}"
    try:
        if url not in _registered()[chosen]:
            cache.set(asked, True, _KEY_SECONDS)
        secret = _register(chosen, url, types, key) if cache.get(asked) else ""
    except GatewayError as error:
        raise _said(error) from error
    cache.delete(kept)  # who removes the address at the provider may register it anew
    return secret


def _register(source: Source, url: str, types: list[str], key: str) -> str:
    """Under a key that somebody else may be using at this moment: their answer is ours, too."""
    for pause in (*_PAUSES, None):
        try:
            if source == Source.V2:
                return endpoints.register_thin(url=url, types=types, name=identity.name(), key=key)
            return endpoints.register(url=url, types=types, is_connect=source == Source.CONNECT, key=key)
        except Busy as error:
            if pause is None or error.code != _IN_USE:
                raise
            time.sleep(pause)
    raise AssertionError("the last round returns or raises")


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
    if isinstance(error, Busy) and error.code == _IN_USE:
        message = _("This address is being registered at this moment. Load the page again.")
        return InvalidInput(message, code="registering")
    return InvalidInput(_("The provider said: %(reason)s") % {"reason": str(error)[:300]}, code="provider")
