"""Connected accounts in the shape of Accounts v2."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import stripe

from payments.gateway.client import call
from payments.gateway.objects import ConnectedAccount, Due, Requirement
from payments.gateway.options import metadata_of, options

_INCLUDE = ["configuration.recipient", "requirements"]
_MOST_LOOKED_AT = 2_000  # how far back a lost answer is looked for


def create_params(*, email: str, country: str, display_name: str, metadata: dict[str, str]) -> dict[str, Any]:
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


def find(op_id: str) -> str | None:
    def ask(client: stripe.StripeClient) -> str | None:
        for number, found in enumerate(client.v2.core.accounts.list({"limit": 100}).auto_paging_iter()):
            if metadata_of(found).get("op_id") == op_id:
                return found.id
            if number >= _MOST_LOOKED_AT:
                break
        return None

    return call(ask)


def onboarding_link(account_id: str, return_url: str, refresh_url: str) -> str:
    onboarding = {"return_url": return_url, "refresh_url": refresh_url}
    params: Any = {
        "account": account_id,
        "use_case": {"type": "account_onboarding", "account_onboarding": onboarding},
    }
    return call(lambda client: client.v2.core.account_links.create(params)).url


def _account(found: Any) -> ConnectedAccount:
    recipient = found.configuration.recipient if found.configuration else None
    capabilities = recipient.capabilities if recipient else None
    balance = capabilities.stripe_balance if capabilities else None
    transfers = balance.stripe_transfers if balance else None
    entries = (found.requirements.entries if found.requirements else None) or []
    return ConnectedAccount(
        id=found.id,
        can_receive=bool(transfers and transfers.status == "active"),
        requirements=tuple(_requirement(entry) for entry in entries if entry.awaiting_action_from == "user"),
        livemode=found.livemode,
        metadata=metadata_of(found),
        deadline=_deadline(found.requirements),
        is_closed=bool(found.closed),
    )


def _requirement(entry: Any) -> Requirement:
    problem = next((error.description for error in entry.errors or [] if error.description), "")
    return Requirement(entry.description, Due(entry.minimum_deadline.status), problem)


def _deadline(requirements: Any) -> datetime | None:
    summary = requirements.summary if requirements else None
    soonest = summary.minimum_deadline if summary else None
    moment = getattr(soonest, "time", None)
    if not moment:
        return None
    return moment if isinstance(moment, datetime) else datetime.fromisoformat(str(moment))
