"""What staff look at, in the admin: the operator's choice with its history, and lists that staff keep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from gigs.models.reviewing import CannedChange, ForbiddenWord, GigReview, ReviewPolicy, Takedown
from gigs.reviewing import policy
from gigs.reviewing.states import Mode
from gigs.reviewing.vocabulary import CHECKS, LEVELS, MODES
from marketplace.kernel import clock

if TYPE_CHECKING:
    _PolicyAdmin = admin.ModelAdmin[ReviewPolicy]
    _WordAdmin = admin.ModelAdmin[ForbiddenWord]
    _CannedAdmin = admin.ModelAdmin[CannedChange]
    _ReadAdmin = admin.ModelAdmin[Any]
    _PolicyForm = forms.ModelForm[ReviewPolicy]
else:
    _PolicyAdmin = _WordAdmin = _CannedAdmin = _ReadAdmin = admin.ModelAdmin
    _PolicyForm = forms.ModelForm


class PolicyForm(_PolicyForm):
    """Starts from what is valid; a level for each check."""

    class Meta:
        model = ReviewPolicy
        fields = ("mode", "allowed_hosts")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        known = policy.current()
        self.fields["mode"] = forms.ChoiceField(
            label=_("Staff look at"), choices=list(MODES.items()), initial=known.mode, widget=forms.RadioSelect
        )
        row = ReviewPolicy.objects.first()
        self.fields["allowed_hosts"].initial = row.allowed_hosts if row else "\n".join(policy.HOSTS)
        for name, check in CHECKS.items():
            self.fields[f"check_{name}"] = forms.ChoiceField(
                label=str(check.name),
                help_text=str(check.note),
                choices=list(LEVELS.items()),
                initial=known.level(name),
            )

    def save(self, commit: bool = True) -> ReviewPolicy:
        self.instance.checks = {name: self.cleaned_data[f"check_{name}"] for name in CHECKS}
        return super().save(commit)


@admin.register(ReviewPolicy)
class ReviewPolicyAdmin(_PolicyAdmin):
    """Adding a row is choosing anew: the newest is valid, and none is ever changed."""

    form = PolicyForm
    list_display = ("at", "looked_at", "levels", "by")
    list_select_related = ("by",)

    @admin.display(description=_("Staff look at"))
    def looked_at(self, row: ReviewPolicy) -> str:
        return str(MODES[Mode(row.mode)])

    @admin.display(description=_("Automatic checks"))
    def levels(self, row: ReviewPolicy) -> str:
        said = {str(level): str(words) for level, words in LEVELS.items()}
        return ", ".join(f"{CHECKS[name].name}: {said.get(level, level)}" for name, level in row.checks.items())

    def get_fieldsets(self, request: HttpRequest, obj: ReviewPolicy | None = None) -> Any:
        checks = [f"check_{name}" for name in CHECKS]
        return [
            (None, {"fields": ["mode"]}),
            (_("Automatic checks"), {"fields": checks}),
            (_("Links"), {"fields": ["allowed_hosts"]}),
        ]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return PolicyForm  # its fields for checks are made by itself

    def save_model(self, request: HttpRequest, obj: ReviewPolicy, form: Any, change: bool) -> None:
        obj.by_id, obj.at = request.user.pk, clock.now()
        super().save_model(request, obj, form, change)

    def has_change_permission(self, request: HttpRequest, obj: ReviewPolicy | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ReviewPolicy | None = None) -> bool:
        return False


@admin.register(ForbiddenWord)
class ForbiddenWordAdmin(_WordAdmin):
    list_display = ("pattern", "note")
    search_fields = ("pattern", "note")


@admin.register(CannedChange)
class CannedChangeAdmin(_CannedAdmin):
    list_display = ("title", "section", "position", "is_offered")
    list_editable = ("position", "is_offered")
    list_filter = ("section",)
    search_fields = ("title", "text")


class _ReadOnly(_ReadAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(GigReview)
class GigReviewAdmin(_ReadOnly):
    list_display = ("gig", "number", "is_change", "state", "submitted_at", "decided_by", "closed_at")
    exclude = ("content", "base")  # some of it is its seller's own; the page of the round shows the rest
    list_filter = ("state", "is_change")
    list_select_related = ("gig", "decided_by")


@admin.register(Takedown)
class TakedownAdmin(_ReadOnly):
    list_display = ("gig", "at", "by", "answered_at", "replied_at", "ended_at")
    list_select_related = ("gig", "by")
