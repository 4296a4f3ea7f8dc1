"""Stripe's test cards (https://docs.stripe.com/testing), as far as the sandbox plays them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Card:
    number: str
    meaning: str
    brand: str = "visa"
    code: str = ""
    decline_code: str = ""
    message: str = ""
    available_at_once: bool = False
    dispute: str = ""
    refund: str = ""
    fraud_warning: bool = False

    @property
    def declined(self) -> bool:
        return bool(self.code)

    @property
    def last4(self) -> str:
        return self.number[-4:]


def _declined(number: str, code: str, decline_code: str, message: str) -> Card:
    meaning = f"declined: {decline_code or code}"
    return Card(number=number, meaning=meaning, code=code, decline_code=decline_code, message=message)


_DECLINED = "Your card was declined."
CARDS = {
    card.number: card
    for card in (
        Card(number="4242424242424242", meaning="succeeds"),
        Card(number="5555555555554444", meaning="succeeds (Mastercard)", brand="mastercard"),
        Card(number="4000056655665556", meaning="succeeds (Visa debit)"),
        Card(number="378282246310005", meaning="succeeds (American Express)", brand="amex"),
        Card(number="4000003720000278", meaning="succeeds, funds available at once (abroad)", available_at_once=True),
        Card(number="4000000000000077", meaning="succeeds, funds available at once", available_at_once=True),
        Card(number="4000000000000259", meaning="succeeds, then a dispute is opened", dispute="fraudulent"),
        Card(number="4000000000002685", meaning="succeeds, disputed as not received", dispute="product_not_received"),
        Card(number="4000000404000079", meaning="succeeds, then two disputes are opened", dispute="twice"),
        Card(number="4000000000005423", meaning="succeeds, then an early fraud warning comes", fraud_warning=True),
        Card(number="4000000000001976", meaning="succeeds, then an inquiry is opened", dispute="inquiry"),
        Card(number="4000000000005126", meaning="succeeds; a refund fails afterwards", refund="fails"),
        Card(number="4000000000007726", meaning="succeeds; a refund stays pending for a while", refund="waits"),
        _declined("4000000000000002", "card_declined", "generic_decline", _DECLINED),
        _declined("4000000000009995", "card_declined", "insufficient_funds", "Your card has insufficient funds."),
        _declined("4000000000009987", "card_declined", "lost_card", _DECLINED),
        _declined("4000000000009979", "card_declined", "stolen_card", _DECLINED),
        _declined("4000000000006975", "card_declined", "card_velocity_exceeded", _DECLINED),
        _declined("4100000000000019", "card_declined", "fraudulent", _DECLINED),
        _declined("4000000000000069", "expired_card", "", "Your card has expired."),
        _declined("4000000000000127", "incorrect_cvc", "", "Your card's security code is incorrect."),
        _declined(
            "4000000000000119", "processing_error", "", "An error occurred while processing your card. Try again later."
        ),
    )
}


def find(number: str) -> Card | None:
    return CARDS.get("".join(number.split()).replace("-", ""))
