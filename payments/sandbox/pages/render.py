"""A page with the headers that keep it to itself."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render as django_render

# form-action stays open: paying redirects to the shop, and browsers apply the rule to that redirect too.
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; base-uri 'none'; "
    "frame-ancestors 'none'"
)


def page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    response = django_render(request, f"sandbox/{template}", context, status=status)
    response["Content-Security-Policy"] = POLICY
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "same-origin"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def message(request: HttpRequest, title: str, text: str, *, status: int = 200, link: str = "") -> HttpResponse:
    return page(request, "message.html", {"title": title, "text": text, "link": link}, status=status)
