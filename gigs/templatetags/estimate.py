"""``{% estimate_form %}``: the form of the estimate for other pages; its answer is a page of its own."""

from __future__ import annotations

from typing import Any

from django import template

from gigs.insights.estimate_web import EstimateForm
from marketplace.kernel import currency_choice

register = template.Library()


@register.inclusion_tag("gigs/_estimate_form.html", takes_context=True)
def estimate_form(context: template.Context) -> dict[str, Any]:
    """One query."""
    return {"form": EstimateForm(currency=currency_choice.preferred(context["request"]))}
