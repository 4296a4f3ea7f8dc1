"""Reading for staff. Nothing here changes an order: that happens by the table, in services."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from orders.models import CannedReason, Dispute, Order, OrderEvent, Outage, Proposal, Timer
from orders.web import rule_admin

__all__ = ["rule_admin"]  # registers itself


class ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]  # generic over the model at check time only
    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class Rows(admin.TabularInline):  # type: ignore[type-arg]
    extra, can_delete = 0, False

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class EventRows(Rows):
    model = OrderEvent


class TimerRows(Rows):
    model = Timer


class ProposalRows(Rows):
    model = Proposal


@admin.register(Order)
class OrderAdmin(ReadOnly):
    list_display = ("code", "title", "state", "buyer", "seller", "placed_at", "due_at", "is_late")
    list_filter = ("state", "is_late", "source_kind")
    search_fields = ("code", "title")
    list_select_related = ("buyer", "seller")
    inlines = (EventRows, TimerRows, ProposalRows)


@admin.register(Dispute)
class DisputeAdmin(ReadOnly):
    list_display = ("order", "ground", "phase", "opened_at", "percent", "outcome")
    list_filter = ("phase", "outcome", "ground")
    list_select_related = ("order",)
    # Sealed until the case is closed, for staff as well.
    exclude = ("sealed_buyer_minor", "sealed_seller_minor")


@admin.register(Outage)
class OutageAdmin(ReadOnly):
    list_display = ("began_at", "ended_at", "gap", "extended_count")


@admin.register(CannedReason)
class CannedReasonAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("title", "position", "is_offered")
    list_editable = ("position", "is_offered")
    search_fields = ("title", "text")
