from django.conf import settings
from django.db import models


class CalendarLink(models.Model):
    """Which of a person's private calendar links is the one that works; a new number ends the old link."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", primary_key=True)
    number = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"calendar of {self.user_id}"
