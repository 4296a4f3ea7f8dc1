"""What the provider asks of a seller, by its own names in both shapes of its API, as a seller would say it."""

from __future__ import annotations

from django.utils.translation import gettext as _


def in_words(requirement: str) -> str:
    """ "identity.individual.given_name", "individual.first_name": "Your legal name". Parts of a thing are one thing."""
    for parts, words in _words():
        if any(part in requirement for part in parts):
            return words
    return _("More about you or your work")


def urgency(due: str) -> str:
    return {
        "past_due": _("Overdue"),
        "currently_due": _("Needed now"),
        "eventually_due": _("Needed later"),
    }.get(due, _("Needed now"))


def _words() -> tuple[tuple[tuple[str, ...], str], ...]:
    # The first match counts, so the narrower names stand first: v2's, then v1's.
    return (
        (("terms_of_service", "tos_acceptance"), _("Your agreement to the provider's terms")),
        (("bank_account_ownership",), _("A document that shows that the bank account is yours")),
        (("default_outbound_destination", "external_account", "bank_account"), _("Your bank account")),
        (("proof_of_address", "additional_document", "secondary_verification"), _("A document with your address")),
        (("proof_of_liveness",), _("A picture of your face, taken now")),
        (
            (
                "company.verification", "company_license", "company_memorandum", "proof_of_registration",
                "company_tax_id_ver", "company_registration_verification", "business_details.documents",
            ),
            _("A document about your company"),
        ),
        (("documents", "verification", "passport", "visa"), _("A photo of an identity document")),
        (("date_of_birth", "dob"), _("Your date of birth")),
        (("ultimate_beneficial", "owners", "ownership_"), _("Who owns the company")),
        (("directors", "directorship"), _("Who directs the company")),
        (("executives", "representative"), _("Who represents the company")),
        (("company.tax_id", "business_details.id_number", "registration_number", "vat_id"),
         _("Your company's registration or tax number")),
        (("company.name", "registered_name", "structure", "business_type", "entity_type", "registration_date"),
         _("Your company's registered name and form")),
        (("company.address", "business_details.address"), _("Your company's address")),
        (("company.phone", "business_details.phone"), _("Your company's telephone number")),
        (("address",), _("Your address")),
        (("id_number", "ssn_last_4", "tax_id"), _("Your national identity or tax number")),
        (("nationality", "nationalities"), _("Your nationality")),
        (("political_exposure",), _("Whether you hold a public office")),
        (("business_profile.name", "doing_business_as"), _("The name that you work under")),
        (("given_name", "surname", "first_name", "last_name", "full_name", "name"), _("Your legal name")),
        (("support_email", "email"), _("Your e-mail address")),
        (("support_phone", "phone"), _("Your telephone number")),
        (("mcc", "industry", "product_description"), _("What you sell, in a sentence")),
        (("url", "website"), _("A page where your work can be seen")),
        (("annual_revenue", "monthly_estimated", "worker_count"), _("About how much you earn with it")),
        (("business_profile", "profile"), _("What you sell, in a sentence")),
        (("country",), _("Your country")),
    )  # fmt: skip
