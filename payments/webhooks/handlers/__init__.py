"""What an event leads to, one module for each noun: read the object again at Stripe, then apply it forward only.

A handler runs outside any transaction and returns the effect to apply inside one, or None where the object is not
ours (another site on the same account).
"""

from payments.webhooks.handlers import (
    accounts,
    disputes,
    payments,
    payouts,
    refunds,
    sessions,
    topups,
    transfers,
    warnings,
)

__all__ = ["accounts", "disputes", "payments", "payouts", "refunds", "sessions", "topups", "transfers", "warnings"]
