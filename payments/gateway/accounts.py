"""Connected accounts: sellers are recipients of transfers with the Express dashboard.

Stripe has two shapes for them, and the setting STRIPE_ACCOUNTS_API says which is spoken: ``accounts_v2``, or the
older ``accounts_v1``. Both answer with the same object. Banks are read by the older shape either way: the newer one
does not tell of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Protocol

from django.conf import settings

from payments.gateway import accounts_v1, accounts_v2
from payments.gateway.client import call
from payments.gateway.errors import Missing
from payments.gateway.objects import ConnectedAccount
from payments.gateway.options import options


class Shape(Protocol):
    """What both modules offer."""

    create_params: Callable[..., dict[str, Any]]
    create: Callable[[dict[str, Any], str], ConnectedAccount]
    read: Callable[[str], ConnectedAccount]
    find: Callable[[str], str | None]
    onboarding_link: Callable[[str, str, str], str]


def _shape() -> Shape:
    return accounts_v1 if settings.STRIPE_ACCOUNTS_API == "v1" else accounts_v2


def create_params(*, email: str, country: str, display_name: str, metadata: dict[str, str]) -> dict[str, Any]:
    """The platform bears fees and losses: that goes with separate charges and transfers."""
    return _shape().create_params(email=email, country=country, display_name=display_name, metadata=metadata)


def create(params: dict[str, Any], key: str) -> ConnectedAccount:
    return _shape().create(params, key)


def read(account_id: str) -> ConnectedAccount:
    """With its banks. One that was closed, or has left the platform, is told as such."""
    try:
        found = _shape().read(account_id)
        return (
            found if found.is_closed or found.banks is not None else replace(found, banks=accounts_v1.banks(account_id))
        )
    except Missing:
        return ConnectedAccount(account_id, False, (), False, {}, is_closed=True)


def find(op_id: str) -> ConnectedAccount | None:
    """The account that an operation made, by its metadata."""
    account_id = _shape().find(op_id)
    return read(account_id) if account_id else None


def onboarding_link(account_id: str, *, return_url: str, refresh_url: str) -> str:
    """An address for one visit to the provider's onboarding page; making it again is harmless."""
    return _shape().onboarding_link(account_id, return_url, refresh_url)


def login_link(account_id: str) -> str:
    """An address for one visit to the seller's own pages at the provider. Raises Refused before onboarding."""
    return call(lambda client: client.v1.accounts.login_links.create(account_id)).url


def set_manual_payouts(account_id: str, key: str) -> str:
    """Money stays in the connected balance until we make a payout. Returns the account's id."""
    params: Any = {"payments": {"payouts": {"schedule": {"interval": "manual"}}}}
    call(lambda client: client.v1.balance_settings.update(params, options(key, account_id)))
    return account_id
