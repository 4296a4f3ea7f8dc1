from datetime import datetime, timedelta

from gigs.gallery import tasks as gallery  # noqa: F401 - declares its jobs
from gigs.offers import services
from gigs.search import entries, tiers, words
from gigs.services import category_counts
from gigs.waiting.services import tell_due
from marketplace.kernel.periodic import periodic

_MOST_AT_ONCE = 2_000


@periodic(every=timedelta(minutes=1))
def expire_offers(at: datetime) -> int:
    """Offers that nobody answered in time."""
    return services.expire_due(at)


@periodic(every=timedelta(seconds=2))
def refresh_search(at: datetime) -> int:
    """Gigs that changed, whoever changed them, in the search."""
    done = 0
    while count := entries.refresh_changed(at):
        done += count
        if done >= _MOST_AT_ONCE:
            break
    return done


@periodic(every=timedelta(minutes=5))
def refresh_oldest_entries(at: datetime) -> int:
    """Each entry once a day: a two hundred and eighty-eighth of a million is 3,500."""
    return entries.refresh_oldest(at, limit=4_000)


@periodic(every=timedelta(days=1))
def count_search_words(at: datetime) -> int:
    """How common each word is, and where the tiers begin."""
    words.count_words()
    return tiers.put_in_order()


@periodic(every=timedelta(minutes=10))
def count_gigs_of_categories(at: datetime) -> int:
    """A first gig should not wait an hour until its category says so."""
    return category_counts.count_gigs(at)


@periodic(every=timedelta(hours=1))
def count_orders_of_categories(at: datetime) -> int:
    """What was finished in each category lately."""
    return category_counts.count_orders(at)


@periodic(every=timedelta(minutes=1))
def tell_of_room(at: datetime) -> int:
    """Those who wait for a gig that takes orders again."""
    return tell_due(at)
