from __future__ import annotations

from rest_framework import serializers

from accounts.models import User


class MeSerializer(serializers.ModelSerializer[User]):
    """Whose token it is."""

    name = serializers.CharField(source="display_name")
    is_seller = serializers.BooleanField(read_only=True)
    portrait_url = serializers.CharField(read_only=True, help_text="Path of a WebP, 256 pixels square, or empty.")

    class Meta:
        model = User
        fields = (
            "id",
            "email",
            "name",
            "handle",
            "country",
            "city",
            "time_zone",
            "is_seller",
            "portrait_url",
            "joined_at",
        )
        read_only_fields = fields
