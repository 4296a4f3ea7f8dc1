"""Who reads."""

from __future__ import annotations

from django.http import HttpRequest


def reader_of(request: HttpRequest) -> int:
    """The id of the person behind a request whose view demands a login (``login_required``)."""
    if request.user.pk is None:
        raise TypeError("this view needs login_required")
    return request.user.pk


def address_of(request: HttpRequest) -> str:
    """Where mail reaches them; no query."""
    if not request.user.is_authenticated:
        raise TypeError("this view needs login_required")
    return request.user.email
