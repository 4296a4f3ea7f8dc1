from datetime import datetime, timedelta

from gigs.offers import services
from marketplace.kernel.periodic import periodic


@periodic(every=timedelta(minutes=1))
def expire_offers(at: datetime) -> int:
    """Offers that nobody answered in time."""
    return services.expire_due(at)
