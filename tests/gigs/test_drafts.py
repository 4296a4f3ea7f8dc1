"""What the editor keeps beside a gig: typing, changes of a live gig, and two windows at once."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from gigs import api, documents
from gigs.drafts import services as drafts
from gigs.models import Gig, GigDraft
from gigs.selectors.owned import content_of
from marketplace.kernel import clock
from tests.gigs.conftest import CONTENT, DAYTIME, NOON, MakeGig, picture
from tests.gigs.editing_forms import NEW, begin, finish, needs, opened, page_of, send, what

LIVE = {"checklist": "Only this"}


def buyers_see(gig: Gig) -> str:
    return Client().get(gig.get_absolute_url()).content.decode()


def test_content_goes_into_json_and_back() -> None:
    full = replace(
        CONTENT, hours=DAYTIME, away_until=NOON, queue_limit=3, quantity_discounts=((2, 5),), languages=("de",)
    )
    for content in (full, CONTENT):
        assert documents.content_from(documents.content_to(content)) == content
    older = documents.content_to(CONTENT)
    del older["queue_limit"], older["language"]
    assert documents.content_from(older) == CONTENT


# A live gig


def test_buyers_see_changes_of_a_live_gig_when_they_are_saved(gig: Gig, as_seller: Client) -> None:
    assert send(as_seller, gig.pk, "needs", **LIVE).status_code == 302
    assert send(as_seller, gig.pk, "what", title="Quite another title").status_code == 302
    assert "Spreadsheet with one row" in buyers_see(gig)
    gig.refresh_from_db()
    assert gig.version == 1
    page = as_seller.get(page_of(gig.pk))
    assert "Save changes" in page.content.decode()
    assert "Quite another title" in as_seller.get(f"/sell/gigs/{gig.pk}/preview/").content.decode()
    saved = as_seller.post(page_of(gig.pk), {"do": "save", "version": page.context["version"]})
    assert saved.status_code == 302
    gig.refresh_from_db()
    assert (gig.version, gig.checklist, gig.title) == (2, ["Only this"], "Quite another title")
    assert "Only this" in buyers_see(gig)
    assert "Save changes" not in as_seller.get(page_of(gig.pk)).content.decode()


def test_changes_can_be_forgotten(gig: Gig, as_seller: Client) -> None:
    send(as_seller, gig.pk, "needs", **LIVE)
    as_seller.post(page_of(gig.pk), {"do": "discard"})
    assert "Only this" not in as_seller.get(page_of(gig.pk, "needs")).content.decode()
    assert not GigDraft.objects.get().holds_changes


def test_a_cover_of_a_live_gig_waits_too(gig: Gig, as_seller: Client) -> None:
    before = gig.cover
    upload = SimpleUploadedFile("a.jpg", picture(), "image/jpeg")
    window = opened(as_seller, gig.pk, "pictures")
    as_seller.post(page_of(gig.pk, "pictures"), {**window, "cover": upload, "cover_key": before, "do": "next"})
    gig.refresh_from_db()
    assert gig.cover == before
    as_seller.post(page_of(gig.pk), {"do": "save"})
    gig.refresh_from_db()
    assert gig.cover != before


def test_a_gig_that_was_changed_elsewhere_is_not_overwritten_unseen(gig: Gig, as_seller: Client) -> None:
    send(as_seller, gig.pk, "needs", **LIVE)
    version = as_seller.get(page_of(gig.pk)).context["version"]
    content = replace(content_of(gig), tags=("by", "import"))
    api.edit_gig(gig_id=gig.pk, seller_id=gig.seller_id, content=content, at=clock.now())
    refused = as_seller.post(page_of(gig.pk), {"do": "save", "version": version})
    assert "changed in another window" in refused.content.decode()
    gig.refresh_from_db()
    assert (gig.tags, gig.version) == (["by", "import"], 2)
    as_seller.post(page_of(gig.pk), {"do": "save", "version": refused.context["version"]})
    gig.refresh_from_db()
    assert (gig.checklist, gig.tags, gig.version) == (["Only this"], ["by", "import"], 3)


def test_a_live_gig_keeps_a_package(gig: Gig, as_seller: Client) -> None:
    send(as_seller, gig.pk, "packages", **{"packages-TOTAL_FORMS": "0"})
    refused = as_seller.post(page_of(gig.pk), {"do": "save"})
    assert "keeps at least one package" in refused.content.decode()
    assert gig.packages.count() == 3


# Autosave


def autosave(client: Client, gig_id: int, window: dict[str, str], **changes: Any) -> Any:
    return client.post(page_of(gig_id, "needs"), {**window, **needs(do="autosave", **changes)})


def test_typing_is_kept_and_changes_nothing(gig: Gig, as_seller: Client) -> None:
    window = opened(as_seller, gig.pk, "needs")
    answer = autosave(as_seller, gig.pk, window, checklist="Half a li\x00ne")
    assert answer.status_code == 200
    assert answer.json()["said"].startswith("Saved ")
    gig.refresh_from_db()
    assert (gig.version, gig.checklist) == (1, ["Spreadsheet with one row per product"])
    assert "Half a line" not in buyers_see(gig)
    page = as_seller.get(page_of(gig.pk, "needs")).content.decode()
    assert "Half a line" in page
    assert "You typed this earlier" in page
    assert "Half a line" in as_seller.get(f"/sell/gigs/{gig.pk}/preview/").content.decode()
    # Saving the rest would lose it unseen.
    send(as_seller, gig.pk, "what", title="Quite another title")
    refused = as_seller.post(page_of(gig.pk), {"do": "save"})
    assert "not saved yet: What you need" in refused.content.decode()
    as_seller.post(page_of(gig.pk, "needs"), {**window, "do": "forget"})
    assert "Half a line" not in as_seller.get(page_of(gig.pk, "needs")).content.decode()


def test_the_window_that_typed_goes_on(gig: Gig, as_seller: Client) -> None:
    window = opened(as_seller, gig.pk, "needs")
    for text in ("One", "One and two"):
        assert autosave(as_seller, gig.pk, window, checklist=text).status_code == 200
    for text in ("Three", "Four"):  # the button, the back button, and the button again
        assert send(as_seller, gig.pk, "needs", window, checklist=text).status_code == 302
    as_seller.post(page_of(gig.pk), {"do": "save"})
    gig.refresh_from_db()
    assert gig.checklist == ["Four"]


def test_too_much_is_not_kept(gig: Gig, as_seller: Client) -> None:
    window = opened(as_seller, gig.pk, "needs")
    answer = autosave(as_seller, gig.pk, window, checklist="x" * drafts.TYPED_MAX)
    assert (answer.status_code, answer.json()["said"]) == (422, "This is too long to keep. Shorten it.")
    assert not GigDraft.objects.exists()


# Two windows


@pytest.mark.parametrize("first_by", ["autosave", "next"])
@pytest.mark.parametrize("published", [True, False])
def test_a_second_window_is_told_and_loses_nothing(
    make_gig: MakeGig, as_seller: Client, first_by: str, published: bool
) -> None:
    gig = make_gig(published=published)
    first, second = opened(as_seller, gig.pk, "needs"), opened(as_seller, gig.pk, "needs")
    send(as_seller, gig.pk, "needs", first, checklist="First", do=first_by)
    told = autosave(as_seller, gig.pk, second, checklist="Second")
    assert (told.status_code, told.json()["stop"], "another window" in told.json()["said"]) == (422, True, True)
    refused = send(as_seller, gig.pk, "needs", second, checklist="Second")
    page = refused.content.decode()
    assert "changed in another window" in page
    assert "Second" in page
    # Nothing of the first is gone; pressed again, the second knows what it does.
    assert "First" in as_seller.get(page_of(gig.pk, "needs")).content.decode()
    again = {"window": refused.context["window"], "seen": refused.context["seen"]}
    assert again["window"] == second["window"]
    assert send(as_seller, gig.pk, "needs", again, checklist="Second").status_code == 302
    assert "Second" in as_seller.get(page_of(gig.pk, "needs")).content.decode()


def test_two_windows_on_two_steps_do_not_meet(gig: Gig, as_seller: Client) -> None:
    first, second = opened(as_seller, gig.pk, "needs"), opened(as_seller, gig.pk, "answers")
    assert send(as_seller, gig.pk, "needs", first, **LIVE).status_code == 302
    assert send(as_seller, gig.pk, "answers", second, ai_note="By hand.").status_code == 302
    as_seller.post(page_of(gig.pk), {"do": "save"})
    gig.refresh_from_db()
    assert (gig.checklist, gig.ai_note) == (["Only this"], "By hand.")


def test_a_draft_follows_at_once(as_seller: Client, categories: None) -> None:
    gig_id = begin(as_seller)
    finish(as_seller, gig_id)
    gig = Gig.objects.get()
    assert (gig.package_count, gig.ai_use) == (1, "none")
    assert not GigDraft.objects.get().holds_changes


# A gig that is to come


def test_the_first_step_is_kept_before_there_is_a_gig(as_seller: Client, categories: None) -> None:
    key = uuid.uuid4()
    for title in ("Proof", "Proofread"):
        answer = as_seller.post(NEW, what(key=key, title=title, starter="writing/none", do="autosave"))
        assert answer.status_code == 200
    assert not Gig.objects.exists()
    assert f"?draft={key}" in as_seller.get(NEW).content.decode()
    page = as_seller.get(f"{NEW}?draft={key}")
    assert 'value="Proofread"' in page.content.decode()
    assert page.context["beginning"].key == key
    as_seller.post(NEW, what(key=key))
    assert Gig.objects.count() == 1
    assert f"?draft={key}" not in as_seller.get(NEW).content.decode()
    late = as_seller.post(NEW, what(key=key, do="autosave"))
    assert (late.status_code, late.json()["stop"]) == (422, True)


def test_only_the_last_few_are_kept(as_seller: Client, seller: User, categories: None) -> None:
    for number in range(drafts.BEGUN_MAX + 2):
        as_seller.post(NEW, what(title=f"Number {number}", do="autosave"))
    page = as_seller.get(NEW).content.decode()
    assert GigDraft.objects.filter(seller=seller).count() == drafts.BEGUN_MAX
    assert "Number 0" not in page
    assert f"Number {drafts.BEGUN_MAX + 1}" in page


def test_what_was_begun_can_be_thrown_away(as_seller: Client, categories: None) -> None:
    key = uuid.uuid4()
    as_seller.post(NEW, what(key=key, do="autosave"))
    as_seller.post(NEW, {"key": key, "do": "forget"})
    assert not GigDraft.objects.exists()


# The preview


def test_the_card_beside_a_step_shows_what_is_typed(as_seller: Client, categories: None) -> None:
    gig_id = begin(as_seller)
    assert "Give a package a price" in as_seller.get(f"/sell/gigs/{gig_id}/preview/look/").content.decode()
    finish(as_seller, gig_id)
    page = as_seller.get(f"/sell/gigs/{gig_id}/preview/look/").content.decode()
    assert "€13.00" in page
    assert 'buyers pay <b class="num">€13.00</b>' in page
    window = opened(as_seller, gig_id, "what")
    as_seller.post(page_of(gig_id, "what"), {**window, **what(title="Not saved, only typed", do="autosave")})
    assert "Not saved, only typed" in as_seller.get(f"/sell/gigs/{gig_id}/preview/look/").content.decode()
    whole = as_seller.get(f"/sell/gigs/{gig_id}/preview/")
    assert "Not saved, only typed" in whole.content.decode()
    assert "data-total" in whole.content.decode()  # with the box that buyers order from
    assert Gig.objects.get().title == "Proofread a thousand words"


def test_who_is_away_is_seen_away(gig: Gig, as_seller: Client) -> None:
    day = (clock.now() + timedelta(days=5)).date().isoformat()
    send(as_seller, gig.pk, "selling", away_until=day)
    assert "Away until" in as_seller.get(page_of(gig.pk)).content.decode()
