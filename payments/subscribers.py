"""What money tells people itself; everything about an order is told by orders."""

from django.utils.translation import gettext_lazy as _

from accounts import api as accounts
from accounts.contracts import PersonLeft
from inbox import api as inbox
from inbox.contracts import NoticeGroup
from marketplace.kernel.events import subscribe
from payments import leaving
from payments.events import RefundBounced
from payments.services import claims


@subscribe(RefundBounced)
def refund_bounced(fact: RefundBounced) -> None:
    claims.tell_buyer(fact)


@subscribe(PersonLeft)
def person_left(fact: PersonLeft) -> None:
    leaving.let_go(fact.user_id)


accounts.register_settings_section(_("Tax details"), "payments:tax_details", position=35)
accounts.register_settings_section(_("Refunds that wait for you"), "payments:owed", position=60)
inbox.register_kind("refund_bounced", _("A refund of mine does not arrive"), may_refuse=False, group=NoticeGroup.MONEY)
# What treasurers are told.
inbox.register_kind("money_desk", _("Something about money needs a person"), may_refuse=False, group=NoticeGroup.STAFF)
inbox.register_kind("money_deed", _("A deed by hand of mine is settled"), may_refuse=False, group=NoticeGroup.STAFF)

accounts.register_reasons_to_stay(leaving.still_open)
accounts.register_chapter("payments", leaving.payments_of)
accounts.register_chapter("earnings", leaving.earnings_of)
accounts.register_chapter("payouts", leaving.payouts_of)
accounts.register_chapter("documents", leaving.documents_of)
accounts.register_chapter("plans", leaving.plans_of)
accounts.register_chapter("tax-details", leaving.tax_details_of)
