"""Connected accounts: one record, shown as v1 and as v2, and what onboarding and the bank's checks do to it."""

from __future__ import annotations

from dataclasses import dataclass

from payments.sandbox import identifiers
from payments.sandbox.core import banks, funds
from payments.sandbox.errors import ApiError, invalid, no_such
from payments.sandbox.events import emit, emit_thin
from payments.sandbox.store import Obj, Tx

RECIPIENT = "v2.core.account[configuration.recipient]"
LINK_SECONDS = 300
GRACE_SECONDS = 14 * 86_400


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
        # False: the account holder has cut the connection; nothing can be read or done any more.
        "connected": True,
        "due": None,
        "deadline": None,
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
    if not account["connected"]:
        raise no_access(identifier)
    return account


def no_access(identifier: str) -> ApiError:
    message = (
        f"The provided key does not have access to account '{identifier}' (or that account does not exist). "
        "Application access may have been revoked."
    )
    return invalid(message, code="account_invalid", status=403)


def can_receive(account: Obj) -> bool:
    return account["transfers"] == "active" and not account["closed"] and account["connected"]


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
    emit_thin(tx, "v2.core.account[identity].updated", account["id"])
    return judge(tx, account, details.outcome)


def attach_bank(tx: Tx, account: Obj, number: str) -> Obj:
    """The bank account that payouts go to from now on."""
    if not banks.valid(number):
        raise invalid("Invalid account number.", code="account_number_invalid", param="bank_number")
    first = account["bank"] is None
    bank = banks.bank_account(
        account["id"], account["country"] or "DE", number, account["display_name"], account["currency"]
    )
    account["bank"] = bank
    account["payouts_enabled"] = account["transfers"] == "active" and not account["closed"]
    tx.save(account)
    kind = "account.external_account.created" if first else "account.external_account.updated"
    tx.add("bank_account", bank, account["id"])
    emit(tx, kind, bank, account=account["id"])
    emit_thin(tx, f"{RECIPIENT}.updated", account["id"])
    return bank


def change_bank(tx: Tx, account: Obj, number: str) -> Obj:
    """The account holder names another bank account, on Stripe's own pages."""
    attach_bank(tx, account, number)
    _told(tx, account)
    return account


def spoil_bank(tx: Tx, account: Obj) -> None:
    """After a payout that the bank refused, Stripe pays nothing more to that bank account."""
    bank = account["bank"]
    bank["status"] = "errored"
    tx.save(account)
    tx.save(bank)
    emit(tx, "account.external_account.updated", bank, account=account["id"], previous={"status": "new"})


def judge(tx: Tx, account: Obj, outcome: str, due: list[str] | None = None) -> Obj:
    """Set the transfers capability to active, pending or restricted, and tell.

    ``due``: what the account holder has to give, in v1's names; an active account has some days for it.
    """
    before = account["transfers"]
    account |= {
        "transfers": outcome,
        "payouts_enabled": outcome == "active" and account["bank"] is not None and not account["closed"],
        "disabled_reason": None if outcome == "active" else _reason(account, outcome),
        "due": due,
        "deadline": identifiers.now() + GRACE_SECONDS if due and outcome == "active" else None,
    }
    tx.save(account)
    if before != outcome:
        emit_thin(tx, f"{RECIPIENT}.capability_status_updated", account["id"])
        emit(tx, "capability.updated", capability(account), account=account["id"])
    _told(tx, account)
    return account


def request_transfers(tx: Tx, account: Obj, wanted: bool) -> None:
    """Ask for the capability, or give it up."""
    if wanted == (account["transfers"] is not None):
        return
    account["transfers"] = "restricted" if wanted else None
    account["payouts_enabled"] = False
    tx.save(account)
    emit_thin(tx, f"{RECIPIENT}.capability_status_updated", account["id"])
    emit(tx, "capability.updated", capability(account), account=account["id"])


def changed(tx: Tx, account: Obj) -> Obj:
    tx.save(account)
    _told(tx, account)
    return account


def close(tx: Tx, account: Obj) -> Obj:
    if any(sum(amounts) for amounts in funds.balances(tx, account["id"]).values()):
        raise invalid("Accounts with a balance that is not zero cannot be closed.")
    account |= {"closed": True, "payouts_enabled": False, "transfers": None}
    tx.save(account)
    emit_thin(tx, "v2.core.account.closed", account["id"])
    _told(tx, account)
    return account


def deauthorize(tx: Tx, account: Obj) -> Obj:
    """The account holder cuts the connection to the platform."""
    if not account["connected"]:
        raise invalid("The account is not connected any more.")
    account["connected"] = False
    tx.save(account)
    application: Obj = {"id": "ca_sandbox", "object": "application", "name": "Sandbox"}
    emit(tx, "account.application.deauthorized", application, account=account["id"])
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


def returned(tx: Tx, link: Obj) -> None:
    """The account holder left the onboarding page for the platform's."""
    data = {"account_id": link["account"], "configurations": ["recipient"], "use_case": link["use"]}
    emit_thin(tx, "v2.core.account_link.returned", None, data=data)


def _told(tx: Tx, account: Obj) -> None:
    emit(tx, "account.updated", account, account=account["id"])
    emit_thin(tx, "v2.core.account.updated", account["id"])
    emit_thin(tx, "v2.core.account[requirements].updated", account["id"])


def _reason(account: Obj, outcome: str) -> str:
    if outcome == "pending":
        return "requirements.pending_verification"
    return "requirements.past_due" if account["details_submitted"] else "requirements.currently_due"


def capability(account: Obj) -> Obj:
    asked = account["transfers"] is not None
    v1 = {"active": "active", "pending": "pending"}.get(account["transfers"], "inactive") if asked else "unrequested"
    nothing: Obj = {
        "alternatives": [], "current_deadline": None, "currently_due": [], "disabled_reason": None, "errors": [],
        "eventually_due": [], "past_due": [], "pending_verification": [],
    }  # fmt: skip
    return {
        "id": "transfers",
        "object": "capability",
        "account": account["id"],
        "future_requirements": nothing,
        "requested": asked,
        "requested_at": account["applied_at"] if asked else None,
        "requirements": nothing,
        "status": v1,
    }
