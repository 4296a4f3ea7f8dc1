"""Whether a seller can be paid, and what the provider still asks of them, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from payments.contracts import PayoutGate, PayoutStatus
from payments.models import ConnectedAccount


def payout_status(user_id: int) -> PayoutStatus:
    """One query; as of the last time that the provider was asked."""
    account = ConnectedAccount.objects.filter(user_id=user_id).exclude(stripe_id="").first()
    if account is None:
        return PayoutStatus(PayoutGate.NONE)
    words = dict.fromkeys(in_words(name) for name in account.requirements)
    return PayoutStatus(PayoutGate(account.gate), tuple(words), account.gate_since)


def in_words(requirement: str) -> str:
    """ "identity.individual.given_name" as a seller would say it; parts of one thing get one sentence."""
    for part, words in _words():
        if part in requirement:
            return words
    return _("More about you or your work")


def _words() -> tuple[tuple[str, str], ...]:
    # The first match counts, so the narrower names stand first.
    return (
        ("terms_of_service", _("Your agreement to the provider's terms")),
        ("tos_acceptance", _("Your agreement to the provider's terms")),
        ("default_outbound_destination", _("Your bank account")),
        ("external_account", _("Your bank account")),
        ("bank_account", _("Your bank account")),
        ("documents", _("A photo of an identity document")),
        ("verification", _("A photo of an identity document")),
        ("date_of_birth", _("Your date of birth")),
        ("dob", _("Your date of birth")),
        ("address", _("Your address")),
        ("id_number", _("Your national identity or tax number")),
        ("name", _("Your legal name")),
        ("email", _("Your e-mail address")),
        ("phone", _("Your telephone number")),
        ("profile", _("What you sell, in a sentence")),
        ("product_description", _("What you sell, in a sentence")),
        ("url", _("A page where your work can be seen")),
    )
