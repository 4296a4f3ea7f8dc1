from payments.models.charges import Charge, Refund, RefundState, Release, ReleaseState
from payments.models.connect import ConnectedAccount, Payout, PayoutState
from payments.models.ledger import Account, Balance, Entry, LedgerTransfer
from payments.models.operations import OperationKind, OperationState, StripeOperation
from payments.models.webhooks import WebhookEvent

__all__ = [
    "Account",
    "Balance",
    "Charge",
    "ConnectedAccount",
    "Entry",
    "LedgerTransfer",
    "OperationKind",
    "OperationState",
    "Payout",
    "PayoutState",
    "Refund",
    "RefundState",
    "Release",
    "ReleaseState",
    "StripeOperation",
    "WebhookEvent",
]
