import logging
import time
from datetime import datetime, timedelta

import redis

from gigs.bulk import services as bulk
from gigs.favourites import watching
from gigs.gallery import tasks as gallery  # noqa: F401 - declares its jobs
from gigs.guidance import hints
from gigs.guidance.services import work_out
from gigs.insights import demand, earnings, ranks, receipts, searches, skills
from gigs.offers import services
from gigs.portfolio import tasks as portfolio  # noqa: F401 - declares its jobs
from gigs.saved_searches import looking
from gigs.search import entries, tiers, words
from gigs.services import category_counts
from gigs.sharing import cards
from gigs.statistics.services import fold, forget
from gigs.versions import keeping
from gigs.waiting.services import tell_due
from marketplace.kernel.periodic import periodic, take_steps

logger = logging.getLogger(__name__)

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


@periodic(every=timedelta(minutes=1))
def tell_of_saved_gigs(at: datetime) -> int:
    """Saved gigs that became cheaper or can be ordered again; what does not fit into this tick waits for the next."""
    changed, started = 0, time.monotonic()
    while time.monotonic() - started < 20 and (step := watching.look(at)) >= 0:
        changed += step
    return changed


@periodic(every=timedelta(minutes=5))
def look_at_saved_searches(at: datetime) -> int:
    return looking.look(at)


@periodic(every=timedelta(minutes=1))
def fold_gig_figures(at: datetime) -> int:
    """What pages counted in Redis, into the rows of days. Where Redis is away, it waits there."""
    try:
        return fold(at)
    except redis.RedisError as error:
        logger.warning("gigs' figures wait, Redis is away: %s", error)
        return 0


@periodic(every=timedelta(hours=6))
def forget_gig_figures(at: datetime) -> int:
    return forget(at)


@periodic(every=timedelta(minutes=15))
def count_gig_receipts(at: datetime) -> int:
    """What gigs brought their sellers on the last days."""
    return receipts.count_receipts(at)


@periodic(every=timedelta(days=1))
def count_gig_receipts_again(at: datetime) -> int:
    """The days of which a bank may still have taken something back."""
    return receipts.count_again(at)


@periodic(every=timedelta(hours=6))
def rank_gigs(at: datetime) -> int:
    """Where each gig stands in its category."""
    return ranks.count_ranks()


@periodic(every=timedelta(days=1))
def count_earnings(at: datetime) -> int:
    """What completed orders of each category brought."""
    return earnings.work_out(at)


@periodic(every=timedelta(hours=1))
def fold_searches(at: datetime) -> int:
    """What was searched for on days that are over. Where Redis is away, it waits there, for two days."""
    try:
        return searches.fold(at)
    except redis.RedisError as error:
        logger.warning("searches wait, Redis is away: %s", error)
        return 0


@periodic(every=timedelta(hours=12))
def count_demand(at: datetime) -> int:
    """Searches beside the good gigs that answer them, and skills beside each other."""
    searches.forget(at)
    return demand.work_out(at) + skills.work_out(at)


@periodic(every=timedelta(seconds=10))
def draw_share_cards(at: datetime) -> int:
    """Cards of links that pages asked for."""
    return take_steps(cards.draw_next, seconds=5)


@periodic(every=timedelta(hours=1))
def guide_prices(at: datetime) -> int:
    """Once a day, at the first hour that finds yesterday's figures: what is usual, and who may ask for more."""
    if not work_out(at):
        return 0
    return hints.look_for_hints(at)


@periodic(every=timedelta(hours=6))
def drop_old_versions(at: datetime) -> int:
    """What gigs said long ago, and imports that nobody looks at any more."""
    return keeping.drop_old(at) + bulk.tidy(at)
