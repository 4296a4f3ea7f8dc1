"""Each kind of deed: what it takes, what it does in the ledger, and what follows when Stripe has answered."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, Protocol

from django.utils.translation import gettext as _

from accounts import api as accounts
from marketplace.kernel import words
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.models import as_uuid
from marketplace.kernel.money import Money, payout_step
from payments import owners, postings
from payments.contracts import RefundRequest
from payments.currencies import check_payable
from payments.errors import NotThePlatforms
from payments.ledger.kinds import Kind, Place
from payments.ledger.posting import Leg
from payments.models import Charge, DeedKind, FraudWarning, ManualDeed, Refund, SellerDebt
from payments.selectors.platform import platform_funds
from payments.services import goodwill, withdrawals
from payments.services.debts import write_off
from payments.services.platform import record_deposit
from payments.services.refunds import refund, settle_by_bank
from payments.services.rehearsal import Leg as Shown
from payments.services.rehearsal import Posting
from payments.services.warnings import clear_warning

# The others stand beside rows (charges, releases, refunds, debts) and move with these alone.
POSTABLE = (
    Kind.STRIPE_BALANCE,
    Kind.PLATFORM_BANK,
    Kind.PLATFORM_EQUITY,
    Kind.FEE_REVENUE,
    Kind.STRIPE_FEE_EXPENSE,
    Kind.DISPUTE_FEE_EXPENSE,
    Kind.PROMOTION_EXPENSE,
    Kind.PLATFORM_LOSS,
    Kind.SUSPENSE,
)


class Deed(Protocol):
    def check(self, deed: ManualDeed) -> None:
        """Fills in what follows from the subject. Raises DomainError where it cannot be done as asked."""

    def do(self, deed: ManualDeed, by_id: int, at: datetime) -> None:
        """Makes it true, in the caller's transaction; idempotent by the deed's id. Raises DomainError."""

    def later(self, deed: ManualDeed) -> list[Posting]:
        """What is posted when Stripe has answered."""


def _no_such(what: str) -> InvalidInput:
    return InvalidInput(what, fields={"subject": what})


def _found(model: Any, deed: ManualDeed, what: str) -> Any:
    pk = as_uuid(deed.subject)
    row = model.objects.filter(pk=pk).first() if pk else None
    if row is None:
        raise _no_such(what)
    return row


def _require_currency(deed: ManualDeed, currency: str) -> None:
    if deed.currency != currency:
        message = _("This is in %(currency)s.") % {"currency": currency}
        raise InvalidInput(message, fields={"amount": message})


class ByHand:
    def check(self, deed: ManualDeed) -> None:
        kinds = {leg[0] for leg in deed.legs}
        if not kinds <= set(POSTABLE):
            raise _no_such(_("Only accounts of the platform itself can be posted to by hand."))
        if len(deed.legs) < 2 or len(kinds) < 2 or sum(leg[3] for leg in deed.legs):
            message = _("Choose two different accounts: one gives what the other takes.")
            raise InvalidInput(message, fields={"credit": message})

    def do(self, deed: ManualDeed, by_id: int, at: datetime) -> None:
        legs = [Leg(Place(Kind(kind), owner, reference), minor) for kind, owner, reference, minor in deed.legs]
        postings.manual(f"deed:{deed.id}", deed.currency, legs, at)

    def later(self, deed: ManualDeed) -> list[Posting]:
        return []


class RefundByStaff:
    def check(self, deed: ManualDeed) -> None:
        charge = _found(Charge, deed, _("There is no such payment."))
        _require_currency(deed, charge.currency)
        deed.reference = charge.reference

    def do(self, deed: ManualDeed, by_id: int, at: datetime) -> None:
        owners.lock(deed.reference)
        refund(RefundRequest(f"deed:{deed.id}", uuid.UUID(deed.subject), deed.amount, deed.reason), at)

    def later(self, deed: ManualDeed) -> list[Posting]:
        return [_two("refund_done", Kind.REFUND_CLEARING, Kind.STRIPE_BALANCE, deed)]


class WriteOff:
    def check(self, deed: ManualDeed) -> None:
        debt = _found(SellerDebt, deed, _("There is no such debt."))
        _require_currency(deed, debt.currency)
        deed.reference = debt.release.charge.reference

    def do(self, deed: ManualDeed, by_id: int, at: datetime) -> None:
        write_off(uuid.UUID(deed.subject), deed.amount, at)

    def later(self, deed: ManualDeed) -> list[Posting]:
        return []


class PaidByBank:
    def check(self, deed: ManualDeed) -> None:
        bounced = _found(Refund, deed, _("There is no such refund."))
        _require_currency(deed, bounced.charge.currency)
        if deed.amount_minor != bounced.amount_minor:
            whole = words.amount(Money(bounced.amount_minor, deed.currency))
            message = _("A refund that came back is paid whole: %(amount)s.") % {"amount": whole}
            raise InvalidInput(message, fields={"amount": message})
        deed.reference = bounced.charge.reference

    def do(self, deed: ManualDeed, by_id: int, at: datetime) -> None:
        settle_by_bank(uuid.UUID(deed.subject), at)

    def later(self, deed: ManualDeed) -> list[Posting]:
        return []


class Withdrawal:
    def check(self, deed: ManualDeed) -> None:
        check_payable(deed.amount)
        step = Money(payout_step(deed.currency), deed.currency)
        if deed.amount_minor % step.amount_minor:
            message = _("Payouts go in steps of %(step)s.") % {"step": words.amount(step)}
            raise InvalidInput(message, fields={"amount": message})
        if deed.amount > platform_funds(deed.currency).withdrawable:
            raise NotThePlatforms
        deed.reference = f"deed:{deed.id}"

    def do(self, deed: ManualDeed, by_id: int, at: datetime) -> None:
        withdrawals.withdraw(deed, at)

    def later(self, deed: ManualDeed) -> list[Posting]:
        return [_two("withdrawal", Kind.PLATFORM_BANK, Kind.STRIPE_BALANCE, deed)]


class Deposit:
    def check(self, deed: ManualDeed) -> None:
        check_payable(deed.amount)
        deed.reference = f"deposit:deed:{deed.id}"

    def do(self, deed: ManualDeed, by_id: int, at: datetime) -> None:
        record_deposit(key=f"deed:{deed.id}", amount=deed.amount, at=at)

    def later(self, deed: ManualDeed) -> list[Posting]:
        return []


class Gift:
    def check(self, deed: ManualDeed) -> None:
        if not (deed.subject.isascii() and deed.subject.isdecimal() and accounts.is_seller(int(deed.subject))):
            raise _no_such(_("There is no such seller."))
        check_payable(deed.amount)
        deed.reference = f"{goodwill.PREFIX}:{deed.id}"

    def do(self, deed: ManualDeed, by_id: int, at: datetime) -> None:
        goodwill.give(key=deed.id, payee_id=int(deed.subject), amount=deed.amount, at=at)

    def later(self, deed: ManualDeed) -> list[Posting]:
        return []


class ClearWarning:
    def check(self, deed: ManualDeed) -> None:
        warning = _found(FraudWarning, deed, _("There is no such warning."))
        charge = warning.charge
        # The whole payment goes on: that is what the limit is compared with.
        deed.amount_minor, deed.currency, deed.reference = charge.captured_minor, charge.currency, charge.reference

    def do(self, deed: ManualDeed, by_id: int, at: datetime) -> None:
        clear_warning(uuid.UUID(deed.subject), by_id=by_id, note=deed.reason, at=at)

    def later(self, deed: ManualDeed) -> list[Posting]:
        return []


def _two(kind: str, debited: Kind, credited: Kind, deed: ManualDeed) -> Posting:
    return Posting(kind, (Shown(debited, 0, "", -deed.amount), Shown(credited, 0, "", deed.amount)))


_KINDS: dict[str, Deed] = {
    DeedKind.POSTING: ByHand(),
    DeedKind.REFUND: RefundByStaff(),
    DeedKind.WRITE_OFF: WriteOff(),
    DeedKind.PAID_BY_BANK: PaidByBank(),
    DeedKind.WITHDRAWAL: Withdrawal(),
    DeedKind.DEPOSIT: Deposit(),
    DeedKind.GOODWILL: Gift(),
    DeedKind.CLEAR_WARNING: ClearWarning(),
}


def kind_of(deed: ManualDeed) -> Deed:
    return _KINDS[deed.kind]
