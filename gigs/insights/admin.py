"""Staff see what "In demand" is made of, and take away what may not stand there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from gigs.insights import searches
from gigs.models import SearchDemand

if TYPE_CHECKING:
    _DemandAdmin = admin.ModelAdmin[SearchDemand]
else:
    _DemandAdmin = admin.ModelAdmin


@admin.register(SearchDemand)
class SearchDemandAdmin(_DemandAdmin):
    """Deleting a phrase deletes its days, too: the next count would bring it back."""

    list_display = ("words", "category", "visitors", "good_gigs", "score")
    list_select_related = ("category",)
    search_fields = ("words",)
    ordering = ("-score", "words")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: SearchDemand | None = None) -> bool:
        return False

    def delete_model(self, request: HttpRequest, obj: SearchDemand) -> None:
        searches.take_away([obj.words])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[SearchDemand]) -> None:
        searches.take_away(list(queryset.values_list("words", flat=True)))
