"""Balance, balance transactions, and the settings of a connected account's payouts."""

from __future__ import annotations

import json

from payments.sandbox.core import accounts, funds
from payments.sandbox.errors import invalid
from payments.sandbox.events import emit
from payments.sandbox.params import fields
from payments.sandbox.routing import Call, resource, route
from payments.sandbox.store import Obj

SETTINGS_URL = "/v1/balance_settings"
SETTINGS = "payments.payouts payments.debit_negative_balances payments.settlement_timing.delay_days_override"


def _refuse_payout(call: Call) -> None:
    if "payout" in call.params:
        message = "Balance transaction history can only be filtered on automatic transfers, not manual."
        raise invalid(message, param="payout")


resource(
    "balance_transaction",
    "/v1/balance_transactions",
    "BalanceTransaction",
    "currency source type payout",
    check=_refuse_payout,
)


@route("GET", "/v1/balance", fields("BalanceRetrieveParams"))
def balance(call: Call) -> Obj:
    found = funds.balances(call.tx, call.account) or {_home_currency(call): (0, 0)}
    return {
        "object": "balance",
        "available": [_amount(currency, available) for currency, (available, _) in found.items()],
        "livemode": False,
        "pending": [_amount(currency, pending) for currency, (_, pending) in found.items()],
    }


@route("GET", SETTINGS_URL, fields("BalanceSettingsRetrieveParams"))
def settings(call: Call) -> Obj:
    return _settings(_chosen(call))


@route("POST", SETTINGS_URL, fields("BalanceSettingsUpdateParams", SETTINGS))
def update_settings(call: Call) -> Obj:
    account = accounts.get(call.tx, call.account) if call.account else None
    chosen: Obj = account["balance_settings"] if account else _platform(call)
    payments = call.params.get("payments", {})
    payouts = payments.get("payouts", {})
    chosen |= payouts.get("schedule", {})
    for name in ("statement_descriptor", "minimum_balance_by_currency", "automatic_transfer_rules_by_currency"):
        if name in payouts:
            chosen[name] = payouts[name]
    if "debit_negative_balances" in payments:
        chosen["debit_negative_balances"] = payments["debit_negative_balances"]
    override = payments.get("settlement_timing", {}).get("delay_days_override")
    if override is not None:
        chosen["delay_days_override"] = override or None
    if account:
        call.tx.save(account)
    else:
        call.tx.set("platform_balance_settings", json.dumps(chosen))
    shown = settings(call)
    emit(call.tx, "balance_settings.updated", shown, account=call.account)
    return shown


def _chosen(call: Call) -> Obj:
    if not call.account:
        return _platform(call) | {"enabled": True}
    account = accounts.get(call.tx, call.account)
    chosen: Obj = account["balance_settings"]
    return chosen | {"enabled": account["payouts_enabled"]}


def _platform(call: Call) -> Obj:
    """The platform's own: paid out by hand until it says otherwise."""
    chosen: Obj = json.loads(call.tx.setting("platform_balance_settings", '{"interval": "manual"}'))
    return chosen


def _settings(chosen: Obj) -> Obj:
    schedule = {"interval": chosen["interval"]}
    days = {"weekly": "weekly_payout_days", "monthly": "monthly_payout_days"}.get(chosen["interval"])
    if days and days in chosen:
        schedule[days] = chosen[days]
    minimum = chosen.get("minimum_balance_by_currency") or None
    return {
        "object": "balance_settings",
        "payments": {
            "debit_negative_balances": chosen.get("debit_negative_balances", True),
            "payouts": {
                "minimum_balance_by_currency": minimum and {key: int(value) for key, value in minimum.items() if value},
                "schedule": schedule,
                "statement_descriptor": chosen.get("statement_descriptor"),
                "status": "enabled" if chosen.get("enabled") else "disabled",
            },
            "settlement_timing": {
                "delay_days": chosen.get("delay_days_override") or 2,
                "delay_days_override": chosen.get("delay_days_override"),
            },
        },
    }


def _amount(currency: str, amount: int) -> Obj:
    return {"amount": amount, "currency": currency, "source_types": {"card": amount}}


def _home_currency(call: Call) -> str:
    return str(accounts.get(call.tx, call.account)["currency"]) if call.account else "eur"
