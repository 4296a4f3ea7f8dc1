"""What can go wrong between us and Stripe, sorted by what is to be done (not by what it is called there)."""

from __future__ import annotations

import stripe

_CONFLICT, _RATE_LIMITED, _NOT_FOUND, _SERVER = 409, 429, 404, 500


class GatewayError(Exception):
    """Base; ``code`` is Stripe's own or ours."""

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.code = code or type(self).__name__


class NoAnswer(GatewayError):
    """Outcome unknown: the same key again, later reconcile."""


class ServerFailed(GatewayError):
    """A 5xx, which v1 replays under its key for ever: reconcile, then a new attempt."""


class Busy(GatewayError):
    """409 or 429: the same key again, after a pause."""


class BalanceInsufficient(GatewayError):
    """Not enough in the platform's balance: later, with a new attempt."""


class Unauthorised(GatewayError):
    """The key, or the connected account, is not allowed: nothing else will work either."""


class KeyConflict(GatewayError):
    """Same key, other parameters: a bug here. Somebody has to look."""


class Refused(GatewayError):
    """A definite no."""


class Missing(Refused):
    """There is no such object."""


def translate(error: stripe.StripeError) -> GatewayError:
    message, code, status = str(error.user_message or error), _code(error), error.http_status or 0
    kind = _kind(error, code, status)
    return kind(message, "" if kind is ServerFailed else code)


def _code(error: stripe.StripeError) -> str:
    """The package leaves the code of a 403 in the body."""
    return str(error.code or getattr(error.error, "code", None) or "")


def _kind(error: stripe.StripeError, code: str, status: int) -> type[GatewayError]:
    if isinstance(error, stripe.APIConnectionError) or not status:
        return NoAnswer
    if status >= _SERVER:
        return ServerFailed
    if status in (_CONFLICT, _RATE_LIMITED) or isinstance(error, stripe.RateLimitError):
        return Busy
    if code == "account_invalid":
        # One connected account has left the platform; our own key is as good as before.
        return Missing
    if isinstance(error, stripe.AuthenticationError | stripe.PermissionError):
        return Unauthorised
    if isinstance(error, stripe.IdempotencyError):
        return KeyConflict
    if code in ("balance_insufficient", "insufficient_funds") or isinstance(error, stripe.InsufficientFundsError):
        return BalanceInsufficient
    return Missing if status == _NOT_FOUND or code == "resource_missing" else Refused
