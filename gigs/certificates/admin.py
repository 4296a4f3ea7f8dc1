"""Staff compare a certificate with its proof, and say that they have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from gigs.certificates import services
from gigs.models import Certificate
from marketplace.kernel import clock, files

if TYPE_CHECKING:
    _CertificateAdmin = admin.ModelAdmin[Certificate]
else:
    _CertificateAdmin = admin.ModelAdmin


@admin.register(Certificate)
class CertificateAdmin(_CertificateAdmin):
    list_display = ("title", "issuer", "year", "seller", "added_at", "checked_at", "checked_by")
    list_filter = (("checked_at", admin.EmptyFieldListFilter),)
    list_select_related = ("seller", "checked_by")
    search_fields = ("title", "issuer", "seller__display_name", "seller__handle")
    ordering = ("-added_at",)
    actions = ("check_them", "uncheck_them")
    fields = readonly_fields = ("title", "issuer", "year", "link", "seller", "proof", "checked_at", "checked_by")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Certificate | None = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.proof_of)
        return [path("<int:pk>/proof/", view, name="gigs_certificate_proof"), *super().get_urls()]

    def proof_of(self, request: HttpRequest, pk: int) -> FileResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        stored = get_object_or_404(Certificate.objects.filter(file__isnull=False).select_related("file"), pk=pk).file
        assert stored is not None  # noqa: S101 - the filter
        return files.response(stored)

    @admin.display(description=_("proof"))
    def proof(self, row: Certificate) -> str:
        if row.file is None:
            return str(_("none"))
        return format_html('<a href="{}">{}</a>', reverse("admin:gigs_certificate_proof", args=[row.pk]), row.file.name)

    @admin.action(description=_("We have checked it: say so on their page"), permissions=["change"])
    def check_them(self, request: HttpRequest, queryset: QuerySet[Certificate]) -> None:
        ids, staff_id = list(queryset.values_list("pk", flat=True)), int(request.user.pk or 0)
        count = services.check(certificate_ids=ids, staff_id=staff_id, at=clock.now())
        self._say(request, count)

    @admin.action(description=_("Take our check back"), permissions=["change"])
    def uncheck_them(self, request: HttpRequest, queryset: QuerySet[Certificate]) -> None:
        self._say(request, services.uncheck(certificate_ids=list(queryset.values_list("pk", flat=True))))

    def _say(self, request: HttpRequest, count: int) -> None:
        text = ngettext("%(count)s certificate is changed.", "%(count)s certificates are changed.", count)
        messages.success(request, text % {"count": count})
