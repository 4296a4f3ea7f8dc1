"""Published gigs: what checks find, what buyers report, taking down, one answer, putting back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts import api as accounts
from accounts.models import User
from gigs import api
from gigs.models import Concern, Flag, Gig, GigReview, Takedown
from gigs.reviewing import concerns, selectors, taking_down
from gigs.reviewing.claiming import LEASE
from gigs.reviewing.states import Mode
from inbox.models import Notification
from marketplace.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound
from marketplace.kernel.transitions import IllegalTransition
from tests.gigs.conftest import CONTENT, MakeGig
from tests.gigs.reviewing.conftest import HOUR, NEW_TEXT, edit, everything, state, told, wants

WARNED = f"{CONTENT.description} More on https://evil.shop."


@pytest.fixture
def flagged(make_gig: MakeGig) -> Gig:
    return make_gig(description=WARNED)


@pytest.fixture
def concern(gig: Gig, buyer: User, at: datetime) -> Concern:
    concerns.report(gig_id=gig.pk, by_id=buyer.pk, reason="copied", text="It is mine.", at=at)
    return Concern.objects.get()


@pytest.fixture
def down(concern: Concern, mo: User, at: datetime) -> Takedown:
    take_down(concern, mo, at)
    return Takedown.objects.get()


def take_down(concern: Concern, by: User, at: datetime, seen: str = "") -> None:
    taking_down.take_down(**_seen(concern, by, seen), reason="It is copied.", at=at)


def put_back(concern: Concern, by: User, at: datetime, seen: str = "") -> None:
    taking_down.put_back(**_seen(concern, by, seen), words="Thank you.", at=at)


def leave_down(concern: Concern, by: User, at: datetime, seen: str = "") -> None:
    taking_down.leave_down(**_seen(concern, by, seen), words="It is still copied.", at=at)


def dismiss(concern: Concern, by: User, at: datetime, seen: str = "") -> None:
    taking_down.dismiss(**_seen(concern, by, seen), at=at)


def _seen(concern: Concern, by: User, seen: str) -> dict[str, Any]:
    """By somebody who looks at it as it is now, unless they saw it before."""
    return {"concern_id": concern.pk, "moderator_id": by.pk, "seen": seen or mark(concern)}


def mark(concern: Concern) -> str:
    return selectors.mark_of(Gig.objects.get(pk=concern.gig_id), concern.pk)


def answer(gig: Gig, at: datetime) -> None:
    taking_down.answer(gig_id=gig.pk, seller_id=gig.seller_id, text="I wrote it anew.", at=at)


def flags(gig: Gig) -> list[tuple[str, str]]:
    return list(Flag.objects.filter(gig=gig).order_by("pk").values_list("kind", "reason"))


# What checks find.


def test_what_is_only_warned_about_is_published_and_looked_at_afterwards(flagged: Gig) -> None:
    assert (flagged.state, flags(flagged)) == ("active", [("check", "link")])
    assert Concern.objects.get().closed_at is None


def test_what_blocks_is_not_published_and_says_where(make_gig: MakeGig, at: datetime) -> None:
    gig = make_gig(
        published=False, description=f"{CONTENT.description} tom@example.org", title="WRITE FIFTY GOOD TEXTS"
    )
    before = everything(gig)
    with pytest.raises(InvalidInput) as refused:
        api.publish(gig_id=gig.pk, seller_id=gig.seller_id, at=at)
    assert set(refused.value.fields) == {"description"}  # capitals only warn
    assert "Found in your description: an e-mail address, “tom@example.org”." in refused.value.fields["description"]
    assert everything(gig) == before


def test_the_operator_chooses_for_each_check(make_gig: MakeGig, at: datetime) -> None:
    wants(Mode.NOTHING, at, links="block", contact="warn", capitals="off")
    text = f"{CONTENT.description} tom@example.org"
    gig = make_gig(description=text, title="WRITE FIFTY GOOD TEXTS")
    assert (gig.state, flags(gig)) == ("active", [("check", "email")])
    with pytest.raises(InvalidInput, match="evil.shop"):
        make_gig(description=WARNED)


def test_a_change_of_a_live_gig_is_checked_as_well(gig: Gig, at: datetime) -> None:
    before = everything(gig)
    with pytest.raises(InvalidInput, match="telephone number"):
        edit(gig, at, description=f"{CONTENT.description} Call +351 912 345 678.")
    assert everything(gig) == before
    edit(gig, at, description=WARNED)
    assert (gig.version, flags(gig)) == (2, [("check", "link")])


def test_what_staff_have_seen_is_not_shown_to_them_again(flagged: Gig, mo: User, at: datetime) -> None:
    dismiss(Concern.objects.get(), mo, at)
    edit(flagged, at, description=f"{WARNED} And so on.")
    owner = {"gig_id": flagged.pk, "seller_id": flagged.seller_id}
    api.pause(**owner, at=at)
    api.publish(**owner, at=at)
    assert (Concern.objects.count(), flags(flagged)) == (1, [("check", "link")])
    edit(flagged, at, description=f"{WARNED} https://worse.shop")
    assert (Concern.objects.count(), flags(flagged)) == (2, [("check", "link")] * 2)


def test_drafts_hold_whatever_they_like(make_gig: MakeGig, at: datetime) -> None:
    gig = make_gig(published=False)
    edit(gig, at, description=f"{CONTENT.description} tom@example.org")
    assert gig.version == 2


# Reports.


def test_a_report_comes_to_the_list_and_is_answered_without_a_mail(
    concern: Concern, gig: Gig, mo: User, buyer: User, at: datetime
) -> None:
    (row,) = selectors.concern_queue(at + 2 * HOUR, mo.pk).rows
    assert (row.title, row.what, row.waits) == (gig.title, "reported: It is copied from somebody else", "2 h ago")
    dismiss(concern, mo, at + HOUR)
    assert told(buyer) == ["gig_report_read"]
    assert (state(gig), selectors.concern_queue(at, mo.pk).rows, told(gig.seller)) == ("active", [], [])


def test_one_open_report_per_person_and_gig(
    concern: Concern, gig: Gig, mo: User, buyer: User, stranger: User, at: datetime
) -> None:
    before = everything(gig)
    with pytest.raises(Conflict):
        concerns.report(gig_id=gig.pk, by_id=buyer.pk, reason="illegal", text="", at=at)
    assert everything(gig) == before
    concerns.report(gig_id=gig.pk, by_id=stranger.pk, reason="illegal", text="", at=at)
    assert (Concern.objects.count(), Flag.objects.count()) == (1, 2)
    dismiss(concern, mo, at)
    concerns.report(gig_id=gig.pk, by_id=buyer.pk, reason="illegal", text="", at=at)
    assert Concern.objects.count() == 2


@pytest.mark.parametrize(
    ("reason", "text", "field"), [("nonsense", "", "reason"), ("other", "  ", "text"), ("copied", "x" * 1_001, "text")]
)
def test_a_report_that_says_nothing_is_refused(
    gig: Gig, buyer: User, at: datetime, reason: str, text: str, field: str
) -> None:
    before = everything(gig)
    with pytest.raises(InvalidInput) as refused:
        concerns.report(gig_id=gig.pk, by_id=buyer.pk, reason=reason, text=text, at=at)
    assert (set(refused.value.fields), everything(gig)) == ({field}, before)


def test_nobody_reports_their_own_gig_or_one_that_is_not_seen(
    gig: Gig, make_gig: MakeGig, buyer: User, at: datetime
) -> None:
    draft = make_gig(published=False, title="Write something else for you")
    with pytest.raises(NotAllowed):
        concerns.report(gig_id=gig.pk, by_id=gig.seller_id, reason="copied", text="", at=at)
    for pk in (draft.pk, 10**9):
        with pytest.raises(NotFound):
            concerns.report(gig_id=pk, by_id=buyer.pk, reason="copied", text="", at=at)
    assert not Flag.objects.exists()


# Taking down, answering, putting back.


def test_taken_down_answered_and_put_back(
    down: Takedown, gig: Gig, mo: User, di: User, seller: User, buyer: User, at: datetime
) -> None:
    assert (state(gig), told(seller), told(buyer)) == ("taken_down", ["gig_taken_down"], ["gig_report_read"])
    notice = Notification.objects.get(recipient=seller)
    assert (notice.context["reason"], notice.url) == ("It is copied.", f"/sell/gigs/{gig.pk}/standing/")
    edit(Gig.objects.get(pk=gig.pk), at, description=f"{CONTENT.description} It is all my own.")
    answer(gig, at)
    concern = Concern.objects.get(closed_at=None)
    assert [row.what for row in selectors.concern_queue(at, di.pk).rows] == ["the seller answers"]
    put_back(concern, di, at)
    gig.refresh_from_db()
    assert (gig.state, gig.description) == ("active", f"{CONTENT.description} It is all my own.")
    assert told(seller) == ["gig_taken_down", "gig_put_back"]


def test_what_waits_when_a_gig_is_taken_down_stands_in_nobodys_way(
    gig: Gig, concern: Concern, mo: User, di: User, at: datetime
) -> None:
    wants(Mode.CHANGES, at)
    edit(Gig.objects.get(pk=gig.pk), at, description=NEW_TEXT)
    take_down(concern, mo, at)
    assert not GigReview.objects.filter(state="waiting").exists()
    edit(Gig.objects.get(pk=gig.pk), at, description=f"{CONTENT.description} It is all my own.")
    gig.refresh_from_db()
    assert gig.description == f"{CONTENT.description} It is all my own."


def test_a_paused_gig_comes_back_paused(gig: Gig, concern: Concern, mo: User, di: User, at: datetime) -> None:
    api.pause(gig_id=gig.pk, seller_id=gig.seller_id, at=at)
    take_down(concern, mo, at)
    answer(gig, at)
    put_back(Concern.objects.get(closed_at=None), di, at)
    assert state(gig) == "paused"


def test_the_seller_answers_once(down: Takedown, gig: Gig, stranger: User, at: datetime) -> None:
    before = everything(gig)
    with pytest.raises(NotFound):
        taking_down.answer(gig_id=gig.pk, seller_id=stranger.pk, text="Mine!", at=at)
    with pytest.raises(InvalidInput):
        taking_down.answer(gig_id=gig.pk, seller_id=gig.seller_id, text=" ", at=at)
    assert everything(gig) == before
    answer(gig, at)
    before = everything(gig)
    with pytest.raises(Conflict, match="answered already"):
        answer(gig, at)
    assert everything(gig) == before


def test_somebody_else_reads_the_answer_where_there_is_one(
    down: Takedown, gig: Gig, mo: User, di: User, at: datetime
) -> None:
    answer(gig, at)
    concern, before = Concern.objects.get(closed_at=None), everything(gig)
    for act in (put_back, leave_down):
        with pytest.raises(NotAllowed, match="Another moderator reads the answer"):
            act(concern, mo, at)
    assert everything(gig) == before
    User.objects.filter(pk=di.pk).update(is_moderator=False)
    put_back(concern, mo, at)
    assert state(gig) == "active"


def test_it_stays_down_and_that_is_final_for_the_seller(
    down: Takedown, gig: Gig, di: User, seller: User, at: datetime
) -> None:
    answer(gig, at)
    leave_down(Concern.objects.get(closed_at=None), di, at)
    assert (state(gig), told(seller)) == ("taken_down", ["gig_taken_down", "gig_stays_down"])
    before = everything(gig)
    with pytest.raises(Conflict):
        answer(gig, at)
    assert everything(gig) == before
    again = taking_down.look_at(gig_id=gig.pk, moderator_id=di.pk, at=at)  # staff may still think again
    put_back(Concern.objects.get(pk=again), di, at)
    assert state(gig) == "active"


def test_nobody_finds_orders_or_revives_what_is_taken_down(down: Takedown, gig: Gig, at: datetime) -> None:
    from gigs.contracts import CatalogueQuery

    assert api.search(CatalogueQuery(), at).cards == []
    before = everything(gig)
    for move in (api.publish, api.pause, api.archive, api.restore):
        with pytest.raises(IllegalTransition):
            move(gig_id=gig.pk, seller_id=gig.seller_id, at=at)
    assert everything(gig) == before


def test_the_same_text_does_not_come_back_as_another_gig(down: Takedown, make_gig: MakeGig) -> None:
    again = make_gig(title="Write 50 descriptions of things for your shop")
    assert ("check", "same_text") in flags(again)


def test_a_suspension_leaves_it_down(down: Takedown, gig: Gig, seller: User, di: User, at: datetime) -> None:
    accounts.suspend(user_id=seller.pk, by_id=di.pk, reason="We look into it.", at=at)
    answer(gig, at)
    with pytest.raises(Conflict, match="closed or suspended"):
        put_back(Concern.objects.get(closed_at=None), di, at)
    accounts.reinstate(user_id=seller.pk, by_id=di.pk, at=at)
    assert state(gig) == "taken_down"


# Who decides.

ACTS: list[Callable[[Concern, User, datetime], None]] = [dismiss, take_down]


@pytest.mark.parametrize("act", ACTS)
def test_only_moderators_without_a_conflict_decide(
    concern: Concern, gig: Gig, seller: User, buyer: User, at: datetime, act: Callable[..., None]
) -> None:
    before = everything(gig)
    with pytest.raises(NotAllowed):
        act(concern, buyer, at)
    User.objects.filter(pk=seller.pk).update(is_moderator=True)
    with pytest.raises(NotAllowed, match="your own gig"):
        act(concern, seller, at)
    with pytest.raises(NotAllowed):
        taking_down.look_at(gig_id=gig.pk, moderator_id=buyer.pk, at=at)
    assert everything(gig) == before


@pytest.mark.parametrize("act", ACTS)
def test_one_looks_at_a_time_and_decides_once(
    concern: Concern, gig: Gig, mo: User, di: User, at: datetime, act: Callable[..., None]
) -> None:
    taking_down.claim(concern_id=concern.pk, moderator_id=mo.pk, at=at)
    before = everything(gig)
    with pytest.raises(Conflict, match="Mo Moderator looks at it"):
        act(concern, di, at + LEASE - timedelta(seconds=1))
    assert everything(gig) == before
    act(concern, di, at + LEASE)
    before = everything(gig)
    with pytest.raises(Conflict, match="Di Second has decided it already"):
        act(concern, mo, at + LEASE)
    assert everything(gig) == before


def _edited(gig: Gig, by: User, at: datetime) -> None:
    edit(gig, at, title="Write fifty texts about something else")


def _pictured(gig: Gig, by: User, at: datetime) -> None:
    api.set_cover(gig_id=gig.pk, seller_id=gig.seller_id, cover="covers/bb/" + "b" * 32, at=at)


def _reported(gig: Gig, by: User, at: datetime) -> None:
    concerns.report(gig_id=gig.pk, by_id=by.pk, reason="illegal", text="", at=at)


@pytest.mark.parametrize("happens", [_edited, _pictured, _reported])
@pytest.mark.parametrize("act", ACTS)
def test_what_changed_while_somebody_looked_is_looked_at_first(
    concern: Concern, gig: Gig, mo: User, stranger: User, at: datetime, act: Callable[..., None],
    happens: Callable[..., None],
) -> None:  # fmt: skip
    seen = mark(concern)
    happens(gig, stranger, at)
    before = everything(gig)
    with pytest.raises(Conflict, match="changed while you looked") as refused:
        act(concern, mo, at, seen)
    assert (refused.value.code, everything(gig)) == ("changed_meanwhile", before)
    act(concern, mo, at, mark(concern))


@pytest.mark.parametrize("act", [put_back, leave_down])
def test_an_answer_or_edit_that_nobody_read_is_not_decided_on(
    down: Takedown, gig: Gig, di: User, at: datetime, act: Callable[..., None]
) -> None:
    again = Concern.objects.get(pk=taking_down.look_at(gig_id=gig.pk, moderator_id=di.pk, at=at))
    seen = mark(again)
    answer(gig, at)
    answered, before = mark(again), everything(gig)
    with pytest.raises(Conflict, match="changed while you looked"):
        act(again, di, at, seen)
    assert everything(gig) == before
    edit(gig, at, description=f"{CONTENT.description} It is all my own.")
    before = everything(gig)
    with pytest.raises(Conflict, match="changed while you looked"):
        act(again, di, at, answered)
    assert everything(gig) == before
    act(again, di, at)


def test_what_fits_the_state_alone_is_done(concern: Concern, gig: Gig, mo: User, at: datetime) -> None:
    before = everything(gig)
    for act in (put_back, leave_down):
        with pytest.raises(Conflict):
            act(concern, mo, at)
    with pytest.raises(InvalidInput):
        taking_down.take_down(**_seen(concern, mo, ""), reason=" ", at=at)
    assert everything(gig) == before
    take_down(concern, mo, at)
    again = taking_down.look_at(gig_id=gig.pk, moderator_id=mo.pk, at=at)
    before = everything(gig)
    with pytest.raises(Conflict):
        dismiss(Concern.objects.get(pk=again), mo, at)
    assert everything(gig) == before


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("takedown_answered_whole", {"answer": "x"}),
        ("takedown_replied_whole", {"replied_at": "2026-05-13T12:00Z"}),
        ("takedown_of_what_was_seen", {"shown_as": "draft"}),
    ],
)
def test_postgresql_itself_refuses_half_takedowns(down: Takedown, constraint: str, values: dict[str, str]) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Takedown.objects.filter(pk=down.pk).update(**values)
