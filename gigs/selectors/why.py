"""Why a gig stands where it stands. The order is a plain sort, so the reasons are all there is."""

from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.search import SearchQuery, SearchVectorField
from django.db.models import BooleanField, F, Func
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from gigs.contracts import CatalogueQuery
from gigs.models import Gig
from gigs.selectors.catalogue import CONFIG, effective_sort
from gigs.selectors.offers import TODAY, annotate_offer, currency_of
from marketplace.kernel import currencies, words
from marketplace.kernel.errors import NotFound
from marketplace.kernel.money import Money

_PLACES = {
    "A": gettext_lazy("the title"),
    "B": gettext_lazy("the tags"),
    "C": gettext_lazy("the category"),
    "D": gettext_lazy("the description"),
}
SORT_NAMES = {
    "match": gettext_lazy("Best match"),
    "rating": gettext_lazy("Best rated"),
    "price": gettext_lazy("Lowest price"),
    "fastest": gettext_lazy("Fastest"),
    "newest": gettext_lazy("Newest"),
}
_SORT_WORDS = {
    "match": gettext_lazy(
        "Sorted by how well the words match: the title counts most, then tags, category and description. "
        "On a tie, the better rated comes first."
    ),
    "rating": gettext_lazy("Sorted by rating, then by the number of reviews, then the newer first."),
    "price": gettext_lazy("Sorted by price, all in, lowest first."),
    "fastest": gettext_lazy("Sorted by the promised time, shortest first; on a tie, the better rated comes first."),
    "newest": gettext_lazy("Sorted by the day it was published, newest first."),
}


def reasons(gig_id: int, query: CatalogueQuery, at: datetime) -> tuple[Gig, list[str]]:
    """A gig and the sentences that explain its place. Raises NotFound."""
    sort = effective_sort(query)
    gigs = annotate_offer(Gig.objects.active(), query, at, fastest=sort == "fastest")
    gig = gigs.annotate(**_where(query.text)).filter(pk=gig_id).first()
    if gig is None or gig.offer_price is None:  # type: ignore[attr-defined]  # annotated
        raise NotFound(_("This gig is not in these results any more."))
    return gig, [*_word_reasons(gig, query), *_filter_reasons(gig, query), _rating_reason(gig), str(_SORT_WORDS[sort])]


def _where(text: str) -> dict[str, Func]:
    """A flag per weight: do the words appear in this part of the gig?"""
    if not text:
        return {}
    asked = SearchQuery(text, search_type="websearch", config=CONFIG)
    return {f"in_{weight}": _matches(weight, asked) for weight in _PLACES}


def _matches(weight: str, asked: SearchQuery) -> Func:
    template = f"%(function)s(%(expressions)s, '{{{weight.lower()}}}')"
    part = Func(F("search"), function="ts_filter", template=template, output_field=SearchVectorField())
    return Func(part, asked, template="(%(expressions)s)", arg_joiner=" @@ ", output_field=BooleanField())


def _word_reasons(gig: Gig, query: CatalogueQuery) -> list[str]:
    if not query.text:
        return []
    places = [str(name) for weight, name in _PLACES.items() if getattr(gig, f"in_{weight}")]
    if not places:
        return [_("Your words are spread over the title, tags and description.")]
    return [_("Your words are in %(places)s.") % {"places": ", ".join(places)}]


def _filter_reasons(gig: Gig, query: CatalogueQuery) -> list[str]:
    price = words.amount(Money(gig.offer_price, gig.currency))  # type: ignore[attr-defined]
    promise = words.duration(gig.offer_minutes)  # type: ignore[attr-defined]
    shown = _("The package shown costs %(price)s all in and is promised within %(promise)s.")
    result = [shown % {"price": price, "promise": promise}]
    currency = currency_of(query)
    if currency and len(currencies.settled()) > 1:
        result.append(
            _("Only gigs priced in %(currency)s are here: prices are not converted.") % {"currency": currency}
        )
    if query.within == TODAY:
        result.append(_("Within the seller's order hours, that is still today for you."))
    return result


def _rating_reason(gig: Gig) -> str:
    if not gig.review_count:
        return _("It has no reviews yet.")
    text = ngettext(
        "Rated %(rating)s from %(count)d review.", "Rated %(rating)s from %(count)d reviews.", gig.review_count
    )
    return text % {"rating": f"{gig.rating:.1f}", "count": gig.review_count}
