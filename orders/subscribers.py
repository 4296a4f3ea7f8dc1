"""What payments found out, for the orders it concerns; and who may read an order's talk."""

from django.utils.translation import gettext_lazy as _

from accounts import api as accounts
from inbox import api as inbox
from marketplace.kernel.events import subscribe
from orders import selectors
from orders.owner import Orders, order_of
from orders.services import chargebacks, payment
from payments import api as payments
from payments.contracts import ChargebackLost, ChargebackOpened, ChargebackWon, ChargeCaptured, ChargeExpired


@subscribe(ChargeCaptured)
def charge_captured(fact: ChargeCaptured) -> None:
    order_id = order_of(fact.reference)
    if order_id and fact.purpose == "order":
        payment.record_capture(fact, order_id)


@subscribe(ChargeExpired)
def charge_expired(fact: ChargeExpired) -> None:
    order_id = order_of(fact.reference)
    if order_id and fact.purpose == "order":
        payment.record_expiry(fact, order_id)


@subscribe(ChargebackOpened)
def chargeback_opened(fact: ChargebackOpened) -> None:
    order_id = order_of(fact.reference)
    if order_id and fact.purpose == "order":
        chargebacks.record_opened(fact, order_id)


@subscribe(ChargebackWon)
def chargeback_won(fact: ChargebackWon) -> None:
    order_id = order_of(fact.reference)
    if order_id and fact.purpose == "order":
        chargebacks.record_won(fact, order_id)


@subscribe(ChargebackLost)
def chargeback_lost(fact: ChargebackLost) -> None:
    order_id = order_of(fact.reference)
    if order_id and fact.purpose == "order":
        chargebacks.record_lost(fact, order_id)


def _staff_read_disputed(reference: str, user_id: int) -> bool:
    order_id = order_of(reference)
    return order_id is not None and user_id in accounts.moderators() and selectors.was_disputed(order_id)


inbox.allow_readers("order:", _staff_read_disputed)
payments.register_owner("order", Orders())

# Steps of an order are part of the contract; reminders and praise may be refused.
for _kind, _label, _may_refuse in (
    ("order_new", _("Somebody orders from me"), False),
    ("order_receipt", _("I paid for an order"), False),
    ("order_payment_returned", _("A payment goes back to me"), False),
    ("order_requirements", _("A seller still needs my answers"), True),
    ("order_started", _("The clock of an order starts"), True),
    ("order_deadline", _("A deadline of mine comes near"), True),
    ("order_late", _("An order is late"), True),
    ("order_very_late", _("An order is very late"), False),
    ("order_delivered", _("A seller delivered"), False),
    ("order_check", _("My time to check ends soon"), True),
    ("order_extended", _("A buyer takes more time to check"), True),
    ("order_revision", _("A buyer asks for changes"), False),
    ("order_accepted", _("An order is accepted"), True),
    ("order_cancelled", _("An order is cancelled"), False),
    ("order_dispute_opened", _("A dispute is opened"), False),
    ("order_dispute_answered", _("A dispute is answered"), False),
    ("order_dispute_withdrawn", _("A dispute is withdrawn"), False),
    ("order_dispute_decided", _("A dispute is decided"), False),
    ("order_dispute_ended", _("A decision is carried out"), False),
    ("order_charged_back", _("A buyer's bank claims a payment back"), False),
    ("order_chargeback_won", _("A bank's claim ends well"), False),
    ("order_chargeback_lost", _("A bank's claim ends badly"), False),
    ("order_cleared", _("My money is on its way"), True),
    ("order_review", _("Somebody reviews me"), True),
):
    inbox.register_kind(_kind, _label, may_refuse=_may_refuse)
