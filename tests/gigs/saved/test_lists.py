"""Lists: made, renamed, deleted, shared; whose they are; how many queries their pages take."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts import api as accounts
from accounts.models import User
from gigs import api, limits
from gigs.favourites import items, lists, selectors
from gigs.favourites.target import SELLER, Target
from gigs.models import Gig, SavedItem, SavedList
from marketplace.kernel.errors import Conflict, InvalidInput, NotFound
from tests.gigs.conftest import CONTENT, MakeGig
from tests.gigs.saved.conftest import Keep

PRICES = {"cheap": 800, "middle": 1500, "dear": 4000}


@pytest.fixture
def shop(buyer: User, at: datetime) -> SavedList:
    return SavedList.objects.get(pk=lists.create(owner_id=buyer.pk, name="Shop", at=at))


def package(price_minor: int) -> dict[str, object]:
    return {"packages": (replace(CONTENT.packages[0], price_minor=price_minor),)}


def test_nothing_saved_is_an_invitation_and_writes_nothing(as_buyer: Client) -> None:
    page = as_buyer.get("/saved/").content.decode()
    assert "Nothing saved here yet" in page
    assert not SavedList.objects.exists()


def test_a_list_is_made_renamed_and_named_once(as_buyer: Client, buyer: User, at: datetime) -> None:
    made = as_buyer.post("/saved/new/", {"name": "  Shop  relaunch "})
    found = SavedList.objects.get(is_first=False)
    assert (made.headers["Location"], found.name, found.owner) == (f"/saved/{found.pk}/", "Shop relaunch", buyer)
    for taken in ("shop RELAUNCH", "Saved", " ", "x" * 61):
        assert as_buyer.post("/saved/new/", {"name": taken}).status_code == 200
    assert SavedList.objects.count() == 2
    as_buyer.post(f"/saved/{found.pk}/edit/", {"name": "Relaunch"})
    first = SavedList.objects.get(is_first=True)
    as_buyer.post(f"/saved/{first.pk}/edit/", {"name": "Everything"})
    assert [row.label for row in selectors.lists_of(buyer.pk)] == ["Everything", "Relaunch"]
    with pytest.raises(InvalidInput):
        lists.rename(list_id=found.pk, owner_id=buyer.pk, name="everything", at=at)


def test_so_many_lists(buyer: User, at: datetime, monkeypatch: Any) -> None:
    monkeypatch.setattr(limits, "LISTS_MAX", 2)
    lists.create(owner_id=buyer.pk, name="One", at=at)
    with pytest.raises(Conflict):
        lists.create(owner_id=buyer.pk, name="Two", at=at)


@pytest.mark.parametrize(("contents", "left"), [("keep", 1), ("drop", 0), ("nonsense", 1)])
def test_deleting_says_what_happens_and_does_that(
    as_buyer: Client, shop: SavedList, gig: Gig, keep: Keep, contents: str, left: int
) -> None:
    keep(gig, list_id=shop.pk)
    page = as_buyer.get(f"/saved/{shop.pk}/edit/").content.decode()
    assert "Move what is in it to your first list" in page
    as_buyer.post(f"/saved/{shop.pk}/act/", {"act": "delete", "contents": contents})
    assert not SavedList.objects.filter(pk=shop.pk).exists()
    assert [item.saved_list.is_first for item in SavedItem.objects.all()] == [True] * left


def test_the_first_list_stays(as_buyer: Client, buyer: User, gig: Gig, keep: Keep, at: datetime) -> None:
    first = keep(gig).saved_list
    assert "Delete this list" not in as_buyer.get(f"/saved/{first.pk}/edit/").content.decode()
    assert as_buyer.post(f"/saved/{first.pk}/act/", {"act": "delete"}).status_code == 409
    assert SavedItem.objects.count() == 1


def test_somebody_elses_list_is_not_there(shop: SavedList, stranger: User, gig: Gig, keep: Keep, at: datetime) -> None:
    item = keep(gig, list_id=shop.pk, note="Mine")
    client = Client()
    client.force_login(stranger, backend="django.contrib.auth.backends.ModelBackend")
    address = f"/saved/{shop.pk}/"
    assert [client.get(path).status_code for path in (address, f"{address}edit/")] == [404, 404]
    assert client.post(f"{address}edit/", {"name": "Ha"}).status_code == 404
    for deed in ("share", "stop", "delete"):
        assert client.post(f"{address}act/", {"act": deed, "contents": "drop"}).status_code == 404
    deeds: list[Any] = [lists.delete, lists.rename, lists.share, lists.stop_sharing]
    options: list[dict[str, Any]] = [{"contents": "drop", "at": at}, {"name": "Ha", "at": at}, {}, {}]
    for deed, option in zip(deeds, options, strict=True):
        with pytest.raises(NotFound):
            deed(list_id=shop.pk, owner_id=stranger.pk, **option)
    # Removing "their" copy of it touches nothing of the owner's.
    client.post(f"/saved/gigs/{gig.pk}/", {"act": "remove"})
    shop.refresh_from_db()
    item.refresh_from_db()
    assert (shop.name, shop.share_key, item.note) == ("Shop", "", "Mine")


def test_visitors_sign_in(client: Client, shop: SavedList) -> None:
    for path in ("/saved/", f"/saved/{shop.pk}/", "/saved/new/", f"/saved/{shop.pk}/edit/", "/saved/searches/"):
        assert client.get(path).headers["Location"].startswith("/accounts/login/?next=/saved/")


def test_a_note_and_another_list(as_buyer: Client, shop: SavedList, gig: Gig, keep: Keep) -> None:
    keep(gig)
    as_buyer.post(f"/saved/gigs/{gig.pk}/", {"list": str(shop.pk), "note": "For <May>"})
    item = SavedItem.objects.get()
    assert (item.saved_list, item.note) == (shop, "For <May>")
    page = as_buyer.get(f"/saved/{shop.pk}/").content.decode()
    assert "For &lt;May&gt;" in page
    assert f'href="/saved/gigs/{gig.pk}/"' in page
    assert "For &lt;May&gt;" not in as_buyer.get("/saved/").content.decode()


def test_pages_by_key_neither_jump_nor_repeat(
    as_buyer: Client, buyer: User, gig: Gig, keep: Keep, at: datetime
) -> None:
    first = keep(gig).saved_list
    template = Gig.objects.get(pk=gig.pk)
    made = [Gig(**{**_columns(template), "title": f"Write product text number {number}"}) for number in range(30)]
    Gig.objects.bulk_create(made)
    for number, one in enumerate(made):
        keep(one, when=at + timedelta(minutes=number))
    seen: list[str] = []
    address = "/saved/"
    while address:
        page = as_buyer.get(address)
        seen += [kept.title for kept in page.context["shelf"].gigs]
        address = f"/saved/{page.context['next_url']}" if page.context["next_url"] else ""
        keep(gig)  # a second save of the same moves nothing
    assert len(seen) == len(set(seen)) == 31
    assert seen[:2] == ["Write product text number 29", "Write product text number 28"]
    assert as_buyer.get("/saved/?after=nonsense").context["shelf"].gigs[0].title == seen[0]
    assert first.items.count() == 31


def _columns(gig: Gig) -> dict[str, Any]:
    fields = [field.attname for field in Gig._meta.concrete_fields if field.name not in {"id", "search"}]
    return {name: getattr(gig, name) for name in fields}


def test_sorted_by_price_within_each_currency(
    as_buyer: Client, buyer: User, make_gig: MakeGig, keep: Keep, settings: Any
) -> None:
    settings.SETTLEMENT_CURRENCIES = ["EUR", "JPY"]
    for name, price in PRICES.items():
        keep(make_gig(title=f"Write texts, {name}", **package(price)))
    yen = make_gig(title="Write texts in yen", currency="JPY", extras=(), **package(500))
    keep(yen)
    titles = [kept.title for kept in as_buyer.get("/saved/?sort=price").context["shelf"].gigs]
    assert titles == ["Write texts, cheap", "Write texts, middle", "Write texts, dear", "Write texts in yen"]
    assert as_buyer.get("/saved/?sort=nonsense").context["shelf"].sort == "newest"


def test_what_is_not_offered_any_more_stays_with_a_way_on(
    as_buyer: Client, buyer: User, make_gig: MakeGig, keep: Keep, at: datetime
) -> None:
    gone, paused, full = (make_gig(title=f"Write product texts, {word}") for word in ("gone", "paused", "full"))
    for one in (gone, paused, full):
        keep(one)
    api.archive(gig_id=gone.pk, seller_id=gone.seller_id, at=at)
    api.pause(gig_id=paused.pk, seller_id=paused.seller_id, at=at)
    Gig.objects.filter(pk=full.pk).update(queue_limit=1, active_orders=1)
    page = as_buyer.get("/saved/").content.decode()
    for words in (
        "Not offered any more.",
        f"/gigs/{gone.pk}/similar/",
        "Paused at the moment.",
        "All places are taken",
    ):
        assert words in page
    assert gone.get_absolute_url() not in page
    assert as_buyer.get(f"/gigs/{gone.pk}/similar/").status_code == 200


def test_a_lower_price_is_shown_beside_the_one_from_before(
    as_buyer: Client, buyer: User, make_gig: MakeGig, keep: Keep
) -> None:
    gig = make_gig()
    keep(gig)
    Gig.objects.filter(pk=gig.pk).update(from_all_in_minor=1200)
    page = as_buyer.get("/saved/").content.decode()
    assert "€12.00" in page
    assert "was €15.50 when saved" in page


@pytest.mark.parametrize("number", [1, 12])
def test_a_list_takes_so_many_queries_whatever_is_in_it(
    as_buyer: Client, buyer: User, seller: User, stranger: User, make_gig: MakeGig, keep: Keep, at: datetime,
    django_assert_num_queries: Any, number: int,
) -> None:  # fmt: skip
    for one in range(number):
        keep(make_gig(by=stranger if one % 2 else None))
    for one in (seller, stranger)[:number]:
        items.save(owner_id=buyer.pk, target=Target(SELLER, one.pk), at=at)
    with django_assert_num_queries(5):  # reader, bell, lists, gigs, sellers' faces
        as_buyer.get("/saved/")
    with django_assert_num_queries(6):
        as_buyer.get("/saved/?show=sellers")


class TestShared:
    @pytest.fixture
    def address(self, as_buyer: Client, shop: SavedList) -> str:
        as_buyer.post(f"/saved/{shop.pk}/act/", {"act": "share"})
        shop.refresh_from_db()
        assert len(shop.share_key) == 24
        return f"/lists/{shop.share_key}/"

    def test_a_stranger_sees_what_is_public_and_no_note(
        self, buyer: User, seller: User, shop: SavedList, address: str, make_gig: MakeGig, keep: Keep, at: datetime
    ) -> None:
        shown, archived, private = (make_gig(title=f"Write product texts {word}") for word in ("here", "old", "hid"))
        for gig in (shown, archived, private):
            keep(gig, list_id=shop.pk, note="Secret word")
        items.save(owner_id=buyer.pk, target=Target(SELLER, seller.pk), at=at, list_id=shop.pk, note="Secret word")
        api.archive(gig_id=archived.pk, seller_id=archived.seller_id, at=at)
        Gig.objects.filter(pk=private.pk).update(is_private=True, share_key="k")
        Gig.objects.filter(pk=shown.pk).update(from_all_in_minor=1200)
        response = Client().get(address)
        page = response.content.decode() + Client().get(f"{address}?show=sellers").content.decode()
        assert "Write product texts here" in page
        assert "Tom Oliveira" in page
        assert "Bea Buyer" in page
        for hidden in ("Secret word", "texts old", "texts hid", "when saved", buyer.email):
            assert hidden not in page
        assert (response["X-Robots-Tag"], response["Referrer-Policy"]) == ("noindex", "same-origin")

    def test_a_new_link_ends_the_old_and_stopping_ends_both(
        self, as_buyer: Client, shop: SavedList, address: str
    ) -> None:
        as_buyer.post(f"/saved/{shop.pk}/act/", {"act": "share"})
        shop.refresh_from_db()
        renewed = f"/lists/{shop.share_key}/"
        assert renewed != address
        assert [Client().get(path).status_code for path in (address, renewed)] == [404, 200]
        as_buyer.post(f"/saved/{shop.pk}/act/", {"act": "stop"})
        assert Client().get(renewed).status_code == 404
        assert Client().get("/lists/x/").status_code == 404

    def test_a_suspended_owner_shares_nothing(self, buyer: User, address: str, stranger: User, at: datetime) -> None:
        User.objects.filter(pk=buyer.pk).update(is_active=False)
        assert Client().get(address).status_code == 404

    def test_the_owner_is_told_what_others_see(self, as_buyer: Client, address: str) -> None:
        assert "This is what others see." in as_buyer.get(address).content.decode()
        assert "This is what others see." not in Client().get(address).content.decode()


def test_the_seller_can_be_saved_from_their_page(as_buyer: Client, seller: User, buyer: User, gig: Gig) -> None:
    heart = f'data-save="seller:{seller.pk}"'
    assert heart in as_buyer.get(f"/@{seller.handle}/").content.decode()
    assert heart in as_buyer.get(gig.get_absolute_url()).content.decode()
    assert 'data-save="' not in as_buyer.get(f"/@{buyer.handle}/").content.decode()
    assert accounts.is_seller(seller.pk)
