"""Staff look at gigs here and keep the categories; what a seller says and where it stands is changed elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.http import HttpRequest

from gigs.models import Category, Extra, Gig, GigImport, GigVersion, Package, Synonym

if TYPE_CHECKING:
    _CategoryAdmin = admin.ModelAdmin[Category]
    _GigAdmin = admin.ModelAdmin[Gig]
    _SynonymAdmin = admin.ModelAdmin[Synonym]
    _PackageInline = admin.TabularInline[Package, Gig]
    _ExtraInline = admin.TabularInline[Extra, Gig]
    _VersionAdmin = admin.ModelAdmin[GigVersion]
    _ImportAdmin = admin.ModelAdmin[GigImport]
else:
    _CategoryAdmin = _GigAdmin = _SynonymAdmin = _VersionAdmin = _ImportAdmin = admin.ModelAdmin
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


class ExtraInline(ReadOnly, _ExtraInline):
    model = Extra


@admin.register(Category)
class CategoryAdmin(_CategoryAdmin):
    list_display = ("name", "slug", "position", "parent")
    list_editable = ("position",)


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
    list_select_related = ("gig", "replaced_by")
    search_fields = ("=gig__id", "gig__title")
    ordering = ("-replaced_at", "-pk")


@admin.register(GigImport)
class GigImportAdmin(ReadOnly, _ImportAdmin):
    list_display = ("created_at", "seller", "state", "row_count", "problem")
    list_filter = ("state",)
    list_select_related = ("seller",)
    ordering = ("-created_at",)
