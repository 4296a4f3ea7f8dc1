"""Two at the same moment: one comes first, the other is told, and nothing is half done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

import pytest

from accounts.models import User
from gigs import api
from gigs.models import Gig, GigReview
from gigs.models.reviewing import Concern, Flag, Takedown
from gigs.reviewing import concerns, deciding, selectors, taking_down
from gigs.reviewing.states import Mode
from inbox.models import Notification
from marketplace.kernel.errors import Conflict
from tests.gigs.conftest import CONTENT, MakeGig
from tests.gigs.reviewing.conftest import NEW_TEXT, approve, edit, round_of, send_back, state, wants
from tests.support.racing import meet

pytestmark = pytest.mark.django_db(transaction=True)


def refused(results: Iterable[object]) -> list[str]:
    assert all(one is None or isinstance(one, int | Conflict) for one in results), results
    return [one.code for one in results if isinstance(one, Conflict)]


def told() -> list[str]:
    return list(Notification.objects.order_by("pk").values_list("kind", flat=True))


@pytest.mark.parametrize("number", range(3))
def test_two_moderators_decide(waiting: GigReview, mo: User, di: User, at: datetime, number: int) -> None:
    results = meet(lambda: approve(waiting, mo, at), lambda: send_back(waiting, di, at))
    assert refused(results) == ["decided"]
    waiting.refresh_from_db()
    outcome = (waiting.state, state(waiting.gig), waiting.notes.count(), told())
    assert outcome in [("approved", "active", 0, ["gig_approved"]), ("sent_back", "draft", 1, ["gig_sent_back"])]


def test_five_claim_one(waiting: GigReview, at: datetime) -> None:
    people = [User.objects.create_user(f"m{n}@example.org", display_name=f"M {n}", is_moderator=True) for n in range(5)]
    results = meet(*[lambda who=who: deciding.claim(round_id=waiting.pk, moderator_id=who.pk, at=at) for who in people])
    assert refused(results) == ["claimed"] * 4
    waiting.refresh_from_db()
    assert waiting.claimed_by in people


@pytest.mark.parametrize("number", range(3))
def test_the_seller_changes_what_is_being_approved(waiting: GigReview, mo: User, at: datetime, number: int) -> None:
    gig = waiting.gig
    content = replace(CONTENT, currency="EUR", description=NEW_TEXT)
    results = meet(
        lambda: approve(waiting, mo, at, edition=1),
        lambda: api.edit_gig(gig_id=gig.pk, seller_id=gig.seller_id, content=content, at=at),
    )
    waiting.refresh_from_db()
    gig.refresh_from_db()
    if refused(results):  # the change came first: nothing was approved that nobody had seen
        assert (waiting.state, waiting.edition, gig.state) == ("waiting", 2, "in_review")
    else:  # the approval came first: the change is an ordinary one of a live gig
        assert (waiting.state, waiting.edition, gig.state) == ("approved", 1, "active")
    assert gig.description == NEW_TEXT


def test_the_seller_takes_back_what_is_being_approved(waiting: GigReview, mo: User, at: datetime) -> None:
    gig = waiting.gig
    results = meet(
        lambda: approve(waiting, mo, at),
        lambda: deciding.withdraw(gig_id=gig.pk, seller_id=gig.seller_id, at=at),
    )
    assert refused(results) == ["decided"]
    waiting.refresh_from_db()
    assert (waiting.state, state(gig)) in [("approved", "active"), ("withdrawn", "draft")]


def test_a_live_gig_is_changed_twice_while_it_is_approved(live: Gig, mo: User, at: datetime) -> None:
    edit(live, at, description=NEW_TEXT)
    waiting = round_of(live)
    other = replace(CONTENT, currency="EUR", description=f"{NEW_TEXT} And rivers, lakes, ponds, and the sea.")
    results = meet(
        lambda: approve(waiting, mo, at, edition=1),
        lambda: api.edit_gig(gig_id=live.pk, seller_id=live.seller_id, content=other, at=at),
    )
    live.refresh_from_db()
    if refused(results):
        assert (live.description, round_of(live).edition) == (CONTENT.description, 2)
    else:
        assert (live.description, round_of(live).number, round_of(live).state) == (NEW_TEXT, 2, "waiting")


def test_a_double_click_hands_in_once(make_gig: MakeGig, at: datetime) -> None:
    gig = make_gig(published=False)
    wants(Mode.NEW, at)
    meet(*[lambda: api.publish(gig_id=gig.pk, seller_id=gig.seller_id, at=at)] * 4)
    assert (state(gig), GigReview.objects.count()) == ("in_review", 1)


def test_a_double_click_reports_once_and_two_people_open_one_concern(
    gig: Gig, buyer: User, stranger: User, at: datetime
) -> None:
    deeds = [
        lambda who=who: concerns.report(gig_id=gig.pk, by_id=who, reason="copied", text="", at=at)
        for who in (buyer.pk, buyer.pk, stranger.pk, stranger.pk)
    ]
    assert refused(meet(*deeds)) == ["reported"] * 2
    assert (Concern.objects.count(), Flag.objects.count()) == (1, 2)


def test_one_takes_it_down_while_another_finds_nothing_wrong(
    gig: Gig, buyer: User, mo: User, di: User, at: datetime
) -> None:
    concerns.report(gig_id=gig.pk, by_id=buyer.pk, reason="copied", text="", at=at)
    pk = Concern.objects.get().pk
    seen = selectors.mark_of(gig, pk)
    results = meet(
        lambda: taking_down.take_down(concern_id=pk, moderator_id=mo.pk, seen=seen, reason="Copied.", at=at),
        lambda: taking_down.dismiss(concern_id=pk, moderator_id=di.pk, seen=seen, at=at),
    )
    assert refused(results) == ["decided"]
    assert (state(gig), Takedown.objects.count()) in [("taken_down", 1), ("active", 0)]
