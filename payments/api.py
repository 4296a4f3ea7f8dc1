"""The door to money. Other apps import this module and ``payments.contracts``, nothing else.

Functions that say "outside any transaction" speak to Stripe; the others write rows in the caller's
transaction and never leave the database. Every writing function is idempotent by the key in its request.
"""

from payments.currencies import LIMITS, Limits, check_charge, limits
from payments.documents.library import latest_of_buyer as latest_papers
from payments.errors import (
    AlreadyTransferred,
    AmountOutOfRange,
    ChargebackOpen,
    CurrencyNotSettled,
    ExceedsDebt,
    ExceedsHold,
    KeyReused,
    NotCaptured,
    NotDisputed,
    NothingToReplace,
    NotOwed,
    NotPayable,
    PaymentDoubted,
    ProviderAway,
    ProviderRefused,
    TooManyFailures,
)
from payments.hours.services import note_typical
from payments.margins import Rates
from payments.models.planning import Rhythm
from payments.outlook.goals import save_goals
from payments.owners import register as register_owner
from payments.pockets.services import PocketDraft, add_pocket
from payments.selectors.claims import bank_claims
from payments.selectors.earnings import earnings
from payments.selectors.freezes import is_claimed, is_doubted, is_movable
from payments.selectors.gate import payout_status
from payments.selectors.margins import MarginView, margin_view
from payments.selectors.positions import charges_of, position, positions
from payments.selectors.received import received
from payments.selectors.spending import received_from, spending
from payments.services.charges import checkout_url, promote, request_charge, sync_charge
from payments.services.claims import ask_bank, owed_to, try_card_again
from payments.services.debts import write_off
from payments.services.evidence import note as tell_bank
from payments.services.expiry import request_expiry
from payments.services.margins import save_rates as save_margin_rates
from payments.services.onboarding import came_back, onboarding_url, provider_url, refresh_gate, replace_account
from payments.services.payouts import pay_now, save_plan
from payments.services.platform import record_deposit
from payments.services.provider import ProviderAnswer, WebhookState, register_webhook, try_provider, webhook_states
from payments.services.refunds import refund, reissue, settle_by_bank
from payments.services.releases import clear, clear_charge, release, undo_releases
from payments.services.warnings import clear_warning

__all__ = [
    "LIMITS",
    "AlreadyTransferred",
    "AmountOutOfRange",
    "ChargebackOpen",
    "CurrencyNotSettled",
    "ExceedsDebt",
    "ExceedsHold",
    "KeyReused",
    "Limits",
    "MarginView",
    "NotCaptured",
    "NotDisputed",
    "NotOwed",
    "NotPayable",
    "NothingToReplace",
    "PaymentDoubted",
    "ProviderAnswer",
    "ProviderAway",
    "ProviderRefused",
    "PocketDraft",
    "Rates",
    "Rhythm",
    "TooManyFailures",
    "add_pocket",
    "WebhookState",
    "ask_bank",
    "bank_claims",
    "came_back",
    "charges_of",
    "check_charge",
    "checkout_url",
    "clear",
    "clear_charge",
    "clear_warning",
    "earnings",
    "is_claimed",
    "is_doubted",
    "is_movable",
    "latest_papers",
    "limits",
    "margin_view",
    "note_typical",
    "onboarding_url",
    "owed_to",
    "pay_now",
    "payout_status",
    "position",
    "positions",
    "promote",
    "provider_url",
    "received",
    "received_from",
    "record_deposit",
    "refresh_gate",
    "refund",
    "register_owner",
    "register_webhook",
    "reissue",
    "release",
    "replace_account",
    "request_charge",
    "request_expiry",
    "save_goals",
    "save_margin_rates",
    "save_plan",
    "settle_by_bank",
    "spending",
    "sync_charge",
    "tell_bank",
    "try_card_again",
    "try_provider",
    "undo_releases",
    "webhook_states",
    "write_off",
]
