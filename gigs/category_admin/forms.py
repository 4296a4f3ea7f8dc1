"""What staff write of a category, in percent and amounts; the database keeps the tree, the words are here."""

from __future__ import annotations

from decimal import Decimal
from itertools import count
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from heroicons import IconDoesNotExist
from heroicons.templatetags.heroicons import heroicon_outline

from gigs import limits
from gigs.amounts import AmountField
from gigs.models import Attribute, AttributeValue, Category, CategorySlug, GigValue
from gigs.selectors.categories import INDENT
from gigs.services.categories import levels_below, stored_picture
from gigs.web.fields import Lines
from marketplace.kernel import currencies
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.money import Money

if TYPE_CHECKING:
    _CategoryForm = forms.ModelForm[Category]
    _AttributeForm = forms.ModelForm[Attribute]
    _ValueForm = forms.ModelForm[AttributeValue]
else:
    _CategoryForm = _AttributeForm = _ValueForm = forms.ModelForm

_HIGHEST_FEE_PERCENT = 50  # as of the site's own rule
_VALUES_MAX = 40


class CategoryForm(_CategoryForm):
    seller_fee = forms.DecimalField(
        required=False, min_value=0, max_value=_HIGHEST_FEE_PERCENT, decimal_places=2,
        label=gettext_lazy("Seller's fee, %"),
        help_text=gettext_lazy("Empty: as above it, or as the whole site. For new orders, here and below."),
    )  # fmt: skip
    minimum_price = AmountField(
        required=False, label=gettext_lazy("Lowest price of a package"),
        help_text=gettext_lazy("Before fees, for new gigs and new prices here and below. Empty: as above it, or none."),
    )  # fmt: skip
    usual_low = AmountField(required=False, label=gettext_lazy("Usual price, from"))
    usual_high = AmountField(
        required=False, label=gettext_lazy("Usual price, to"),
        help_text=gettext_lazy("In euros, first package; shown to sellers until there are enough finished orders."),
    )  # fmt: skip
    features = Lines(
        label=gettext_lazy("Lines of the comparison"), widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("One per line; a new gig here begins with them. Empty: those of the category above."),
    )  # fmt: skip
    upload = forms.FileField(
        required=False, label=gettext_lazy("Picture"),
        help_text=gettext_lazy("JPEG, PNG or WebP, at least 320 × 240 pixels; it is cropped to 4:3."),
    )  # fmt: skip
    remove_picture = forms.BooleanField(required=False, label=gettext_lazy("Take the picture away"))

    class Meta:
        model = Category
        fields = ("name", "slug", "parent", "position", "description", "icon")
        help_texts = {
            "slug": gettext_lazy("Its address. The former one leads here when you change it."),
            "position": gettext_lazy("Among those beside it, lowest first."),
            "parent": gettext_lazy("Three levels at most. Empty: a craft of its own."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row = self.instance
        self.fields["minimum_price"].currency = currencies.default()  # type: ignore[attr-defined]  # an AmountField
        for name in ("usual_low", "usual_high"):
            self.fields[name].currency = "EUR"  # type: ignore[attr-defined]  # as they are shipped
        self.initial = {
            **self.initial,
            "seller_fee": None if row.seller_fee_bp is None else Decimal(row.seller_fee_bp) / 100,
            "minimum_price": _plain(row.minimum_price_minor, currencies.default()),
            "usual_low": _plain(row.usual_low_minor, "EUR"),
            "usual_high": _plain(row.usual_high_minor, "EUR"),
            "features": tuple(row.features),
        }
        if parent := self.fields.get("parent"):
            possible = Category.objects.open().filter(path__len__lt=limits.CATEGORY_LEVELS)
            parent.queryset = possible.exclude(path__contains=[row.pk]) if row.pk else possible  # type: ignore[attr-defined]
            parent.label_from_instance = indented  # type: ignore[attr-defined]

    def clean_icon(self) -> str:
        """A page with an icon that does not exist would not show at all."""
        icon = str(self.cleaned_data["icon"]).strip()
        try:
            heroicon_outline(icon)
        except IconDoesNotExist as error:
            raise forms.ValidationError(_("There is no heroicon of this name. See heroicons.com.")) from error
        return icon

    def clean_slug(self) -> str:
        slug = str(self.cleaned_data["slug"])
        others = CategorySlug.objects.exclude(category=self.instance.pk).select_related("category")
        former = others.filter(pk=slug).first()
        if former:
            said = _("This address leads to “%(name)s”, which had it before. Choose another.")
            raise forms.ValidationError(said % {"name": former.category.name})
        return slug

    def clean_features(self) -> list[str]:
        lines = self.cleaned_data["features"]
        if len(lines) > limits.FEATURES_MAX or any(len(line) > limits.FEATURE_LABEL_MAX for line in lines):
            sizes = {"most": limits.FEATURES_MAX, "longest": limits.FEATURE_LABEL_MAX}
            raise forms.ValidationError(_("At most %(most)s lines of %(longest)s characters.") % sizes)
        return list(lines)

    def clean_upload(self) -> str:
        """The key of the stored picture, or an empty string."""
        upload = self.cleaned_data["upload"]
        if not upload:
            return ""
        try:
            return stored_picture(upload)
        except InvalidInput as error:
            raise forms.ValidationError(error.message) from error

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if (data.get("usual_low") or 0) > (data.get("usual_high") or 0):
            self.add_error("usual_high", _("Not less than where it begins."))
        parent = data.get("parent")
        if parent and self.instance.pk and parent.depth + 1 + levels_below(self.instance) > limits.CATEGORY_LEVELS:
            said = _("With what is below it, this category would reach a fourth level there.")
            self.add_error("parent", said)
        return data

    def save(self, commit: bool = True) -> Category:
        row, data = self.instance, self.cleaned_data
        fee = data["seller_fee"]
        row.seller_fee_bp = None if fee is None else int(fee * 100)
        row.minimum_price_minor = data["minimum_price"] or None
        row.usual_low_minor, row.usual_high_minor = data["usual_low"] or 0, data["usual_high"] or 0
        row.features = data["features"]
        row.picture = "" if data["remove_picture"] else data["upload"] or row.picture
        return super().save(commit)


class AttributeForm(_AttributeForm):
    """An attribute with its values, one per line."""

    slug = forms.SlugField(required=False, max_length=40, label=gettext_lazy("Name in addresses"))
    values = Lines(
        label=gettext_lazy("Values"), widget=forms.Textarea(attrs={"rows": 5, "cols": 30}),
        help_text=gettext_lazy("One per line, in the order in which they are offered."),
    )  # fmt: skip

    class Meta:
        model = Attribute
        fields = ("name", "slug", "is_single", "position")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {value.name.casefold(): value for value in self.instance.values.all()} if self.instance.pk else {}
        self.initial["values"] = tuple(value.name for value in self.known.values())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        data["slug"] = slug = data.get("slug") or slugify(data.get("name", ""))[:40]
        if not slug:
            self.add_error("slug", _("Write a name for addresses: letters, digits and hyphens."))
        elif self._line().filter(slug=slug).exclude(pk=self.instance.pk).exists():
            self.add_error("slug", _("A category above or below has an attribute of this name."))
        return data

    def _line(self) -> QuerySet[Attribute]:
        """Attributes that hold for the same gigs."""
        category = self.instance.category if self.instance.category_id else Category()
        return Attribute.objects.filter(Q(category__in=category.path) | Q(category__path__contains=[category.pk or 0]))

    def clean_values(self) -> tuple[str, ...]:
        names: tuple[str, ...] = self.cleaned_data["values"]
        if len(names) > _VALUES_MAX or any(len(name) > 60 for name in names):
            raise forms.ValidationError(_("At most %(most)s values of 60 characters.") % {"most": _VALUES_MAX})
        wanted = {name.casefold() for name in names}
        gone = [value.pk for key, value in self.known.items() if key not in wanted]
        used = GigValue.objects.filter(value__in=gone).select_related("value").first()
        if used:
            said = _("Gigs have “%(name)s”. Rename it or take it away on the attribute's own page.")
            raise forms.ValidationError(said % {"name": used.value.name})
        return names

    def _save_m2m(self) -> None:
        super()._save_m2m()  # type: ignore[misc]  # Django's own hook, after the row is written
        wanted = {name.casefold(): name for name in self.cleaned_data["values"]}
        slugs = {value.slug for value in self.known.values()}
        AttributeValue.objects.filter(pk__in=[self.known[key].pk for key in self.known.keys() - wanted.keys()]).delete()
        for position, (key, name) in enumerate(wanted.items()):
            value = self.known.get(key)
            if value is None:
                value = AttributeValue(attribute=self.instance, slug=free_slug(name, slugs))
                slugs.add(value.slug)
            value.name, value.position = name, position
            value.save()


class ValueForm(_ValueForm):
    """A value on its attribute's page; it keeps its slug, by which gigs and addresses know it."""

    class Meta:
        model = AttributeValue
        fields = ("name", "position")

    def save(self, commit: bool = True) -> AttributeValue:
        if not self.instance.slug:
            taken = AttributeValue.objects.filter(attribute=self.instance.attribute_id).values_list("slug", flat=True)
            self.instance.slug = free_slug(self.instance.name, set(taken))
        return super().save(commit)


class MergeForm(forms.Form):
    target = forms.ModelChoiceField(
        queryset=Category.objects.none(),
        label=gettext_lazy("Into"),
        empty_label=gettext_lazy("Choose…"),
    )

    def __init__(self, *args: Any, source: Category, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["target"]
        field.queryset = Category.objects.open().exclude(path__contains=[source.pk])  # type: ignore[attr-defined]
        field.label_from_instance = indented  # type: ignore[attr-defined]


def free_slug(name: str, taken: set[str]) -> str:
    base = slugify(name)[:36] or "value"
    return next(slug for number in count(1) if (slug := base if number == 1 else f"{base}-{number}") not in taken)


def indented(category: Category) -> str:
    return f"{INDENT * (category.depth - 1)}{category.name}"


def _plain(amount_minor: int | None, currency: str) -> str:
    return Money(amount_minor, currency).plain if amount_minor else ""
