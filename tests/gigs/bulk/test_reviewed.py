"""Files, copies and former versions pass the same gate as the editor: checks, and staff where the operator wants it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from django.test import Client

from accounts.models import User
from gigs import api, documents
from gigs.models import Gig, GigReview, GigVersion
from gigs.reviewing import gate
from gigs.reviewing.states import Mode
from gigs.richtext import plain
from gigs.selectors.owned import content_of
from gigs.services.duplicating import duplicate_gig
from gigs.versions.services import bring_back
from marketplace.kernel.errors import InvalidInput
from tests.gigs.bulk.conftest import Begin, Table, confirm, exported, plans, row
from tests.gigs.conftest import CONTENT, MakeGig
from tests.gigs.reviewing.conftest import HOUR, NEW_TEXT, WITHDRAWN, approve, edit, mo, round_of, send_back, wants

__all__ = ["mo"]  # a fixture
CONTACT = f"{CONTENT.description} Write to me at tom@example.org before you order."
WAITS = "Waits until our staff have looked at it; what is live stays until then"


def new(seller: User, **cells: str) -> Table:
    """The seller's first gig as another one."""
    return [{**exported(seller)[0], "id": "", "title": "Write fifty other descriptions", **cells}]


def test_what_a_check_does_not_let_through_is_said_before_anything_is_made(
    gig: Gig, seller: User, begin: Begin
) -> None:
    job = begin(new(seller, description=CONTACT, publish="yes"))
    assert (plans(job), row(job).problems[0][0], job.state) == (["wrong"], "description", "done")
    assert plans(begin(new(seller, description=CONTACT, publish="no"))) == ["new"]
    assert Gig.objects.count() == 1


def test_what_a_check_finds_only_when_it_is_carried_out_leaves_no_gig(
    gig: Gig, seller: User, begin: Begin, at: datetime
) -> None:
    wants(Mode.NOTHING, at, contact="off")
    job = begin(new(seller, description=CONTACT, publish="yes"))
    assert plans(job) == ["new"]
    wants(Mode.NOTHING, at)
    confirm(job, at)
    assert row(job).failure.startswith("This cannot be published yet.")
    assert Gig.objects.count() == 1


def test_a_new_gig_is_handed_in(gig: Gig, seller: User, begin: Begin, at: datetime, mo: User) -> None:
    wants(Mode.NEW, at)
    job = begin(new(seller, publish="yes"))
    assert row(job).changes == ["A new gig, live once our staff have looked at it"]
    assert not GigReview.objects.exists()
    confirm(job, at)
    made = Gig.objects.exclude(pk=gig.pk).get()
    assert (made.state, row(job).failure, round_of(made).is_waiting) == ("in_review", "", True)
    again = begin([{"id": str(made.pk), "publish": "yes", "tags": "waits"}])
    confirm(again, at)  # it keeps its place
    assert (row(again).failure, round_of(made).edition, GigReview.objects.count()) == ("", 2, 1)
    approve(round_of(made), mo, at + HOUR)
    made.refresh_from_db()
    assert (made.state, made.tags) == ("active", ["waits"])


def test_a_change_that_was_handed_in_since_the_check_is_left(
    gig: Gig, seller: User, begin: Begin, at: datetime, mo: User
) -> None:
    """It makes no version, as long as staff have not looked at it."""
    wants(Mode.CHANGES, at)
    job = begin([{"id": str(gig.pk), "package_1_price": "20"}])
    edit(gig, at, description=NEW_TEXT)
    confirm(job, at)
    assert "changed after the check" in row(job).failure
    assert plain(documents.content_from(round_of(gig).content).description) == plain(NEW_TEXT)


def test_a_larger_change_waits_and_the_file_goes_on_from_it(
    gig: Gig, seller: User, begin: Begin, at: datetime, mo: User
) -> None:
    wants(Mode.CHANGES, at)
    job = begin([{"id": str(gig.pk), "description": NEW_TEXT}])
    assert row(job).changes[-1] == WAITS
    confirm(job, at)
    gig.refresh_from_db()
    assert (row(job).failure, gig.version, gig.description) == ("", 1, CONTENT.description)
    assert exported(seller)[0]["description"] == plain(NEW_TEXT)
    assert plans(begin(exported(seller))) == ["unchanged"]
    confirm(begin([{"id": str(gig.pk), "package_1_price": "20"}]), at)  # joins what waits
    approve(round_of(gig), mo, at + HOUR)
    gig.refresh_from_db()
    assert (gig.version, gig.description, gig.packages.all()[0].price_minor) == (2, NEW_TEXT, 2000)
    assert GigVersion.objects.get().content.description == CONTENT.description


def test_the_text_that_is_live_takes_the_change_back(gig: Gig, begin: Begin, at: datetime) -> None:
    wants(Mode.CHANGES, at)
    confirm(begin([{"id": str(gig.pk), "description": NEW_TEXT}]), at)
    confirm(begin([{"id": str(gig.pk), "description": CONTENT.description}]), at)
    assert (round_of(gig).state, gate.waited_for(gig)[0].description) == (WITHDRAWN, CONTENT.description)


def test_a_row_that_only_pauses_hands_nothing_in_again(gig: Gig, begin: Begin, at: datetime, mo: User) -> None:
    wants(Mode.CHANGES, at)
    confirm(begin([{"id": str(gig.pk), "description": NEW_TEXT}]), at)
    send_back(round_of(gig), mo, at)
    confirm(begin([{"id": str(gig.pk), "publish": "no"}]), at)
    gig.refresh_from_db()
    assert (gig.state, GigReview.objects.count(), round_of(gig).state) == ("paused", 1, "sent_back")


def test_what_a_change_that_waits_has_more_of_is_exported(
    make_gig: MakeGig, seller: User, begin: Begin, at: datetime
) -> None:
    gig = make_gig(faq=())
    wants(Mode.CHANGES, at)
    confirm(begin([{"id": str(gig.pk), "faq_1_question": "Why?", "faq_1_answer": "So."}]), at)
    assert exported(seller)[0]["faq_1_question"] == "Why?"


def test_a_copy_is_checked_and_handed_in_when_it_is_published(make_gig: MakeGig, at: datetime) -> None:
    wants(Mode.NOTHING, at, contact="off")
    original = make_gig(description=CONTACT)
    copy = duplicate_gig(gig_id=original.pk, seller_id=original.seller_id, form_key="k", at=at)
    wants(Mode.NEW, at)
    with pytest.raises(InvalidInput, match="cannot be published yet"):
        api.publish(gig_id=copy, seller_id=original.seller_id, at=at)
    content = replace(content_of(Gig.objects.get(pk=copy)), description=CONTENT.description)
    api.edit_gig(gig_id=copy, seller_id=original.seller_id, content=content, at=at)
    api.publish(gig_id=copy, seller_id=original.seller_id, at=at)
    assert Gig.objects.get(pk=copy).state == "in_review"


def test_a_former_version_waits_like_any_change(gig: Gig, as_seller: Client, at: datetime, mo: User) -> None:
    content = replace(CONTENT, currency="EUR", description=NEW_TEXT)
    api.edit_gig(gig_id=gig.pk, seller_id=gig.seller_id, content=content, at=at)
    wants(Mode.CHANGES, at)
    assert "Our staff look at larger changes first" in as_seller.get(f"/sell/gigs/{gig.pk}/versions/1/").text
    page = as_seller.post(f"/sell/gigs/{gig.pk}/versions/1/restore/", {"version": 2}, follow=True).text
    assert "What is live stays as it is until then" in page
    gig.refresh_from_db()
    assert (gig.version, gig.description) == (2, NEW_TEXT)
    approve(round_of(gig), mo, at + HOUR)
    gig.refresh_from_db()
    assert (gig.version, gig.description, GigVersion.objects.count()) == (3, CONTENT.description, 2)


def test_how_long_the_work_takes_goes_with_files_copies_and_versions(
    gig: Gig, seller: User, begin: Begin, at: datetime
) -> None:
    confirm(begin([{"id": str(gig.pk), "package_1_work": "1 h", "tags": "timed"}]), at)
    assert [exported(seller)[0][f"package_{number}_work"] for number in (1, 2, 3)] == ["1 h", "", ""]
    assert plans(begin(exported(seller))) == ["unchanged"]
    job = confirm(begin([{"id": str(gig.pk), "package_1_work": "45 min"}]), at)
    assert row(job).changes == ["Ten takes you 1 h → 45 min (only you see it)"]
    gig.refresh_from_db()
    assert (gig.version, GigVersion.objects.count()) == (2, 1)  # nobody but the seller sees the last one
    copy = Gig.objects.get(pk=duplicate_gig(gig_id=gig.pk, seller_id=seller.pk, form_key="k", at=at))
    assert content_of(copy).packages[0].work_minutes == 45
    confirm(begin([{"id": str(gig.pk), "package_1_work": "", "tags": "untimed"}]), at)
    bring_back(gig_id=gig.pk, seller_id=seller.pk, number=2, seen_version=3, at=at)
    gig.refresh_from_db()
    assert content_of(gig).packages[0].work_minutes == 45
    wrong = begin([{"id": str(gig.pk), "package_1_work": "0"}])
    assert row(wrong).problems == [["package_1", "A job takes you between 1 minute and 30 days of work."]]
