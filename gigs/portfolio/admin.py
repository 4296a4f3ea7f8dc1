"""Staff look at portfolios, take a piece down with a reason, and put it back by emptying the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from gigs.gallery.shown import slide_of
from gigs.models import Piece
from gigs.portfolio import services
from marketplace.kernel import clock

if TYPE_CHECKING:
    _PieceAdmin = admin.ModelAdmin[Piece]
else:
    _PieceAdmin = admin.ModelAdmin


@admin.register(Piece)
class PieceAdmin(_PieceAdmin):
    list_display = ("__str__", "seller", "consent", "is_shown", "updated_at")
    list_filter = ("is_shown", "consent")
    list_select_related = ("seller",)
    search_fields = ("title", "seller__display_name", "seller__handle")
    ordering = ("-updated_at",)
    fields = ("title", "words", "pictures", "seller", "consent", "is_shown", "taken_down_why")
    readonly_fields: ClassVar = ["title", "words", "pictures", "seller", "consent", "is_shown"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Piece | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Piece, form: Any, change: bool) -> None:
        services.judge(piece_id=obj.pk, why=obj.taken_down_why.strip(), at=clock.now())

    @admin.display(description=_("files"))
    def pictures(self, piece: Piece) -> SafeString:
        slides = (slide_of(entry) for entry in piece.shown)
        return format_html_join(" ", '<img src="{}" alt="{}" width="160">', ((one.thumb, one.alt) for one in slides))
