"""Connected accounts in the shape of Accounts v1, for platforms whose Stripe account does not offer v2 yet."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import stripe

from payments.gateway.client import call, is_live
from payments.gateway.objects import Bank, ConnectedAccount, Due, Requirement
from payments.gateway.options import metadata_of, options

_MOST_LOOKED_AT = 2_000  # how far back a lost answer is looked for
_REFUSED_BANK = ("errored", "verification_failed")


def create_params(*, email: str, country: str, display_name: str, metadata: dict[str, str]) -> dict[str, Any]:
    return {
        "country": country,
        "email": email,
        "business_type": "individual",
        "business_profile": {"name": display_name},
        "capabilities": {"transfers": {"requested": True}},
        "controller": {
            "fees": {"payer": "application"},
            "losses": {"payments": "application"},
            "requirement_collection": "stripe",
            "stripe_dashboard": {"type": "express"},
        },
        "metadata": metadata,
    }


def create(params: dict[str, Any], key: str) -> ConnectedAccount:
    return _account(call(lambda client: client.v1.accounts.create(params, options(key))))  # type: ignore[arg-type]


def read(account_id: str) -> ConnectedAccount:
    return _account(call(lambda client: client.v1.accounts.retrieve(account_id)))


def banks(account_id: str) -> tuple[Bank, ...]:
    """The banks of an account of either shape."""
    return _banks(call(lambda client: client.v1.accounts.retrieve(account_id)))


def find(op_id: str) -> str | None:
    def ask(client: stripe.StripeClient) -> str | None:
        for number, found in enumerate(client.v1.accounts.list({"limit": 100}).auto_paging_iter()):
            if metadata_of(found).get("op_id") == op_id:
                return found.id
            if number >= _MOST_LOOKED_AT:
                break
        return None

    return call(ask)


def onboarding_link(account_id: str, return_url: str, refresh_url: str) -> str:
    params: Any = {
        "account": account_id,
        "type": "account_onboarding",
        "return_url": return_url,
        "refresh_url": refresh_url,
    }
    return call(lambda client: client.v1.account_links.create(params)).url


def _account(found: stripe.Account) -> ConnectedAccount:
    wanted = found.requirements
    return ConnectedAccount(
        id=found.id,
        can_receive=bool(found.capabilities and getattr(found.capabilities, "transfers", None) == "active"),
        requirements=_requirements(wanted) if wanted else (),
        livemode=is_live(),  # the shape does not tell; our key reads its own mode alone
        metadata=metadata_of(found),
        deadline=datetime.fromtimestamp(wanted.current_deadline, UTC) if wanted and wanted.current_deadline else None,
        is_closed=bool(getattr(found, "deleted", False)) or _is_rejected(wanted),
        banks=_banks(found),
    )


def _is_rejected(wanted: Any) -> bool:
    """Nothing that the seller gives changes it any more."""
    return bool(wanted and (wanted.disabled_reason or "").startswith("rejected."))


def _requirements(wanted: Any) -> tuple[Requirement, ...]:
    """Each once, as the most urgent list that names it says."""
    problems = {error.requirement: error.reason for error in wanted.errors or []}
    found: dict[str, Requirement] = {}
    for due, names in (
        (Due.PAST, wanted.past_due),
        (Due.NOW, wanted.currently_due),
        (Due.LATER, wanted.eventually_due),
    ):
        for name in names or []:
            found.setdefault(name, Requirement(name, due, problems.get(name, "")))
    return tuple(found.values())


def _banks(found: stripe.Account) -> tuple[Bank, ...]:
    listed: Any = found.external_accounts.data if found.external_accounts else []
    return tuple(_bank(bank) for bank in listed)


def _bank(bank: Any) -> Bank:
    name = getattr(bank, "bank_name", None) or getattr(bank, "brand", None) or ""
    return Bank(
        mark=getattr(bank, "fingerprint", None) or bank.id,
        label=f"{name} ···· {bank.last4}".strip(),
        currency=(bank.currency or "").upper(),
        is_refused=getattr(bank, "status", "") in _REFUSED_BANK,
    )
