"""Every movement of money, as one readable table: what is debited, what is credited.

| movement | debit | credit |
|---|---|---|
| capture (order, step, extra, tip; also a late payment) | stripe_balance | hold |
| stripe_fee | stripe_fee_expense | stripe_balance |
| promotion | promotion_expense | hold |
| release | hold P + b | seller_clearing P − s, fee_revenue s + b |
| release_undone, as far as it has not left | seller_clearing or seller_available, fee_revenue | hold |
| release_owed, as far as it has left for good | seller_debt, fee_revenue | hold |
| clear | seller_clearing | seller_available |
| transfer_intent | seller_available | transfer_clearing |
| transfer_done | transfer_clearing | stripe_balance |
| transfer_failed | transfer_clearing | seller_available |
| transfer_reversed | stripe_balance | seller_available, then release_undone |
| debt_recovered (by the order that pays) | seller_available | debt_settlement |
| debt_settled (by the order that is paid for) | debt_settlement | seller_debt |
| debt_written_off | platform_loss | seller_debt |
| refund_intent | hold | refund_clearing |
| refund_done | refund_clearing | stripe_balance |
| refund_failed | refund_clearing | hold |
| refund_bounced | stripe_balance | buyer_payable |
| refund_unpaid | refund_clearing | buyer_payable |
| refund_reissued | buyer_payable | refund_clearing |
| reissue_failed | refund_clearing | buyer_payable |
| paid_by_bank | buyer_payable | platform_bank |
| promotion_returned | hold | promotion_expense |
| chargeback_withdrawn | dispute_clearing | stripe_balance |
| chargeback_reinstated | stripe_balance | dispute_clearing |
| chargeback_lost, undoing releases first | hold, platform_loss for the rest | dispute_clearing |
| dispute_fee, dispute_fee_returned | dispute_fee_expense | stripe_balance, and back |
| withdrawal, withdrawal_returned | platform_bank | stripe_balance, and back |
| deposit | stripe_balance | platform_equity |
| suspense_in, suspense_out | stripe_balance | suspense, and back |
| stripe_cost, stripe_cost_returned | stripe_fee_expense | stripe_balance, and back |
| manual | as two people agreed | |

P price, s seller's fee, b buyer's fee. Each key makes its posting happen once. Amounts are minor units. No other
package posts.
"""

from payments.postings.buyers import (
    capture,
    paid_by_bank,
    promotion,
    promotion_returned,
    refund_bounced,
    refund_done,
    refund_failed,
    refund_intent,
    refund_unpaid,
    stripe_fee,
)
from payments.postings.chargebacks import (
    chargeback_lost,
    chargeback_reinstated,
    chargeback_withdrawn,
    dispute_fee,
)
from payments.postings.platform import deposit, manual, stripe_cost, suspense, withdrawal, withdrawal_returned
from payments.postings.sellers import (
    clear,
    debt_recovered,
    debt_written_off,
    release,
    release_owed,
    release_undone,
    transfer_done,
    transfer_failed,
    transfer_intent,
    transfer_reversed,
)

__all__ = [
    "capture",
    "chargeback_lost",
    "chargeback_reinstated",
    "chargeback_withdrawn",
    "clear",
    "debt_recovered",
    "debt_written_off",
    "deposit",
    "dispute_fee",
    "manual",
    "paid_by_bank",
    "promotion",
    "promotion_returned",
    "refund_bounced",
    "refund_done",
    "refund_failed",
    "refund_intent",
    "refund_unpaid",
    "release",
    "release_owed",
    "release_undone",
    "stripe_cost",
    "stripe_fee",
    "suspense",
    "transfer_done",
    "transfer_failed",
    "transfer_intent",
    "transfer_reversed",
    "withdrawal",
    "withdrawal_returned",
]
