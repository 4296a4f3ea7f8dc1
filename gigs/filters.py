"""The filters of a results page. Nonsense is dropped or said at its field; it never breaks the page."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Mapping
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import api as accounts
from gigs.amounts import AmountField
from gigs.contracts import CatalogueQuery
from gigs.languages import CONFIGS
from gigs.search import properties
from gigs.search.labels import AI_USES, RATINGS
from gigs.selectors.catalogue import SORTS, TEXT_MAX, WITHIN, plain_words
from gigs.selectors.why import SORT_NAMES
from marketplace.kernel import currencies, words
from marketplace.kernel.money import LARGEST_MINOR
from orders import api as orders

WITHIN_NAMES = {
    "2h": gettext_lazy("2 hours"),
    "18h": gettext_lazy("By 18:00"),
    "today": gettext_lazy("Today"),
    "tomorrow": gettext_lazy("Tomorrow"),
    "24h": gettext_lazy("24 hours"),
    "3d": gettext_lazy("3 days"),
    "7d": gettext_lazy("7 days"),
}


RATINGS_ASKED = {f"{tenths / 10:.1f}": tenths for tenths in RATINGS}
_MOST_VALUES = 20
_SLUG = re.compile(r"[-a-zA-Z0-9_]{1,40}")


class WordsField(forms.CharField):
    """Free text from an address: cleaned before Django's own checks, so that nothing in it is an error."""

    def to_python(self, value: Any) -> str:
        return plain_words(str(value or ""))


class PriceField(AmountField):
    """A price to look for; what no gig can cost finds nothing, however large the number."""

    def to_python(self, value: Any) -> Any:
        amount = super().to_python(value)
        return None if amount is None else min(amount, 2 * LARGEST_MINOR)


class SeveralField(forms.Field):
    """The values of a parameter that may be given several times, as far as they are among ``known``."""

    widget = forms.MultipleHiddenInput

    def __init__(self, known: Callable[[], Container[str]], **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.known = known

    def to_python(self, value: Any) -> tuple[str, ...]:
        known = self.known()
        given = dict.fromkeys(str(one)[:90] for one in (value or [])[:_MOST_VALUES])
        return tuple(sorted(one for one in given if one in known))


class FilterForm(forms.Form):
    q = WordsField(required=False, label=gettext_lazy("What needs doing?"))
    currency = WordsField(required=False, label=gettext_lazy("Priced in"))
    within = WordsField(required=False, label=gettext_lazy("Ready within"))
    min = PriceField(required=False, label=gettext_lazy("From"))
    max = PriceField(required=False, label=gettext_lazy("To"))
    sort = WordsField(required=False, label=gettext_lazy("Sort by"))
    attributes = SeveralField(lambda: properties.known().values)
    rating = SeveralField(lambda: RATINGS_ASKED)
    level = SeveralField(lambda: [level.value for level in orders.Level])
    language = SeveralField(lambda: CONFIGS)
    country = SeveralField(lambda: [code.lower() for code in accounts.country_names()])
    ai = SeveralField(lambda: AI_USES[1:])
    online = SeveralField(lambda: ["1"])

    def __init__(self, data: Mapping[str, Any]) -> None:
        if not hasattr(data, "getlist"):
            data = MultiValueDict({name: [value] for name, value in data.items()})
        super().__init__(data)
        asked = str(data.get("currency", ""))
        self.asked_currency = asked if asked in currencies.settled() else ""
        for name in ("min", "max"):
            self.fields[name].currency = self.asked_currency  # type: ignore[attr-defined]  # a PriceField

    def add_prefix(self, field_name: str) -> str:
        """The parameter of attributes is called ``is``: "is=format:svg"."""
        return {"attributes": "is"}.get(field_name, field_name)

    def query(self, category: str = "", cursor: str = "") -> CatalogueQuery:
        """What is asked for, as far as it makes sense; prices the wrong way round are swapped."""
        self.is_valid()
        given = self.cleaned_data
        low, high = given.get("min"), given.get("max")
        if low is not None and high is not None and low > high:
            low, high = high, low
        return CatalogueQuery(
            text=given.get("q", "")[:TEXT_MAX],
            category=category if _SLUG.fullmatch(category) else "",
            low_minor=low,
            high_minor=high,
            within=given["within"] if given.get("within") in WITHIN else "",
            sort=given["sort"] if given.get("sort") in SORTS else "",
            currency=self.asked_currency,
            rating=max((RATINGS_ASKED[one] for one in given.get("rating", ())), default=0),
            levels=given.get("level", ()),
            languages=given.get("language", ()),
            countries=given.get("country", ()),
            attributes=given.get("attributes", ()),
            ai_use=next(iter(given.get("ai", ())), ""),
            online=bool(given.get("online")),
            cursor=cursor,
        )


def sort_choices(query: CatalogueQuery) -> list[tuple[str, str]]:
    """Without words, the best match is what we would recommend. It is the first, and needs no word in an address."""
    names = {**SORT_NAMES, "match": SORT_NAMES["match"] if query.text else gettext_lazy("Recommended")}
    return [("" if key == "match" else key, str(name)) for key, name in names.items()]


def currency_choices() -> list[tuple[str, str]]:
    """What prices may be in, where the site settles in more than one currency."""
    codes = currencies.settled()
    if len(codes) == 1:
        return []
    return [("", _("Any currency")), *((code, f"{code} · {words.currency_name(code)}") for code in codes)]


def within_choices() -> list[tuple[str, str]]:
    return [("", _("Any time")), *((key, str(name)) for key, name in WITHIN_NAMES.items())]
