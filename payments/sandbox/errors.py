"""Refusals in the shape of Stripe's error bodies."""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """One refusal: HTTP status, and the members of Stripe's ``error`` object that are known."""

    def __init__(self, status: int, kind: str, message: str, **details: Any) -> None:
        super().__init__(message)
        self.status = status
        self.body: dict[str, Any] = {
            "error": {"type": kind, "message": message} | {k: v for k, v in details.items() if v is not None}
        }

    @property
    def error(self) -> dict[str, Any]:
        found: dict[str, Any] = self.body["error"]
        return found


def invalid(message: str, *, code: str | None = None, param: str | None = None, status: int = 400) -> ApiError:
    return ApiError(status, "invalid_request_error", message, code=code, param=param)


def missing(param: str) -> ApiError:
    return invalid(f"Missing required param: {param}.", code="parameter_missing", param=param)


def no_such(kind: str, identifier: str, param: str = "id") -> ApiError:
    return invalid(f"No such {kind}: '{identifier}'", code="resource_missing", param=param, status=404)


def insufficient_balance(message: str) -> ApiError:
    return invalid(message, code="balance_insufficient")


def server_error() -> ApiError:
    return ApiError(500, "api_error", "An unknown error occurred. (The sandbox was told to fail.)")
