"""Sellers' accounts: whatever happens to one, it is read again."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from payments import locks
from payments.gateway import accounts, objects
from payments.gateway.errors import Busy
from payments.models import ConnectedAccount
from payments.services.onboarding import record_account
from payments.webhooks.envelope import Source
from payments.webhooks.registry import Effect, Hint, follows


@follows(
    "account.updated",
    "account.external_account.created",
    "account.external_account.updated",
    "account.external_account.deleted",
    "account.application.deauthorized",
    "capability.updated",
    source=Source.CONNECT,
)
def account(hint: Hint) -> Effect | None:
    return _reading(hint.account)


@follows(
    "v2.core.account.updated",
    "v2.core.account.closed",
    "v2.core.account[requirements].updated",
    "v2.core.account[identity].updated",
    "v2.core.account[defaults].updated",
    "v2.core.account[configuration.recipient].updated",
    "v2.core.account[configuration.recipient].capability_status_updated",
    source=Source.V2,
)
def related_account(hint: Hint) -> Effect | None:
    return _reading(hint.object_id)


def _reading(stripe_id: str) -> Effect | None:
    known = ConnectedAccount.objects.filter(stripe_id=stripe_id).first()
    return partial(_record, known, accounts.read(stripe_id)) if known else None


def _record(seen: ConnectedAccount, found: objects.ConnectedAccount, at: datetime) -> None:
    """An account moves both ways, so the order of two readings counts: who was overtaken reads again."""
    locked = locks.lock_account(seen.id)
    if locked.synced_at != seen.synced_at:
        raise Busy("the account was read by somebody else meanwhile")
    record_account(seen.id, found, at)
