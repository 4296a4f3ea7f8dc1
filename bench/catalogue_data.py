"""A catalogue of any size as a site has it after years: people, their records, gigs with packages and values, entries.

Rows are written by COPY into the product's own tables; what a search reads is made from them by the product's own
``reindex``. The same in every run.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.core.cache import cache as redis
from django.core.management import call_command

from accounts.models import SellerProfile, User
from bench import copying, database
from bench.catalogue_words import Craft, Words
from gigs import api as gigs
from gigs.models import Attribute, AttributeValue, Category, Gig, GigValue, Package
from gigs.services.editing import all_in_minor
from marketplace.kernel import clock, currencies
from orders.models import SellerRecord

_PROCESSES = 2
GIGS_EACH = 8  # of a seller, in the mean
_COUNTRIES = str.split("US IN PK GB DE BD UA PH NG FR ES IT PL RO BR CA NL EG KE ID TR LK VN MX PT GR RS AR SE IE")
_LANGUAGES = ("en", "de", "fr", "es")
_LANGUAGE_SHARES = (88, 94, 97, 100)
_ATTRIBUTES = {
    "format": ("png", "pdf", "svg", "docx", "csv", "mp4"),
    "style": ("plain", "playful", "elegant", "technical", "warm"),
    "tool": ("figma", "excel", "word", "canva", "photoshop", "blender", "audacity", "notion"),
}
_MINUTES = (60, 110, 360, 720, 1_440, 2_880, 4_320, 7_200, 14_400)
_HOURS = {"time_zone": "Europe/Dublin", "spans": [[day, 540, 1_080] for day in range(5)]}


@cache
def words() -> Words:
    return Words()


def name_of(size: int) -> str:
    return f"bench_catalogue_{size}"


def use(size: int, *, is_kept: bool = False) -> None:
    """Points Django at a catalogue of so many gigs, and makes it if it is not there; once in a run.

    ``is_kept``: one that an earlier run left in the same servers will do.
    """
    if size not in _made:
        if not (is_kept and database.exists(name_of(size))):
            _make(size)
        _made.add(size)
    database.use(name_of(size))
    redis.clear()  # what is kept there is of another catalogue


_made: set[int] = set()


def _make(size: int) -> None:
    database.fresh(name_of(size))
    redis.clear()
    began = time.monotonic()
    fill(size)
    database.run("VACUUM ANALYZE")
    print(f"  {size:,} gigs of {size // GIGS_EACH:,} sellers written in {time.monotonic() - began:.0f} s", flush=True)
    _index(size, "indexed")
    # As it is where everything was once indexed anew: by standing, which before that nobody knew.
    _index(size, "indexed anew")


def _index(size: int, what: str) -> None:
    began = time.monotonic()
    call_command("reindex", processes=_PROCESSES, verbosity=0)
    seconds = time.monotonic() - began
    database.run("VACUUM ANALYZE")
    print(f"  {what} in {seconds:.0f} s by {_PROCESSES} processes, {size / seconds:,.0f} a second", flush=True)


def fill(size: int) -> None:
    """Everything but the entries."""
    at = clock.now()
    gigs.load_categories()
    crafts = {craft.slug: pk for craft, pk in _categories()}
    values = _attributes()
    sellers = max(1, size // GIGS_EACH)
    first = _people(sellers, at)
    rows = _Rows(size, first, sellers, crafts, values, at)
    copying.copy(SellerRecord, _RECORD, (record for record in rows.records if record))
    copying.copy(Gig, _GIG, rows.gigs())
    copying.copy(Package, _PACKAGE, rows.packages())
    copying.copy(GigValue, ("gig_id", "value_id"), rows.values())


def _categories() -> Iterator[tuple[Craft, int]]:
    parents = {category.slug: category for category in Category.objects.all()}
    for number, craft in enumerate(words().crafts):
        parent = parents[craft.parent]
        category = Category.objects.create(
            slug=craft.slug,
            name=craft.name,
            description=f"{craft.name}, and what belongs to it",
            icon=parent.icon,
            position=100 + number,
            parent=parent,
            usual_low_minor=parent.usual_low_minor,
            usual_high_minor=parent.usual_high_minor,
        )
        yield craft, category.pk


def _attributes() -> dict[str, dict[str, list[int]]]:
    """Ids of values, by the slugs of category and attribute."""
    found: dict[str, dict[str, list[int]]] = {}
    for category in Category.objects.filter(parent=None):
        for place, (slug, names) in enumerate(_ATTRIBUTES.items()):
            attribute = Attribute.objects.create(
                category=category, slug=f"bench-{slug}", name=slug.title(), position=place, is_single=slug == "style"
            )
            rows = [AttributeValue(attribute=attribute, slug=name, name=name.title()) for name in names]
            ids = [row.pk for row in AttributeValue.objects.bulk_create(rows)]
            found.setdefault(category.slug, {})[slug] = ids
    return found


def _people(count: int, at: datetime) -> int:
    """The first of so many ids in a row."""
    ((first,),) = database.run("SELECT coalesce(max(id), 0) + 1 FROM accounts_user")
    rnd = random.Random(3)
    ids = range(first, first + count)
    shares = [1 / (place + 2) for place in range(len(_COUNTRIES))]
    countries = rnd.choices(_COUNTRIES, weights=shares, k=count)
    people = (
        (pk, f"s{pk}@bench.invalid", f"Maker {pk}", f"maker{pk}", country, "Dublin", f"portraits/{pk % 500}")
        for pk, country in zip(ids, countries, strict=True)
    )
    columns = ("id", "email", "display_name", "handle", "country", "city", "portrait")
    copying.copy(User, (*columns, "joined_at"), ((*row, at) for row in people))
    profiles = ((pk, "Small jobs, done with care", at - timedelta(days=400)) for pk in ids)
    copying.copy(SellerProfile, ("user_id", "headline", "started_at"), profiles)
    return int(first)


_RECORD = (
    "seller_id", "completed", "promised", "on_time", "review_count", "stars_total", "recent_orders",
    "recent_completed", "recent_promised", "recent_on_time", "recent_disputed", "recent_buyers",
    "recent_repeat_buyers", "recent_questions", "answer_minutes", "counted_at",
)  # fmt: skip
_GIG = (
    "id", "seller_id", "category_id", "state", "currency", "title", "slug", "description", "tags", "cover", "language",
    "languages", "hours", "ai_use", "queue_limit", "from_price_minor", "from_all_in_minor", "from_minutes",
    "fastest_minutes", "package_count", "stars", "review_count", "rating_hundredths", "active_orders",
    "completed_orders", "last_ordered_at", "created_at", "updated_at", "published_at",
)  # fmt: skip
_PACKAGE = ("gig_id", "position", "name", "price_minor", "all_in_minor", "promised_minutes", "revisions", "features")
_PACKAGE_NAMES = ("Small", "Middle", "Large")
_FEATURES = [["Pieces", "3"], ["Source file", "yes"], ["Changes", "1"]]


class _Rows:
    """Rows of the tables, each drawn from its own seed, so that tables agree without being kept in memory."""

    def __init__(
        self,
        size: int,
        first_seller: int,
        sellers: int,
        crafts: dict[str, int],
        values: dict[str, dict[str, list[int]]],
        at: datetime,
    ) -> None:
        self.size, self.first, self.sellers, self.at = size, first_seller, sellers, at
        self.crafts, self.attributes = crafts, values
        self.currency = currencies.default()
        rnd = random.Random(5)
        self.skills = [rnd.betavariate(8, 2) for _ in range(sellers)]  # how good a seller is
        self.records = [_record(first_seller + one, skill, rnd, at) for one, skill in enumerate(self.skills)]

    def gigs(self) -> Iterator[tuple[Any, ...]]:
        for pk in range(1, self.size + 1):
            yield self._gig(pk)

    def packages(self) -> Iterator[tuple[Any, ...]]:
        for pk in range(1, self.size + 1):
            for place, (price, minutes) in enumerate(self._offered(pk)):
                all_in = _all_in(price, self.currency)
                yield pk, place + 1, _PACKAGE_NAMES[place], price, all_in, minutes, place + 1, _FEATURES

    def values(self) -> Iterator[tuple[int, int]]:
        for pk in range(1, self.size + 1):
            rnd = random.Random(-pk)
            own = self.attributes[self._craft(pk).parent]
            chosen = [*rnd.sample(own["format"], 2), rnd.choice(own["style"]), *own["tool"][: rnd.random() < 0.5]]
            yield from ((pk, value) for value in chosen)

    def _craft(self, pk: int) -> Craft:
        return words().craft(random.Random(pk))

    def _offered(self, pk: int) -> list[tuple[int, int]]:
        """Price and minutes of each package; the first is the cheapest."""
        rnd = random.Random(pk * 3 + 1)
        price = 50 * max(10, round(rnd.lognormvariate(7.8, 0.8) / 50))
        minutes = rnd.choice(_MINUTES)
        count = rnd.choices((1, 2, 3), weights=(30, 20, 50))[0]
        return [(price * (place + 1), min(minutes * (place + 1), 40_000)) for place in range(count)]

    def _gig(self, pk: int) -> tuple[Any, ...]:
        rnd, craft = random.Random(pk * 3 + 2), self._craft(pk)
        seller = int(self.sellers * rnd.random() ** 1.5)  # some have many gigs
        offered = self._offered(pk)
        title = words().title(craft, rnd)
        language = rnd.choices(_LANGUAGES, cum_weights=_LANGUAGE_SHARES)[0]
        done = int(rnd.expovariate(1 / 12)) if self.records[seller] else 0
        stars = _stars(done * 2 // 3, self.skills[seller], rnd)
        published = self.at - timedelta(days=rnd.expovariate(1 / 400), minutes=rnd.random())
        ordered = published + (self.at - published) * rnd.betavariate(5, 2) if done else None
        (price, minutes), reviews = offered[0], sum(stars)
        total = sum(number * count for number, count in enumerate(stars, 1))
        return (
            pk, self.first + seller, self.crafts[craft.slug], "active" if rnd.random() < 0.97 else "paused",
            self.currency, title, title.lower().replace(" ", "-"), words().description(craft, rnd),
            list(dict.fromkeys(words().of(craft, rnd, 3))), f"covers/{pk % 997:03}", language,
            rnd.sample(_LANGUAGES, 2) if rnd.random() < 0.2 else [], _HOURS if rnd.random() < 0.3 else None,
            rnd.choices(("", "none", "assisted", "generated"), weights=(50, 25, 20, 5))[0],
            3 if rnd.random() < 0.05 else None, price, _all_in(price, self.currency), minutes,
            min(each for _, each in offered), len(offered), stars, reviews, 100 * total // reviews if reviews else 0,
            rnd.choice((0, 0, 0, 1, 2, 3)), done, ordered, published, published, published,
        )  # fmt: skip


def _record(seller_id: int, skill: float, rnd: random.Random, at: datetime) -> tuple[Any, ...] | None:
    """None for every third: nobody has ordered from them yet."""
    if rnd.random() < 0.35:
        return None
    completed = 1 + int(rnd.lognormvariate(2.5, 1.2))
    recent = min(completed, 60)
    on_time, reviews = round(recent * min(1, skill + 0.1)), completed * 2 // 3
    buyers = max(1, round(recent * 0.8))
    return (
        seller_id, completed, completed, round(completed * min(1, skill + 0.1)), reviews,
        round(reviews * (3 + 2 * skill)), recent, round(recent * min(1, skill + 0.15)), recent, on_time,
        round(recent * 0.02), buyers, recent - buyers, 5, rnd.choice((10, 45, 200, 900)), at,
    )  # fmt: skip


def _stars(reviews: int, skill: float, rnd: random.Random) -> list[int]:
    stars = [0, 0, 0, 0, 0]
    for each in rnd.choices(range(5), weights=(2, 1, 3, 30 * (1 - skill), 60 * skill), k=reviews):
        stars[each] += 1
    return stars


@cache
def _all_in(price_minor: int, currency: str) -> int:
    return all_in_minor(price_minor, currency)
