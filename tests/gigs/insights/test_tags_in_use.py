"""Tags of gigs are among the skills that the settings suggest."""

from __future__ import annotations

import pytest

from accounts import api as accounts
from accounts import skills
from accounts.models import User
from accounts.services.profiles import SellerWords, save_seller_words
from gigs.insights.skills import tags_in_use
from gigs.models import Gig
from gigs.search import entries
from marketplace.kernel import clock
from tests.gigs.conftest import MakeGig

pytestmark = pytest.mark.django_db


def test_tags_of_several_sellers_are_suggested(make_gig: MakeGig, seller: User, stranger: User) -> None:
    own, more, other = make_gig(), make_gig(), make_gig()
    Gig.objects.all().update(tags=["Vectors", "vectors"])
    entries.refresh([own.pk, more.pk, other.pk], clock.now())
    assert tags_in_use(2, 9) == {}  # three gigs, one seller
    accounts.become_seller(user_id=stranger.pk, country="IE", at=clock.now())
    Gig.objects.filter(pk=other.pk).update(seller=stranger)
    assert tags_in_use(2, 9) == {"vectors": 2}
    for user in (seller, stranger):
        save_seller_words(user_id=user.pk, words=SellerWords("", "", [], ["VECTORS"]))
    skills.count()
    assert skills.suggested() == ["VECTORS"]
