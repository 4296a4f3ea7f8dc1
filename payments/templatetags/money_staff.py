"""Tags of the staff's money pages (``{% load money_staff %}``)."""

from __future__ import annotations

import re
from typing import Any

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.kernel.money import Money
from payments.selectors import brakes
from payments.web.staff import words

register = template.Library()

_ID = re.compile(r"[A-Za-z]+_[A-Za-z0-9_]+", re.ASCII)

register.filter(words.account_words)
register.filter(words.movement_words)
register.filter(words.outflow_words)
register.filter(words.state_words)
register.filter(words.operation_words)
register.filter(words.state_tone)
register.filter(words.evidence_words)


@register.inclusion_tag("payments/staff/_frame.html", takes_context=True)
def money_frame(context: template.Context, current: str) -> dict[str, Any]:
    """The pages as tabs, and a warning as long as a brake is pulled. One query."""
    pages = [
        ("desk", _("Desk"), "money:desk"),
        ("ledger", _("Ledger"), "money:ledger"),
        ("operations", _("Stripe operations"), "money:operations"),
        ("payouts", _("Payouts"), "payments:staff_payouts"),
        ("webhooks", _("Webhooks"), "money:webhooks"),
        ("reconciliation", _("Reconciliation"), "money:reconciliation"),
        ("deeds", _("By hand"), "money:deeds"),
        ("brakes", _("Brakes"), "money:brakes"),
        ("margins", _("Margins"), "pages:margins"),
        ("documents", _("Documents"), "payments:staff_documents"),
    ]
    tabs = [{"label": label, "url": reverse(name), "is_current": key == current} for key, label, name in pages]
    return {"tabs": tabs, "brakes": brakes.pulled(), "is_brakes_page": current == "brakes"}


@register.filter
def debit(amount: Money) -> Money | None:
    """An entry's amount where it is a debit."""
    return -amount if amount.amount_minor < 0 else None


@register.filter
def credit(amount: Money) -> Money | None:
    return amount if amount.amount_minor > 0 else None


@register.filter
def standing(balance: Money, kind: str) -> Money:
    """A balance as the account's side has it: what it usually holds is positive."""
    return -balance if kind in words.DEBIT_SIDE else balance


@register.filter
def minor(amount_minor: int, currency: str) -> Money:
    """Columns of minor units as money: ``{{ charge.amount_minor|minor:charge.currency|money }}``."""
    return Money(amount_minor, currency)


@register.inclusion_tag("payments/staff/_stripe_id.html")
def stripe_id(identifier: str, account: str = "") -> dict[str, Any]:
    """An id of Stripe's with the way to see the object; what does not look like one stays text."""
    return {"identifier": identifier, "account": account, "is_id": bool(_ID.fullmatch(identifier or ""))}


@register.simple_tag
def stripe_dashboard(identifier: str, account: str = "") -> str:
    """Where the provider itself shows an object; the sandbox's own page in a demo."""
    if settings.STRIPE_API_BASE:
        return f"{settings.STRIPE_API_BASE}/dashboard/object/{identifier}"
    mode = "" if settings.STRIPE_SECRET_KEY.startswith(("sk_live_", "rk_live_")) else "test/"
    base = "https://dashboard.stripe.com/" + (f"{account}/" if account else "") + mode
    section = {"cs": "", "ch": "payments/", "py": "payments/", "pi": "payments/", "tr": "connect/transfers/"}
    section |= {"re": "refunds/", "po": "payouts/", "dp": "disputes/", "du": "disputes/", "evt": "events/"}
    section |= {"acct": "connect/accounts/"}
    return base + (section.get(identifier.partition("_")[0]) or "search?query=") + identifier


@register.filter
def deed_name(kind: str) -> str:
    return words.deed_words(kind)[0]


@register.filter
def lookup(found: dict[Any, Any] | None, key: Any) -> Any:
    """What a dictionary has for a key, or nothing."""
    return found.get(key, "") if found else ""
