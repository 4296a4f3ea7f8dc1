from __future__ import annotations

import threading
import uuid
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts import api as accounts
from accounts.models import User
from gigs import api
from gigs.models import Gig
from marketplace.kernel.errors import Conflict, InvalidInput, NotAllowed
from orders import api as orders
from orders.models import Answer, Order
from payments.models import Charge
from tests.gigs.conftest import CONTENT, DAYTIME, MakeGig

# Paying speaks to the provider, which refuses to happen inside of a transaction.
pytestmark = pytest.mark.django_db(transaction=True)


def _form(client: Client, gig: Gig, parameters: str = "package=1") -> dict[str, Any]:
    """The hidden fields of the checkout page as the browser holds them."""
    context = client.get(f"/gigs/{gig.pk}/order/?{parameters}").context
    return {
        "form_key": context["draft"].form_key,
        "version": context["gig"].version,
        "seen_total": context["terms"].all_in.amount_minor,
        "seen_minutes": context["terms"].promised_minutes,
        "package": context["draft"].selection.package,
        "quantity": context["draft"].selection.quantity,
        "extras": sorted(context["draft"].selection.extras),
    }


def _send(client: Client, gig: Gig, data: dict[str, Any]) -> Any:
    return client.post(f"/gigs/{gig.pk}/order/", data)


def test_the_summary_shows_every_line_and_the_total(as_buyer: Client, gig: Gig) -> None:
    page = as_buyer.get(f"/gigs/{gig.pk}/order/?package=2&quantity=2&extras=1").content.decode()
    for words in (
        "Fifty × 2",
        "€112.00",
        "Titles for search engines × 2",
        "€16.00",
        "Service fee",
        "€3.84",
        "Pay €131.84",
    ):
        assert words in page


def test_an_order_is_placed_with_frozen_terms_and_its_answers(as_buyer: Client, gig: Gig, buyer: User) -> None:
    data = _form(as_buyer, gig, "package=2&quantity=2&extras=1") | {
        "answer_q1": SimpleUploadedFile("list.csv", b"a,b\n"),
        "answer_q2": "People with kitchens",
        "answer_q3": "Dry",
        "answer_q4": "shop.example.org",
    }
    response = _send(as_buyer, gig, data)
    order = Order.objects.get()
    assert response.headers["Location"] == f"/orders/{order.pk}/"  # the payment page is away in this test
    terms = order.terms
    assert (order.buyer_id, order.seller_id, order.source_ref) == (buyer.pk, gig.seller_id, str(gig.pk))
    assert (terms.price.amount_minor, terms.all_in.amount_minor, terms.promised_minutes) == (12_800, 13_184, 2760)
    assert (terms.revisions, terms.hours, len(terms.questions)) == (2, None, 4)
    answers = {answer.question_key: answer.text or answer.file.name for answer in Answer.objects.all()}  # type: ignore[union-attr]
    assert answers == {"q1": "list.csv", "q2": "People with kitchens", "q3": "Dry", "q4": "https://shop.example.org"}


def test_an_order_freezes_what_the_gig_says_of_use(as_buyer: Client, make_gig: MakeGig) -> None:
    gig = make_gig(licence="transfer", ai_use="assisted", ai_note="Checked by hand.", preview="watermarked")
    _send(as_buyer, gig, _form(as_buyer, gig))
    terms = Order.objects.get().terms
    assert (terms.licence_kind, terms.ai_use, terms.ai_note) == ("transfer", "assisted", "Checked by hand.")
    assert (terms.preview, terms.licence) == ("watermarked", orders.licence_text("transfer"))


def test_order_hours_go_into_short_promises_only(as_buyer: Client, make_gig: MakeGig) -> None:
    gig = make_gig(hours=DAYTIME)
    _send(as_buyer, gig, _form(as_buyer, gig, "package=1"))
    _send(as_buyer, gig, _form(as_buyer, gig, "package=3"))
    assert [order.terms.hours for order in Order.objects.order_by("placed_at", "pk")] == [DAYTIME, None]


def test_sent_twice_and_from_two_windows_it_is_one_order(as_buyer: Client, gig: Gig) -> None:
    first, second = _form(as_buyer, gig), _form(as_buyer, gig)
    places = {_send(as_buyer, gig, data).headers["Location"] for data in (first, first, second)}
    assert places == {f"/orders/{Order.objects.get().pk}/"}
    assert Charge.objects.count() == 1


def test_another_selection_is_another_order(as_buyer: Client, gig: Gig) -> None:
    for parameters in ("package=1", "package=2"):
        _send(as_buyer, gig, _form(as_buyer, gig, parameters))
    assert Order.objects.count() == 2


def test_after_an_order_the_same_gig_can_be_ordered_again(as_buyer: Client, gig: Gig) -> None:
    for _time in range(2):
        _send(as_buyer, gig, _form(as_buyer, gig))
    assert Order.objects.count() == 2


def test_a_second_send_after_a_change_still_leads_to_the_order(as_buyer: Client, gig: Gig, at: datetime) -> None:
    data = _form(as_buyer, gig)
    place = _send(as_buyer, gig, data).headers["Location"]
    api.edit_gig(gig_id=gig.pk, seller_id=gig.seller_id, content=replace(CONTENT, tags=()), at=at)
    assert _send(as_buyer, gig, data).headers["Location"] == place


def test_a_changed_gig_is_not_ordered_and_the_difference_is_named(as_buyer: Client, gig: Gig, at: datetime) -> None:
    data = _form(as_buyer, gig)
    package = replace(CONTENT.packages[0], price_minor=2000, promised_minutes=300)
    content = replace(CONTENT, packages=(package, *CONTENT.packages[1:]))
    api.edit_gig(gig_id=gig.pk, seller_id=gig.seller_id, content=content, at=at)
    response = _send(as_buyer, gig, data | {"answer_q2": "Kept"})
    page = response.content.decode()
    assert "The price was €15.50 and is now €20.60, all in." in page
    assert "The promise was 4 h and is now 5 h." in page
    assert 'value="Kept"' in page
    assert not Order.objects.exists()
    again = data | {"version": response.context["gig"].version}
    again["seen_total"] = response.context["terms"].all_in.amount_minor
    assert _send(as_buyer, gig, again).status_code == 302
    assert Order.objects.get().price_minor == 2000


def test_a_package_that_is_gone_leads_back_to_the_gig(as_buyer: Client, gig: Gig, at: datetime) -> None:
    data = _form(as_buyer, gig, "package=3")
    content = replace(CONTENT, packages=CONTENT.packages[:2])
    api.edit_gig(gig_id=gig.pk, seller_id=gig.seller_id, content=content, at=at)
    assert _send(as_buyer, gig, data).headers["Location"] == gig.get_absolute_url()
    assert not Order.objects.exists()


def test_a_paused_gig_and_an_own_gig_are_not_ordered(
    as_buyer: Client, as_seller: Client, gig: Gig, at: datetime
) -> None:
    data = _form(as_buyer, gig)
    assert _send(as_seller, gig, data).headers["Location"] == gig.get_absolute_url()
    api.pause(gig_id=gig.pk, seller_id=gig.seller_id, at=at)
    assert _send(as_buyer, gig, data).headers["Location"] == gig.get_absolute_url()
    assert not Order.objects.exists()


def test_a_form_sent_again_after_a_pause_leads_to_its_order(as_buyer: Client, gig: Gig, at: datetime) -> None:
    data = _form(as_buyer, gig)
    first = _send(as_buyer, gig, data)
    api.pause(gig_id=gig.pk, seller_id=gig.seller_id, at=at)
    again = _send(as_buyer, gig, data)
    assert (again.status_code, again.headers["Location"]) == (302, first.headers["Location"])
    assert again.headers["Location"] != gig.get_absolute_url()
    assert Order.objects.count() == 1


def test_nobody_finds_or_orders_from_a_suspended_seller(as_buyer: Client, gig: Gig, at: datetime) -> None:
    data = _form(as_buyer, gig)
    accounts.suspend(user_id=gig.seller_id, by_id=None, reason="They send spam.", at=at)
    assert _send(as_buyer, gig, data).status_code == 404
    assert not Order.objects.exists()
    assert as_buyer.get(gig.get_absolute_url()).status_code == 404
    assert gig.title not in as_buyer.get(reverse("gigs:search")).content.decode()
    accounts.reinstate(user_id=gig.seller_id, by_id=None, at=at)
    assert gig.title in as_buyer.get(reverse("gigs:search")).content.decode()


def test_a_paused_gig_comes_back_paused(as_buyer: Client, gig: Gig, at: datetime) -> None:
    api.pause(gig_id=gig.pk, seller_id=gig.seller_id, at=at)
    accounts.suspend(user_id=gig.seller_id, by_id=None, reason="They send spam.", at=at)
    assert as_buyer.get(gig.get_absolute_url()).status_code == 404
    accounts.reinstate(user_id=gig.seller_id, by_id=None, at=at)
    assert Gig.objects.values_list("state", "shown_as").get(pk=gig.pk) == ("paused", "")


def _asked(gig: Gig, buyer_id: int, **changes: Any) -> api.OrderRequest:
    asked = api.OrderRequest(
        gig_id=gig.pk, version=gig.version, buyer_id=buyer_id, selection=api.Selection(), form_key=uuid.uuid4().hex
    )
    return replace(asked, **changes)


def test_the_service_refuses_on_its_own(gig: Gig, buyer: User, at: datetime) -> None:
    with pytest.raises(NotAllowed):
        api.order(_asked(gig, gig.seller_id), at)
    with pytest.raises(Conflict):
        api.order(_asked(gig, buyer.pk, version=7), at)
    for selection in (api.Selection(9), api.Selection(1, 0), api.Selection(1, 21), api.Selection(1, 1, frozenset({6}))):
        with pytest.raises(InvalidInput):
            api.order(_asked(gig, buyer.pk, selection=selection), at)
    api.pause(gig_id=gig.pk, seller_id=gig.seller_id, at=at)
    with pytest.raises(Conflict):
        api.order(_asked(gig, buyer.pk), at)
    assert not Order.objects.exists()
    assert not Charge.objects.exists()


def test_an_order_of_too_much_money_is_refused(make_gig: MakeGig, buyer: User, at: datetime) -> None:
    gig = make_gig(packages=(replace(CONTENT.packages[0], price_minor=497_500),), extras=())
    with pytest.raises(InvalidInput, match="at most €5,000.00"):
        api.order(_asked(gig, buyer.pk, selection=api.Selection(1, 2)), at)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"answer_q4": "javascript:alert(1)"}, "Write a web address"),
        ({"answer_q3": "Loud"}, "Choose one of the answers"),
        ({"answer_q2": "x" * 301}, "Keep it under 300 characters"),
        ({"answer_q1": SimpleUploadedFile("empty.csv", b"")}, "empty"),
    ],
)
def test_an_answer_that_does_not_fit_is_said_at_its_field(
    as_buyer: Client, gig: Gig, answer: dict[str, Any], words: str
) -> None:
    response = _send(as_buyer, gig, _form(as_buyer, gig) | {"answer_q2": "Kept"} | answer)
    assert words in response.content.decode()
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    "broken", [{"form_key": "x"}, {"form_key": ""}, {"version": ""}, {"version": "9" * 30}, {"seen_total": "-1"}]
)
def test_a_form_that_was_tampered_with_orders_nothing(as_buyer: Client, gig: Gig, broken: dict[str, str]) -> None:
    assert _send(as_buyer, gig, _form(as_buyer, gig) | broken).status_code == 200
    assert not Order.objects.exists()


def test_the_draft_survives_signing_in(client: Client, gig: Gig, buyer: User) -> None:
    data = _form(client, gig, "package=2&extras=1") | {
        "answer_q1": SimpleUploadedFile("list.csv", b"a,b\n"),
        "answer_q2": "People with kitchens",
        "go": "login",
    }
    response = _send(client, gig, data)
    assert response.headers["Location"].startswith("/accounts/login/?next=%2Fgigs%2F")
    assert not Order.objects.exists()
    client.force_login(buyer, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(f"/gigs/{gig.pk}/order/").content.decode()
    assert 'value="People with kitchens"' in page
    assert "list.csv" in page
    _send(client, gig, _form(client, gig, "package=2&extras=1") | {"answer_q2": "People with kitchens"})
    assert {answer.question_key for answer in Answer.objects.all()} == {"q1", "q2"}


def test_an_edit_waits_for_an_order_that_is_being_placed(gig: Gig, buyer: User, at: datetime) -> None:
    """Either the order has the old terms or it is refused; never the old price under a new version."""
    outcome: list[str] = []

    def place() -> None:
        try:
            api.order(_asked(gig, buyer.pk, version=1), at)
            outcome.append("placed")
        except Conflict:
            outcome.append("refused")
        finally:
            connection.close()

    def change() -> None:
        package = replace(CONTENT.packages[0], price_minor=9000)
        content = replace(CONTENT, packages=(package, *CONTENT.packages[1:]))
        api.edit_gig(gig_id=gig.pk, seller_id=gig.seller_id, content=content, at=at)
        connection.close()

    threads = [threading.Thread(target=place), threading.Thread(target=change)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    prices = list(Order.objects.values_list("price_minor", flat=True))
    assert (outcome, prices) in ((["placed"], [1500]), (["refused"], []))


def test_two_clicks_at_once_place_one_order(gig: Gig, buyer: User, at: datetime) -> None:
    asked = _asked(gig, buyer.pk)
    placed: list[uuid.UUID] = []

    def place() -> None:
        placed.append(api.order(asked, at))
        connection.close()

    threads = [threading.Thread(target=place) for _click in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(placed) == 4
    assert set(placed) == {Order.objects.get().pk}
