"""Staff keep the tree in the admin: what they write is checked in words, and nothing is lost by a slip."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from gigs import tasks
from gigs.models import Attribute, AttributeValue, Category, CategorySlug, Gig
from marketplace.kernel import outbox, words
from marketplace.kernel.models import OutboxMessage
from tests.gigs.conftest import MakeGig, picture

LIST = "/admin/gigs/category/"


@pytest.fixture
def staff(client: Client, categories: None) -> Client:
    client.force_login(User.objects.create_superuser("op@example.org", password="x" * 12, display_name="Op"))
    return client


def get(slug: str) -> Category:
    return Category.objects.get(slug=slug)


def address(slug: str) -> str:
    return reverse("admin:gigs_category_change", args=[get(slug).pk])


def sent(slug: str, /, **changes: Any) -> dict[str, Any]:
    """What the form of a category sends, its attributes included."""
    row = get(slug)
    data: dict[str, Any] = {
        "name": row.name, "slug": row.slug, "parent": row.parent_id or "", "position": row.position,
        "description": row.description, "icon": row.icon, "features": "\n".join(row.features),
        "seller_fee": "", "minimum_price": "", "usual_low": "5", "usual_high": "50",
        "attributes-INITIAL_FORMS": row.attributes.count(), "attributes-TOTAL_FORMS": row.attributes.count(),
    }  # fmt: skip
    for number, attribute in enumerate(row.attributes.all()):
        data |= {
            f"attributes-{number}-id": attribute.pk,
            f"attributes-{number}-category": row.pk,
            f"attributes-{number}-name": attribute.name,
            f"attributes-{number}-slug": attribute.slug,
            f"attributes-{number}-position": attribute.position,
            f"attributes-{number}-values": "\n".join(attribute.values.values_list("name", flat=True)),
        }
    return {**data, **changes}


def test_the_list_shows_the_tree_in_order(staff: Client, make_gig: MakeGig, at: datetime) -> None:
    make_gig(category_slug="product-texts")
    tasks.count_gigs_of_categories(at)
    Category.objects.filter(slug="writing").update(seller_fee_bp=250, minimum_price_minor=500)
    page = staff.get(LIST).content.decode()
    places = [
        page.index(f">{name}</a>") for name in ("Writing", "\u2003Web &amp; shop texts", "\u2003\u2003Product texts")
    ]
    assert places == sorted(places)
    assert f"{words.percent(250)}, from above" in page
    assert "€5.00, from above" in page


def test_the_list_takes_a_fixed_number_of_queries(
    staff: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(9):
        staff.get(LIST)


def test_everything_of_a_category_can_be_written(staff: Client) -> None:
    upload = SimpleUploadedFile("p.jpg", picture(), "image/jpeg")
    changes = {
        "name": "Marks", "slug": "marks", "parent": get("writing").pk, "position": 7, "features": "One\nTwo",
        "seller_fee": "7.5", "minimum_price": "12.50", "usual_low": "10", "usual_high": "60.50", "upload": upload,
    }  # fmt: skip
    response = staff.post(address("logos"), sent("logos", **changes))
    assert response.status_code == 302
    row = get("marks")
    assert (row.name, row.parent, row.position, row.features) == ("Marks", get("writing"), 7, ["One", "Two"])
    assert (row.seller_fee_bp, row.minimum_price_minor) == (750, 1_250)
    assert (row.usual_low_minor, row.usual_high_minor) == (1_000, 6_050)
    assert row.picture.startswith("covers/")
    assert CategorySlug.objects.get(pk="logos").category == row
    assert get("logo-redraws").applied_fee_bp == 750
    again = staff.get(address("marks")).content.decode()
    for shown in ('value="7.5"', 'value="12.50"', 'value="10.00"', "One\nTwo", "logos", f"{row.picture}-320.webp"):
        assert shown in again
    assert OutboxMessage.objects.filter(topic="settle-category").count() == 1
    staff.post(address("marks"), sent("marks", remove_picture="on"))
    assert (get("marks").picture, get("marks").seller_fee_bp, get("marks").minimum_price_minor) == ("", None, None)


@pytest.mark.parametrize(
    ("slug", "changes", "said"),
    [
        ("logos", {"parent": "logo-redraws"}, "Select a valid choice"),
        ("logos", {"parent": "logos"}, "Select a valid choice"),
        ("logos", {"parent": "product-texts"}, "Select a valid choice"),
        ("design", {"parent": "writing"}, "fourth level"),
        ("logos", {"parent": "editing-proofreading"}, "fourth level"),
        ("logos", {"icon": "no-such-icon"}, "no heroicon"),
        ("logos", {"icon": "../secret"}, "no heroicon"),
        ("logos", {"slug": "design"}, "already exists"),
        ("logos", {"slug": "former"}, "leads to “Writing”"),
        ("logos", {"slug": "no spaces"}, "valid “slug”"),
        ("logos", {"seller_fee": "51"}, "less than or equal to 50"),
        ("logos", {"seller_fee": "-1"}, "greater than or equal to 0"),
        ("logos", {"minimum_price": "cheap"}, "Write an amount"),
        ("logos", {"usual_low": "60"}, "Not less than where it begins"),
        ("logos", {"features": "\n".join("abcdefghijk")}, "At most 10 lines"),
        ("logos", {"features": "x" * 41}, "40 characters"),
        ("logos", {"upload": SimpleUploadedFile("p.jpg", b"not a picture", "image/jpeg")}, "not a picture"),
    ],
)
def test_what_does_not_hold_is_said_at_its_field(staff: Client, slug: str, changes: dict[str, Any], said: str) -> None:
    Category.objects.filter(slug="writing").update(slug="former")
    Category.objects.filter(slug="former").update(slug="writing")
    CategorySlug.objects.get_or_create(pk="former", defaults={"category": get("writing")})
    before = list(Category.objects.values())
    if "parent" in changes:
        changes = {"parent": get(changes["parent"]).pk}
    response = staff.post(address(slug), sent(slug, **changes))
    assert response.status_code == 200
    assert said in response.content.decode()
    assert list(Category.objects.values()) == before


def test_what_the_database_refuses_is_said(staff: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two people move two categories at once: each form was right when it was checked."""
    from django.db import IntegrityError

    from gigs.category_admin import pages

    def refuse(*given: object, **named: object) -> None:
        raise IntegrityError("category_at_most_three_levels")

    monkeypatch.setattr(pages.categories, "settle", refuse)
    response = staff.post(address("logos"), sent("logos", parent=get("writing").pk), follow=True)
    assert "Nothing was saved" in response.content.decode()
    assert get("logos").parent == get("design")


def test_siblings_are_put_in_order_on_the_list(staff: Client) -> None:
    rows = list(Category.objects.all())
    data: dict[str, Any] = {"form-TOTAL_FORMS": len(rows), "form-INITIAL_FORMS": len(rows), "_save": "Save"}
    for number, row in enumerate(rows):
        position = 9 if row.slug == "logos" else row.position
        data |= {f"form-{number}-id": row.pk, f"form-{number}-position": position}
    assert staff.post(LIST, data).status_code == 302
    assert Category.objects.filter(parent=get("design")).last() == get("logos")


# Attributes


def style() -> Attribute:
    return Attribute.objects.get(category__slug="design", slug="style")


def number_of(slug: str) -> int:
    return list(get("design").attributes.values_list("slug", flat=True)).index(slug)


def test_values_are_added_and_put_in_order_as_lines(staff: Client) -> None:
    place = f"attributes-{number_of('style')}-values"
    lines = "Gothic\nTechnical\nBold\nClassic\nHand-drawn\nPlayful\nminimal\nGothic"
    assert staff.post(address("design"), sent("design", **{place: lines})).status_code == 302
    values = list(style().values.values_list("slug", "name"))
    assert values[:2] == [("gothic", "Gothic"), ("technical", "Technical")]
    assert ("minimal", "minimal") in values
    assert len(values) == 7


def test_a_new_attribute_gets_its_name_in_addresses_by_itself(staff: Client) -> None:
    count = get("design").attributes.count()
    data = sent("design") | {
        "attributes-TOTAL_FORMS": count + 1,
        f"attributes-{count}-category": get("design").pk,
        f"attributes-{count}-name": "Paper size",
        f"attributes-{count}-position": 9,
        f"attributes-{count}-is_single": "on",
        f"attributes-{count}-values": "A4\nA5\nµ",
    }
    assert staff.post(address("design"), data).status_code == 302
    added = Attribute.objects.get(slug="paper-size")
    assert (added.category, added.is_single) == (get("design"), True)
    assert list(added.values.values_list("slug", flat=True)) == ["a4", "a5", "value"]


@pytest.mark.parametrize("place", ["logos", "logo-redraws"])
def test_one_name_means_one_thing_in_a_line(staff: Client, place: str) -> None:
    data = sent(place) | {
        "attributes-TOTAL_FORMS": 1, "attributes-0-category": get(place).pk, "attributes-0-name": "Style",
        "attributes-0-position": 0, "attributes-0-values": "Other",
    }  # fmt: skip
    response = staff.post(address(place), data)
    assert "above or below has an attribute of this name" in response.content.decode()
    assert Attribute.objects.filter(slug="style").count() == 1


def test_a_value_that_gigs_have_does_not_go_with_a_line(staff: Client, make_gig: MakeGig) -> None:
    make_gig(category_slug="logos", attributes=("style:bold",))
    place = f"attributes-{number_of('style')}-values"
    lines = "Minimal\nPlayful\nHand-drawn\nClassic\nTechnical"
    response = staff.post(address("design"), sent("design", **{place: lines}))
    assert "Gigs have “Bold”" in response.content.decode()
    assert style().values.count() == 6
    kept = "Minimal\nPlayful\nHand-drawn\nClassic\nBold"
    assert staff.post(address("design"), sent("design", **{place: kept})).status_code == 302
    assert not style().values.filter(slug="technical").exists()


def test_values_are_renamed_and_taken_away_on_the_attributes_page(staff: Client, make_gig: MakeGig) -> None:
    gig = make_gig(category_slug="logos", attributes=("style:bold", "style:classic"))
    values = list(style().values.all())
    data: dict[str, Any] = {
        "name": "Look", "position": 0, "values-INITIAL_FORMS": len(values), "values-TOTAL_FORMS": len(values) + 1,
        f"values-{len(values)}-name": "Bold", f"values-{len(values)}-position": 9,
        f"values-{len(values)}-attribute": style().pk,
    }  # fmt: skip
    for number, value in enumerate(values):
        name = "Loud" if value.slug == "bold" else value.name
        data |= {
            f"values-{number}-id": value.pk, f"values-{number}-attribute": style().pk,
            f"values-{number}-name": name, f"values-{number}-position": number,
        }  # fmt: skip
        if value.slug == "classic":
            data[f"values-{number}-DELETE"] = "on"
    response = staff.post(reverse("admin:gigs_attribute_change", args=[style().pk]), data)
    assert response.status_code == 302
    found = dict(style().values.values_list("slug", "name"))
    assert (found["bold"], found["bold-2"], "classic" in found) == ("Loud", "Bold", False)
    assert list(gig.value_rows.values_list("value__slug", flat=True)) == ["bold"]


def test_an_attribute_that_many_gigs_have_is_not_taken_away_in_a_request(
    staff: Client, make_gig: MakeGig, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gigs.category_admin import pages

    page = reverse("admin:gigs_attribute_delete", args=[style().pk])
    make_gig(category_slug="logos", attributes=("style:bold",))
    monkeypatch.setattr(pages, "_MOST_TO_TAKE_AWAY", 0)
    assert staff.post(page, {"post": "yes"}).status_code == 403
    monkeypatch.setattr(pages, "_MOST_TO_TAKE_AWAY", 1)
    assert staff.post(page, {"post": "yes"}).status_code == 302
    assert not AttributeValue.objects.filter(slug="bold").exists()


# Taking away and merging


def test_only_an_empty_category_can_be_taken_away(staff: Client, make_gig: MakeGig) -> None:
    make_gig(category_slug="banners-ads")
    for slug in ("banners-ads", "design"):
        page = reverse("admin:gigs_category_delete", args=[get(slug).pk])
        assert staff.post(page, {"post": "yes"}).status_code == 403
    assert staff.post(LIST, {"action": "delete_selected", "_selected_action": [get("logos").pk], "post": "yes"})
    assert Category.objects.count() == 89
    assert staff.post(reverse("admin:gigs_category_delete", args=[get("photo-editing").pk]), {"post": "yes"})
    assert Category.objects.count() == 88


def test_a_category_is_merged_after_a_look_at_what_happens(staff: Client, make_gig: MakeGig, at: datetime) -> None:
    gig = make_gig(category_slug="logos")
    page = reverse("admin:gigs_category_merge", args=[get("logos").pk])
    chosen = staff.post(LIST, {"action": "merge_one", "_selected_action": [get("logos").pk]})
    assert chosen.headers["Location"] == page
    shown = staff.get(page).content.decode()
    assert "1 gig moves" in shown
    assert "2 subcategories go along" in shown
    assert "Icons &amp; pictograms" not in shown
    response = staff.post(page, {"target": get("design").pk}, follow=True)
    assert "goes into “Design”" in response.content.decode()
    assert "1 gigs to go" in response.content.decode()
    assert "already" in staff.get(page).content.decode()
    outbox.deliver_due(OutboxMessage.objects.get().due_at)
    assert Gig.objects.get(pk=gig.pk).category == get("design")
    assert staff.get(page).status_code == 404


@pytest.mark.parametrize("target", ["", "0", "x", "self", "below"])
def test_a_target_that_is_none_is_refused(staff: Client, target: str) -> None:
    ids = {"self": str(get("logos").pk), "below": str(get("logo-redraws").pk)}
    page = reverse("admin:gigs_category_merge", args=[get("logos").pk])
    assert staff.post(page, {"target": ids.get(target, target)}).status_code == 200
    too_deep = staff.post(page, {"target": get("product-texts").pk})
    assert "fourth level" in too_deep.content.decode()
    assert not Category.objects.exclude(merging_into=None).exists()


def test_two_at_once_are_too_many(staff: Client) -> None:
    ids = [get("logos").pk, get("print-design").pk]
    response = staff.post(LIST, {"action": "merge_one", "_selected_action": ids}, follow=True)
    assert "one category at a time" in response.content.decode()


def test_nobody_else_comes_in(as_seller: Client, categories: None) -> None:
    for page in (LIST, address("logos"), reverse("admin:gigs_category_merge", args=[get("logos").pk])):
        assert as_seller.get(page).status_code == 302
        assert as_seller.post(page, {"target": get("design").pk}).status_code == 302
    assert not OutboxMessage.objects.exists()
