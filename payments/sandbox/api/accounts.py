"""Connected accounts as the v1 API shows them, whichever API made them."""

from __future__ import annotations

from typing import Any

from payments.sandbox import present, runtime
from payments.sandbox.core import accounts
from payments.sandbox.errors import invalid
from payments.sandbox.identifiers import now
from payments.sandbox.params import fields
from payments.sandbox.routing import Call, merge_metadata, metadata_of, page, route
from payments.sandbox.store import Obj, Tx

URL = "/v1/accounts"
SHARED = """business_profile business_type capabilities.transfers default_currency email settings.payouts"""
CREATE = fields("AccountCreateParams", f"{SHARED} controller country tos_acceptance.service_agreement type")
NOT_SIMULATED = "The sandbox keeps connected accounts of the type express only."
DUE_AT_FIRST = ["external_account", "individual.first_name", "individual.last_name", "tos_acceptance.date"]
DUE_AFTER_CHECKS = ["individual.verification.document"]


@present.presenter("account")
def show(_tx: Tx, account: Obj) -> Obj:
    banks = [account["bank"]] if account["bank"] else []
    return {
        "id": account["id"],
        "object": "account",
        "business_profile": account.get("business_profile") or {"mcc": None, "name": None, "url": None},
        "business_type": account["entity_type"],
        "capabilities": {"transfers": _capability(account)} if account["transfers"] else {},
        "charges_enabled": False,
        "controller": _controller(account),
        "country": account["country"],
        "created": account["created"],
        "default_currency": account["currency"],
        "details_submitted": account["details_submitted"],
        "email": account["email"],
        "external_accounts": present.listing(
            [present.public(bank) for bank in banks], f"{URL}/{account['id']}/external_accounts"
        ),
        "future_requirements": _requirements([], None),
        "metadata": account["metadata"],
        "payouts_enabled": account["payouts_enabled"],
        "requirements": _requirements(due(account), account["disabled_reason"]),
        "settings": _settings(account),
        "tos_acceptance": {"date": account["created"] if account["details_submitted"] else None},
        "type": "express",
    }


@route("POST", URL, CREATE)
def create(call: Call) -> Obj:
    params = call.params
    if params.get("type", "express") != "express":
        raise invalid(NOT_SIMULATED, param="type")
    asked = params.get("capabilities", {}).get("transfers", {}).get("requested", False)
    account = accounts.create(
        call.tx,
        version="v1",
        country=params.get("country") or "DE",
        email=params.get("email"),
        transfers=asked,
        dashboard=params.get("controller", {}).get("stripe_dashboard", {}).get("type", "express"),
        metadata=metadata_of(params),
        entity_type=params.get("business_type"),
        business_profile=params.get("business_profile"),
    )
    _schedule(account, params)
    return call.show(call.tx.save(account))


@route("GET", URL, fields("AccountListParams", "limit starting_after ending_before created"))
def listed(call: Call) -> Obj:
    return page(call, "account", URL, {}, account="")


@route("GET", f"{URL}/{{id}}", fields("AccountRetrieveParams"))
def read(call: Call) -> Obj:
    return call.show(accounts.get(call.tx, call.ids["id"]))


@route("POST", f"{URL}/{{id}}", fields("AccountUpdateParams", f"{SHARED} external_account"))
def update(call: Call) -> Obj:
    account = accounts.get(call.tx, call.ids["id"])
    merge_metadata(account, call.params.get("metadata"))
    account["email"] = call.params.get("email", account["email"])
    account["business_profile"] = call.params.get("business_profile", account.get("business_profile"))
    if call.params.get("capabilities", {}).get("transfers", {}).get("requested") and not account["transfers"]:
        account["transfers"] = "restricted"
    bank = call.params.get("external_account")
    if isinstance(bank, dict):
        account["display_name"] = bank.get("account_holder_name") or account["display_name"]
        accounts.attach_bank(call.tx, account, bank["account_number"])
    _schedule(account, call.params)
    return call.show(accounts.changed(call.tx, account))


@route("DELETE", f"{URL}/{{id}}", fields("AccountDeleteParams"))
def delete(call: Call) -> Obj:
    account = accounts.close(call.tx, accounts.get(call.tx, call.ids["id"]))
    return {"id": account["id"], "object": "account", "deleted": True}


@route("POST", f"{URL}/{{id}}/login_links", fields("AccountCreateLoginLinkParams"))
def login_link(call: Call) -> Obj:
    account = accounts.get(call.tx, call.ids["id"])
    if not account["details_submitted"]:
        raise invalid("Cannot create a login link for an account that has not completed onboarding.")
    return {"object": "login_link", "created": now(), "url": f"{runtime.options().base_url}/express/{account['id']}"}


def due(account: Obj) -> list[str]:
    """What the account holder still has to give, in v1's names."""
    if not account["details_submitted"]:
        return DUE_AT_FIRST
    return DUE_AFTER_CHECKS if account["transfers"] == "restricted" else []


def _schedule(account: Obj, params: dict[str, Any]) -> None:
    interval = params.get("settings", {}).get("payouts", {}).get("schedule", {}).get("interval")
    if interval:
        account["balance_settings"]["interval"] = interval


def _capability(account: Obj) -> str:
    return {"active": "active", "pending": "pending"}.get(account["transfers"], "inactive")


def _controller(account: Obj) -> Obj:
    return {
        "fees": {"payer": "application"},
        "is_controller": True,
        "losses": {"payments": "application"},
        "requirement_collection": "stripe",
        "stripe_dashboard": {"type": account["dashboard"]},
        "type": "application",
    }


def _requirements(fields_due: list[str], reason: str | None) -> Obj:
    waiting = ["individual.verification.document"] if reason == "requirements.pending_verification" else []
    return {
        "alternatives": [],
        "current_deadline": None,
        "currently_due": fields_due,
        "disabled_reason": reason or ("requirements.past_due" if fields_due else None),
        "errors": [],
        "eventually_due": fields_due,
        "past_due": fields_due,
        "pending_verification": waiting,
    }


def _settings(account: Obj) -> Obj:
    return {
        "branding": {"icon": None, "logo": None, "primary_color": None, "secondary_color": None},
        "card_payments": {"statement_descriptor_prefix": None},
        "dashboard": {"display_name": account["display_name"], "timezone": "Etc/UTC"},
        "payments": {"statement_descriptor": None},
        "payouts": {
            "debit_negative_balances": account["balance_settings"].get("debit_negative_balances", True),
            "schedule": {"delay_days": 2, "interval": account["balance_settings"]["interval"]},
            "statement_descriptor": None,
        },
    }
