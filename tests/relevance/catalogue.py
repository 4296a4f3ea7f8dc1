"""The demo's gigs in the search, with records of their sellers that any computer makes alike."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

from django.db import connection

from accounts import api as accounts
from gigs import api as gigs
from gigs.models import Gig
from gigs.search import entries, words
from marketplace.demo.content import reader
from marketplace.demo.loader.gigs import _content
from orders.models import SellerRecord
from tests.support.stage_gigs import ship_synonyms

AT = datetime(2026, 6, 15, 12, tzinfo=UTC)


def fill() -> dict[str, int]:
    """Ids by title, the same in every run: whose turn it is goes by them.

    A quarter of the sellers are new, the others have finished 5 to 300 orders.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval(pg_get_serial_sequence('gigs_gig', 'id'), 1000000)")
    gigs.load_categories()
    ship_synonyms()
    sellers = {handle: _seller(handle) for handle in sorted({gig.seller for gig in reader.gigs()})}
    ids = {gig.title: _publish(gig, sellers[gig.seller]) for gig in reader.gigs()}
    entries.refresh(ids.values(), AT)
    words.count_words()
    return ids


def _seller(handle: str) -> int:
    random = Random(f"record-{handle}")
    user_id = accounts.register_person(email=f"{handle}@example.org", name=handle.title(), password=None, at=AT)
    accounts.become_seller(user_id=user_id, country="IE", at=AT)
    if random.random() < 0.25:
        return user_id
    completed, on_time = random.randint(5, 300), random.uniform(0.85, 1)
    recent = min(completed, 60)
    SellerRecord.objects.create(
        seller_id=user_id, completed=completed, promised=completed, on_time=round(completed * on_time),
        review_count=completed // 2, stars_total=round(completed // 2 * random.uniform(4.1, 5)),
        recent_orders=recent, recent_completed=round(recent * random.uniform(0.88, 1)), recent_promised=recent,
        recent_on_time=round(recent * on_time), recent_buyers=recent * 3 // 4,
        recent_repeat_buyers=round(recent * random.uniform(0, 0.4)), counted_at=AT,
    )  # fmt: skip
    return user_id


def _publish(gig: reader.GigData, seller_id: int) -> int:
    random = Random(f"stars-{gig.title}")
    at = AT - timedelta(days=random.randint(1, 240))
    gig_id = gigs.create_gig(seller_id=seller_id, content=_content(gig, "Europe/Dublin"), at=at)
    gigs.publish(gig_id=gig_id, seller_id=seller_id, at=at)
    if SellerRecord.objects.filter(seller_id=seller_id).exists():
        count = random.randint(0, 60)
        stars = [random.choices((1, 2, 3, 4, 5), weights=(1, 1, 3, 15, 80))[0] for _ in range(count)]
        spread = [stars.count(number) for number in range(1, 6)]
        mean = round(100 * sum(stars) / count) if count else 0
        Gig.objects.filter(pk=gig_id).update(stars=spread, review_count=count, rating_hundredths=mean)
    return gig_id
