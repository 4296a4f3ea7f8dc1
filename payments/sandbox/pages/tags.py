"""Filters of the sandbox's templates."""

from __future__ import annotations

from datetime import UTC, datetime

from django import template

from payments.sandbox import currencies

register = template.Library()


@register.filter
def money(amount: int, currency: str) -> str:
    return currencies.text(amount, currency)


@register.filter
def moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
