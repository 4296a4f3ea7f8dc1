"""Stripe's resources: each module says what may be asked and hands over to ``core``."""

from payments.sandbox.api import (
    accounts,
    accounts_v2,
    balance,
    charges,
    disputes,
    endpoints,
    event_log,
    files,
    fraud_warnings,
    links,
    payouts,
    refunds,
    sessions,
    topups,
    transfers,
)

__all__ = [
    "accounts",
    "accounts_v2",
    "balance",
    "charges",
    "disputes",
    "endpoints",
    "event_log",
    "files",
    "fraud_warnings",
    "links",
    "payouts",
    "refunds",
    "sessions",
    "topups",
    "transfers",
]
