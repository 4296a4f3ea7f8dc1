from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.contracts import WeeklyHours
from accounts.models import User
from gigs import api, documents
from gigs.contracts import ExtraContent, FaqEntry, GigContent, PackageContent
from gigs.models import Gig, GigVersion
from gigs.selectors.owned import content_of
from gigs.tasks import drop_old_versions
from gigs.versions.differences import differences
from gigs.versions.keeping import KEPT_MOST
from gigs.versions.services import bring_back
from marketplace.kernel.errors import Conflict, NotFound
from orders.contracts import Question
from tests.gigs.bulk.contents import contents
from tests.gigs.conftest import CONTENT, DAYTIME, MakeGig

PACKAGE = CONTENT.packages[0]
EUROS = replace(CONTENT, currency="EUR")
DEARER = replace(EUROS, packages=(replace(CONTENT.packages[0], price_minor=2000), *CONTENT.packages[1:]))
CATEGORIES = {"writing": "Writing", "design": "Design"}


def edit(gig: Gig, content: GigContent, at: datetime, **more: Any) -> int:
    return api.edit_gig(gig_id=gig.pk, seller_id=gig.seller_id, content=content, at=at, **more)


def test_a_change_keeps_what_was_said_before(gig: Gig, at: datetime) -> None:
    edit(gig, DEARER, at + timedelta(hours=1))
    edit(gig, replace(DEARER, tags=("one",)), at + timedelta(hours=2))
    second, first = GigVersion.objects.filter(gig=gig)
    assert (first.number, first.content, first.replaced_at) == (1, EUROS, at + timedelta(hours=1))
    assert (second.number, second.content, second.replaced_by_id) == (2, DEARER, gig.seller_id)


def test_what_changes_nothing_or_is_refused_keeps_nothing(gig: Gig, stranger: User, at: datetime) -> None:
    edit(gig, CONTENT, at)
    with pytest.raises(Conflict):
        edit(gig, DEARER, at, version=7)
    with pytest.raises(NotFound):
        api.edit_gig(gig_id=gig.pk, seller_id=stranger.pk, content=DEARER, at=at)
    assert not GigVersion.objects.exists()


def test_postgresql_itself_keeps_a_version_once(gig: Gig, at: datetime) -> None:
    edit(gig, DEARER, at)
    kept = GigVersion.objects.get()
    kept.pk = None
    with pytest.raises(IntegrityError, match="gig_version_kept_once"), transaction.atomic():
        kept.save(force_insert=True)


@given(contents())
def test_a_content_is_the_same_after_json(content: GigContent) -> None:
    assert documents.content_from(documents.content_to(content)) == content


def test_an_old_document_lacks_what_is_new() -> None:
    old = documents.content_to(EUROS)
    del old["quantity_discounts"], old["languages"]
    assert documents.content_from({**old, "forgotten": 1}) == EUROS


# In words


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title": "Write 60 product descriptions"}, ["“Write 60 product descriptions”"]),
        ({"category_slug": "design"}, ["Category: Writing → Design"]),
        ({"description": "Other."}, ["Description: another text (95 → 6 characters)"]),
        ({"packages": DEARER.packages}, ["Price of Ten €15.00 → €20.00"]),
        ({"packages": CONTENT.packages[:2]}, ["Package “Whole shop” taken out"]),
        ({"packages": (replace(PACKAGE, name="11", promised_minutes=60, revisions=2), *CONTENT.packages[1:])},
         ["Package “Ten” is called “11”", "Promise of 11 4 h → 1 h", "Revisions of 11 1 → 2"]),
        ({"extras": (ExtraContent("Titles for search engines", 900, 120),)},
         ["Extra “An hour sooner” taken out", "Price of “Titles for search engines” €8.00 → €9.00",
          "Time of “Titles for search engines”: 2 h more"]),
        ({"packages": (replace(PACKAGE, work_minutes=45), *CONTENT.packages[1:])},
         ["Ten takes you ? → 45 min (only you see it)"]),
        ({"extras": CONTENT.extras[::-1]}, ["Extras: another order"]),
        ({"faq": (FaqEntry("Can I see a sample?", "No."), FaqEntry("Why?", "So."))},
         ["Answer to “Why?” added", "Another answer to “Can I see a sample?”"]),
        ({"questions": (*CONTENT.questions[:3], replace(CONTENT.questions[3], required=True))},
         ["Question “Your shop” changed"]),
        ({"tags": ("shop", "texts")}, ["Tags: + texts, − copywriting"]),
        ({"hours": DAYTIME}, ["Order hours: only within your hours now"]),
        ({"licence": "personal"}, ["Use of the work: Commercial use → Personal use"]),
        ({"asks_first": True}, ["Requests first: no → yes"]),
        ({"language": "de"}, ["Language of the text: English → German"]),
        ({"queue_limit": 3}, ["Orders at once: nothing → 3"]),
        ({"quantity_discounts": ((5, 10),)}, ["Price by quantity: 10 % off from 5"]),
        ({"currency": "USD"}, ["Currency: EUR → USD"]),
    ],
)  # fmt: skip
def test_changes_in_words(changes: dict[str, Any], said: list[str]) -> None:
    found = differences(EUROS, replace(EUROS, **changes), CATEGORIES)
    assert len(found) == len(said)
    assert all(one.endswith(expected) for one, expected in zip(found, said, strict=True)), found


@given(contents(), contents(), st.sampled_from([one.name for one in fields(GigContent)]))
def test_every_change_is_said_and_nothing_else(one: GigContent, other: GigContent, name: str) -> None:
    changed = replace(one, **{name: getattr(other, name)})
    found = differences(one, changed, CATEGORIES)
    assert bool(found) == (one != changed)
    assert all(isinstance(sentence, str) and sentence.strip() for sentence in found)


# On pages


def test_the_list_says_what_changed_and_leads_to_the_version(
    as_seller: Client, gig: Gig, at: datetime, show_what_is_missing: None
) -> None:
    edit(gig, DEARER, at)
    page = as_seller.get(f"/sell/gigs/{gig.pk}/versions/").content.decode()
    assert "Price of Ten €15.00 → €20.00" in page
    assert "MISSING" not in page
    version = as_seller.get(f"/sell/gigs/{gig.pk}/versions/1/").content.decode()
    assert "€15.00" in version
    assert "Price of Ten €20.00 → €15.00" in version
    assert "MISSING" not in version


def test_a_gig_without_a_past_says_so(as_seller: Client, gig: Gig) -> None:
    assert "Nothing has changed yet" in as_seller.get(f"/sell/gigs/{gig.pk}/versions/").content.decode()


@pytest.mark.parametrize("count", [1, 25])
def test_the_list_asks_as_often_for_many_as_for_one(
    as_seller: Client, gig: Gig, at: datetime, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        edit(gig, replace(EUROS, tags=(f"tag {number}",)), at)
    as_seller.get(f"/sell/gigs/{gig.pk}/versions/")
    with django_assert_num_queries(9):
        page = as_seller.get(f"/sell/gigs/{gig.pk}/versions/").content.decode()
    assert ("Older versions" in page) == (count > 20)


def test_pages_of_the_list_leave_nothing_out(as_seller: Client, gig: Gig, at: datetime) -> None:
    for number in range(25):
        edit(gig, replace(EUROS, tags=(f"tag {number}",)), at)
    first = as_seller.get(f"/sell/gigs/{gig.pk}/versions/").context["changes"]
    second = as_seller.get(f"/sell/gigs/{gig.pk}/versions/{first.next_url}").context["changes"]
    assert [row.number for row in first.rows + second.rows] == list(range(25, 0, -1))
    assert second.rows[0].sentences == ["Tags: + tag 4, − tag 3"]
    assert second.next_url == ""


@pytest.mark.parametrize("before", ["x", "-1", "0", "9" * 30, "%00"])
def test_pages_that_do_not_exist(as_seller: Client, gig: Gig, before: str) -> None:
    assert as_seller.get(f"/sell/gigs/{gig.pk}/versions/?before={before}").status_code == 200


def test_a_version_is_brought_back_as_a_new_one(as_seller: Client, gig: Gig, at: datetime) -> None:
    edit(gig, DEARER, at)
    answer = as_seller.post(f"/sell/gigs/{gig.pk}/versions/1/restore/", {"version": "2"})
    assert answer.headers["Location"] == f"/sell/gigs/{gig.pk}/versions/"
    gig.refresh_from_db()
    assert (content_of(gig), gig.version) == (EUROS, 3)
    assert list(gig.versions.values_list("number", flat=True)) == [2, 1]


def test_a_change_meanwhile_is_told(as_seller: Client, gig: Gig, at: datetime) -> None:
    edit(gig, DEARER, at)
    edit(gig, replace(DEARER, tags=("other",)), at)
    as_seller.post(f"/sell/gigs/{gig.pk}/versions/1/restore/", {"version": "2"})
    gig.refresh_from_db()
    assert (gig.version, gig.tags) == (3, ["other"])


def test_a_value_that_is_gone_does_not_hold_it_back(gig: Gig, at: datetime) -> None:
    edit(gig, DEARER, at)
    kept = GigVersion.objects.get()
    kept.document["attributes"] = ["style:gone"]
    kept.save()
    assert bring_back(gig_id=gig.pk, seller_id=gig.seller_id, number=1, seen_version=2, at=at) == 3


def test_another_currency_comes_back_with_its_numbers(make_gig: MakeGig, at: datetime, settings: Any) -> None:
    settings.SETTLEMENT_CURRENCIES = ["EUR", "USD"]
    gig = make_gig()
    edit(gig, replace(EUROS, currency="USD"), at, agreed_currency="USD")
    bring_back(gig_id=gig.pk, seller_id=gig.seller_id, number=1, seen_version=2, at=at)
    gig.refresh_from_db()
    assert content_of(gig) == EUROS


def test_nobody_sees_the_versions_of_another(client: Client, stranger: User, gig: Gig, at: datetime) -> None:
    edit(gig, DEARER, at)
    client.force_login(stranger, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(f"/sell/gigs/{gig.pk}/versions/").status_code == 404
    assert client.get(f"/sell/gigs/{gig.pk}/versions/1/").status_code == 404
    assert client.post(f"/sell/gigs/{gig.pk}/versions/1/restore/").status_code == 404
    gig.refresh_from_db()
    assert gig.version == 2


def test_what_is_not_kept_is_not_found(as_seller: Client, gig: Gig) -> None:
    assert as_seller.get(f"/sell/gigs/{gig.pk}/versions/1/").status_code == 404


def test_staff_read_versions_in_the_admin(client: Client, gig: Gig, at: datetime) -> None:
    edit(gig, DEARER, at)
    client.force_login(
        User.objects.create_superuser("op@example.org", password="x" * 12, display_name="Op"),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    kept = GigVersion.objects.get()
    assert client.get("/admin/gigs/gigversion/").status_code == 200
    assert client.get(f"/admin/gigs/gigversion/{kept.pk}/change/").status_code == 200
    assert client.post(f"/admin/gigs/gigversion/{kept.pk}/change/", {"number": 9}).status_code == 403


# Old ones


def test_old_versions_go(gig: Gig, at: datetime) -> None:
    edit(gig, DEARER, at)
    edit(gig, EUROS, at + timedelta(days=2))
    assert drop_old_versions(at + timedelta(days=731)) == 1
    assert list(GigVersion.objects.values_list("number", flat=True)) == [2]


def test_the_last_fifty_stay(gig: Gig, at: datetime) -> None:
    Gig.objects.filter(pk=gig.pk).update(version=100)
    rows = [
        GigVersion(gig=gig, number=number, document={}, replaced_at=at, replaced_by_id=gig.seller_id)
        for number in range(1, 100)
    ]
    GigVersion.objects.bulk_create(rows)
    assert drop_old_versions(at) == 49
    numbers = list(GigVersion.objects.values_list("number", flat=True))
    assert (len(numbers), numbers[0], numbers[-1]) == (KEPT_MOST, 99, 50)


def test_hours_and_moments_survive() -> None:
    full = replace(
        EUROS, hours=WeeklyHours("Europe/Lisbon", ((0, 540, 1080),)), away_until=datetime(2026, 12, 24, 12, tzinfo=UTC),
        questions=(Question("q1", "How many?", "number", minimum="1", maximum="9", unit="pages"),),
        packages=(PackageContent("One", 100, 60, 0, (("Words", "5"),)),),
    )  # fmt: skip
    assert documents.content_from(documents.content_to(full)) == full
