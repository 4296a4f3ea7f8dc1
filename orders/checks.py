from typing import Any

from django.core.checks import CheckMessage, Error, register

from orders import terms


@register()
def order_rules_are_known(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A misspelt or mistyped rule is found at start, not when the first order freezes it."""
    try:
        terms.rules()
    except (TypeError, ValueError) as error:
        return [Error(str(error), id="orders.E001")]
    return []
