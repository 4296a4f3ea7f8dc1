"""Connected accounts: one record, shown as v1 and as v2, and what onboarding and the bank's checks do to it."""

from __future__ import annotations

from dataclasses import dataclass

from payments.sandbox import identifiers
from payments.sandbox.core import banks
from payments.sandbox.errors import no_such
from payments.sandbox.events import emit, emit_thin
from payments.sandbox.store import Obj, Tx

RECIPIENT = "v2.core.account[configuration.recipient]"
LINK_SECONDS = 300


@dataclass(frozen=True, kw_only=True)
class Onboarding:
    name: str
    country: str
    bank_number: str
    # active, pending or restricted: what Stripe makes of the details.
    outcome: str = "active"


def create(
    tx: Tx, *, version: str, country: str | None, email: str | None, transfers: bool, dashboard: str, **more: object
) -> Obj:
    """``version``: v1 or v2, the API that made it; ``transfers``: the capability is asked for."""
    account: Obj = {
        "id": identifiers.new("acct_1", 15),
        "object": "account",
        "created": identifiers.now(),
        "version": version,
        "country": (country or "").upper() or None,
        "email": email,
        "display_name": None,
        "entity_type": None,
        "currency": banks.currency_of((country or "").upper()),
        "dashboard": dashboard,
        "responsibilities": {},
        "metadata": {},
        "transfers": "restricted" if transfers else None,
        "payouts_enabled": False,
        "details_submitted": False,
        "disabled_reason": None,
        "closed": False,
        "bank": None,
        "applied_at": identifiers.now(),
        "balance_settings": {"interval": "daily"},
    } | more
    tx.add("account", account)
    if version == "v2":
        emit_thin(tx, "v2.core.account.created", account["id"])
    else:
        _told(tx, account)
    return account


def get(tx: Tx, identifier: str) -> Obj:
    account = tx.find("account", identifier)
    if account is None:
        raise no_such("account", identifier)
    return account


def can_receive(account: Obj) -> bool:
    return account["transfers"] == "active" and not account["closed"]


def onboard(tx: Tx, account: Obj, details: Onboarding) -> Obj:
    """The seller's answers arrive; ``outcome`` is what the checks say."""
    account |= {
        "country": account["country"] or details.country,
        "display_name": details.name,
        "entity_type": account["entity_type"] or "individual",
        "details_submitted": True,
    }
    account["currency"] = banks.currency_of(account["country"])
    attach_bank(tx, account, details.bank_number)
    return judge(tx, account, details.outcome)


def attach_bank(tx: Tx, account: Obj, number: str) -> None:
    first = account["bank"] is None
    bank = banks.bank_account(account["id"], account["country"], number, account["display_name"], account["currency"])
    account["bank"] = bank
    tx.save(account)
    kind = "account.external_account.created" if first else "account.external_account.updated"
    tx.add("bank_account", bank, account["id"])
    emit(tx, kind, bank, account=account["id"])


def judge(tx: Tx, account: Obj, outcome: str) -> Obj:
    """Set the transfers capability to active, pending or restricted, and tell."""
    before = account["transfers"]
    account["transfers"] = outcome
    account["payouts_enabled"] = outcome == "active" and account["bank"] is not None
    account["disabled_reason"] = None if outcome == "active" else _reason(account, outcome)
    tx.save(account)
    if before != outcome:
        emit_thin(tx, f"{RECIPIENT}.capability_status_updated", account["id"])
        emit(tx, "capability.updated", _capability(account), account=account["id"])
    _told(tx, account)
    return account


def changed(tx: Tx, account: Obj) -> Obj:
    tx.save(account)
    _told(tx, account)
    return account


def close(tx: Tx, account: Obj) -> Obj:
    account |= {"closed": True, "payouts_enabled": False, "transfers": None}
    tx.save(account)
    emit_thin(tx, "v2.core.account.closed", account["id"])
    _told(tx, account)
    return account


def new_link(tx: Tx, account: Obj, *, return_url: str, refresh_url: str, use: str) -> Obj:
    """A door to the onboarding page for one visit within five minutes."""
    link: Obj = {
        "id": identifiers.new("", 24),
        "object": "account_link",
        "account": account["id"],
        "created": identifiers.now(),
        "expires_at": identifiers.now() + LINK_SECONDS,
        "return_url": return_url,
        "refresh_url": refresh_url,
        "use": use,
        "state": "new",
        "ticket": identifiers.new("", 32),
    }
    return tx.add("account_link", link)


def _told(tx: Tx, account: Obj) -> None:
    emit(tx, "account.updated", account, account=account["id"])
    emit_thin(tx, "v2.core.account.updated", account["id"])
    emit_thin(tx, "v2.core.account[requirements].updated", account["id"])


def _reason(account: Obj, outcome: str) -> str:
    if outcome == "pending":
        return "requirements.pending_verification"
    return "requirements.past_due" if account["details_submitted"] else "requirements.currently_due"


def _capability(account: Obj) -> Obj:
    v1 = {"active": "active", "pending": "pending"}.get(account["transfers"], "inactive")
    nothing: Obj = {
        "alternatives": [], "current_deadline": None, "currently_due": [], "disabled_reason": None, "errors": [],
        "eventually_due": [], "past_due": [], "pending_verification": [],
    }  # fmt: skip
    return {
        "id": "transfers",
        "object": "capability",
        "account": account["id"],
        "future_requirements": nothing,
        "requested": True,
        "requested_at": account["applied_at"],
        "requirements": nothing,
        "status": v1,
    }
