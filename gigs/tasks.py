from datetime import datetime, timedelta

from gigs.bulk import services as bulk
from gigs.offers import services
from gigs.search import entries, tiers, words
from gigs.versions import keeping
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


@periodic(every=timedelta(hours=6))
def drop_old_versions(at: datetime) -> int:
    """What gigs said long ago, and imports that nobody looks at any more."""
    return keeping.drop_old(at) + bulk.tidy(at)
