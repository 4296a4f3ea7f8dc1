"""The door to people. Other apps import this, ``accounts.contracts`` and nothing else of accounts."""

from accounts.browsers import browser_of
from accounts.countries import can_be_paid_in, payout_countries
from accounts.countries import name_of as country_name
from accounts.countries import names as country_names
from accounts.leaving.registry import register_chapter, register_reasons_to_stay
from accounts.leaving.staying import alone_with, held
from accounts.panels import register_profile_panel
from accounts.presence import online_ids
from accounts.progress import close_checklist, seller_progress
from accounts.sections import register_settings_section
from accounts.sections import tabs as settings_tabs
from accounts.selectors import (
    account,
    country_of,
    email_of,
    has_operator,
    hours_of,
    id_of,
    is_active,
    is_moderator,
    is_seller,
    is_treasurer,
    moderators,
    people,
    person,
    reader_zone,
    readers,
    seller_facts,
    speaking_to,
    suspended,
    suspension_counts,
    treasurers,
)
from accounts.services.people import become_seller, create_operator, keep_viewed, register_person, switch_hat
from accounts.services.portraits import set_portrait
from accounts.services.profiles import SellerWords, save_profile, save_seller_words, save_time
from accounts.services.suspensions import reinstate, suspend
from accounts.services.tokens import create_token
from accounts.sessions import session_lives
from accounts.skills import register_skills
from accounts.unread import register_unread_counter

__all__ = [
    "SellerWords",
    "account",
    "alone_with",
    "become_seller",
    "browser_of",
    "can_be_paid_in",
    "close_checklist",
    "country_name",
    "country_names",
    "country_of",
    "create_operator",
    "create_token",
    "email_of",
    "has_operator",
    "held",
    "hours_of",
    "id_of",
    "is_active",
    "is_moderator",
    "is_seller",
    "is_treasurer",
    "keep_viewed",
    "moderators",
    "online_ids",
    "payout_countries",
    "people",
    "readers",
    "person",
    "reader_zone",
    "register_chapter",
    "register_person",
    "register_profile_panel",
    "register_reasons_to_stay",
    "register_settings_section",
    "register_skills",
    "register_unread_counter",
    "reinstate",
    "save_profile",
    "save_seller_words",
    "save_time",
    "seller_facts",
    "session_lives",
    "seller_progress",
    "set_portrait",
    "speaking_to",
    "settings_tabs",
    "suspend",
    "suspended",
    "suspension_counts",
    "switch_hat",
    "treasurers",
]
