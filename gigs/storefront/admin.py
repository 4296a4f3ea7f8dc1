"""Staff read what was reported of sellers' pages, look at them, and close it. Suspending has its own page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from gigs.models import StorefrontReport
from gigs.storefront import reports
from marketplace.kernel import clock

if TYPE_CHECKING:
    _ReportAdmin = admin.ModelAdmin[StorefrontReport]
else:
    _ReportAdmin = admin.ModelAdmin


@admin.register(StorefrontReport)
class StorefrontReportAdmin(_ReportAdmin):
    list_display = ("at", "seller", "reason", "by", "closed_at", "closed_by")
    list_filter = (("closed_at", admin.EmptyFieldListFilter), "reason")
    list_select_related = ("seller", "by", "closed_by")
    search_fields = ("seller__handle", "seller__display_name", "text")
    ordering = ("-at",)
    actions = ("close_them",)
    fields = readonly_fields = ("seller", "by", "reason", "text", "at", "closed_at", "closed_by")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: StorefrontReport | None = None) -> bool:
        return False

    @admin.action(description=_("Looked at: close it"), permissions=["change"])
    def close_them(self, request: HttpRequest, queryset: QuerySet[StorefrontReport]) -> None:
        ids, staff_id = list(queryset.values_list("pk", flat=True)), int(request.user.pk or 0)
        count = reports.close(report_ids=ids, staff_id=staff_id, at=clock.now())
        text = ngettext("%(count)s report is closed.", "%(count)s reports are closed.", count)
        messages.success(request, text % {"count": count})
