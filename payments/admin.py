"""The books, to be looked at: nothing here can be added, changed or deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from payments import models

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[Any]
    _TabularInline = admin.TabularInline[Any, Any]
else:
    _ModelAdmin, _TabularInline = admin.ModelAdmin, admin.TabularInline


class ReadOnly(_ModelAdmin):
    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class EntryInline(_TabularInline):
    model = models.Entry
    fields = ("account", "amount_minor", "currency")
    can_delete = False
    max_num = 0

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(models.LedgerTransfer)
class LedgerTransferAdmin(ReadOnly):
    list_display = ("id", "kind", "reference", "effective_at")
    list_filter = ("kind",)
    search_fields = ("reference", "op_key")
    inlines = (EntryInline,)


@admin.register(models.Account)
class AccountAdmin(ReadOnly):
    list_display = ("id", "kind", "owner_id", "reference", "currency")
    list_filter = ("kind", "currency")
    search_fields = ("reference", "owner_id")


@admin.register(models.Balance)
class BalanceAdmin(ReadOnly):
    list_display = ("account", "posted_minor", "version")
    list_select_related = ("account",)
    search_fields = ("account__reference",)


@admin.register(models.Charge)
class ChargeAdmin(ReadOnly):
    list_display = ("id", "reference", "purpose", "amount_minor", "currency", "state", "created_at")
    list_filter = ("state", "purpose")
    search_fields = ("reference", "session_id", "payment_intent_id", "stripe_charge_id")


@admin.register(models.Release)
class ReleaseAdmin(ReadOnly):
    list_display = ("id", "charge", "payee", "price_minor", "state", "released_at", "note")
    list_filter = ("state",)
    list_select_related = ("charge", "payee")
    search_fields = ("charge__reference", "stripe_transfer_id")


@admin.register(models.Refund)
class RefundAdmin(ReadOnly):
    list_display = ("id", "charge", "amount_minor", "state", "asked_at", "failure")
    list_filter = ("state",)
    list_select_related = ("charge",)
    search_fields = ("charge__reference", "stripe_refund_id")


@admin.register(models.ConnectedAccount)
class ConnectedAccountAdmin(ReadOnly):
    list_display = ("stripe_id", "user", "country", "gate", "gate_since")
    list_filter = ("gate", "country")
    list_select_related = ("user",)
    search_fields = ("stripe_id", "email")


@admin.register(models.Payout)
class PayoutAdmin(ReadOnly):
    list_display = ("id", "account", "amount_minor", "currency", "state", "asked_at", "failure")
    list_filter = ("state",)
    list_select_related = ("account",)
    search_fields = ("stripe_payout_id", "account__stripe_id")


@admin.register(models.StripeOperation)
class StripeOperationAdmin(ReadOnly):
    list_display = ("id", "kind", "reference", "state", "attempt", "tries", "due_at", "error_code")
    list_filter = ("state", "kind")
    search_fields = ("id", "subject", "reference", "stripe_id")


@admin.register(models.ManualDeed)
class ManualDeedAdmin(ReadOnly):
    list_display = ("id", "kind", "amount_minor", "currency", "state", "asked_by", "ended_by", "asked_at")
    list_filter = ("state", "kind")
    list_select_related = ("asked_by", "ended_by")
    search_fields = ("reference", "subject", "reason")


@admin.register(models.BrakeRecord)
class BrakeRecordAdmin(ReadOnly):
    list_display = ("outflow", "reason", "pulled_by_id", "pulled_at", "lifted_by_id", "lifted_at")
    list_filter = ("outflow",)


@admin.register(models.Sighting)
class SightingAdmin(ReadOnly):
    list_display = ("key", "first_seen_at", "done_at", "done_by", "note")
    list_select_related = ("done_by",)
    search_fields = ("key",)


@admin.register(models.MarginRates)
class MarginRatesAdmin(ReadOnly):
    list_display = ("currency", "saved_by", "saved_at")
    list_filter = ("currency",)
    list_select_related = ("saved_by",)


@admin.register(models.WebhookEvent)
class WebhookEventAdmin(ReadOnly):
    list_display = ("event_id", "type", "source", "received_at", "processed_at", "parked_at", "attempts", "outcome")
    list_filter = ("source", "type")
    search_fields = ("event_id", "object_id", "account")


@admin.register(models.Document)
class DocumentAdmin(ReadOnly):
    list_display = ("number", "kind", "total_minor", "currency", "reference", "issued_at")
    list_filter = ("kind",)
    search_fields = ("number", "reference", "code", "recipient__email")


@admin.register(models.TaxProfile)
class TaxProfileAdmin(ReadOnly):
    list_display = ("legal_name", "user", "version", "country", "tax_id", "created_at")
    list_select_related = ("user",)
    search_fields = ("legal_name", "tax_id", "user__email")


@admin.register(models.ReconciliationRun)
class ReconciliationRunAdmin(ReadOnly):
    list_display = ("id", "started_at", "ended_at", "is_full", "stage", "objects_seen", "is_equal", "trouble")
    list_filter = ("is_equal", "is_full")


@admin.register(models.Difference)
class DifferenceAdmin(ReadOnly):
    list_display = ("object_id", "noun", "kind", "ours_minor", "theirs_minor", "currency", "state", "found_at")
    list_filter = ("state", "kind", "noun")
    search_fields = ("object_id", "reference")


@admin.register(models.StatementLine)
class StatementLineAdmin(ReadOnly):
    list_display = ("id", "type", "source", "amount_minor", "fee_minor", "currency", "created_at", "is_matched")
    list_filter = ("is_matched", "type")
    search_fields = ("id", "source")
