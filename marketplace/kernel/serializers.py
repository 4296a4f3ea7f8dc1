"""What every part of the API says in the same shape."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from marketplace.kernel.money import Money


class MoneySerializer(serializers.Serializer[Any]):
    amount_minor = serializers.IntegerField()
    currency = serializers.CharField(help_text="ISO 4217.")

    def to_representation(self, instance: Money) -> dict[str, Any]:
        return {"amount_minor": instance.amount_minor, "currency": instance.currency}
