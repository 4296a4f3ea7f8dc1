"""Categories in the admin: the tree, what goes on in it, attributes, and one category that goes into another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gigs.category_admin.forms import AttributeForm, CategoryForm, MergeForm, ValueForm, indented
from gigs.models import Attribute, AttributeValue, Category, Gig, GigValue
from gigs.selectors.categories import activity_of, activity_sentence
from gigs.services import categories
from marketplace.kernel import clock, currencies, words
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.money import Money

if TYPE_CHECKING:
    _CategoryAdmin = admin.ModelAdmin[Category]
    _AttributeAdmin = admin.ModelAdmin[Attribute]
    _AttributeInline = admin.StackedInline[Attribute, Category]
    _ValueInline = admin.TabularInline[AttributeValue, Attribute]
else:
    _CategoryAdmin = _AttributeAdmin = admin.ModelAdmin
    _AttributeInline, _ValueInline = admin.StackedInline, admin.TabularInline

_MOST_TO_TAKE_AWAY = 1_000  # gigs that lose a value in one request


class AttributeInline(_AttributeInline):
    model = Attribute
    form = AttributeForm
    extra = 0
    show_change_link = True
    can_delete = False  # on its own page
    fields = (("name", "slug"), ("is_single", "position"), "values")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Attribute]:
        return super().get_queryset(request).prefetch_related("values")


@admin.register(Category)
class CategoryAdmin(_CategoryAdmin):
    form = CategoryForm
    inlines = (AttributeInline,)
    list_display = ("tree_name", "position", "slug", "gigs", "finished", "fee", "minimum", "state")
    list_editable = ("position",)
    list_select_related = ("activity", "merging_into")
    list_per_page = 500
    search_fields = ("name", "slug")
    actions = ("merge_one",)
    prepopulated_fields = {"slug": ("name",)}
    readonly_fields = ("shown_picture", "what_goes_on", "addresses")
    fieldsets = (
        (None, {"fields": ("name", "slug", "parent", "position", "description", "icon", "features")}),
        (gettext_lazy("Picture"), {"fields": ("shown_picture", "upload", "remove_picture")}),
        (gettext_lazy("Money"), {"fields": ("seller_fee", "minimum_price", ("usual_low", "usual_high"))}),
        (gettext_lazy("Here and below"), {"fields": ("what_goes_on", "addresses")}),
    )
    change_form_template = "admin/gigs/category/change_form.html"

    @admin.display(description=gettext_lazy("category"), ordering="place")
    def tree_name(self, category: Category) -> str:
        return indented(category)

    @admin.display(description=gettext_lazy("gigs"))
    def gigs(self, category: Category) -> int:
        return sum(activity_of(category).gigs_by_currency.values())

    @admin.display(description=gettext_lazy("finished, 30 days"))
    def finished(self, category: Category) -> int:
        return activity_of(category).finished

    @admin.display(description=gettext_lazy("seller's fee"))
    def fee(self, category: Category) -> str:
        return _own_or_from_above(category.seller_fee_bp, category.applied_fee_bp, words.percent)

    @admin.display(description=gettext_lazy("lowest price"))
    def minimum(self, category: Category) -> str:
        return _own_or_from_above(category.minimum_price_minor, category.applied_minimum_minor, _amount)

    @admin.display(description=gettext_lazy("state"))
    def state(self, category: Category) -> str:
        if category.merging_into is None:
            return ""
        left = Gig.objects.filter(category=category).count()
        return _("goes into %(name)s: %(left)d gigs to go") % {"name": category.merging_into.name, "left": left}

    @admin.display(description=gettext_lazy("shown now"))
    def shown_picture(self, category: Category) -> str:
        picture = category.picture_image
        return format_html('<img src="{}" alt="" width="160" height="120">', picture.urls[320]) if picture else "–"

    @admin.display(description=gettext_lazy("activity"))
    def what_goes_on(self, category: Category) -> str:
        activity = activity_of(category)
        middle = [words.amount(Money(minor, code)) for code, minor in sorted(activity.median_by_currency.items())]
        lowest = [words.amount(Money(minor, code)) for code, minor in sorted(activity.lowest_by_currency.items())]
        lines = [
            activity_sentence(activity, clock.display_now()),
            _("Finished in 30 days: %(count)d. On time: %(on_time)d of %(promised)d.")
            % {"count": activity.finished, "on_time": activity.on_time, "promised": activity.promised},
            _("Gigs: %(count)d. Lowest price: %(prices)s.")
            % {"count": self.gigs(category), "prices": ", ".join(lowest) or "–"},
            _("Median price of an order: %(prices)s.") % {"prices": ", ".join(middle) or "–"},
        ]
        return " ".join(lines)

    @admin.display(description=gettext_lazy("former addresses"))
    def addresses(self, category: Category) -> str:
        return ", ".join(category.former_slugs.values_list("slug", flat=True)) or "–" if category.pk else "–"

    def save_model(self, request: HttpRequest, obj: Category, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change and "parent" in form.changed_data:
            categories.settle(category_id=obj.pk, at=clock.now())

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """What two people do at once may be wrong together: the database refuses it."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except IntegrityError:
            said = _("Somebody changed the tree at the same time, and together it does not fit. Nothing was saved.")
            messages.error(request, said)
            return redirect(request.get_full_path())

    def has_delete_permission(self, request: HttpRequest, obj: Category | None = None) -> bool:
        is_empty = obj is not None and not (obj.gigs.exists() or obj.children.exists() or obj.merging_into_id)
        return is_empty and super().has_delete_permission(request, obj)

    def get_actions(self, request: HttpRequest) -> Any:
        return {name: action for name, action in super().get_actions(request).items() if name != "delete_selected"}

    @admin.action(description=gettext_lazy("Merge into another…"), permissions=["change"])
    def merge_one(self, request: HttpRequest, chosen: QuerySet[Category]) -> HttpResponse | None:
        rows = list(chosen[:2])
        if len(rows) != 1:
            messages.error(request, _("Choose one category at a time."))
            return None
        return redirect("admin:gigs_category_merge", rows[0].pk)

    def get_urls(self) -> Any:
        view = self.admin_site.admin_view(self.merge)
        return [path("<int:pk>/merge/", view, name="gigs_category_merge"), *super().get_urls()]

    def merge(self, request: HttpRequest, pk: int) -> HttpResponse:
        source = Category.objects.filter(pk=pk).select_related("merging_into", "activity").first()
        if source is None:
            raise Http404
        if not self.has_change_permission(request, source):
            raise PermissionDenied
        form = MergeForm(request.POST or None, source=source)
        if request.method == "POST" and form.is_valid():
            target = form.cleaned_data["target"]
            try:
                categories.merge(source_id=source.pk, target_id=target.pk, at=clock.now())
            except InvalidInput as error:
                form.add_error("target", error.message)
            else:
                self.log_change(request, source, f"merges into {target.slug}")
                said = _("“%(source)s” goes into “%(target)s”: its gigs follow within minutes.")
                messages.success(request, said % {"source": source.name, "target": target.name})
                return redirect("admin:gigs_category_changelist")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": _("Merge “%(name)s” into another") % {"name": source.name},
            "source": source,
            "gigs": Gig.objects.filter(category=source).count(),
            "children": source.children.count(),
            "form": form,
            "back_url": reverse("admin:gigs_category_change", args=[source.pk]),
        }
        return render(request, "admin/gigs/category/merge.html", context)


class ValueInline(_ValueInline):
    model = AttributeValue
    form = ValueForm
    extra = 0

    def has_delete_permission(self, request: HttpRequest, obj: Attribute | None = None) -> bool:
        return _few_have(obj) and super().has_delete_permission(request, obj)


@admin.register(Attribute)
class AttributeAdmin(_AttributeAdmin):
    """Where values are renamed and taken away: a gig that had one keeps the others."""

    list_display = ("name", "slug", "category", "is_single")
    list_select_related = ("category",)
    list_filter = ("category",)
    search_fields = ("name", "slug")
    fields = ("category", "name", "slug", "is_single", "position")
    readonly_fields = ("category", "slug")
    inlines = (ValueInline,)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # on its category's page

    def has_delete_permission(self, request: HttpRequest, obj: Attribute | None = None) -> bool:
        return obj is not None and _few_have(obj) and super().has_delete_permission(request, obj)


def _few_have(attribute: Attribute | None) -> bool:
    uses = GigValue.objects.filter(value__attribute=attribute)
    return not uses.order_by()[_MOST_TO_TAKE_AWAY : _MOST_TO_TAKE_AWAY + 1].exists()


def _own_or_from_above(own: int | None, applied: int | None, text: Any) -> str:
    if own is not None:
        return str(text(own))
    return "" if applied is None else _("%(value)s, from above") % {"value": text(applied)}


def _amount(minor: int) -> str:
    return words.amount(Money(minor, currencies.default()))
