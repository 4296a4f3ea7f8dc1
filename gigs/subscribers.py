from accounts import api as accounts
from gigs.panels import profile_gigs
from gigs.services.ordering import SOURCE_KIND
from gigs.services.reviews import count_review
from gigs.source import GigSource
from marketplace.kernel import events
from orders import api as orders
from orders.contracts import ReviewPublished

orders.sources.register(SOURCE_KIND, GigSource())
accounts.register_profile_panel(profile_gigs, position=10)


@events.subscribe(ReviewPublished)
def on_review_published(event: ReviewPublished) -> None:
    if event.source_kind == SOURCE_KIND:
        count_review(gig_id=int(event.source_ref), stars=event.stars)
