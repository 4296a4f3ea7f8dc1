"""What payments found out, for the orders it concerns; and who may read an order's talk."""

from django.utils.translation import gettext_lazy as _

from accounts import api as accounts
from accounts.contracts import PersonLeft, PersonReinstated, PersonSuspended
from inbox import api as inbox
from inbox.contracts import NoticeGroup
from marketplace.kernel.events import subscribe
from orders import leaving, selectors, site_rules, terms
from orders.clients import notes
from orders.contracts import OrderFact
from orders.models import Purpose
from orders.owner import Orders, order_of
from orders.services import captures, chargebacks, doubts, holds, overdue, payment, reputation
from orders.web.record import profile_record, profile_standing
from payments import api as payments
from payments.events import (
    ChargebackLost,
    ChargebackOpened,
    ChargebackWon,
    ChargeCaptured,
    ChargeExpired,
    MoneyOverdue,
    PaymentWarned,
    WarningCleared,
)


@subscribe(ChargeCaptured)
def charge_captured(fact: ChargeCaptured) -> None:
    order_id = order_of(fact.reference)
    if order_id:
        captures.record_capture(fact, order_id)


@subscribe(ChargeExpired)
def charge_expired(fact: ChargeExpired) -> None:
    order_id = order_of(fact.reference)
    if order_id:
        payment.record_expiry(fact, order_id)


@subscribe(ChargebackOpened)
def chargeback_opened(fact: ChargebackOpened) -> None:
    order_id = order_of(fact.reference)
    if order_id and fact.purpose != Purpose.TIP:
        chargebacks.record_opened(fact, order_id)


@subscribe(ChargebackWon)
def chargeback_won(fact: ChargebackWon) -> None:
    order_id = order_of(fact.reference)
    if order_id and fact.purpose != Purpose.TIP:
        chargebacks.record_won(fact, order_id)


@subscribe(ChargebackLost)
def chargeback_lost(fact: ChargebackLost) -> None:
    order_id = order_of(fact.reference)
    if order_id and fact.purpose != Purpose.TIP:
        chargebacks.record_lost(fact, order_id)


@subscribe(OrderFact)
def order_changed(fact: OrderFact) -> None:
    reputation.note(fact)


@subscribe(PaymentWarned)
def payment_warned(fact: PaymentWarned) -> None:
    order_id = order_of(fact.reference)
    if order_id:
        doubts.record_warned(fact, order_id)


@subscribe(WarningCleared)
def warning_cleared(fact: WarningCleared) -> None:
    order_id = order_of(fact.reference)
    if order_id:
        doubts.record_cleared(fact, order_id)


@subscribe(MoneyOverdue)
def money_overdue(fact: MoneyOverdue) -> None:
    order_id = order_of(fact.reference)
    if order_id:
        overdue.record_overdue(fact, order_id)


subscribe(PersonSuspended)(holds.record_suspended)
subscribe(PersonReinstated)(holds.record_reinstated)


def _staff_read_disputed(reference: str, user_id: int) -> bool:
    order_id = order_of(reference)
    return order_id is not None and user_id in accounts.moderators() and selectors.was_disputed(order_id)


inbox.allow_readers("order:", _staff_read_disputed)
payments.register_owner("order", Orders())
terms.use(site_rules.current)
accounts.register_profile_panel(profile_standing, position=3)
accounts.register_profile_panel(profile_record, position=20)
accounts.register_settings_section(_("Calendar"), "orders:calendar", position=25)

_ABOUT_MONEY = {
    *("order_receipt", "order_payment_returned", "order_extra_paid", "order_tip", "order_cleared", "order_overdue"),
    *("order_charged_back", "order_chargeback_won", "order_chargeback_lost", "order_doubted", "order_doubt_cleared"),
}
# May be refused, but cannot wait for somebody to wake up.
_HAS_A_CLOCK = {"order_requirements", "order_deadline", "order_late", "order_check"}


def _group(kind: str) -> NoticeGroup:
    if kind in _ABOUT_MONEY:
        return NoticeGroup.MONEY
    return NoticeGroup.DISPUTES if kind.startswith("order_dispute") else NoticeGroup.ORDERS


# Steps of an order are part of the contract; reminders and praise may be refused.
for _kind, _label, _may_refuse in (
    ("order_request", _("Somebody asks whether I do something"), False),
    ("order_agreed", _("A seller says yes to my request"), False),
    ("order_declined", _("A seller says no to my request"), False),
    ("order_request_lapsed", _("A request was not answered in time"), True),
    ("order_request_withdrawn", _("A buyer takes a request back"), True),
    ("order_new", _("Somebody orders from me"), False),
    ("order_receipt", _("I paid for an order"), False),
    ("order_payment_returned", _("A payment goes back to me"), False),
    ("order_requirements", _("A seller still needs my answers"), True),
    ("order_started", _("The clock of an order starts"), True),
    ("order_deadline", _("A deadline of mine comes near"), True),
    ("order_late", _("An order is late"), True),
    ("order_very_late", _("An order is very late"), False),
    ("order_paused", _("A seller stops the clock to ask me something"), False),
    ("order_resumed", _("The clock of an order runs again"), True),
    ("order_proposed", _("The other side proposes something"), False),
    ("order_proposal_failed", _("A proposal of mine came to nothing"), False),
    ("order_extension", _("More time is agreed"), True),
    ("order_extra_paid", _("An extra is paid"), False),
    ("order_part_refunded", _("An order ends with a part of the price back"), False),
    ("order_delivered", _("A seller delivered"), False),
    ("order_check", _("My time to check ends soon"), True),
    ("order_extended", _("A buyer takes more time to check"), True),
    ("order_revision", _("A buyer asks for changes"), False),
    ("order_accepted", _("An order is accepted"), True),
    ("order_step_accepted", _("A step of an order is accepted"), False),
    ("order_step_paid", _("The next step of an order is paid"), False),
    ("order_stopped", _("An order ends with the steps done"), False),
    ("order_tip", _("A tip is paid"), True),
    ("order_cancelled", _("An order is cancelled"), False),
    ("order_dispute_opened", _("A dispute is opened"), False),
    ("order_dispute_answered", _("A dispute is answered"), False),
    ("order_dispute_reminder", _("My side of a dispute is still missing"), False),
    ("order_dispute_offer", _("The other side makes a final offer"), False),
    ("order_dispute_settled", _("A dispute is settled"), False),
    ("order_dispute_question", _("A moderator asks me something"), False),
    ("order_dispute_appealed", _("A decision is appealed"), False),
    ("order_dispute_withdrawn", _("A dispute is withdrawn"), False),
    ("order_dispute_decided", _("A dispute is decided"), False),
    ("order_dispute_ended", _("A decision is carried out"), False),
    ("order_charged_back", _("A buyer's bank claims a payment back"), False),
    ("order_chargeback_won", _("A bank's claim ends well"), False),
    ("order_chargeback_lost", _("A bank's claim ends badly"), False),
    ("order_doubted", _("A payment to me is being checked"), False),
    ("order_doubt_cleared", _("A payment to me has been checked"), True),
    ("order_overdue", _("An order is divided after 85 days"), False),
    ("order_request_closed", _("A request is closed because the other side is out"), False),
    ("order_on_hold", _("An order is on hold"), False),
    ("order_off_hold", _("An order on hold goes on"), False),
    ("order_cleared", _("My money is on its way"), True),
    ("order_review", _("Somebody reviews me"), True),
    ("order_answer_change", _("A buyer asks to change an answer"), False),
    ("order_answer_taken", _("A seller takes a changed answer"), True),
    ("order_answer_refused", _("A seller keeps to the first answer"), False),
    ("order_review_reply", _("Somebody replies to my review"), True),
    ("order_review_removed", _("A review of mine, or of me, is removed"), False),
):
    inbox.register_kind(
        _kind, _label, may_refuse=_may_refuse, group=_group(_kind), can_wait=_may_refuse and _kind not in _HAS_A_CLOCK
    )

accounts.register_reasons_to_stay(leaving.still_open)
accounts.register_chapter("orders", leaving.orders_of)
accounts.register_chapter("reviews", leaving.reviews_of)
accounts.register_chapter("client-notes", notes.notes_of)


@subscribe(PersonLeft)
def person_left(fact: PersonLeft) -> None:
    leaving.let_go(fact.user_id)
    notes.let_go(fact.user_id)
