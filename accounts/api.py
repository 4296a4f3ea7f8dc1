"""The door to people. Other apps import this, ``accounts.contracts`` and nothing else of accounts."""

from accounts.countries import can_be_paid_in, name_of, names, payout_countries
from accounts.panels import register_profile_panel
from accounts.selectors import (
    email_of,
    hours_of,
    is_moderator,
    is_seller,
    moderators,
    people,
    person,
    reader_zone,
    seller_facts,
)
from accounts.services.people import (
    become_seller,
    register_person,
    reinstate,
    suspend,
    switch_hat,
)
from accounts.unread import register_unread_counter

country_name = name_of
country_names = names

__all__ = [
    "become_seller",
    "can_be_paid_in",
    "country_name",
    "country_names",
    "email_of",
    "hours_of",
    "is_moderator",
    "is_seller",
    "moderators",
    "payout_countries",
    "people",
    "person",
    "reader_zone",
    "register_person",
    "register_profile_panel",
    "register_unread_counter",
    "reinstate",
    "seller_facts",
    "suspend",
    "switch_hat",
]
