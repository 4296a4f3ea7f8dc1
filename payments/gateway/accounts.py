"""Connected accounts, spoken to through Accounts v2: sellers are recipients with the Express dashboard."""

from __future__ import annotations

from typing import Any

import stripe

from payments.gateway.client import call
from payments.gateway.objects import ConnectedAccount
from payments.gateway.options import metadata_of, options

_INCLUDE = ["configuration.recipient", "requirements"]
_PAGES_OF_ACCOUNTS = 2_000  # how far back a lost answer is looked for


def create_params(*, email: str, country: str, display_name: str, metadata: dict[str, str]) -> dict[str, Any]:
    """The platform bears fees and losses: that goes with separate charges and transfers."""
    return {
        "contact_email": email,
        "display_name": display_name,
        "dashboard": "express",
        "identity": {"country": country.lower(), "entity_type": "individual"},
        "configuration": {"recipient": {"capabilities": {"stripe_balance": {"stripe_transfers": {"requested": True}}}}},
        "defaults": {"responsibilities": {"fees_collector": "application", "losses_collector": "application"}},
        "metadata": metadata,
        "include": _INCLUDE,
    }


def create(params: dict[str, Any], key: str) -> ConnectedAccount:
    return _account(call(lambda client: client.v2.core.accounts.create(params, options(key))))  # type: ignore[arg-type]


def read(account_id: str) -> ConnectedAccount:
    include: Any = {"include": _INCLUDE}
    return _account(call(lambda client: client.v2.core.accounts.retrieve(account_id, include)))


def find(op_id: str) -> ConnectedAccount | None:
    """The account that an operation made, by its metadata; newest first."""

    def ask(client: stripe.StripeClient) -> str | None:
        for number, found in enumerate(client.v2.core.accounts.list({"limit": 100}).auto_paging_iter()):
            if metadata_of(found).get("op_id") == op_id:
                return found.id
            if number >= _PAGES_OF_ACCOUNTS:
                break
        return None

    account_id = call(ask)
    return read(account_id) if account_id else None


def onboarding_link(account_id: str, *, return_url: str, refresh_url: str) -> str:
    """An address for one visit to the provider's onboarding page; making it again is harmless."""
    params: Any = {
        "account": account_id,
        "use_case": {
            "type": "account_onboarding",
            "account_onboarding": {
                "return_url": return_url,
                "refresh_url": refresh_url,
            },
        },
    }
    return call(lambda client: client.v2.core.account_links.create(params)).url


def set_manual_payouts(account_id: str, key: str) -> str:
    """Money stays in the connected balance until we make a payout. Returns the account's id."""
    params: Any = {"payments": {"payouts": {"schedule": {"interval": "manual"}}}}
    call(lambda client: client.v1.balance_settings.update(params, options(key, account_id)))
    return account_id


def _account(found: Any) -> ConnectedAccount:
    recipient = found.configuration.recipient if found.configuration else None
    capabilities = recipient.capabilities if recipient else None
    balance = capabilities.stripe_balance if capabilities else None
    transfers = balance.stripe_transfers if balance else None
    entries = (found.requirements.entries if found.requirements else None) or []
    return ConnectedAccount(
        id=found.id,
        can_receive=bool(transfers and transfers.status == "active"),
        requirements=tuple(entry.description for entry in entries if entry.awaiting_action_from == "user"),
        livemode=found.livemode,
        metadata=metadata_of(found),
    )
