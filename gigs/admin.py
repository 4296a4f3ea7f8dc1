"""Staff look at gigs here and keep the categories; what a seller says and where it stands is changed elsewhere."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.contrib import admin
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from gigs import documents
from gigs.category_admin import pages
from gigs.certificates import admin as certificates
from gigs.insights import admin as insights
from gigs.models import Extra, Gig, GigImport, GigVersion, Package, Synonym
from gigs.portfolio import admin as portfolio
from gigs.reviewing import admin as reviewing
from gigs.services.content import as_buyers_see
from gigs.storefront import admin as storefront

__all__ = ["certificates", "insights", "pages", "portfolio", "reviewing", "storefront"]  # register themselves

if TYPE_CHECKING:
    _GigAdmin = admin.ModelAdmin[Gig]
    _SynonymAdmin = admin.ModelAdmin[Synonym]
    _PackageInline = admin.TabularInline[Package, Gig]
    _ExtraInline = admin.TabularInline[Extra, Gig]
    _VersionAdmin = admin.ModelAdmin[GigVersion]
    _ImportAdmin = admin.ModelAdmin[GigImport]
else:
    _GigAdmin = _SynonymAdmin = _VersionAdmin = _ImportAdmin = admin.ModelAdmin
    _PackageInline = _ExtraInline = admin.TabularInline


class ReadOnly:
    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class PackageInline(ReadOnly, _PackageInline):
    model = Package
    exclude = ("work_minutes",)  # its seller's own


class ExtraInline(ReadOnly, _ExtraInline):
    model = Extra


@admin.register(Gig)
class GigAdmin(ReadOnly, _GigAdmin):
    list_display = ("title", "seller", "category", "state", "active_orders", "completed_orders", "updated_at")
    list_filter = ("state", "category")
    list_select_related = ("seller", "category")
    search_fields = ("title", "seller__display_name", "seller__email")
    inlines = (PackageInline, ExtraInline)


@admin.register(Synonym)
class SynonymAdmin(_SynonymAdmin):
    """Words that mean the same: a search for one finds all."""

    search_fields = ("words",)


@admin.register(GigVersion)
class GigVersionAdmin(ReadOnly, _VersionAdmin):
    """What gigs said before, by number of the gig or words of its title."""

    list_display = ("gig", "number", "replaced_at", "replaced_by")
    fields = ("gig", "number", "said", "replaced_at", "replaced_by")
    list_select_related = ("gig", "replaced_by")
    search_fields = ("=gig__id", "gig__title")
    ordering = ("-replaced_at", "-pk")

    @admin.display(description=_("content"))
    def said(self, row: GigVersion) -> str:
        """What buyers saw; the rest is its seller's own."""
        said = documents.content_to(as_buyers_see(row.content))
        return json.dumps(said, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)


@admin.register(GigImport)
class GigImportAdmin(ReadOnly, _ImportAdmin):
    list_display = ("created_at", "seller", "state", "row_count", "problem")
    list_filter = ("state",)
    list_select_related = ("seller",)
    ordering = ("-created_at",)
