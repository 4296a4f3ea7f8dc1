"""The steps of the editor as plain forms."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from gigs import richtext, steps
from gigs.models import Gig
from gigs.selectors.owned import content_of
from gigs.web.step_editor import Base
from gigs.web.step_editors import EDITORS
from marketplace.kernel import clock
from tests.gigs.conftest import CONTENT, DAYTIME, MakeGig
from tests.gigs.editing_forms import (
    DESCRIPTION,
    NEW,
    as_sent,
    begin,
    discounts,
    finish,
    opened,
    page_of,
    query,
    send,
    what,
)


def test_a_gig_from_nothing_step_by_step(as_seller: Client, categories: None) -> None:
    assert as_seller.post(NEW, what()).status_code == 302
    gig = Gig.objects.get()
    assert (gig.state, gig.tags, gig.description) == ("draft", ["proofreading", "Editing"], f"<p>{DESCRIPTION}</p>")
    order = [step.slug for step in steps.STEPS]
    for step, following in zip(order[1:], [*order[2:], ""], strict=True):
        if step != "pictures":
            assert send(as_seller, gig.pk, step).headers["Location"] == page_of(gig.pk, following)
    gig.refresh_from_db()
    package = gig.packages.get()
    assert gig.checklist == ["Clean copy", "Tracked changes"]
    assert (package.price_minor, package.all_in_minor, package.promised_minutes) == (1250, 1300, 360)
    response = as_seller.post(page_of(gig.pk), {"do": "publish"})
    gig.refresh_from_db()
    assert response.headers["Location"] == gig.get_absolute_url()
    assert gig.is_active
    assert gig.cover_is_drawn


def test_the_summary_says_what_is_missing_and_where(as_seller: Client, categories: None) -> None:
    gig_id = begin(as_seller, description="Too little.")
    page = as_seller.get(page_of(gig_id)).content.decode()
    for words in ("at least 60 characters", "Add at least one package", "Say how the work is made"):
        assert words in page
    for step in ("what", "packages", "answers"):
        assert f'href="{page_of(gig_id, step)}"' in page
    refused = as_seller.post(page_of(gig_id), {"do": "publish"})
    assert "Add at least one package" in refused.content.decode()
    assert as_seller.post(f"/sell/gigs/{gig_id}/publish/").headers["Location"] == page_of(gig_id)
    assert Gig.objects.get().is_draft


def test_steps_can_be_jumped_between_and_nothing_is_lost(as_seller: Client, categories: None) -> None:
    gig_id = begin(as_seller)
    assert send(as_seller, gig_id, "needs", do="to:selling").headers["Location"] == page_of(gig_id, "selling")
    assert Gig.objects.get().checklist == ["Clean copy", "Tracked changes"]
    jump = send(as_seller, gig_id, "packages", do="to:what", **{"packages-0-price": "a lot"})
    assert jump.headers["Location"] == page_of(gig_id, "what")
    assert Gig.objects.get().package_count == 0
    page = as_seller.get(page_of(gig_id, "packages")).content.decode()
    assert 'value="a lot"' in page
    assert "You typed this earlier" in page
    assert "is not saved yet" in as_seller.get(page_of(gig_id)).content.decode()
    assert send(as_seller, gig_id, "packages", do="summary").headers["Location"] == page_of(gig_id)
    assert Gig.objects.get().package_count == 1
    assert "is not saved yet" not in as_seller.get(page_of(gig_id)).content.decode()


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
    ("step", "changes", "words"),
    [
        ("what", {"title": "short"}, "at least 8 characters"),
        ("what", {"title": "x" * 81}, "at most 80 characters"),
        ("what", {"category": ""}, "This field is required"),
        ("what", {"category": "alchemy"}, "Select a valid choice"),
        ("what", {"language": "xx"}, "Select a valid choice"),
        ("what", {"description": "word " * 1201}, "longer than 1200 words"),
        ("what", {"description": "<p>" + "x" * 60_000}, "longer than 12000 characters"),
        ("what", {"tags": ",".join(f"tag {number}" for number in range(9))}, "At most 8"),
        ("packages", {"packages-0-price": "0"}, "between €0.01 and €4,975.00"),
        ("packages", {"packages-0-price": "-5"}, "Write an amount"),
        ("packages", {"packages-0-price": "1000000000000"}, "between €0.01 and €4,975.00"),
        ("packages", {"packages-0-price": "12,345"}, "Write an amount"),
        ("packages", {"packages-0-price": "€ 5"}, "Write an amount"),
        ("packages", {"packages-0-price": ""}, "This field is required"),
        ("packages", {"packages-0-promise": "0"}, "At least 1."),
        ("packages", {"packages-0-promise": "31", "packages-0-unit": "days"}, "At most 30 days"),
        ("packages", {"packages-0-promise": "1.5"}, "Enter a whole number"),
        ("packages", {"packages-0-revisions": "-1"}, "At least 0."),
        ("packages", EXTRA_TOO_FAST, "below one minute"),
        ("packages", discounts(("5", "60")), "At most 50."),
        ("packages", discounts(("5", "")), "This field is required"),
        ("packages", discounts(("5", "10"), ("5", "20")), "begins at more than the one before"),
        ("needs", CHOICE_OF_ONE, "2 to 12 options"),
        ("needs", {"checklist": "x" * 81}, "at most 80 characters"),
        ("answers", {"faq-TOTAL_FORMS": "1", "faq-0-question": "Why?"}, "This field is required"),
        ("answers", {"ai_note": "x" * 201}, "at most 200 characters"),
        ("selling", {"keeps": "hours"}, "hours of at least one day"),
        ("selling", {"keeps": "hours", "day_0": "17-9"}, "ends before it starts"),
        ("selling", {"keeps": "hours", "day_0": "9-12, 11-15"}, "overlap"),
        ("selling", {"queue_limit": "0"}, "greater than or equal to 1"),
        ("selling", {"away_until": "2020-01-01"}, "a day after today"),
        ("selling", {"away_until": "9999-12-31"}, "a day after today"),
        ("selling", {"away_until": "tomorrow"}, "Enter a valid date"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    as_seller: Client, categories: None, step: str, changes: dict[str, str], words: str
) -> None:
    gig_id = begin(as_seller)
    before = Gig.objects.values().get()
    response = send(as_seller, gig_id, step, **changes)
    page = response.content.decode()
    assert response.status_code == 200
    assert words in page
    for name, value in changes.items():
        if value and len(value) < 100 and not name.endswith("_FORMS"):
            assert value in str(response.context["editor"].data)
    assert Gig.objects.values().get() == before


def test_a_new_gig_is_made_once(as_seller: Client, categories: None) -> None:
    key = uuid.uuid4().hex
    first, second = as_seller.post(NEW, what(key=key)), as_seller.post(NEW, what(key=key), follow=True)
    assert second.redirect_chain[-1] == (first.headers["Location"], 302)
    assert Gig.objects.count() == 1


def test_who_goes_back_to_the_first_page_changes_the_gig_that_was_made(as_seller: Client, categories: None) -> None:
    page = {"key": uuid.uuid4().hex, "window": "a" * 16}
    gig_id = begin(as_seller, **page)
    back = as_seller.post(NEW, what(**page, title="Proofread two thousand words"), follow=True)
    assert back.redirect_chain[-1][0] == page_of(gig_id, "packages")
    assert Gig.objects.get().title == "Proofread two thousand words"
    wrong = as_seller.post(NEW, what(**page, title="x" * 200), follow=True)
    assert wrong.context["editor"].errors
    assert wrong.redirect_chain == [(page_of(gig_id, "what"), 307)]
    assert as_seller.get(f"{NEW}?draft={page['key']}").headers["Location"] == page_of(gig_id, "what")


def test_the_first_page_does_not_overwrite_what_was_changed_since(as_seller: Client, categories: None) -> None:
    page = {"key": uuid.uuid4().hex, "window": "a" * 16}
    gig_id = begin(as_seller, **page)
    send(as_seller, gig_id, "what", title="Proofread three thousand words")
    told = as_seller.post(NEW, what(**page, title="Proofread two thousand words"), follow=True)
    assert "changed in another window" in told.content.decode()
    assert "Proofread two thousand words" in told.content.decode()
    assert Gig.objects.get().title == "Proofread three thousand words"
    again = {"window": told.context["window"], "seen": told.context["seen"]}
    assert send(as_seller, gig_id, "what", again, title="Proofread two thousand words").status_code == 302
    assert Gig.objects.get().title == "Proofread two thousand words"


def test_a_key_of_somebody_else_makes_nothing(as_seller: Client, stranger: User, categories: None) -> None:
    key = uuid.uuid4().hex
    as_seller.post(NEW, what(key=key))
    other = Client()
    other.force_login(stranger, backend="django.contrib.auth.backends.ModelBackend")
    assert other.post(NEW, what(key=key)).status_code == 404
    assert other.post(NEW, what(key=key, do="autosave")).status_code == 404
    assert Gig.objects.count() == 1


# Rows


@pytest.mark.parametrize(
    ("step", "prefix"),
    [("packages", "packages"), ("packages", "features"), ("packages", "discounts"), ("packages", "extras"),
     ("answers", "faq"), ("needs", "questions")],
)  # fmt: skip
def test_a_row_that_was_added_and_left_blank_is_left_out(
    as_seller: Client, categories: None, step: str, prefix: str
) -> None:
    gig_id = begin(as_seller)
    page = send(as_seller, gig_id, step, row=f"add-{prefix}")
    data = as_sent(page.context["editor"])
    assert data[f"{prefix}-TOTAL_FORMS"] == (2 if prefix == "packages" else 1)
    answer = as_seller.post(page_of(gig_id, step), {**opened(as_seller, gig_id, step), **data, "do": "next"})
    assert answer.status_code == 302
    assert Gig.objects.get().package_count == (step == "packages")


def test_rows_come_and_go_without_a_script_and_nothing_is_saved(as_seller: Client, categories: None) -> None:
    gig_id = begin(as_seller)
    page = send(as_seller, gig_id, "packages", row="add-packages").content.decode()
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
        "features-TOTAL_FORMS": "1",
        "features-0-label": "Words",
        "features-0-value_1": "one thousand",
        "features-0-value_2": "three thousand",
    }
    page = send(as_seller, gig_id, "packages", row="remove-packages-0", **two).content.decode()
    assert 'name="features-0-value_1" value="three thousand"' in page
    assert "one thousand" not in page
    assert 'name="packages-0-name" value="3,000 words"' in page
    assert 'name="packages-1-name"' not in page
    assert Gig.objects.get().package_count == 0


@pytest.mark.parametrize("command", ["add-packages", "remove-packages-9", "add-nothing", "remove-faq-0", "add-", "x"])
@pytest.mark.parametrize("total", ["3", "-1", "99999999999", "many", ""])
def test_row_commands_that_make_no_sense_change_nothing(gig: Gig, as_seller: Client, command: str, total: str) -> None:
    totals = dict.fromkeys(["packages-TOTAL_FORMS", "extras-TOTAL_FORMS"], total)
    changes = {**totals, **discounts(("no", "number")), "row": command}
    assert send(as_seller, gig.pk, "packages", **changes).status_code == 200
    before = gig.version
    gig.refresh_from_db()
    assert (gig.version, gig.package_count) == (before, 3)


def test_a_form_with_nothing_in_it_is_answered(as_seller: Client, categories: None) -> None:
    assert as_seller.post(NEW, {}).status_code == 200
    assert as_seller.post(NEW, {"title": "\x00" * 20, "key": "\x00", "starter": "\x00"}).status_code == 200
    assert not Gig.objects.exists()
    gig_id = begin(as_seller)
    for step in steps.STEPS:
        for data in ({}, {"do": "to:\x00", "seen": "\x00", "window": "\x00"}, {"do": "autosave", "\x00": "\x00"}):
            assert as_seller.post(page_of(gig_id, step.slug), data).status_code in {200, 302, 422}
    assert as_seller.get(page_of(gig_id, "nothing")).status_code == 404


# Starters


def test_a_starter_fills_the_steps(as_seller: Client, categories: None) -> None:
    start = as_seller.get(NEW).content.decode()
    assert "Clean up a logo" in start
    page = as_seller.get(f"{NEW}?category=design&starter=logo-cleanup")
    assert "Clean up your logo and deliver [number] ready-to-use files" in page.content.decode()
    data = as_sent(page.context["editor"])
    gig_id = begin(as_seller, **data, key=page.context["beginning"].key, starter="design/logo-cleanup")
    packages = as_seller.get(page_of(gig_id, "packages")).content.decode()
    assert "You receive <b" in packages
    assert "€13.50" in packages  # of 15.00
    assert "€15.50" in packages
    assert Gig.objects.get().questions


def test_a_starter_without_prices_in_the_sites_currency_asks_for_them(
    as_seller: Client, categories: None, settings: Any
) -> None:
    settings.SETTLEMENT_CURRENCIES = ["KWD"]
    gig_id = begin(as_seller, starter="design/logo-cleanup", category="design")
    page = as_seller.get(page_of(gig_id, "packages"))
    assert len(page.context["editor"].rows["packages"].forms) == 3
    assert send(as_seller, gig_id, "needs").status_code == 302  # another step goes first
    packages = as_seller.get(page_of(gig_id, "packages"))
    assert len(packages.context["editor"].rows["packages"].forms) == 3
    assert send(as_seller, gig_id, "packages", **{"packages-0-price": "4"}).status_code == 302
    gig = Gig.objects.get()
    assert (gig.package_count, gig.checklist) == (1, ["Clean copy", "Tracked changes"])


@pytest.mark.parametrize(
    "asked",
    ["category=%00&starter=%00", "category=x&starter=y", "draft=x", "draft=03bcdbec-675a-4343-8062-8d447c3ba1f0"],
)
def test_a_starter_that_does_not_exist_is_an_empty_page(as_seller: Client, categories: None, asked: str) -> None:
    assert as_seller.get(f"{NEW}?{asked}").status_code == 200


# What is there stays


def test_an_unchanged_gig_comes_back_the_same(as_seller: Client, make_gig: MakeGig, at: datetime) -> None:
    away = clock.now().replace(microsecond=0, hour=13) + timedelta(days=2)
    rich = {
        "hours": DAYTIME,
        "description": f"<h3>What</h3><p>You <strong>get</strong> it:</p><p>{DESCRIPTION}</p>",
        "languages": ("de", "pt"),
        "quantity_discounts": ((5, 10),),
        "queue_limit": 4,
        "away_until": away,
        "is_private": True,
    }
    gig = make_gig(**rich)
    before = content_of(gig)
    for step in steps.STEPS:
        data = as_sent(EDITORS[step.slug](Base(before, clock.now(), saved_currency="EUR", cover=gig.cover)))
        response = as_seller.post(
            page_of(gig.pk, step.slug), {**opened(as_seller, gig.pk, step.slug), **data, "do": "next"}
        )
        assert response.status_code == 302, response.context["editor"].errors
    gig.refresh_from_db()
    assert content_of(gig) == before
    assert gig.version == 1
    assert "Save changes" not in as_seller.get(page_of(gig.pk)).content.decode()


def test_every_step_and_the_whole_say_the_same(seller: User, categories: None) -> None:
    """What the steps write together is everything that a gig's content has."""
    written = [name for step in steps.STEPS for name in step.fields]
    assert sorted(written) == sorted(CONTENT.__dataclass_fields__)
    content = replace(CONTENT, currency="EUR", hours=DAYTIME, description=richtext.stored(CONTENT.description))
    for step in steps.STEPS:
        editor = EDITORS[step.slug](
            Base(content, clock.now()), query(as_sent(EDITORS[step.slug](Base(content, clock.now()))))
        )
        assert editor.is_valid(), editor.errors
        assert editor.values() == {name: getattr(content, name) for name in step.fields}


def test_the_price_preview_says_both_sides(as_seller: Client, categories: None) -> None:
    page = as_seller.get("/sell/gigs/price/?packages-1-price=58").content.decode()
    assert "€52.20" in page
    assert "€59.74" in page
    assert "Write a price" in as_seller.get("/sell/gigs/price/?packages-1-price=x").content.decode()


@pytest.mark.parametrize("step", [step.slug for step in steps.STEPS])
@pytest.mark.parametrize("is_small", [True, False])
def test_a_step_takes_a_fixed_number_of_queries(
    as_seller: Client,
    make_gig: MakeGig,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    step: str,
    is_small: bool,
) -> None:
    gig = (
        make_gig(packages=CONTENT.packages[:1], extras=(), faq=(), questions=())
        if is_small
        else make_gig(hours=DAYTIME)
    )
    with django_assert_max_num_queries(22):
        assert as_seller.get(page_of(gig.pk, step)).status_code == 200


def test_a_whole_gig_is_finished_in_one_go(as_seller: Client, categories: None) -> None:
    gig_id = begin(as_seller)
    finish(as_seller, gig_id)
    assert "Missing before" not in as_seller.get(page_of(gig_id)).content.decode()
