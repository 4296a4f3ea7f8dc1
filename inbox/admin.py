"""What people said and were told, to read only: staff look, they do not rewrite."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest

from inbox.models import Conversation, MailTrouble, Notification

# Django's own class takes no type argument when it runs.
if TYPE_CHECKING:

    class _ModelAdmin(admin.ModelAdmin[Any]): ...

else:
    _ModelAdmin = admin.ModelAdmin


class ReadOnlyAdmin(_ModelAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Conversation)
class ConversationAdmin(ReadOnlyAdmin):
    list_display = ("title", "reference", "last_at")
    search_fields = ("title", "reference")


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    list_display = ("title", "kind", "recipient", "created_at", "read_at")
    list_filter = ("kind",)
    search_fields = ("recipient__email", "title")


@admin.register(MailTrouble)
class MailTroubleAdmin(ReadOnlyAdmin):
    """Taking a row away lets mail go there again."""

    list_display = ("address", "reason", "stopped_at", "soft_bounces", "last_at")
    list_filter = ("reason",)
    search_fields = ("address",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser)
