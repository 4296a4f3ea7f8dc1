"""Errors that a person can be told. Anything else that is raised is a bug."""

from __future__ import annotations


class DomainError(Exception):
    """Something a person asked for is refused; ``message`` tells them why, ``code`` tells programs.

    ``fields`` maps field names to messages where the cause sits at a field.
    """

    def __init__(self, message: str, *, code: str = "refused", fields: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.message, self.code, self.fields = message, code, fields or {}


class NotAllowed(DomainError):
    """The person may not see or do this."""


class NotFound(DomainError):
    """There is no such thing, or not for this person."""


class InvalidInput(DomainError):
    """What was sent does not hold together; ``fields`` says where."""


class Conflict(DomainError):
    """True when it was sent, no longer now: someone else was first, or it was done already."""
