from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from gigs.models import Gig
from gigs.selectors.owned import content_of
from gigs.web.gig_editor import Editor
from tests.gigs.conftest import DAYTIME, MakeGig, picture

NEW = "/sell/gigs/new/"


def form(**changes: Any) -> dict[str, Any]:
    """What the browser sends for a small gig with one package; ``None`` leaves a field out."""
    data: dict[str, Any] = {
        "category": "writing",
        "title": "Proofread a thousand words",
        "description": "I correct spelling, grammar and punctuation and mark every change that I make.",
        "tags": "proofreading, Editing , proofreading",
        "checklist": "Clean copy\n\nTracked changes",
        "licence": "transfer",
        "ai_use": "none",
        "preview": "open",
        "keeps": "always",
        "time_zone": "Europe/Dublin",
        "packages-TOTAL_FORMS": "1",
        "packages-INITIAL_FORMS": "0",
        "packages-0-name": "1,000 words",
        "packages-0-price": "12,50",
        "packages-0-promise": "6",
        "packages-0-unit": "hours",
        "packages-0-revisions": "1",
        "do": "save",
    }
    for name in ("features", "extras", "faq", "questions"):
        data |= {f"{name}-TOTAL_FORMS": "0", f"{name}-INITIAL_FORMS": "0"}
    return {name: value for name, value in {**data, **changes}.items() if value is not None}


def test_a_gig_from_nothing_is_saved_as_a_draft(as_seller: Client, categories: None) -> None:
    response = as_seller.post(NEW, form())
    gig = Gig.objects.get()
    assert response.headers["Location"] == f"/sell/gigs/{gig.pk}/"
    assert (gig.state, gig.tags, gig.checklist) == (
        "draft",
        ["proofreading", "Editing"],
        ["Clean copy", "Tracked changes"],
    )
    package = gig.packages.get()
    assert (package.price_minor, package.all_in_minor, package.promised_minutes) == (1250, 1300, 360)


def test_publishing_at_once_draws_a_cover(as_seller: Client, categories: None) -> None:
    response = as_seller.post(NEW, form(do="publish"))
    gig = Gig.objects.get()
    assert response.headers["Location"] == gig.get_absolute_url()
    assert gig.is_active
    assert gig.cover


EXTRA_TOO_FAST = {
    "extras-TOTAL_FORMS": "1",
    "extras-0-title": "Sooner",
    "extras-0-price": "5",
    "extras-0-effect": "less",
    "extras-0-time": "6",
    "extras-0-unit": "hours",
}
CHOICE_OF_ONE = {
    "questions-TOTAL_FORMS": "1",
    "questions-0-label": "Which?",
    "questions-0-kind": "choice",
    "questions-0-choices": "one",
}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": "short"}, "at least 8 characters"),
        ({"category": ""}, "This field is required"),
        ({"category": "alchemy"}, "Select a valid choice"),
        ({"packages-0-price": "0"}, "between €0.01 and €4,975.00"),
        ({"packages-0-price": "-5"}, "Write an amount"),
        ({"packages-0-price": "1000000000000"}, "between €0.01 and €4,975.00"),
        ({"packages-0-price": "12,345"}, "Write an amount"),
        ({"packages-0-price": "€ 5"}, "Write an amount"),
        ({"packages-0-price": ""}, "This field is required"),
        ({"packages-0-promise": "0"}, "At least 1."),
        ({"packages-0-promise": "31", "packages-0-unit": "days"}, "At most 30 days"),
        ({"packages-0-promise": "1.5"}, "Enter a whole number"),
        ({"packages-0-revisions": "-1"}, "At least 0."),
        ({"tags": ",".join(f"tag {number}" for number in range(9))}, "At most 8"),
        ({"keeps": "hours"}, "hours of at least one day"),
        ({"keeps": "hours", "day_0": "17-9"}, "ends before it starts"),
        ({"keeps": "hours", "day_0": "9-12, 11-15"}, "overlap"),
        (EXTRA_TOO_FAST, "below one minute"),
        (CHOICE_OF_ONE, "2 to 12 options"),
        ({"faq-TOTAL_FORMS": "1", "faq-0-question": "Why?"}, "This field is required"),
        ({"do": "publish", "packages-TOTAL_FORMS": "0"}, "Add at least one package"),
        ({"do": "publish", "description": "Too little."}, "at least 60 characters"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    as_seller: Client, categories: None, changes: dict[str, str], words: str
) -> None:
    response = as_seller.post(NEW, form(**{"checklist": "Kept as typed", **changes}))
    page = response.content.decode()
    assert response.status_code == 200
    assert words in page
    assert "Kept as typed" in page
    assert not Gig.objects.exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "The file is empty"), (b"no picture", "not a picture"), (picture(100, 100), "smaller than")],
)
def test_a_bad_cover_is_refused_at_its_field(as_seller: Client, categories: None, content: bytes, words: str) -> None:
    response = as_seller.post(NEW, form(cover=SimpleUploadedFile("a.png", content)))
    assert words in response.content.decode()
    assert not Gig.objects.exists()


def test_a_good_cover_survives_an_error_elsewhere(as_seller: Client, categories: None) -> None:
    upload = SimpleUploadedFile("a.jpg", picture(), "image/jpeg")
    page = as_seller.post(NEW, form(cover=upload, title="short")).content.decode()
    key = page.split('name="cover_key" value="')[1].split('"')[0]
    assert key.startswith("covers/")
    as_seller.post(NEW, form(cover_key=key))
    assert Gig.objects.get().cover == key


def test_a_cover_key_that_was_made_up_is_ignored(as_seller: Client, categories: None) -> None:
    as_seller.post(NEW, form(cover_key="covers/aa/" + "b" * 32))
    assert Gig.objects.get().cover == ""


@pytest.mark.parametrize("prefix", ["packages", "features", "extras", "faq", "questions"])
def test_a_row_that_was_added_and_left_blank_is_left_out(as_seller: Client, categories: None, prefix: str) -> None:
    page = as_seller.post(NEW, form(row=f"add-{prefix}"))
    data = _as_sent(page.context["editor"])
    assert data[f"{prefix}-TOTAL_FORMS"] == (2 if prefix == "packages" else 1)
    assert as_seller.post(NEW, {**data, "do": "save"}).status_code == 302
    assert Gig.objects.get().package_count == 1


def test_rows_come_and_go_without_a_script_and_nothing_is_saved(as_seller: Client, categories: None) -> None:
    page = as_seller.post(NEW, form(row="add-packages")).content.decode()
    assert 'name="packages-1-name"' in page
    assert 'value="12,50"' in page
    assert "This field is required" not in page
    two = {
        "packages-TOTAL_FORMS": "2",
        "packages-1-name": "3,000 words",
        "packages-1-price": "25",
        "packages-1-promise": "1",
        "packages-1-unit": "days",
        "packages-1-revisions": "1",
    }
    page = as_seller.post(NEW, form(row="remove-packages-0", **two)).content.decode()
    assert 'name="packages-0-name" value="3,000 words"' in page
    assert 'name="packages-1-name"' not in page
    assert not Gig.objects.exists()


@pytest.mark.parametrize("command", ["add-packages", "remove-packages-9", "add-nothing", "remove-faq-0", "add-", "x"])
@pytest.mark.parametrize("total", ["3", "-1", "99999999999", "many", ""])
def test_row_commands_that_make_no_sense_change_nothing(
    as_seller: Client, categories: None, command: str, total: str
) -> None:
    data = form(row=command, title="short", **{"packages-TOTAL_FORMS": total, "faq-TOTAL_FORMS": total})
    assert as_seller.post(NEW, data).status_code == 200
    assert not Gig.objects.exists()


def test_a_form_with_nothing_in_it_is_answered(as_seller: Client, categories: None) -> None:
    assert as_seller.post(NEW, {}).status_code == 200
    assert as_seller.post(NEW, {"title": "\x00" * 20, "packages-0-name": "\x00"}).status_code == 200
    assert not Gig.objects.exists()


def test_a_starter_fills_the_editor(as_seller: Client, categories: None) -> None:
    assert "Clean up a logo" in as_seller.get(NEW).content.decode()
    page = as_seller.get(f"{NEW}?category=design&starter=logo-cleanup").content.decode()
    assert "Clean up your logo and deliver [number] ready-to-use files" in page
    assert "You receive <b" in page
    assert "€13.50" in page  # of 15.00
    assert "€15.50" in page


def test_an_unchanged_gig_comes_back_the_same(as_seller: Client, make_gig: MakeGig) -> None:
    gig = make_gig(hours=DAYTIME)
    before = content_of(gig)
    data = _as_sent(Editor(content=before))
    response = as_seller.post(f"/sell/gigs/{gig.pk}/", {**data, "version": "1", "do": "save"})
    assert response.status_code == 302, response.context["editor"].errors
    gig.refresh_from_db()
    assert content_of(gig) == before
    assert gig.version == 1


def _as_sent(editor: Editor) -> dict[str, Any]:
    """What a browser would send back without a change."""
    data = {}
    for part in editor.all_forms:
        for bound in part:
            value = bound.value()
            if bound.name == "cover" or value is None or value is False:
                continue
            data[bound.html_name] = "on" if value is True else value
    for name, rows in editor.lists.items():
        data |= {f"{name}-TOTAL_FORMS": len(rows.forms), f"{name}-INITIAL_FORMS": 0}
    return data


def test_a_second_window_is_told(as_seller: Client, gig: Gig) -> None:
    data = {**_as_sent(Editor(content=content_of(gig))), "do": "save"}
    as_seller.post(f"/sell/gigs/{gig.pk}/", {**data, "version": "1", "tags": "first"})
    response = as_seller.post(f"/sell/gigs/{gig.pk}/", {**data, "version": "1", "tags": "second"})
    assert "changed in another window" in response.content.decode()
    gig.refresh_from_db()
    assert (gig.tags, gig.version) == (["first"], 2)


def test_the_price_preview_says_both_sides(as_seller: Client, categories: None) -> None:
    page = as_seller.get("/sell/gigs/price/?packages-1-price=58").content.decode()
    assert "€52.20" in page
    assert "€59.74" in page
    assert "Write a price" in as_seller.get("/sell/gigs/price/?packages-1-price=x").content.decode()


@pytest.mark.parametrize("path", [NEW, "/sell/gigs/", "/sell/gigs/price/"])
def test_visitors_sign_in_first(client: Client, db: None, path: str) -> None:
    assert client.get(path).headers["Location"].startswith("/accounts/login/")


def test_buyers_become_sellers_first(as_buyer: Client) -> None:
    for path in (NEW, "/sell/gigs/"):
        assert as_buyer.get(path).headers["Location"] == "/sell/"


@pytest.mark.parametrize("action", ["publish", "pause", "archive", "restore", "draw-cover"])
def test_nobody_touches_the_gig_of_another(client: Client, stranger: User, gig: Gig, action: str) -> None:
    client.force_login(stranger, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(f"/sell/gigs/{gig.pk}/").status_code == 404
    assert client.post(f"/sell/gigs/{gig.pk}/", form(version="1")).status_code == 404
    assert client.post(f"/sell/gigs/{gig.pk}/{action}/").status_code == 404
    before = gig.updated_at
    gig.refresh_from_db()
    assert (gig.state, gig.version, gig.updated_at) == ("active", 1, before)


def test_states_change_by_buttons(as_seller: Client, gig: Gig) -> None:
    for action, state in (("pause", "paused"), ("publish", "active"), ("archive", "archived"), ("restore", "draft")):
        assert as_seller.get(f"/sell/gigs/{gig.pk}/{action}/").status_code == 405
        assert as_seller.post(f"/sell/gigs/{gig.pk}/{action}/").status_code == 302
        gig.refresh_from_db()
        assert gig.state == state
    assert as_seller.get("/sell/gigs/").status_code == 200
