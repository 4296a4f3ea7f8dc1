"""The one form of a first gig: what nobody but its seller can say. A starter knows the rest."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import api as accounts
from gigs import limits, richtext
from gigs.amounts import price_problem
from gigs.contracts import GigContent, PackageContent
from gigs.selectors.categories import by_slug, category_choices
from gigs.services.content import below_minimum
from gigs.web.fields import SellerPrice, split_minutes
from gigs.web.what_forms import Description, Title
from marketplace.kernel import words
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.money import Money
from marketplace.kernel.spans import UNIT_CHOICES, UNITS
from orders import api as orders

# Where what a service refuses belongs on this page.
_PLACES = {"category": "category", "packages-0": "price", "packages-1": "more", "packages-2": "more", "tags": "title"}


class FirstGigForm(forms.Form):
    """``base`` is what the starter says; fields that it answers already are left out."""

    country = forms.ChoiceField(
        label=gettext_lazy("Where do you live?"),
        help_text=gettext_lazy("We pay you there after your first sale. Your bank is asked for later."),
        widget=forms.Select(attrs={"autocomplete": "country"}),
    )
    category = forms.ChoiceField(label=gettext_lazy("Category"))
    title = Title()
    description = Description(
        widget=forms.Textarea(attrs={"rows": 9}),
        label=gettext_lazy("Description"),
        help_text=gettext_lazy("What the buyer gets, what you need, what is not included."),
    )
    price = SellerPrice(
        problem=price_problem,
        label=gettext_lazy("Your price"),
        max_length=16,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    promise = forms.IntegerField(
        label=gettext_lazy("Ready in"),
        min_value=1,
        max_value=limits.PROMISE_MAX_MINUTES,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"min_value": gettext_lazy("At least %(limit_value)s.")},
    )
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), choices=UNIT_CHOICES)
    ai_use = forms.ChoiceField(label=gettext_lazy("How is the work made?"), widget=forms.RadioSelect)
    more = forms.BooleanField(required=False)

    def __init__(self, data: QueryDict | None, *, content: GigContent, asks_country: bool, country: str) -> None:
        first = content.packages[0]
        promise, unit = split_minutes(first.promised_minutes)
        initial = {
            "country": country,
            "title": content.title,
            "description": content.description,
            "price": first.price_minor or None,
            "promise": promise,
            "unit": unit,
            "more": True,
        }
        super().__init__(data, initial=initial)
        self.base = content
        self.fields["price"].currency = content.currency  # type: ignore[attr-defined]  # a SellerPrice
        self.fields["ai_use"].choices = orders.AI_USES  # type: ignore[attr-defined]
        self._ask("country", asks_country, lambda: [("", _("Choose a country")), *accounts.country_names().items()])
        self._ask("category", not content.category_slug, lambda: [("", _("Choose…")), *category_choices()])
        if not self._larger:
            del self.fields["more"]
        else:
            self.fields["more"].label = self._offer_of_more()

    def _ask(self, name: str, is_asked: bool, choices: Any) -> None:
        if is_asked:
            self.fields[name].choices = choices()  # type: ignore[attr-defined]
        else:
            del self.fields[name]

    @cached_property
    def _larger(self) -> tuple[PackageContent, ...]:
        """The starter's other packages; none where the site's currency has no price for one."""
        larger = self.base.packages[1:]
        return larger if all(package.price_minor for package in larger) else ()

    def _offer_of_more(self) -> str:
        named = [
            _("“%(name)s” at %(price)s")
            % {"name": package.name, "price": words.amount(Money(package.price_minor, self.base.currency))}
            for package in self._larger
        ]
        return _("Offer the larger packages, too: %(packages)s") % {"packages": ", ".join(named)}

    def clean_description(self) -> str:
        text: str = self.cleaned_data["description"]
        if len(richtext.plain(text)) < limits.DESCRIPTION_MIN_TO_PUBLISH:
            said = _("Describe what the buyer gets in at least %(count)s characters.")
            raise forms.ValidationError(said % {"count": limits.DESCRIPTION_MIN_TO_PUBLISH})
        return text

    def clean_country(self) -> str:
        country: str = self.cleaned_data["country"]
        if not accounts.can_be_paid_in(country):
            said = _("Sorry, not yet: our payment provider cannot pay out to %(country)s.")
            raise forms.ValidationError(said % {"country": accounts.country_name(country)})
        return country

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        self._check_minimum()
        if data.get("promise") and data.get("unit") and self.minutes > limits.PROMISE_MAX_MINUTES:
            self.add_error("promise", _("At most 30 days."))
        if data.get("more") and data.get("price") and data["price"] >= self._larger[0].price_minor:
            said = _(
                "“%(name)s” would not cost more than this one. Leave the larger packages out, and add your own later."
            )
            self.add_error("more", said % {"name": self._larger[0].name})
        return data

    def _check_minimum(self) -> None:
        """Of the prices that are none yet, something else is said."""
        category = by_slug(self.cleaned_data.get("category") or self.base.category_slug)
        if category and self.cleaned_data.get("price"):
            for place, message in below_minimum(replace(self.base, packages=self._packages()), category).items():
                self.add_error(_PLACES[place], message)

    def _packages(self) -> tuple[PackageContent, ...]:
        first = replace(self.base.packages[0], price_minor=self.cleaned_data["price"])
        return (first, *(self._larger if self.cleaned_data.get("more") else ()))

    @property
    def minutes(self) -> int:
        return int(self.cleaned_data["promise"]) * UNITS[self.cleaned_data["unit"]]

    @property
    def opens_in(self) -> str:
        """The country of who does not sell yet; else empty. Only after ``is_valid``, like what follows."""
        return str(self.cleaned_data.get("country", ""))

    def content(self) -> GigContent:
        data = self.cleaned_data
        first, *larger = self._packages()
        return replace(
            self.base,
            category_slug=data.get("category") or self.base.category_slug,
            title=data["title"],
            description=data["description"],
            packages=(replace(first, promised_minutes=self.minutes), *larger),
            # What makes it sooner was meant for the starter's own time.
            extras=tuple(one for one in self.base.extras if one.price_minor and one.extra_minutes >= 0),
            ai_use=data["ai_use"],
        )

    def refuse(self, error: InvalidInput) -> None:
        for place, message in error.fields.items() or [("", error.message)]:
            name = _PLACES.get(place, place)
            self.add_error(name if name in self.fields else None, message)
