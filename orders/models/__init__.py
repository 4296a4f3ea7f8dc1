from orders.models.calendar import CalendarLink
from orders.models.case import Appeal, CannedReason, CaseNote, CaseQuestion
from orders.models.client import ClientNote
from orders.models.dispute import Dispute, Evidence, Ground, Outcome, Phase
from orders.models.order import Fault, Order, OrderEvent
from orders.models.outage import Outage
from orders.models.payment import OrderPayment, PaymentState, Purpose
from orders.models.proposal import ENDINGS, Kind, Proposal, ProposalState
from orders.models.reputation import CategoryRecord, FinishedOrder, StaleRecord
from orders.models.review import Review, SellerRecord
from orders.models.rule import RuleChange, SiteRule
from orders.models.timer import Stopped, Timer
from orders.models.waiting import WaitingRelease
from orders.models.work import (
    Answer,
    AnswerChange,
    AnswerChangeFile,
    ChangeState,
    Delivery,
    DeliveryDraft,
    DeliveryFile,
)

__all__ = [
    "ENDINGS",
    "CalendarLink",
    "CategoryRecord",
    "FinishedOrder",
    "RuleChange",
    "SiteRule",
    "StaleRecord",
    "Answer",
    "AnswerChange",
    "AnswerChangeFile",
    "ChangeState",
    "Appeal",
    "CannedReason",
    "CaseNote",
    "CaseQuestion",
    "ClientNote",
    "Delivery",
    "DeliveryDraft",
    "DeliveryFile",
    "Dispute",
    "Evidence",
    "Fault",
    "Ground",
    "Kind",
    "Order",
    "OrderEvent",
    "OrderPayment",
    "Outage",
    "Outcome",
    "PaymentState",
    "Phase",
    "Proposal",
    "ProposalState",
    "Purpose",
    "Review",
    "SellerRecord",
    "Stopped",
    "Timer",
    "WaitingRelease",
]
