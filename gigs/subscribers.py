from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.utils.translation import gettext_lazy as _

from accounts import api as accounts
from accounts.contracts import PersonLeft, PersonReinstated, PersonSuspended
from gigs import leaving
from gigs.bulk.services import cancel_all_of
from gigs.favourites import notices as saved_notices
from gigs.guidance import notices as price_notices
from gigs.insights.skills import tags_in_use
from gigs.models import Attribute, AttributeValue, Category, Synonym
from gigs.offers import notices, services
from gigs.offers.acts import make_an_offer
from gigs.offers.cards import OfferCards
from gigs.offers.source import OfferSource
from gigs.portfolio import notices as piece_notices
from gigs.portfolio.order_link import portfolio_link
from gigs.reviewing import notices as review_notices
from gigs.saved_searches import notices as search_notices
from gigs.search import memory
from gigs.services.hiding import hide_all, show_all
from gigs.services.ordering import SOURCE_KIND
from gigs.services.reviews import count_review, uncount_review
from gigs.source import GigSource
from gigs.storefront import panels as storefront
from gigs.waiting import notices as waiting_notices
from inbox import api as inbox
from marketplace.kernel import events, outbox
from orders import api as orders
from orders.contracts import ReviewPublished, ReviewRemoved, RulesChanged

orders.sources.register(SOURCE_KIND, GigSource())
orders.sources.register(services.SOURCE_KIND, OfferSource())
inbox.register_cards(services.SOURCE_KIND, OfferCards())
inbox.register_act(make_an_offer)
notices.register_kinds()
waiting_notices.register_kinds()
saved_notices.register_kinds()
search_notices.register_kinds()
price_notices.register_kinds()
review_notices.register_kinds()
piece_notices.register_kinds()
for _panel, _position in (
    (storefront.profile_head, 1),
    (storefront.profile_availability, 2),
    (storefront.profile_heart, 6),
    (storefront.profile_share, 7),
    (storefront.profile_gigs, 10),
    (storefront.profile_work, 15),
    (storefront.profile_certificates, 30),
    (storefront.profile_report, 200),
):
    accounts.register_profile_panel(_panel, position=_position)
orders.register_side_link(portfolio_link)
accounts.register_skills(tags_in_use)
accounts.register_settings_section(_("Shown work"), "gigs:asked", position=60)
accounts.register_chapter("gigs", leaving.gigs_of)
accounts.register_chapter("portfolio", leaving.pieces_of)
accounts.register_chapter("certificates", leaving.certificates_of)
accounts.register_chapter("reported-pages", leaving.reports_of)
accounts.register_chapter("reported-gigs", leaving.gig_reports_of)
accounts.register_chapter("saved", leaving.saved_of)
accounts.register_chapter("saved-searches", leaving.searches_of)


def forget_what_is_kept(**_of_a_signal: object) -> None:
    """Now, and again once others can read what was changed."""
    memory.forget_all()
    transaction.on_commit(memory.forget_all)


for changed in (post_save, post_delete):
    for model in (Category, Attribute, AttributeValue, Synonym):
        changed.connect(forget_what_is_kept, sender=model)


@events.subscribe(ReviewPublished)
def on_review_published(event: ReviewPublished) -> None:
    if event.source_kind == SOURCE_KIND:
        count_review(gig_id=int(event.source_ref), stars=event.stars)


@events.subscribe(ReviewRemoved)
def on_review_removed(event: ReviewRemoved) -> None:
    if event.source_kind == SOURCE_KIND:
        uncount_review(gig_id=int(event.source_ref), stars=event.stars)


@events.subscribe(RulesChanged)
def on_rules_changed(event: RulesChanged) -> None:
    if any(name.startswith("buyer_fee") for name in event.names):
        outbox.enqueue(topic="reprice-gigs", key=f"reprice:{event.at.isoformat()}", payload={}, at=event.at)


@events.subscribe(PersonSuspended)
def on_person_suspended(event: PersonSuspended) -> None:
    cancel_all_of(event.user_id, event.at)  # an import locks itself before its gigs
    hide_all(event.user_id)


@events.subscribe(PersonLeft)
def on_person_left(event: PersonLeft) -> None:
    leaving.let_go(event.user_id, event.at)


@events.subscribe(PersonReinstated)
def on_person_reinstated(event: PersonReinstated) -> None:
    show_all(event.user_id, event.at)
