from payments.models.ages import AgeNotice, AgeStep, PayoutReminder
from payments.models.brakes import Brake, Outflow
from payments.models.chargebacks import Chargeback, ChargebackState, FraudWarning
from payments.models.charges import Charge, Funding, Refund, RefundState, Release, ReleaseState
from payments.models.claims import RefundClaim
from payments.models.connect import ConnectedAccount, ConnectedBalance
from payments.models.desk import BrakeRecord, CheckName, CheckRun, MarginRates, Sighting
from payments.models.documents import Document, DocumentKind, Series, TaxProfile, VatScheme
from payments.models.ledger import Account, Balance, Entry, LedgerTransfer, Snapshot
from payments.models.manual import ALONE_BELOW_LIMIT, DeedKind, DeedState, ManualDeed
from payments.models.operations import OperationKind, OperationState, StripeOperation
from payments.models.payouts import Payout, PayoutCause, PayoutPlan, PayoutState, SteadyAmount
from payments.models.planning import (
    EarningGoal,
    Pocket,
    PocketShare,
    PocketTotal,
    Rhythm,
    RotationRest,
    TypicalTime,
    WorkTime,
)
from payments.models.reconciliation import (
    Difference,
    DifferenceKind,
    DifferenceState,
    MatchedPosting,
    ReconciliationRun,
    StatementLine,
)
from payments.models.reversals import ReversalState, SellerDebt, TransferReversal
from payments.models.webhooks import WebhookEvent

__all__ = [
    "ALONE_BELOW_LIMIT",
    "Account",
    "AgeNotice",
    "AgeStep",
    "Balance",
    "Brake",
    "BrakeRecord",
    "Charge",
    "Chargeback",
    "ChargebackState",
    "CheckName",
    "CheckRun",
    "ConnectedAccount",
    "ConnectedBalance",
    "DeedKind",
    "DeedState",
    "Difference",
    "DifferenceKind",
    "DifferenceState",
    "Document",
    "DocumentKind",
    "EarningGoal",
    "Entry",
    "FraudWarning",
    "Funding",
    "LedgerTransfer",
    "ManualDeed",
    "MarginRates",
    "MatchedPosting",
    "OperationKind",
    "OperationState",
    "Outflow",
    "Payout",
    "PayoutCause",
    "PayoutPlan",
    "PayoutReminder",
    "PayoutState",
    "Pocket",
    "PocketShare",
    "PocketTotal",
    "ReconciliationRun",
    "Refund",
    "RefundClaim",
    "RefundState",
    "Release",
    "ReleaseState",
    "ReversalState",
    "Rhythm",
    "RotationRest",
    "SellerDebt",
    "Series",
    "Snapshot",
    "Sighting",
    "StatementLine",
    "SteadyAmount",
    "StripeOperation",
    "TaxProfile",
    "TransferReversal",
    "TypicalTime",
    "VatScheme",
    "WebhookEvent",
    "WorkTime",
]
