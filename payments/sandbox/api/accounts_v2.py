"""Connected accounts as the v2 API shows them: recipients of transfers, parts on request only."""

from __future__ import annotations

from typing import Any

from payments.sandbox.api.accounts import due
from payments.sandbox.core import accounts
from payments.sandbox.errors import invalid
from payments.sandbox.identifiers import iso
from payments.sandbox.params import fields
from payments.sandbox.routing import Call, merge_metadata, metadata_of, page_v2, route
from payments.sandbox.store import Obj

URL = "/v2/core/accounts"
CAPABILITY = "configuration.recipient.capabilities.stripe_balance.stripe_transfers.requested"
SHARED = f"contact_email contact_phone dashboard defaults display_name identity include {CAPABILITY}"
# Names of what is due, as v2 describes it.
V2_NAMES = {
    "external_account": "configuration.recipient.default_outbound_destination",
    "individual.first_name": "identity.individual.given_name",
    "individual.last_name": "identity.individual.surname",
    "tos_acceptance.date": "identity.attestations.terms_of_service.account.date",
    "individual.verification.document": "identity.individual.documents.primary_verification",
}


@route("POST", URL, fields("v2.core.AccountCreateParams", SHARED))
def create(call: Call) -> Obj:
    params = call.params
    identity = params.get("identity", {})
    account = accounts.create(
        call.tx,
        version="v2",
        country=identity.get("country"),
        email=params.get("contact_email"),
        transfers=_asks(params),
        dashboard=params.get("dashboard", "none"),
        display_name=params.get("display_name"),
        entity_type=identity.get("entity_type"),
        metadata=metadata_of(params),
        responsibilities=params.get("defaults", {}).get("responsibilities", {}),
    )
    return show(account, params.get("include", []))


@route("GET", URL, fields("v2.core.AccountListParams", "limit closed", links="page"))
def listed(call: Call) -> Obj:
    wanted = {"closed": call.params.get("closed", False)}
    return page_v2(call, "account", URL, wanted, lambda account: show(account, []))


@route("GET", f"{URL}/{{id}}", fields("v2.core.AccountRetrieveParams"))
def read(call: Call) -> Obj:
    return show(accounts.get(call.tx, call.ids["id"]), call.params.get("include", []))


@route("POST", f"{URL}/{{id}}", fields("v2.core.AccountUpdateParams", SHARED))
def update(call: Call) -> Obj:
    account, params = accounts.get(call.tx, call.ids["id"]), call.params
    if account["closed"]:
        raise invalid("The account is closed.")
    merge_metadata(account, {key: value or "" for key, value in (params.get("metadata") or {}).items()})
    identity = params.get("identity", {})
    if account["country"] and identity.get("country", "").upper() not in ("", account["country"]):
        raise invalid("The country of an account cannot change.", param="identity.country")
    account |= {
        "country": account["country"] or (identity.get("country", "").upper() or None),
        "email": params.get("contact_email", account["email"]),
        "display_name": params.get("display_name", account["display_name"]),
        "dashboard": params.get("dashboard", account["dashboard"]),
    }
    if _asks(params):
        accounts.request_transfers(call.tx, account, wanted=True)
    return show(accounts.changed(call.tx, account), params.get("include", []))


@route("POST", f"{URL}/{{id}}/close", fields("v2.core.AccountCloseParams", "applied_configurations"))
def close(call: Call) -> Obj:
    return show(accounts.close(call.tx, accounts.get(call.tx, call.ids["id"])), [])


def show(account: Obj, include: list[str]) -> Obj:
    asked = set(include)
    return {
        "id": account["id"],
        "object": "v2.core.account",
        "applied_configurations": ["recipient"],
        "closed": account["closed"],
        "configuration": {"recipient": _recipient(account)} if "configuration.recipient" in asked else None,
        "contact_email": account["email"],
        "created": iso(account["created"]),
        "dashboard": account["dashboard"],
        "defaults": _defaults(account) if "defaults" in asked else None,
        "display_name": account["display_name"],
        "future_requirements": {"entries": [], "summary": None} if "future_requirements" in asked else None,
        "identity": _identity(account) if "identity" in asked else None,
        "livemode": False,
        "metadata": account["metadata"],
        "requirements": _requirements(account) if "requirements" in asked else None,
    }


def _asks(params: dict[str, Any]) -> bool:
    recipient = params.get("configuration", {}).get("recipient", {})
    stripe_balance = recipient.get("capabilities", {}).get("stripe_balance", {})
    return bool(stripe_balance.get("stripe_transfers", {}).get("requested"))


def _recipient(account: Obj) -> Obj:
    status = account["transfers"]
    if status is None:
        return {"applied": not account["closed"], "capabilities": None}
    transfers = {"status": status, "status_details": _details(account)}
    payouts = {"status": "active" if account["payouts_enabled"] else status, "status_details": _details(account)}
    return {
        "applied": True,
        "capabilities": {"stripe_balance": {"payouts": payouts, "stripe_transfers": transfers}},
    }


def _details(account: Obj) -> list[Obj]:
    if account["transfers"] == "active":
        return []
    if account["transfers"] == "pending":
        return [{"code": "requirements_pending_verification", "resolution": "no_resolution"}]
    return [{"code": "requirements_past_due", "resolution": "provide_info"}]


def _defaults(account: Obj) -> Obj:
    chosen = account["responsibilities"]
    return {
        "currency": account["currency"],
        "locales": None,
        "profile": None,
        "responsibilities": {
            "fees_collector": chosen.get("fees_collector", "application"),
            "losses_collector": chosen.get("losses_collector", "application"),
            "requirements_collector": "stripe",
        },
    }


def _identity(account: Obj) -> Obj:
    return {
        "attestations": None,
        "business_details": None,
        "country": account["country"],
        "entity_type": account["entity_type"],
        "individual": None,
    }


def _requirements(account: Obj) -> Obj:
    status = "currently_due" if account["deadline"] else "past_due"
    entries = [_entry(name, status) for name in due(account)]
    until = iso(account["deadline"]) if account["deadline"] else None
    summary = {"minimum_deadline": {"status": status, "time": until}} if entries else None
    return {"alternatives": [], "entries": entries, "summary": summary}


def _entry(name: str, status: str) -> Obj:
    restricts = {
        "capability": "stripe_balance.stripe_transfers",
        "configuration": "recipient",
        "deadline": {"status": status},
    }
    return {
        "awaiting_action_from": "user",
        "description": V2_NAMES.get(name, name),
        "errors": [],
        "impact": {"restricts_capabilities": [restricts]},
        "minimum_deadline": {"status": status},
        "reference": None,
        "requested_reasons": [{"code": "routine_onboarding"}],
    }
