"""An amount as a person types it, in the site's currency."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _

from marketplace.kernel import money


class AmountField(forms.CharField):
    """Minor units, or None where nothing was typed."""

    def to_python(self, value: Any) -> Any:
        text = str(value or "").replace("\x00", "").strip()
        if not text:
            return None
        try:
            return money.parse(text, settings.SETTLEMENT_CURRENCY).amount_minor
        except ValueError as error:
            raise forms.ValidationError(_("Write an amount, such as 20 or 12.50, without a currency sign.")) from error
