"""From handing in to an answer: which gigs are looked at, every transition, every refusal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts import api as accounts
from accounts.models import User
from gigs import api, documents, states
from gigs.models import Gig, GigReview
from gigs.reviewing import deciding, selectors
from gigs.reviewing.claiming import LEASE
from gigs.reviewing.states import Mode
from gigs.selectors.owned import content_of
from gigs.states import GigState
from inbox import api as inbox
from marketplace.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound
from marketplace.kernel.transitions import IllegalTransition
from tests.gigs.conftest import CONTENT, MakeGig
from tests.gigs.reviewing.conftest import (
    APPROVED,
    HOUR,
    NEW_TEXT,
    SENT_BACK,
    WITHDRAWN,
    approve,
    edit,
    everything,
    round_of,
    send_back,
    state,
    told,
    wants,
)  # fmt: skip

PACKAGE = CONTENT.packages[0]


# Which gigs are looked at.


def test_nothing_is_looked_at_until_the_operator_wants_it(make_gig: MakeGig) -> None:
    assert (make_gig().state, GigReview.objects.count()) == ("active", 0)


def test_the_first_gig_of_a_new_seller(make_gig: MakeGig, stranger: User, mo: User, at: datetime) -> None:
    make_gig(by=stranger)
    wants(Mode.FIRST, at)
    assert make_gig(by=stranger, title="Write a second thing for you").state == "active"  # sold here before
    first, second = make_gig(), make_gig(title="Write another thing for you")
    assert (first.state, second.state) == ("in_review", "in_review")
    approve(round_of(first), mo, at)
    assert make_gig(title="Write a third thing for you").state == "active"
    assert state(second) == "in_review"


def test_every_new_gig_and_no_old_one(make_gig: MakeGig, at: datetime) -> None:
    old = make_gig()
    wants(Mode.NEW, at)
    owner: dict[str, Any] = {"gig_id": old.pk, "seller_id": old.seller_id, "at": at}
    api.pause(**owner)
    api.publish(**owner)
    assert (state(old), make_gig(title="Write another thing for you").state) == ("active", "in_review")
    edit(old, at, description=NEW_TEXT)
    assert (old.description, GigReview.objects.filter(gig=old).count()) == (NEW_TEXT, 0)


def test_what_comes_back_from_the_archive_rewritten_is_looked_at_under_the_strictest_rule(
    live: Gig, at: datetime
) -> None:
    owner: dict[str, Any] = {"gig_id": live.pk, "seller_id": live.seller_id, "at": at}
    api.archive(**owner)
    api.restore(**owner)
    edit(live, at, description=NEW_TEXT)
    api.publish(**owner)
    assert state(live) == "in_review"


def test_what_was_sent_back_is_looked_at_again_under_every_rule(waiting: GigReview, mo: User, at: datetime) -> None:
    send_back(waiting, mo, at)
    wants(Mode.FIRST, at)
    gig = waiting.gig
    Gig.objects.filter(pk=gig.pk).update(published_at=at)
    api.publish(gig_id=gig.pk, seller_id=gig.seller_id, at=at)
    assert state(gig) == "in_review"


# The way of a new gig.


def test_handed_in_approved_found(waiting: GigReview, mo: User, seller: User, at: datetime) -> None:
    gig = waiting.gig
    assert (gig.state, gig.published_at) == ("in_review", None)
    assert documents.content_from(waiting.content) == content_of(gig)
    approve(waiting, mo, at + HOUR)
    gig.refresh_from_db()
    assert (gig.state, gig.published_at) == ("active", at + HOUR)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.decided_by, waiting.closed_at) == (APPROVED, mo, at + HOUR)
    assert told(seller) == ["gig_approved"]


def test_sent_back_and_handed_in_again(waiting: GigReview, mo: User, seller: User, at: datetime) -> None:
    gig = waiting.gig
    send_back(waiting, mo, at, title="Say what it is.", packages="Two look the same.")
    assert (state(gig), told(seller)) == ("draft", ["gig_sent_back"])
    assert list(waiting.notes.values_list("section", "text")) == [
        ("title", "Say what it is."), ("packages", "Two look the same."),
    ]  # fmt: skip
    standing = selectors.standing_of(Gig.objects.get(pk=gig.pk))
    assert (standing.word, standing.sent_back) == ("Please change", waiting)
    edit(Gig.objects.get(pk=gig.pk), at, title="Write texts for fifty of your products")
    api.publish(gig_id=gig.pk, seller_id=gig.seller_id, at=at)
    again = round_of(gig)
    assert (state(gig), again.number, again.state) == ("in_review", 2, "waiting")
    assert selectors.standing_of(Gig.objects.get(pk=gig.pk)).word == "In review"


def test_its_seller_takes_it_back(waiting: GigReview, mo: User, at: datetime) -> None:
    gig = waiting.gig
    deciding.withdraw(gig_id=gig.pk, seller_id=gig.seller_id, at=at)
    waiting.refresh_from_db()
    assert (state(gig), waiting.state, waiting.decided_by) == ("draft", WITHDRAWN, None)
    before = everything(gig)
    with pytest.raises(Conflict, match="took it back"):
        approve(waiting, mo, at)
    with pytest.raises(Conflict):
        deciding.withdraw(gig_id=gig.pk, seller_id=gig.seller_id, at=at)
    assert everything(gig) == before


def test_it_may_be_changed_while_it_waits_and_keeps_its_place(waiting: GigReview, mo: User, at: datetime) -> None:
    gig = edit(waiting.gig, at + HOUR, description=NEW_TEXT)
    waiting.refresh_from_db()
    assert (gig.description, waiting.edition, waiting.submitted_at) == (NEW_TEXT, 2, at)
    before = everything(gig)
    for decide in (approve, send_back):
        with pytest.raises(Conflict, match="changed it while you looked") as refused:
            decide(waiting, mo, at, edition=1)
        assert refused.value.code == "changed_meanwhile"
    assert everything(gig) == before
    approve(waiting, mo, at, edition=2)
    assert state(gig) == "active"


def test_what_waits_stays_complete(waiting: GigReview, at: datetime) -> None:
    before = everything(waiting.gig)
    with pytest.raises(InvalidInput):
        edit(waiting.gig, at, packages=(), extras=())
    assert everything(waiting.gig) == before


def test_a_gig_without_a_picture_is_looked_at_with_the_one_that_we_draw(
    seller: User, categories: None, at: datetime
) -> None:
    wants(Mode.NEW, at)
    pk = api.create_gig(seller_id=seller.pk, content=CONTENT, at=at)
    api.publish(gig_id=pk, seller_id=seller.pk, at=at)
    gig = Gig.objects.get(pk=pk)
    assert (round_of(gig).cover, round_of(gig).edition) == (gig.cover, 1)
    assert gig.cover_is_drawn


# Who decides.


@pytest.fixture(params=["approve", "send_back"])
def decide(request: pytest.FixtureRequest) -> Callable[..., None]:
    return approve if request.param == "approve" else send_back


def test_others_than_moderators_decide_nothing(
    waiting: GigReview, seller: User, buyer: User, stranger: User, at: datetime, decide: Callable[..., None]
) -> None:
    before = everything(waiting.gig)
    for person in (seller, buyer, stranger):
        with pytest.raises(NotAllowed):
            decide(waiting, person, at)
        with pytest.raises(NotAllowed):
            deciding.claim(round_id=waiting.pk, moderator_id=person.pk, at=at)
    with pytest.raises(NotFound):
        deciding.withdraw(gig_id=waiting.gig_id, seller_id=stranger.pk, at=at)
    assert everything(waiting.gig) == before


def test_nobody_decides_about_their_own_gig(
    waiting: GigReview, seller: User, at: datetime, decide: Callable[..., None]
) -> None:
    User.objects.filter(pk=seller.pk).update(is_moderator=True)
    before = everything(waiting.gig)
    with pytest.raises(NotAllowed, match="your own gig"):
        decide(waiting, seller, at)
    assert everything(waiting.gig) == before
    assert selectors.next_round(seller.pk, at) is None


def test_nobody_decides_about_somebody_they_know(
    waiting: GigReview, seller: User, mo: User, at: datetime, decide: Callable[..., None]
) -> None:
    talk = inbox.open_conversation(reference="x:1", title="x", url="", participant_ids=[mo.pk, seller.pk], at=at)
    inbox.post_message(conversation_id=talk, author_id=mo.pk, body="Hello", files=[], key="k", at=at)
    before = everything(waiting.gig)
    with pytest.raises(NotAllowed, match="talked with this seller"):
        decide(waiting, mo, at)
    assert everything(waiting.gig) == before
    assert selectors.next_round(mo.pk, at) is None


def test_one_looks_at_it_at_a_time(
    waiting: GigReview, mo: User, di: User, at: datetime, decide: Callable[..., None]
) -> None:
    deciding.claim(round_id=waiting.pk, moderator_id=mo.pk, at=at)
    before = everything(waiting.gig)
    with pytest.raises(Conflict, match="Mo Moderator looks at it until"):
        decide(waiting, di, at + LEASE - timedelta(seconds=1))
    assert everything(waiting.gig) == before
    assert selectors.next_round(di.pk, at) is None
    deciding.give_back(round_id=waiting.pk, moderator_id=di.pk, at=at)  # not theirs
    assert selectors.next_round(di.pk, at) is None
    assert selectors.next_round(di.pk, at + LEASE) == waiting.pk
    deciding.give_back(round_id=waiting.pk, moderator_id=mo.pk, at=at)
    decide(waiting, di, at)


def test_what_was_decided_is_decided(
    waiting: GigReview, mo: User, di: User, at: datetime, decide: Callable[..., None]
) -> None:
    decide(waiting, mo, at)
    before = everything(waiting.gig)
    for again in (approve, send_back):
        with pytest.raises(Conflict, match="Mo Moderator has decided it already"):
            again(waiting, di, at)
    assert everything(waiting.gig) == before


def test_sending_back_needs_a_reason(waiting: GigReview, mo: User, at: datetime) -> None:
    before = everything(waiting.gig)
    bad: list[dict[str, Any]] = [{"title": "  "}, {"nothing": "of it"}, {"title": "x" * 4_001}]
    for notes in bad:
        with pytest.raises(InvalidInput):
            send_back(waiting, mo, at, **notes)
    assert everything(waiting.gig) == before


def test_nothing_of_a_suspended_seller_goes_live(
    waiting: GigReview, seller: User, mo: User, di: User, at: datetime
) -> None:
    accounts.suspend(user_id=seller.pk, by_id=di.pk, reason="We look into it.", at=at)
    before = everything(waiting.gig)
    with pytest.raises(Conflict, match="closed or suspended"):
        approve(waiting, mo, at)
    assert everything(waiting.gig) == before
    assert selectors.next_round(mo.pk, at) is None
    accounts.reinstate(user_id=seller.pk, by_id=di.pk, at=at)
    approve(waiting, mo, at)
    assert state(waiting.gig) == "active"


_SEEN = {GigState.ACTIVE, GigState.PAUSED}
_STAFF = {
    "approve": {GigState.IN_REVIEW},
    "send_back": {GigState.IN_REVIEW},
    "approve_change": _SEEN,
    "send_back_change": _SEEN,
    "take_down": _SEEN,
    "put_back": {GigState.TAKEN_DOWN},
}


@pytest.mark.parametrize("where", list(GigState))
@pytest.mark.parametrize("action", list(_STAFF))
def test_the_table_holds_these_steps_and_no_others(where: GigState, action: str) -> None:
    if where in _STAFF[action]:
        assert states.TABLE.find(where, action, "moderator").action == action
        with pytest.raises(IllegalTransition):
            states.TABLE.find(where, action, "seller")
    else:
        with pytest.raises(IllegalTransition):
            states.TABLE.find(where, action, "moderator")


@pytest.mark.parametrize("action", ["publish", "pause", "archive", "restore"])
def test_its_seller_moves_nothing_that_waits(waiting: GigReview, at: datetime, action: str) -> None:
    before = everything(waiting.gig)
    with pytest.raises(IllegalTransition):
        getattr(api, action)(gig_id=waiting.gig_id, seller_id=waiting.gig.seller_id, at=at)
    assert everything(waiting.gig) == before


# What the database itself refuses.


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("round_waits_or_is_closed", {"state": "withdrawn"}),
        ("somebody_decided_the_round", {"state": "approved", "closed_at": "2026-05-13T12:00Z"}),
        ("a_change_knows_what_was_live", {"is_change": True}),
        ("round_claimed_whole", {"claimed_until": "2026-05-13T12:00Z"}),
    ],
)
def test_postgresql_itself_refuses_half_rounds(waiting: GigReview, constraint: str, values: dict[str, object]) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        GigReview.objects.filter(pk=waiting.pk).update(**values)


def test_one_round_waits_at_a_time(waiting: GigReview) -> None:
    waiting.pk, waiting.number = None, 2
    with pytest.raises(IntegrityError, match="one_round_waits"), transaction.atomic():
        waiting.save(force_insert=True)


# How long it takes.


def test_the_usual_wait_is_the_median_of_the_last_fifty(make_gig: MakeGig, mo: User, at: datetime) -> None:
    gig = make_gig()
    assert selectors.usual_wait() is None
    assert selectors.usual_wait_text() == "Somebody looks at it, usually within a day."
    for number, hours in enumerate([100] * 10 + [1, 2, 3.5, 20, 30] * 10, 1):  # the first ten are long ago
        closed = at + timedelta(minutes=number)
        GigReview.objects.create(
            gig=gig, number=number, is_change=False, state=SENT_BACK, content={}, base_version=1, decided_by=mo,
            submitted_at=closed - timedelta(hours=hours), closed_at=closed,
        )  # fmt: skip
    assert selectors.usual_wait() == timedelta(hours=3.5)
    assert selectors.usual_wait_text() == "Somebody looks at it, usually within 4 h."
