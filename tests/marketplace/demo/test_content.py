"""The demo's texts keep the rules of the product, so that the loader never stumbles over its own material."""

import re
from collections import Counter
from datetime import date
from zoneinfo import available_timezones

import pytest

from marketplace.demo import people
from marketplace.demo.content import categories, dispute_stories, exchanges, gigs, reviews
from marketplace.demo.content.types import GigData, Starter
from orders.api import QUESTION_KINDS

TODAY = date(2026, 11, 21)
HOURS = re.compile(r"^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)(-(Mon|Tue|Wed|Thu|Fri|Sat|Sun))? \d\d:\d\d-\d\d:\d\d$")
STARTERS = [starter for category in categories() for starter in category.starters]
OFFERS = [*gigs(), *STARTERS]


def name_of(offer: GigData | Starter) -> str:
    return offer.key


def test_twelve_categories_with_twenty_gigs_each() -> None:
    assert len(categories()) == 12
    assert Counter(gig.category for gig in gigs()) == {category.slug: 20 for category in categories()}


def test_titles_and_keys_are_unique() -> None:
    assert len({gig.title for gig in gigs()}) == 240
    assert len({gig.key for gig in gigs()}) == 240
    assert len({gig.description for gig in gigs()}) == 240


def test_every_seller_has_four_gigs_in_their_own_category() -> None:
    by_handle = {seller.handle: seller for seller in people.sellers(TODAY)}
    assert Counter(gig.seller for gig in gigs()) == dict.fromkeys(by_handle, 4)
    assert all(by_handle[gig.seller].category == gig.category for gig in gigs())


@pytest.mark.parametrize("offer", OFFERS, ids=name_of)
def test_titles_name_a_number_and_fit(offer: GigData | Starter) -> None:
    assert 15 <= len(offer.title) <= 80
    assert re.search(r"\d", offer.title)
    assert not offer.title.lower().startswith("i will")


@pytest.mark.parametrize("offer", OFFERS, ids=name_of)
def test_texts_stay_within_bounds(offer: GigData | Starter) -> None:
    assert 80 <= len(offer.description) <= 1200
    assert 3 <= len(offer.tags) <= 6
    assert all(len(tag) <= 30 for tag in offer.tags)
    assert 1 <= len(offer.checklist) <= 4
    assert len(offer.faq) <= 4


@pytest.mark.parametrize("offer", OFFERS, ids=name_of)
def test_packages_can_be_compared_and_kept(offer: GigData | Starter) -> None:
    packages = offer.packages
    assert 1 <= len(packages) <= 3
    assert len({tuple(label for label, _ in package.features) for package in packages}) == 1
    assert [package.price_minor for package in packages] == sorted({package.price_minor for package in packages})
    assert all(400 <= package.price_minor <= 20_000 for package in packages)
    assert all(20 <= package.promised_minutes <= 10_080 for package in packages)
    assert all(0 <= package.revisions <= 3 for package in packages)


@pytest.mark.parametrize("offer", OFFERS, ids=name_of)
def test_extras_never_bring_a_promise_below_twenty_minutes(offer: GigData | Starter) -> None:
    shortest = min(package.promised_minutes for package in offer.packages)
    sooner = sum(min(0, extra.extra_minutes) for extra in offer.extras)
    assert len(offer.extras) <= 4
    assert all(0 < extra.price_minor <= 5_000 for extra in offer.extras)
    assert shortest + sooner >= 20


@pytest.mark.parametrize("offer", OFFERS, ids=name_of)
def test_questions_are_well_formed(offer: GigData | Starter) -> None:
    assert len(offer.questions) <= 4
    for question in offer.questions:
        assert question.kind in QUESTION_KINDS
        assert (question.kind in {"choice", "multiple"}) == (len(question.choices) >= 2)


@pytest.mark.parametrize("gig", [gig for gig in gigs() if gig.order_hours], ids=name_of)
def test_order_hours_belong_to_promises_under_a_day(gig: GigData) -> None:
    assert min(package.promised_minutes for package in gig.packages) < 1440
    assert all(HOURS.match(part) for part in gig.order_hours.split(", "))


def test_people_are_whole_and_the_same_each_time() -> None:
    everyone = [*people.sellers(TODAY), *people.buyers(TODAY)]
    assert (len(people.sellers(TODAY)), len(people.buyers(TODAY))) == (60, 80)
    assert len({person.handle for person in everyone}) == 140
    assert all(re.fullmatch(r"[a-z-]{4,30}", person.handle) for person in everyone)
    assert {person.zone for person in everyone} <= available_timezones()
    assert all(person.member_since < TODAY for person in everyone)
    people.sellers.cache_clear()
    assert [seller.member_since for seller in people.sellers(TODAY)] == [p.member_since for p in everyone[:60]]


def test_each_category_has_conversations() -> None:
    slugs = {category.slug for category in categories()}
    assert len(exchanges()) == 40
    assert {exchange.category for exchange in exchanges()} == slugs
    assert all(bool(exchange.question) == bool(exchange.reply) for exchange in exchanges())
    assert all(bool(exchange.revision) == bool(exchange.second_delivery) for exchange in exchanges())


def test_reviews_are_mostly_good_and_sometimes_honest() -> None:
    stars = Counter(review.stars for review in reviews())
    assert sum(stars.values()) == 120
    assert stars[5] + stars[4] >= 100
    assert stars[2] >= 3
    assert len({review.text for review in reviews()}) == 120
    assert {review.category for review in reviews()} == {""} | {category.slug for category in categories()}


def test_disputes_are_decided_between_nothing_and_all() -> None:
    assert len(dispute_stories()) == 8
    assert all(0 <= story.buyer_percent <= 100 for story in dispute_stories())
    assert {story.filed_by for story in dispute_stories()} == {"buyer", "seller"}


def test_no_answer_to_a_dispute_gives_what_is_asked() -> None:
    """Such an answer would settle it, and nobody could decide the case that the story tells."""
    for story in dispute_stories():
        given = story.ANSWER_PERCENT - story.asked_percent
        assert given < 0 if story.filed_by == "buyer" else given > 0, story.claim
        assert story.buyer_percent <= max(story.asked_percent, story.ANSWER_PERCENT), story.claim
