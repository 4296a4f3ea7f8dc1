"""People in the admin: found by address, name or handle; suspended here, never deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from accounts.models import ApiToken, SellerProfile, Suspension, User
from accounts.services import suspensions
from marketplace.kernel import clock, zones

# Django's own classes take no type arguments when they run.
if TYPE_CHECKING:

    class _CreationForm(AdminUserCreationForm[User]): ...

    class _ChangeForm(UserChangeForm[User]): ...

    class _UserAdmin(UserAdmin[User]): ...

    class _Inline(admin.StackedInline[SellerProfile, User]): ...

    class _TokenAdmin(admin.ModelAdmin[ApiToken]): ...

    class _Plain(admin.ModelAdmin[Suspension]): ...

else:
    _CreationForm, _ChangeForm, _UserAdmin = AdminUserCreationForm, UserChangeForm, UserAdmin
    _Inline, _TokenAdmin, _Plain = admin.StackedInline, admin.ModelAdmin, admin.ModelAdmin


class PersonCreationForm(_CreationForm):
    class Meta:
        model = User
        fields = ("email", "display_name", "handle")


class PersonChangeForm(_ChangeForm):
    class Meta:
        model = User
        fields = "__all__"

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def clean_time_zone(self) -> str:
        """Every page shows times in it, so a zone that does not exist would lock its person out."""
        zone = str(self.cleaned_data["time_zone"])
        if zone not in zones.names():
            raise ValidationError(_("Choose a time zone that exists, such as Europe/Dublin."))
        return zone


class SellerInline(_Inline):
    model = SellerProfile
    extra = 0
    can_delete = False


_RIGHTS = ("is_moderator", "is_treasurer", "is_staff", "is_superuser", "groups", "user_permissions")


@admin.register(User)
class PersonAdmin(_UserAdmin):
    form = PersonChangeForm
    add_form = PersonCreationForm
    inlines: ClassVar = [SellerInline]
    ordering = ("-joined_at",)
    list_display = (
        "email",
        "display_name",
        "handle",
        "country",
        "is_moderator",
        "is_treasurer",
        "suspended_at",
        "joined_at",
    )
    list_filter = ("is_moderator", "is_treasurer", "is_staff", "is_active", "hat", "country")
    search_fields = ("email", "display_name", "handle")
    readonly_fields = ("last_login", "joined_at", "suspended_at", "portrait")
    actions = ("suspend", "reinstate")
    fieldsets = (
        (None, {"fields": ("email", "password")}),
        (_("Public"), {"fields": ("display_name", "handle", "portrait", "country", "city", "time_zone", "hat")}),
        (_("Rights"), {"fields": _RIGHTS}),
        (_("Dates"), {"fields": ("joined_at", "last_login", "suspended_at")}),
    )
    add_fieldsets = (
        (None, {"fields": ("email", "display_name", "handle", "usable_password", "password1", "password2")}),
    )

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Only superusers hand out rights: who may edit people could otherwise make themselves one."""
        fixed = super().get_readonly_fields(request, obj)
        return fixed if request.user.is_superuser else (*fixed, *_RIGHTS)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Nor may they set the password, or the address, of somebody with more rights than theirs."""
        is_above = obj is not None and (obj.is_superuser or obj.is_staff) and obj.pk != request.user.pk
        if is_above and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    @admin.action(description=_("Suspend: give the reason on the next page"))
    def suspend(self, request: HttpRequest, queryset: QuerySet[User]) -> HttpResponse | None:
        """One at a time: each reads a reason of their own."""
        if queryset.count() != 1:
            messages.warning(request, _("Choose one person: each reads a reason of their own."))
            return None
        return redirect("accounts:suspension", queryset.get().pk)

    @admin.action(description=_("Reinstate"))
    def reinstate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        at = clock.now()
        for user in queryset:
            suspensions.reinstate(user_id=user.pk, by_id=request.user.pk, at=at)
        messages.success(request, _("Reinstated."))


@admin.register(Suspension)
class SuspensionAdmin(_Plain):
    """Reading: it is done on its own page, with a letter."""

    list_display = ("user", "at", "by", "appealed_at", "answered_at", "lifted_at")
    search_fields = ("user__email", "user__handle", "reason")
    list_select_related = ("user", "by")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(ApiToken)
class ApiTokenAdmin(_TokenAdmin):
    list_display = ("name", "hint", "user", "created_at", "last_used_at")
    search_fields = ("name", "user__email")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
