from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import translation

from accounts.contracts import WeeklyHours
from accounts.models import User
from gigs import api
from gigs.contracts import ExtraContent, FaqEntry, GigContent, PackageContent
from gigs.models import Category, Extra, Gig, Package
from gigs.selectors.owned import content_of
from marketplace.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound
from marketplace.kernel.transitions import IllegalTransition
from orders.contracts import Question
from tests.gigs.conftest import CONTENT, DAYTIME, MakeGig

PACKAGE = CONTENT.packages[0]


def test_what_is_written_can_be_read_back(make_gig: MakeGig) -> None:
    content = replace(CONTENT, hours=DAYTIME, currency="EUR")
    plain_text = content.description.removeprefix("<p>").removesuffix("</p>")
    assert content_of(make_gig(hours=DAYTIME, description=plain_text)) == content


def test_the_copies_are_those_of_the_cheapest_and_the_fastest_package(make_gig: MakeGig) -> None:
    slow_and_cheap = PackageContent("Slow", 1000, 4000, 0)
    gig = make_gig(packages=(PackageContent("Quick", 2000, 30, 0), slow_and_cheap), extras=())
    assert (gig.from_price_minor, gig.from_all_in_minor, gig.from_minutes) == (1000, 1050, 4000)
    assert (gig.fastest_minutes, gig.package_count) == (30, 2)


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"title": "short"}, "title"),
        ({"title": "x" * 81}, "title"),
        ({"description": "x" * 12_001}, "description"),
        ({"tags": tuple(f"tag{number}" for number in range(9))}, "tags"),
        ({"packages": (replace(PACKAGE, price_minor=0),)}, "packages-0"),
        ({"packages": (PACKAGE, replace(PACKAGE, price_minor=-5))}, "packages-1"),
        ({"packages": (replace(PACKAGE, price_minor=10_000_001),)}, "packages-0"),
        ({"packages": (replace(PACKAGE, price_minor=10**12),)}, "packages-0"),
        ({"packages": (replace(PACKAGE, promised_minutes=0),)}, "packages-0"),
        ({"packages": (replace(PACKAGE, promised_minutes=43_201),)}, "packages-0"),
        ({"packages": (replace(PACKAGE, revisions=21),)}, "packages-0"),
        ({"packages": (PACKAGE,) * 4}, "packages"),
        ({"packages": (replace(PACKAGE, name=""),)}, "packages-0"),
        ({"extras": (ExtraContent("Sooner", 100, -240),)}, "extras-0"),
        ({"extras": (ExtraContent("Sooner", 100, -120), ExtraContent("Even sooner", 100, -120))}, "extras-1"),
        ({"extras": (ExtraContent("Free", 0, 0),)}, "extras-0"),
        ({"questions": (Question("q1", "Which?", "choice", True, ("only one",)),)}, "questions-0"),
        ({"questions": (Question("q1", "What?", "riddle"),)}, "questions-0"),
        ({"questions": (Question("q1", "A?", "text"), Question("q1", "B?", "text"))}, "questions"),
        ({"faq": (FaqEntry("Why?", ""),)}, "faq-0"),
        ({"checklist": ("x" * 81,)}, "checklist"),
        ({"hours": WeeklyHours("Moon/Base", ((0, 0, 60),))}, "hours"),
        ({"hours": WeeklyHours("UTC", ((0, 600, 540),))}, "hours"),
        ({"category_slug": "alchemy"}, "category"),
    ],
)
def test_content_that_does_not_hold_is_refused_at_its_place(
    seller: User, categories: None, at: datetime, changes: dict[str, Any], place: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        api.create_gig(seller_id=seller.pk, content=replace(CONTENT, **changes), at=at)
    assert place in refused.value.fields
    assert not Gig.objects.exists()


def test_only_sellers_create(buyer: User, categories: None, at: datetime) -> None:
    with pytest.raises(NotAllowed):
        api.create_gig(seller_id=buyer.pk, content=CONTENT, at=at)
    assert not Gig.objects.exists()


def test_the_version_grows_with_a_change_and_only_then(gig: Gig, at: datetime) -> None:
    same = api.edit_gig(gig_id=gig.pk, seller_id=gig.seller_id, content=CONTENT, at=at)
    assert same == 1
    dearer = replace(CONTENT, packages=(replace(PACKAGE, price_minor=1600), *CONTENT.packages[1:]))
    assert api.edit_gig(gig_id=gig.pk, seller_id=gig.seller_id, content=dearer, at=at, version=1) == 2
    gig.refresh_from_db()
    assert (gig.version, gig.from_all_in_minor) == (2, 1650)


def test_a_second_window_does_not_overwrite(gig: Gig, at: datetime) -> None:
    api.edit_gig(gig_id=gig.pk, seller_id=gig.seller_id, content=replace(CONTENT, tags=("one",)), at=at, version=1)
    with pytest.raises(Conflict):
        api.edit_gig(gig_id=gig.pk, seller_id=gig.seller_id, content=replace(CONTENT, tags=("two",)), at=at, version=1)
    gig.refresh_from_db()
    assert gig.tags == ["one"]


def test_nobody_edits_or_moves_the_gig_of_another(gig: Gig, stranger: User, at: datetime) -> None:
    with pytest.raises(NotFound):
        api.edit_gig(gig_id=gig.pk, seller_id=stranger.pk, content=replace(CONTENT, tags=()), at=at)
    for move in (api.pause, api.archive, api.publish):
        with pytest.raises(NotFound):
            move(gig_id=gig.pk, seller_id=stranger.pk, at=at)
    gig.refresh_from_db()
    assert (gig.state, gig.version, gig.tags) == ("active", 1, ["shop", "copywriting"])


def test_fewer_packages_and_extras_take_the_rest_away(gig: Gig, at: datetime) -> None:
    content = replace(CONTENT, packages=CONTENT.packages[:1], extras=())
    api.edit_gig(gig_id=gig.pk, seller_id=gig.seller_id, content=content, at=at)
    assert list(Package.objects.values_list("name", flat=True)) == ["Ten"]
    assert not Extra.objects.exists()


def test_a_live_gig_keeps_a_package(gig: Gig, at: datetime) -> None:
    with pytest.raises(InvalidInput) as refused:
        api.edit_gig(gig_id=gig.pk, seller_id=gig.seller_id, content=replace(CONTENT, packages=(), extras=()), at=at)
    assert set(refused.value.fields) == {"packages"}
    assert Package.objects.count() == 3


@pytest.mark.parametrize(
    ("changes", "place"),
    [({"packages": (), "extras": ()}, "packages"), ({"description": "Too little."}, "description")],
)
def test_an_unfinished_draft_is_not_published(
    make_gig: MakeGig, at: datetime, changes: dict[str, Any], place: str
) -> None:
    gig = make_gig(published=False, **changes)
    with pytest.raises(InvalidInput) as refused:
        api.publish(gig_id=gig.pk, seller_id=gig.seller_id, at=at)
    assert place in refused.value.fields
    gig.refresh_from_db()
    assert gig.state == "draft"


def test_states_go_round(gig: Gig, at: datetime) -> None:
    owner = {"gig_id": gig.pk, "seller_id": gig.seller_id, "at": at}
    seen = []
    for move in (api.pause, api.publish, api.archive, api.restore):
        move(**owner)
        gig.refresh_from_db()
        seen.append(gig.state)
    assert seen == ["paused", "active", "archived", "draft"]
    with pytest.raises(IllegalTransition):
        api.pause(**owner)


def test_a_gig_without_a_picture_gets_a_drawn_one(seller: User, categories: None, at: datetime) -> None:
    pk = api.create_gig(seller_id=seller.pk, content=CONTENT, at=at)
    api.publish(gig_id=pk, seller_id=seller.pk, at=at)
    gig = Gig.objects.get(pk=pk)
    assert gig.cover.startswith("covers/")
    assert gig.cover_is_drawn


_BROKEN: list[tuple[str, dict[str, Any]]] = [
    ("package_price_in_range", {"price_minor": 0}),
    ("package_price_in_range", {"price_minor": 10**12, "all_in_minor": 10**12}),
    ("package_promise_in_range", {"promised_minutes": 0}),
    ("package_promise_in_range", {"promised_minutes": 43_201}),
    ("package_is_first_to_third", {"position": 4}),
    ("package_revisions_in_range", {"revisions": 21}),
    ("package_all_in_covers_price", {"all_in_minor": 1}),
]


@pytest.mark.parametrize(("constraint", "values"), _BROKEN)
def test_postgresql_itself_refuses_bad_packages(gig: Gig, constraint: str, values: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Package.objects.filter(gig=gig, position=3).update(**values)


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("gig_title_long_enough", {"title": "short"}),
        ("active_gig_can_be_ordered", {"package_count": 0}),
        ("gig_has_at_most_three_packages", {"package_count": 4}),
        ("gig_rating_within_five", {"rating_hundredths": 501}),
    ],
)
def test_postgresql_itself_refuses_bad_gigs(gig: Gig, constraint: str, values: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Gig.objects.filter(pk=gig.pk).update(**values)


def test_categories_load_twice_without_doubles(categories: None) -> None:
    assert api.load_categories() == (0, 89)
    assert (Category.objects.count(), Category.objects.roots().count()) == (89, 12)


@pytest.mark.django_db
@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_every_starter_can_be_published_as_it_is(seller: User, categories: None, at: datetime, language: str) -> None:
    from gigs import starters

    shipped = [one for group in starters.all_categories() for one in group.starters]
    with translation.override(language):
        contents: list[GigContent] = [starters.spoken(one).content for one in shipped]
    assert {content.language for content in contents} == {language}
    for content in contents:
        pk = api.create_gig(seller_id=seller.pk, content=content, at=at, cover="covers/aa/" + "a" * 32)
        api.publish(gig_id=pk, seller_id=seller.pk, at=at)
    assert Gig.objects.active().count() == len(contents) > 12
