"""A bank's reasons for taking a payment back, in a person's words; the provider's names of them say little."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

_UNNAMED = gettext_lazy("none is given")
_REASONS: dict[str, Promise] = {
    "credit_not_processed": gettext_lazy("a refund was promised and did not come"),
    "customer_initiated": gettext_lazy("the buyer asked for it"),
    "debit_not_authorized": gettext_lazy("the owner of the account did not agree to it"),
    "duplicate": gettext_lazy("the same was paid twice"),
    "fraudulent": gettext_lazy("the owner of the card says that they did not pay"),
    "incorrect_account_details": gettext_lazy("the account's number was wrong"),
    "insufficient_funds": gettext_lazy("the account did not cover it"),
    "product_not_received": gettext_lazy("the buyer says that nothing came"),
    "product_unacceptable": gettext_lazy("the buyer says that it is faulty, or not what was described"),
    "subscription_canceled": gettext_lazy("the buyer says that they had cancelled"),
    "unrecognized": gettext_lazy("the buyer does not recognise the payment"),
}


def reason(name: str) -> str:
    """ "The bank's reason: the buyer says that nothing came." """
    return _("The bank's reason: %(reason)s.") % {"reason": _REASONS.get(name, _UNNAMED)}
