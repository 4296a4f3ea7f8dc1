from orders.models.dispute import Dispute, Evidence, Ground, Outcome, Phase
from orders.models.order import Fault, Order, OrderEvent, Timer
from orders.models.review import Review, SellerRecord
from orders.models.work import Answer, Delivery, DeliveryFile

__all__ = [
    "Answer",
    "Delivery",
    "DeliveryFile",
    "Dispute",
    "Evidence",
    "Fault",
    "Ground",
    "Order",
    "OrderEvent",
    "Outcome",
    "Phase",
    "Review",
    "SellerRecord",
    "Timer",
]
