"""Why a seller is not paid just now, and what they can do, in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from payments.payability import Hindrance

_OF_THE_ACCOUNT = frozenset({"payouts_not_allowed", "account_invalid", "resource_missing"})


@dataclass(frozen=True, slots=True)
class Words:
    title: str
    advice: str


def words_of(reason: Hindrance) -> Words:
    title, advice = _hindrances()[reason]
    return Words(title, advice)


def _hindrances() -> dict[Hindrance, tuple[str, str]]:
    return {
        Hindrance.NO_ACCOUNT: (
            _("You have no payout account yet."),
            _("Set it up once; what you earn waits here until then."),
        ),
        Hindrance.CLOSED: (
            _("Your payout account was closed."),
            _("Make a new one. What has cleared here goes there; what lies in the old one is with the provider."),
        ),
        Hindrance.REQUIREMENTS: (
            _("The provider still needs something from you."),
            _("Give it what is listed under “Payout account”; then your money leaves by itself."),
        ),
        Hindrance.CAPABILITY_LOST: (
            _("The provider has stopped payments to your account."),
            _("Give it what is listed under “Payout account”; then your money leaves by itself."),
        ),
        Hindrance.BANK_REFUSED: (
            _("Your bank did not take the last payout."),
            _("Change the bank account at the provider. The money follows 24 hours after that."),
        ),
        Hindrance.BANK_CHANGED: (
            _("Your bank account was changed."),
            _("For your safety nothing is paid out for 24 hours after a change."),
        ),
        Hindrance.BRAKE: (
            _("We are holding all payouts for a moment."),
            _("Nothing is lost and there is nothing for you to do: they go on by themselves."),
        ),
        Hindrance.UNDER_WAY: (
            _("A payout is being made just now."),
            _("When the provider has confirmed it, the next one can follow."),
        ),
        Hindrance.NOTHING: (
            _("There is nothing to pay out."),
            _("Your share of an order arrives here when it has cleared."),
        ),
        Hindrance.PENDING: (
            _("The buyers' payments have not settled yet."),
            _("Banks take a few days for this. It is paid out when they have."),
        ),
        Hindrance.BELOW_MINIMUM: (
            _("It is less than the smallest payout."),
            _("It stays in your account and goes with the next that is large enough."),
        ),
        Hindrance.MANUAL: (_("You ask for each payout yourself."), _("Press “Pay out now” when you want it.")),
        Hindrance.NOT_DUE: (_("Its day has not come."), _("It goes by itself, or now, if you ask for it.")),
    }


def failure_words(code: str) -> Words:
    """What a bank said of a payout, by the provider's code."""
    if code in _OF_THE_ACCOUNT:
        return Words(
            _("The provider does not pay out of your account just now."),
            _("See what it needs from you, on your earnings page. The money is in your payout account."),
        )
    title = _failures().get(code)
    if title is None:
        return Words(
            _("Your payout came back."),
            _("The money is in your payout account again. We send it again with your next payout."),
        )
    return Words(
        title,
        _("Change the bank account at the provider. The money follows 24 hours after that; nothing is lost meanwhile."),
    )


def _failures() -> dict[str, str]:
    name = _("Your bank sent the payout back: the name does not fit the account.")
    number = _("Your bank sent the payout back: there is no account with this number.")
    blocked = _("Your bank sent the payout back: it takes no payments for this account.")
    return {
        "account_closed": _("Your bank sent the payout back: the account is closed."),
        "account_frozen": _("Your bank sent the payout back: the account is frozen."),
        "bank_account_restricted": blocked,
        "bank_account_unusable": blocked,
        "bank_ownership_changed": _("Your bank sent the payout back: the account belongs to somebody else now."),
        "debit_not_authorized": blocked,
        "declined": blocked,
        "expired": _("The provider sent the payout back: the card it went to has expired."),
        "incorrect_account_holder_address": _("Your bank sent the payout back: the address does not fit the account."),
        "incorrect_account_holder_name": name,
        "incorrect_account_holder_tax_id": _("Your bank sent the payout back: the tax number does not fit."),
        "incorrect_account_type": _("Your bank sent the payout back: it is another type of account."),
        "invalid_account_number": number,
        "invalid_account_number_length": number,
        "invalid_currency": _("Your bank sent the payout back: it does not take this currency."),
        "no_account": number,
        "unsupported_card": _("The provider sent the payout back: it cannot pay to this card."),
    }
