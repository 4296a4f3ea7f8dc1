"""Refusals as JSON: ``{"code": …, "message": …, "fields": {…}}``, one shape for every error."""

from __future__ import annotations

from typing import Any

from rest_framework import status
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler as drf_exception_handler

from marketplace.kernel.errors import Conflict, DomainError, InvalidInput, NotAllowed, NotFound

_STATUS = (
    (NotFound, status.HTTP_404_NOT_FOUND),
    (NotAllowed, status.HTTP_403_FORBIDDEN),
    (InvalidInput, status.HTTP_400_BAD_REQUEST),
    (Conflict, status.HTTP_409_CONFLICT),
)


def _status_of(error: DomainError) -> int:
    return next((number for kind, number in _STATUS if isinstance(error, kind)), status.HTTP_409_CONFLICT)


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's setting EXCEPTION_HANDLER."""
    if isinstance(error, DomainError):
        code = _status_of(error)
        return Response({"code": error.code, "message": error.message, "fields": error.fields}, status=code)
    response = drf_exception_handler(error, context)
    if response is None:
        return None
    if isinstance(error, ValidationError):
        response.data = {"code": "invalid", "message": "Some values are not valid.", "fields": error.detail}
    elif isinstance(error, APIException):
        response.data = {"code": error.get_codes(), "message": str(error.detail), "fields": {}}
    else:
        response.data = {"code": "not_found", "message": "There is nothing here.", "fields": {}}
    return response
