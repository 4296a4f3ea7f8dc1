"""Rules of new orders in the admin: one form for all of them, and the history of who changed what."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.kernel import clock, currencies
from marketplace.kernel.errors import DomainError
from orders import site_rules, terms
from orders.models import RuleChange
from orders.rules import AMOUNTS
from orders.services import operating
from orders.services.operating import Key
from orders.web import rule_words


class RuleField(forms.CharField):
    """One rule as text; empty: as the settings have it."""

    def __init__(self, key: Key, **options: Any) -> None:
        super().__init__(required=False, max_length=120, **options)
        self.key = key

    def clean(self, value: Any) -> object | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return rule_words.parse(self.key[0], text, self.key[1])
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error


class RulesForm(forms.Form):
    """All rules of the site, amounts once per currency."""

    reason = forms.CharField(label=gettext_lazy("Why"), required=False, max_length=300)
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.groups: list[tuple[str, list[str]]] = []
        own = site_rules.current()
        for title, rules in rule_words.groups():
            names = [self._add(key, label, own) for name, label in rules.items() for key in _keys(name)]
            self.groups.append((title, names))

    def _add(self, key: Key, label: str, own: terms.Own) -> str:
        name, currency = key
        base = rule_words.text_of(name, getattr(terms.rules_with(currency or currencies.default(), {}), name), currency)
        mine = rule_words.text_of(name, terms.typed(name, own[key]), currency) if key in own else ""
        shown = f"{label} ({currency})" if currency else label
        widget = forms.TextInput(attrs={"placeholder": base, "autocomplete": "off"})
        help_text = _("Settings: %(value)s") % {"value": base}
        self.fields[operating.field(key)] = RuleField(
            key, label=shown, initial=mine, widget=widget, help_text=help_text
        )
        return operating.field(key)

    @property
    def fieldsets(self) -> list[tuple[str, list[forms.BoundField]]]:
        return [(title, [self[name] for name in names]) for title, names in self.groups]

    @property
    def wanted(self) -> dict[Key, object | None]:
        """Only after ``is_valid``."""
        fields = {name: field for name, field in self.fields.items() if isinstance(field, RuleField)}
        return {field.key: self.cleaned_data[name] for name, field in fields.items()}


def _keys(name: str) -> list[Key]:
    return [(name, code) for code in currencies.settled()] if name in AMOUNTS else [(name, "")]


@admin.register(RuleChange)
class RuleChangeAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic over the model at check time only
    """The history; the form behind the button is where rules change."""

    list_display = ("at", "rule", "was", "became", "by", "reason")
    list_select_related = ("by",)
    list_filter = ("name", "currency")
    change_list_template = "admin/orders/rule_changes.html"

    @admin.display(description=gettext_lazy("Rule"))
    def rule(self, change: RuleChange) -> str:
        label = next((rules[change.name] for _title, rules in rule_words.groups() if change.name in rules), change.name)
        return f"{label} ({change.currency})" if change.currency else label

    @admin.display(description=gettext_lazy("Before"))
    def was(self, change: RuleChange) -> str:
        return _text(change, change.before)

    @admin.display(description=gettext_lazy("After"))
    def became(self, change: RuleChange) -> str:
        text = _text(change, change.after)
        return _("%(value)s, as in the settings") % {"value": text} if change.is_settings else text

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: RuleChange | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: RuleChange | None = None) -> bool:
        return False

    def get_urls(self) -> Any:
        view = self.admin_site.admin_view(self.change_rules)
        return [path("rules/", view, name="orders_rules"), *super().get_urls()]

    def change_rules(self, request: HttpRequest) -> HttpResponse:
        if not request.user.has_perm("orders.change_siterule"):
            raise PermissionDenied
        site_rules.reread()
        form = RulesForm(request.POST or None, initial={"seen": operating.last_change()})
        if request.method == "POST" and form.is_valid() and self._save(request, form):
            return redirect("admin:orders_rulechange_changelist")
        context = {**self.admin_site.each_context(request), "form": form, "title": _("Rules of new orders")}
        return render(request, "admin/orders/rules.html", context, status=422 if form.errors else 200)

    def _save(self, request: HttpRequest, form: RulesForm) -> bool:
        data = form.cleaned_data
        try:
            changes = operating.change_rules(
                form.wanted, by_id=int(request.user.pk or 0), at=clock.now(), reason=data["reason"], seen=data["seen"]
            )
        except DomainError as error:
            for name, message in (error.fields or {"": error.message}).items():
                form.add_error(name if name in form.fields else None, message)
            return False
        text = _("Changed: %(count)s. Orders from now on freeze it; running orders keep theirs.")
        messages.success(request, text % {"count": len(changes)} if changes else _("Nothing changed."))
        return True


def _text(change: RuleChange, value: Any) -> str:
    if change.name not in terms.KNOWN:
        return str(value)
    return rule_words.text_of(change.name, terms.typed(change.name, value), change.currency)
