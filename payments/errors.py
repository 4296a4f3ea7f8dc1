"""Refusals of the money core. Every one leaves the ledger as it was."""

from __future__ import annotations

from django.utils.translation import gettext as _

from marketplace.kernel.errors import Conflict, DomainError, InvalidInput, NotFound
from payments.payability import Hindrance
from payments.reasons import words_of


class AmountOutOfRange(InvalidInput):
    """Nothing, negative, too small, too large, or a fraction that cannot be paid; ``message`` names the bounds."""

    def __init__(self, message: str) -> None:
        super().__init__(message, code="amount_out_of_range")


class CurrencyNotSettled(InvalidInput):
    """The site takes no payments in this currency (any more)."""

    def __init__(self, currency: str) -> None:
        super().__init__(
            _("Payments in %(currency)s are not taken here.") % {"currency": currency}, code="currency_not_settled"
        )


class NotCaptured(Conflict):
    """The buyer's payment is not in: nothing can be released or refunded."""

    def __init__(self) -> None:
        super().__init__(_("This payment has not been received."), code="not_captured")


class ExceedsHold(Conflict):
    """More than what is still held of the charge."""

    def __init__(self) -> None:
        super().__init__(_("That is more than what is left of this payment."), code="exceeds_hold")


class AlreadyTransferred(Conflict):
    """The seller's share has left, or is leaving, for their account: it cannot be undone here."""

    def __init__(self) -> None:
        super().__init__(_("The seller's share has already been sent."), code="already_transferred")


class ChargebackOpen(Conflict):
    """The buyer's bank has claimed the payment back: until that is decided nothing of it moves."""

    def __init__(self) -> None:
        super().__init__(
            _("The buyer's bank has claimed this payment back. Nothing of it can move until the bank has decided."),
            code="chargeback_open",
        )


class PaymentDoubted(Conflict):
    """The card's issuer has warned of fraud: nothing reaches a seller until staff have looked."""

    def __init__(self) -> None:
        super().__init__(
            _("The card's bank doubts this payment. It is held until we have looked at it, usually within a day."),
            code="payment_doubted",
        )


class NotDisputed(Conflict):
    """The bank does not ask any more: it has decided, or has the evidence."""

    def __init__(self) -> None:
        super().__init__(_("The bank does not take anything more in this case."), code="not_disputed")


class ExceedsDebt(Conflict):
    """More than what is left of a seller's debt."""

    def __init__(self) -> None:
        super().__init__(_("That is more than what is left of this debt."), code="exceeds_debt")


class NotOwed(Conflict):
    """Nothing is owed to the buyer for this refund, or it is on its way already."""

    def __init__(self) -> None:
        super().__init__(_("This money is not waiting any more."), code="not_owed")


class KeyReused(Conflict):
    """The same key with other contents: a bug of the caller, refused before anything is written."""

    def __init__(self, key: str) -> None:
        super().__init__(f"{key} was used for something else", code="key_reused")


class TooManyFailures(Conflict):
    """So many cards were refused for this person, or from this address, that somebody may be trying stolen ones."""

    def __init__(self) -> None:
        super().__init__(
            _("Too many payments from here were refused. Please try again tomorrow, or write to us."),
            code="too_many_failures",
        )


class NotPayable(Conflict):
    """There is a reason why no payout is made now, or several; the first one is said."""

    def __init__(self, reasons: tuple[Hindrance, ...]) -> None:
        super().__init__(words_of(reasons[0]).title, code=reasons[0].value)
        self.reasons = reasons


class NothingToReplace(Conflict):
    """The seller's account at the provider is in use: there is nothing to replace."""

    def __init__(self) -> None:
        super().__init__(_("You have no payout account that could be replaced."), code="nothing_to_replace")


class NotPosted(NotFound):
    """There is no posting with this key."""

    def __init__(self, key: str) -> None:
        super().__init__(_("There is no posting with the key %(key)s.") % {"key": key}, code="not_posted")


class NotReversible(Conflict):
    """A reversal is not reversed, and nothing is reversed twice: post what is right instead."""

    def __init__(self, key: str) -> None:
        super().__init__(
            _("%(key)s is a reversal, or has been reversed already.") % {"key": key}, code="not_reversible"
        )


class ProviderAway(DomainError):
    """Stripe did not answer, or not in time; nothing is lost, the same request may be made again."""

    def __init__(self) -> None:
        super().__init__(
            _("The payment provider does not answer just now. Nothing was charged; please try again in a minute."),
            code="provider_away",
        )


class ProviderRefused(DomainError):
    """Stripe refused for good."""

    def __init__(self) -> None:
        super().__init__(
            _("The payment provider refused this. We have been told and are looking at it."), code="provider_refused"
        )


class SamePerson(Conflict):
    """A deed that needs a second person, confirmed by the first."""

    def __init__(self) -> None:
        super().__init__(_("You asked for this yourself. Somebody else has to confirm it."), code="same_person")


class DeedEnded(Conflict):
    """Confirmed, declined, withdrawn or expired already."""

    def __init__(self) -> None:
        super().__init__(_("This has been settled already."), code="deed_ended")


class DeedChanged(Conflict):
    """What would be posted is not what was shown."""

    def __init__(self) -> None:
        super().__init__(
            _("Something has moved meanwhile, so the postings would be others. Look at them again."),
            code="deed_changed",
        )


class NotThePlatforms(Conflict):
    """More than what is the platform's own: the rest belongs to buyers and sellers."""

    def __init__(self) -> None:
        super().__init__(
            _("That is more than what is the platform's own. The rest belongs to buyers and sellers."),
            code="not_the_platforms",
        )


class NothingToMend(Conflict):
    """The operation is not in a state in which a new try is safe or of use."""

    def __init__(self, message: str) -> None:
        super().__init__(message, code="nothing_to_mend")
