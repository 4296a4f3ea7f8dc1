"""Hearts: saving a gig or a seller, by a form, by the script, and after signing in."""

from __future__ import annotations

import threading
from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from accounts.models import User
from gigs import api, limits
from gigs.favourites import items, lists
from gigs.favourites.target import GIG, SELLER, Target
from gigs.models import Gig, SavedItem, SavedList
from marketplace.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound
from tests.gigs.conftest import MakeGig
from tests.gigs.saved.conftest import Keep

SCRIPT = {"HTTP_ACCEPT": "application/json"}
BACKEND = "django.contrib.auth.backends.ModelBackend"


def test_a_heart_saves_into_the_first_list(as_buyer: Client, buyer: User, gig: Gig) -> None:
    said = as_buyer.post(f"/saved/gigs/{gig.pk}/", {"act": "save"}, **SCRIPT).json()  # type: ignore[arg-type]
    assert said == {"saved": True, "text": "Saved to “Saved”.", "undo": {}}
    item = SavedItem.objects.get()
    assert (item.owner, item.gig, item.saved_list.is_first, item.saved_list.owner) == (buyer, gig, True, buyer)
    assert (item.saved_price_minor, item.told_price_minor, item.currency) == (1550, 1550, "EUR")
    again = as_buyer.post(f"/saved/gigs/{gig.pk}/", {"act": "save"}, **SCRIPT)  # type: ignore[arg-type]
    assert (again.json()["saved"], SavedItem.objects.count()) == (True, 1)


def test_what_was_removed_can_be_put_back_where_it_was(as_buyer: Client, buyer: User, gig: Gig, at: datetime) -> None:
    shop = lists.create(owner_id=buyer.pk, name="Shop", at=at)
    items.save(owner_id=buyer.pk, target=Target(GIG, gig.pk), at=at, list_id=shop, note="For May")
    address = f"/saved/gigs/{gig.pk}/"
    said = as_buyer.post(address, {"act": "remove"}, **SCRIPT).json()  # type: ignore[arg-type]
    assert said == {"saved": False, "text": "Removed from “Shop”.", "undo": {"list": shop, "note": "For May"}}
    assert not SavedItem.objects.exists()
    as_buyer.post(address, {"act": "save", **said["undo"]}, **SCRIPT)  # type: ignore[arg-type]
    item = SavedItem.objects.get()
    assert (item.saved_list_id, item.note) == (shop, "For May")


def test_the_same_by_a_plain_form(as_buyer: Client, gig: Gig) -> None:
    address = f"/saved/gigs/{gig.pk}/"
    page = as_buyer.get(address, headers={"referer": f"http://testserver{gig.get_absolute_url()}"})
    assert f"Save “{gig.title}”" in page.content.decode()
    assert not SavedList.objects.exists()
    back = page.context["back"]
    response = as_buyer.post(address, {"list": "0", "note": "Ask for\n samples", "back": back})
    assert response.headers["Location"] == back
    assert SavedItem.objects.get().note == "Ask for samples"
    assert "is saved" in as_buyer.get(address).content.decode()
    wrong = as_buyer.post(address, {"list": "0", "note": "x" * 281})
    assert (wrong.status_code, "at most 280" in wrong.content.decode()) == (200, True)
    assert as_buyer.post(address, {"act": "remove"}).headers["Location"] == "/saved/"
    assert not SavedItem.objects.exists()


def test_it_leads_back_to_our_own_pages_only(as_buyer: Client, gig: Gig) -> None:
    response = as_buyer.post(f"/saved/gigs/{gig.pk}/", {"list": "0", "back": "https://evil.example/"})
    assert response.headers["Location"] == "/saved/"
    assert as_buyer.get(f"/saved/gigs/{gig.pk}/", headers={"referer": "//evil.example/"}).context["back"] == ""


def test_a_visitor_signs_in_and_then_it_is_saved(client: Client, buyer: User, gig: Gig) -> None:
    address = f"/saved/gigs/{gig.pk}/"
    results = "http://testserver/search/?q=product"
    response = client.get(address, headers={"referer": results})
    assert response.headers["Location"] == f"/accounts/login/?next=%2Fsaved%2Fgigs%2F{gig.pk}%2F"
    client.force_login(buyer, backend=BACKEND)
    response = client.get(address)
    assert response.headers["Location"] == results
    assert SavedItem.objects.get().owner == buyer
    # Once: a look at the same page afterwards saves nothing.
    SavedItem.objects.all().delete()
    assert client.get(address).status_code == 200
    assert not SavedItem.objects.exists()


def test_a_wish_for_one_gig_saves_no_other(client: Client, buyer: User, make_gig: MakeGig) -> None:
    wanted, other = make_gig(), make_gig()
    client.get(f"/saved/gigs/{wanted.pk}/")
    client.force_login(buyer, backend=BACKEND)
    assert client.get(f"/saved/gigs/{other.pk}/").status_code == 200
    assert not SavedItem.objects.exists()


def test_looking_at_the_page_saves_nothing(as_buyer: Client, gig: Gig) -> None:
    assert as_buyer.get(f"/saved/gigs/{gig.pk}/").status_code == 200
    assert not SavedItem.objects.exists()


def test_a_visitors_script_is_told_to_sign_in(client: Client, gig: Gig) -> None:
    response = client.post(f"/saved/gigs/{gig.pk}/", {"act": "save"}, **SCRIPT)  # type: ignore[arg-type]
    assert (response.status_code, SavedItem.objects.exists()) == (403, False)
    assert client.get("/saved/ids/?ids=1").status_code == 403


def test_sellers_are_saved_but_not_oneself(as_seller: Client, seller: User, stranger: User, buyer: User) -> None:
    assert as_seller.post(f"/saved/sellers/{stranger.pk}/", {"list": "0"}).status_code == 302
    assert SavedItem.objects.get().seller == stranger
    for nobody in (seller.pk, buyer.pk, 9**9):
        assert as_seller.post(f"/saved/sellers/{nobody}/", {"act": "save"}, **SCRIPT).status_code == 409  # type: ignore[arg-type]
    assert SavedItem.objects.count() == 1


def test_the_script_asks_once_which_are_saved(
    as_buyer: Client, buyer: User, make_gig: MakeGig, stranger: User, at: datetime, keep: Keep,
    django_assert_num_queries: Any,
) -> None:  # fmt: skip
    first, second, foreign = make_gig(), make_gig(), make_gig()
    keep(first)
    keep(foreign, by=stranger)
    items.save(owner_id=buyer.pk, target=Target(SELLER, stranger.pk), at=at)
    address = f"/saved/ids/?ids={first.pk},{second.pk},{foreign.pk},x,{'9' * 30}&sellers={stranger.pk},-1"
    with django_assert_num_queries(2):  # the reader and what is saved; the session comes from the cache
        said = as_buyer.get(address).json()
    assert (said["gig"], said["seller"]) == ([first.pk], [stranger.pk])


def test_cards_hold_nothing_personal(as_buyer: Client, gig: Gig, keep: Keep) -> None:
    """They are kept as text for everybody: the same for who saved the gig and for a visitor."""

    def heart(client: Client) -> str:
        page = client.get("/categories/writing/").content.decode()
        start = page.index(f'href="/saved/gigs/{gig.pk}/"')
        return page[start : page.index("</a>", start)]

    before = heart(as_buyer)
    keep(gig)
    assert heart(as_buyer) == before == heart(Client())
    assert f'data-save="gig:{gig.pk}"' in before


@pytest.mark.parametrize("change", ["draft", "private", "archived"])
def test_what_nobody_may_see_cannot_be_saved(
    make_gig: MakeGig, as_buyer: Client, buyer: User, at: datetime, change: str
) -> None:
    gig = make_gig(published=change != "draft", is_private=change == "private")
    if change == "archived":
        api.archive(gig_id=gig.pk, seller_id=gig.seller_id, at=at)
    assert as_buyer.get(f"/saved/gigs/{gig.pk}/").status_code == 404
    with pytest.raises(NotFound):
        items.save(owner_id=buyer.pk, target=Target(GIG, gig.pk), at=at)
    assert not SavedItem.objects.exists()


def test_nothing_goes_into_somebody_elses_list(
    buyer: User, stranger: User, gig: Gig, at: datetime, keep: Keep, as_buyer: Client
) -> None:
    foreign = lists.create(owner_id=stranger.pk, name="Hers", at=at)
    with pytest.raises(NotFound):
        items.save(owner_id=buyer.pk, target=Target(GIG, gig.pk), at=at, list_id=foreign)
    item = keep(gig)
    with pytest.raises(NotFound):
        items.change(owner_id=buyer.pk, target=Target(GIG, gig.pk), list_id=foreign, note="", at=at)
    assert as_buyer.post(f"/saved/gigs/{gig.pk}/", {"list": str(foreign), "note": ""}).status_code == 200
    assert SavedItem.objects.get().saved_list_id == item.saved_list_id


def test_one_person_keeps_so_many(buyer: User, make_gig: MakeGig, at: datetime, keep: Keep, monkeypatch: Any) -> None:
    monkeypatch.setattr(limits, "LIST_ITEMS_MAX", 1)
    keep(make_gig())
    with pytest.raises(Conflict):
        keep(make_gig())
    assert SavedItem.objects.count() == 1


def test_notes_are_short_and_plain(buyer: User, gig: Gig, at: datetime) -> None:
    with pytest.raises(InvalidInput):
        items.save(owner_id=buyer.pk, target=Target(GIG, gig.pk), at=at, note="x" * 281)
    items.save(owner_id=buyer.pk, target=Target(GIG, gig.pk), at=at, note="a\x00b\r\n c")
    assert SavedItem.objects.get().note == "ab c"


def test_the_database_holds_the_rules_too(buyer: User, seller: User, gig: Gig, keep: Keep, at: datetime) -> None:
    item = keep(gig)
    rows: list[dict[str, Any]] = [{"gig": gig, "seller": seller}, {}, {"gig": gig}, {"seller": buyer}]
    for wrong in rows:
        with pytest.raises(IntegrityError), transaction.atomic():
            SavedItem.objects.create(owner=buyer, saved_list=item.saved_list, saved_at=at, **wrong)
    with pytest.raises(NotAllowed):
        items.save(owner_id=seller.pk, target=Target(SELLER, seller.pk), at=at)


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_save_once(buyer: User, gig: Gig, at: datetime) -> None:
    failed: list[BaseException] = []

    def click() -> None:
        try:
            items.save(owner_id=buyer.pk, target=Target(GIG, gig.pk), at=at)
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _click in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert (SavedList.objects.count(), SavedItem.objects.count()) == (1, 1)
