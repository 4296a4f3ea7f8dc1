"""Sellers' accounts at the provider."""

from payments.services.onboarding import operations  # noqa: F401 - registers its handlers
from payments.services.onboarding.accounts import came_back, onboarding_url, provider_url, refresh_gate, replace_account
from payments.services.onboarding.recording import record_account

__all__ = ["came_back", "onboarding_url", "provider_url", "record_account", "refresh_gate", "replace_account"]
