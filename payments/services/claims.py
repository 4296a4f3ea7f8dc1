"""Refunds that a buyer's bank sent back: the buyer says how they want the money instead."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from stdnum import iban as ibans
from stdnum.exceptions import ValidationError

from accounts import api as accounts
from inbox import api as inbox
from inbox.contracts import Notice
from marketplace.kernel import words
from marketplace.kernel.errors import InvalidInput, NotFound
from marketplace.kernel.money import Money
from payments import owners
from payments.contracts import OwedRefund
from payments.errors import NotOwed
from payments.events import RefundBounced
from payments.models import Refund, RefundClaim, RefundState
from payments.services.refunds import reissue

_PAGE = "/refunds/"
_SHOWN = 4  # letters of an account number at each end


def owed_to(user_id: int) -> list[OwedRefund]:
    """What waits for a buyer, newest first. Three queries."""
    bounced = Refund.objects.filter(charge__payer_id=user_id, state=RefundState.BOUNCED)
    rows = list(bounced.select_related("charge", "claim").order_by("-asked_at"))
    cards = owners.describe([row.charge.reference for row in rows])
    return [_view(row, cards[row.charge.reference].title, cards[row.charge.reference].url) for row in rows]


def _view(row: Refund, title: str, url: str) -> OwedRefund:
    claim = RefundClaim(iban="") if not hasattr(row, "claim") else row.claim
    amount = Money(row.amount_minor, row.charge.currency)
    return OwedRefund(row.id, title, url, amount, row.asked_at, _hidden(claim.iban))


def _hidden(iban: str) -> str:
    return f"{iban[:_SHOWN]} … {iban[-_SHOWN:]}" if iban else ""


def try_card_again(*, refund_id: uuid.UUID, user_id: int, at: datetime) -> None:
    """Sends it to the card once more. Raises NotFound, NotOwed, ChargebackOpen."""
    with transaction.atomic():
        _mine(refund_id, user_id)
        reissue(refund_id, at)
        RefundClaim.objects.filter(pk=refund_id).delete()


def ask_bank(*, refund_id: uuid.UUID, user_id: int, holder: str, iban: str, at: datetime) -> None:
    """Notes the account that it shall go to; asking again corrects it. Raises NotFound, NotOwed, InvalidInput."""
    errors = {}
    holder = " ".join(holder.split())
    if not 2 <= len(holder) <= 120:
        errors["holder"] = _("The name that the account is kept under.")
    try:
        number = ibans.validate(iban)
    except ValidationError:
        number = ""
        errors["iban"] = _("This is not an IBAN. It begins with two letters, and a digit may be mistyped.")
    if errors:
        raise InvalidInput(_("This cannot be sent yet."), code="claim", fields=errors)
    with transaction.atomic():
        if _mine(refund_id, user_id).state != RefundState.BOUNCED:
            raise NotOwed
        RefundClaim.objects.update_or_create(
            refund_id=refund_id, defaults={"holder": holder, "iban": number, "asked_at": at}
        )


def _mine(refund_id: uuid.UUID, user_id: int) -> Refund:
    """The permission: the payer's own refunds."""
    found = Refund.objects.filter(pk=refund_id, charge__payer_id=user_id).select_related("charge").first()
    if found is None:
        raise NotFound(_("There is no such refund."))
    return found


def tell_buyer(fact: RefundBounced) -> None:
    """One notice and one mail per bounce."""
    card = owners.describe([fact.reference])[fact.reference]
    with accounts.speaking_to(fact.payer_id):
        amount = words.amount(fact.amount)
        title = _("Your refund of %(amount)s did not arrive") % {"amount": amount}
    context: dict[str, object] = {"amount": amount, "thing": card.title}
    key = f"refund_bounced:{fact.refund_id}"
    inbox.notify(Notice(fact.payer_id, "refund_bounced", key, title, _PAGE, context), fact.at)
