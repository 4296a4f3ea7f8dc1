"""Payouts: what has reached sellers' connected accounts goes on to their banks.

They keep their own ledger at Stripe; ours ends with the transfer, and this is a mirror for display.
"""

from payments.services.payouts.by_hand import pay_now
from payments.services.payouts.outcomes import record_payout, stale
from payments.services.payouts.planning import save_plan
from payments.services.payouts.running import look_now, run_payouts

__all__ = ["look_now", "pay_now", "record_payout", "run_payouts", "save_plan", "stale"]
