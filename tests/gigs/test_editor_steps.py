"""What single steps of the editor know: properties, selling, pictures; and who may open them."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from gigs import api, steps
from gigs.models import Attribute, AttributeValue, Category, Gig
from gigs.selectors.owned import content_of
from marketplace.kernel import clock
from tests.gigs.conftest import picture
from tests.gigs.editing_forms import NEW, begin, discounts, opened, page_of, send, what

# Properties, languages, the template of the comparison


@pytest.fixture
def properties(categories: None) -> None:
    category = Category.objects.get(slug="writing")
    for slug, is_single in (("mood", False), ("span", True)):
        attribute = Attribute.objects.create(category=category, slug=slug, name=slug.title(), is_single=is_single)
        for value in ("one", "two"):
            AttributeValue.objects.create(attribute=attribute, slug=value, name=f"{slug} {value}")


def test_the_categorys_properties_are_chosen(as_seller: Client, properties: None) -> None:
    gig_id = begin(as_seller, **{"property-mood": ["one", "two"], "property-span": "two", "languages": ["pt", "de"]})
    content = content_of(Gig.objects.get())
    assert content.attributes == ("mood:one", "mood:two", "span:two")
    assert (content.language, content.languages) == ("en", ("pt", "de"))
    page = as_seller.get(page_of(gig_id, "what")).content.decode()
    assert page.count('name="property-mood"') == 2
    assert "mood one" in as_seller.get(page_of(gig_id)).content.decode()
    # Another category knows other properties: shown at once, and nothing is saved by looking.
    other = send(as_seller, gig_id, "what", row="category", category="design").content.decode()
    assert "property-mood" not in other
    assert "needs your attention" not in other
    assert len(content_of(Gig.objects.get()).attributes) == 3
    assert send(as_seller, gig_id, "what", category="design", **{"property-mood": "one"}).status_code == 302
    assert content_of(Gig.objects.get()).attributes == ()


def test_a_value_that_does_not_exist_is_refused(as_seller: Client, properties: None) -> None:
    page = as_seller.post(NEW, what(**{"property-mood": "seven"}))
    assert "Select a valid choice" in page.content.decode()
    assert not Gig.objects.exists()


def test_the_comparison_begins_with_the_lines_of_the_category(as_seller: Client, categories: None) -> None:
    Category.objects.filter(slug="writing").update(features=["Words", "Sources"])
    gig_id = begin(as_seller)
    page = as_seller.get(page_of(gig_id, "packages")).content.decode()
    assert 'name="features-0-label" value="Words"' in page
    lines = {
        "features-TOTAL_FORMS": "2",
        "features-0-label": "Words",
        "features-0-value_1": "1,000",
        "features-1-label": "Sources",
    }
    send(as_seller, gig_id, "packages", **lines)
    assert Gig.objects.get().packages.get().features == [["Words", "1,000"]]  # what nobody filled in is left out


# Selling


def test_how_it_is_sold(as_seller: Client, categories: None) -> None:
    gig_id = begin(as_seller)
    day = f"{clock.now().year + 1}-01-01"
    send(as_seller, gig_id, "selling", asks_first="on", queue_limit="3", is_private="on", away_until=day)
    gig = Gig.objects.get()
    assert (gig.asks_first, gig.queue_limit, gig.is_private, bool(gig.share_key)) == (True, 3, True, True)
    assert gig.away_until is not None
    assert f"key={gig.share_key}" in as_seller.get(page_of(gig_id)).content.decode()
    before = gig.version
    send(as_seller, gig_id, "selling", asks_first="on", queue_limit="3", is_private="on", away_until=day)
    assert Gig.objects.get().version == before


def test_a_quantity_price(as_seller: Client, categories: None) -> None:
    gig_id = begin(as_seller)
    send(as_seller, gig_id, "packages", **discounts(("5", "10"), ("10", "20")))
    assert Gig.objects.get().quantity_discounts == [[5, 10], [10, 20]]


# The cover


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "The file is empty"), (b"no picture", "not a picture"), (picture(100, 100), "smaller than")],
)
def test_a_bad_cover_is_refused_at_its_field(as_seller: Client, categories: None, content: bytes, words: str) -> None:
    gig_id = begin(as_seller)
    data = {**opened(as_seller, gig_id, "pictures"), "cover": SimpleUploadedFile("a.png", content), "do": "next"}
    assert words in as_seller.post(page_of(gig_id, "pictures"), data).content.decode()
    assert Gig.objects.get().cover == ""


def test_a_good_cover_is_shown(as_seller: Client, categories: None) -> None:
    gig_id = begin(as_seller)
    upload = SimpleUploadedFile("a.jpg", picture(), "image/jpeg")
    data = {**opened(as_seller, gig_id, "pictures"), "cover": upload, "do": "next"}
    assert as_seller.post(page_of(gig_id, "pictures"), data).status_code == 302
    gig = Gig.objects.get()
    assert gig.cover.startswith("covers/")
    assert gig.cover in as_seller.get(page_of(gig_id, "pictures")).content.decode()


def test_a_cover_key_that_was_made_up_is_ignored(as_seller: Client, categories: None) -> None:
    gig_id = begin(as_seller)
    data = {**opened(as_seller, gig_id, "pictures"), "cover_key": "covers/aa/" + "b" * 32, "do": "next"}
    as_seller.post(page_of(gig_id, "pictures"), data)
    assert Gig.objects.get().cover == ""


# Who


@pytest.mark.parametrize("path", [NEW, "/sell/gigs/", "/sell/gigs/price/", "/sell/gigs/1/", "/sell/gigs/1/edit/what/"])
def test_visitors_sign_in_first(client: Client, db: None, path: str) -> None:
    assert client.get(path).headers["Location"].startswith("/accounts/login/")


def test_buyers_become_sellers_first(as_buyer: Client) -> None:
    for path in (NEW, "/sell/gigs/"):
        assert as_buyer.get(path).headers["Location"] == "/sell/"


@pytest.mark.parametrize("action", ["publish", "pause", "archive", "restore", "draw-cover", "renew-link"])
def test_nobody_touches_the_gig_of_another(client: Client, stranger: User, gig: Gig, action: str) -> None:
    client.force_login(stranger, backend="django.contrib.auth.backends.ModelBackend")
    for path in ("", "preview/", "preview/look/", *(f"edit/{step.slug}/" for step in steps.STEPS)):
        assert client.get(f"/sell/gigs/{gig.pk}/{path}").status_code == 404, path
    for do in ("next", "autosave", "forget", "to:what"):
        assert client.post(page_of(gig.pk, "what"), what(do=do)).status_code == 404
    for do in ("publish", "save", "discard"):
        assert client.post(page_of(gig.pk), {"do": do}).status_code == 404
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


def test_an_archived_gig_is_brought_back_first(as_seller: Client, gig: Gig, at: datetime) -> None:
    window = opened(as_seller, gig.pk, "needs")
    api.archive(gig_id=gig.pk, seller_id=gig.seller_id, at=at)
    assert as_seller.get(page_of(gig.pk, "needs")).headers["Location"] == page_of(gig.pk)
    assert send(as_seller, gig.pk, "needs", window).headers["Location"] == page_of(gig.pk)
    page = as_seller.get(page_of(gig.pk)).content.decode()
    assert "Bring back as a draft" in page
    assert "Publish</button>" not in page
