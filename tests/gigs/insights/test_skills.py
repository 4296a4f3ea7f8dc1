"""Skills next to one's own: worked out by hand, and what is left out."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import SellerProfile, User
from gigs.insights import skills
from gigs.models import Gig, SkillNeighbour
from tests.gigs.conftest import NOON, MakeGig
from tests.gigs.insights.conftest import Counted


@pytest.fixture
def market(make_gig: MakeGig, seller: User, stranger: User, counted: Counted, settings: object) -> None:
    """Two sellers with copywriting and seo; one of them also translates, and nobody ordered that of late."""
    settings.GUIDANCE_LEAST_SELLERS = 2  # type: ignore[attr-defined]
    counted(make_gig(tags=("copywriting", "shop")), 0, ordered=3)
    counted(make_gig(tags=("SEO", "shop"), category_slug="seo"), 5, ordered=2)
    counted(make_gig(by=stranger, tags=("copywriting", "seo"), category_slug="seo"), 30, ordered=4)
    counted(make_gig(by=stranger, tags=("copywriting", "translation")), 31, ordered=9)
    counted(make_gig(by=stranger, tags=("copywriting", "proofreading"), published=False), 0, ordered=9)


def test_pairs_of_several_sellers_that_were_ordered(market: None) -> None:
    assert skills.work_out(NOON) == 2
    rows = SkillNeighbour.objects.order_by("skill").values_list("skill", "other", "category__slug", "sellers", "orders")
    assert list(rows) == [("copywriting", "seo", "seo", 2, 6), ("seo", "copywriting", "writing", 2, 7)]
    assert skills.work_out(NOON) == 2  # anew


def test_what_one_has_not(market: None, seller: User, buyer: User) -> None:
    skills.work_out(NOON)
    assert skills.own_skills(seller.pk) == {"copywriting", "shop", "seo"}
    assert skills.next_to({"copywriting", "seo"}) == []
    (found,) = skills.next_to({"copywriting", "other"})
    assert (found.name, found.sellers, found.orders, found.category) == ("seo", 2, 6, "SEO")
    assert found.start_url == "/sell/gigs/new/?starter=none&category=seo&title=Seo"
    assert skills.own_skills(buyer.pk) == set()


def test_on_the_page_by_as_many_queries_for_one_as_for_many(market: None, seller: User, as_seller: Client) -> None:
    skills.work_out(NOON)
    Gig.objects.filter(seller=seller).update(tags=[])
    empty = as_seller.get("/sell/demand/").content.decode()
    assert "Say in your profile what you can do" in empty
    SellerProfile.objects.filter(pk=seller.pk).update(skills=["Copywriting"])
    with CaptureQueriesContext(connection) as one:
        html = as_seller.get("/sell/demand/").content.decode()
    assert "6 orders in 30 days; 2 sellers have it beside a skill of yours" in " ".join(html.split())
    home = SkillNeighbour.objects.get(skill="copywriting").category
    SkillNeighbour.objects.bulk_create(
        SkillNeighbour(skill="copywriting", other=f"o{number}", category=home, sellers=2, orders=number)
        for number in range(30)
    )
    with CaptureQueriesContext(connection) as many:
        html = as_seller.get("/sell/demand/").content.decode()
    assert html.count("Start a gig for this") == 8
    assert len(many) == len(one) <= 12
