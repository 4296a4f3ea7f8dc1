"""Connected accounts as the v1 API shows them, whichever API made them."""

from __future__ import annotations

from typing import Any

from payments.sandbox import present, runtime
from payments.sandbox.core import accounts
from payments.sandbox.errors import invalid, no_such
from payments.sandbox.identifiers import now
from payments.sandbox.params import fields
from payments.sandbox.routing import Call, merge_metadata, metadata_of, page, route
from payments.sandbox.store import Obj, Tx

URL = "/v1/accounts"
BANKS = f"{URL}/{{id}}/external_accounts"
CAPABILITIES = f"{URL}/{{id}}/capabilities"
BANK_FIELDS = """
    default_for_currency external_account.object external_account.account_holder_name
    external_account.account_holder_type external_account.account_number external_account.country
    external_account.currency external_account.routing_number
"""
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
        "requirements": _requirements(due(account), account["disabled_reason"], account["deadline"]),
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
    asked = call.params.get("capabilities", {}).get("transfers", {}).get("requested")
    if asked is not None:
        accounts.request_transfers(call.tx, account, asked)
    if "external_account" in call.params:
        _attach(call, account)
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


@route("GET", BANKS, fields("AccountExternalAccountListParams", "limit object"))
def banks_of(call: Call) -> Obj:
    account = accounts.get(call.tx, call.ids["id"])
    shown = [present.public(account["bank"])] if account["bank"] else []
    return present.listing(shown, BANKS.format(id=account["id"]))


@route("POST", BANKS, fields("AccountExternalAccountCreateParams", BANK_FIELDS))
def add_bank(call: Call) -> Obj:
    """An account has one bank account here: a new one takes the place of the old."""
    account = accounts.get(call.tx, call.ids["id"])
    bank = _attach(call, account)
    accounts.changed(call.tx, account)
    return present.public(bank)


@route("GET", f"{BANKS}/{{bank}}", fields("AccountExternalAccountRetrieveParams"))
def bank_of(call: Call) -> Obj:
    accounts.get(call.tx, call.ids["id"])
    bank = call.tx.find("bank_account", call.ids["bank"], call.ids["id"])
    if bank is None:
        raise no_such("external account", call.ids["bank"])
    return present.public(bank)


@route("DELETE", f"{BANKS}/{{bank}}", fields("AccountExternalAccountDeleteParams"))
def drop_bank(call: Call) -> Obj:
    bank_of(call)
    raise invalid(
        "You cannot delete the default external account for your default currency. Please make another external "
        "account the default using the `default_for_currency` param, and then delete this one."
    )


@route("GET", CAPABILITIES, fields("AccountCapabilityListParams"))
def capabilities(call: Call) -> Obj:
    account = accounts.get(call.tx, call.ids["id"])
    shown = [accounts.capability(account)] if account["transfers"] else []
    return present.listing(shown, CAPABILITIES.format(id=account["id"]))


@route("GET", f"{CAPABILITIES}/transfers", fields("AccountCapabilityRetrieveParams"))
def capability(call: Call) -> Obj:
    return accounts.capability(accounts.get(call.tx, call.ids["id"]))


@route("POST", f"{CAPABILITIES}/transfers", fields("AccountCapabilityUpdateParams", "requested"))
def update_capability(call: Call) -> Obj:
    account = accounts.get(call.tx, call.ids["id"])
    if "requested" in call.params:
        accounts.request_transfers(call.tx, account, call.params["requested"])
        accounts.changed(call.tx, account)
    return accounts.capability(account)


def _attach(call: Call, account: Obj) -> Obj:
    bank = call.params["external_account"]
    if not isinstance(bank, dict) or "account_number" not in bank:
        raise invalid("The sandbox takes bank accounts in full, no tokens and no cards.", param="external_account")
    account["display_name"] = bank.get("account_holder_name") or account["display_name"]
    return accounts.attach_bank(call.tx, account, bank["account_number"])


def due(account: Obj) -> list[str]:
    """What the account holder still has to give, in v1's names."""
    if not account["details_submitted"]:
        return DUE_AT_FIRST
    if account["due"]:
        return list(account["due"])
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


def _requirements(fields_due: list[str], reason: str | None, deadline: int | None = None) -> Obj:
    waiting = ["individual.verification.document"] if reason == "requirements.pending_verification" else []
    return {
        "alternatives": [],
        "current_deadline": deadline,
        "currently_due": fields_due,
        "disabled_reason": reason or ("requirements.past_due" if fields_due and not deadline else None),
        "errors": [],
        "eventually_due": fields_due,
        "past_due": [] if deadline else fields_due,
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
