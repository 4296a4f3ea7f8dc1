"""Work from an order is shown with its buyer's yes alone: asked, given for exactly that, taken back at any time."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.leaving import closing, registry
from accounts.models import User
from gigs.models import Piece
from gigs.portfolio import consent, selectors, services
from gigs.portfolio.services import Content
from inbox import blocking
from inbox.models import Notification
from marketplace.kernel import outbox
from marketplace.kernel.errors import Conflict, NotAllowed, NotFound
from orders.models import Order
from tests.gigs.gallery.conftest import picture
from tests.gigs.portfolio.conftest import MakePiece, upload
from tests.orders.scenes import Desk

pytestmark = pytest.mark.django_db
Consent = Piece.Consent


@pytest.fixture
def piece(make_piece: MakePiece, order: Order) -> Piece:
    return make_piece(order=order)


@pytest.fixture
def asked(piece: Piece, at: datetime) -> Piece:
    consent.ask(piece_id=piece.pk, seller_id=piece.seller_id, at=at)
    piece.refresh_from_db()
    return piece


def say(piece: Piece, buyer: User, at: datetime, *, yes: bool, named: bool = False) -> Piece:
    consent.answer(piece_id=piece.pk, buyer_id=buyer.pk, version=piece.version, is_yes=yes, is_named=named, at=at)
    piece.refresh_from_db()
    return piece


def test_nothing_is_shown_before_a_yes(piece: Piece, seller: User, buyer: User, client: Client, at: datetime) -> None:
    path = reverse("gigs:piece", args=[seller.handle, piece.pk])
    assert (piece.is_shown, client.get(path).status_code) == (False, 404)
    consent.ask(piece_id=piece.pk, seller_id=seller.pk, at=at)
    assert client.get(path).status_code == 404
    piece.refresh_from_db()
    say(piece, buyer, at, yes=True)
    body = client.get(path).content.decode()
    assert "The buyer agreed that it is shown." in body
    assert "Bea Buyer" not in body


def test_the_buyer_hears_of_it_and_sees_exactly_what_would_be_shown(
    asked: Piece, buyer: User, as_buyer: Client
) -> None:
    notice = Notification.objects.get(recipient=buyer, kind="piece_asked")
    assert notice.url == reverse("gigs:consent", args=[asked.pk])
    body = as_buyer.get(notice.url).content.decode()
    for shown in (asked.title, asked.words, asked.shown[0]["key"]):
        assert shown in body
    assert asked.title in as_buyer.get(reverse("gigs:asked")).content.decode()


def test_what_was_asked_long_ago_is_on_a_further_page(
    asked: Piece, seller: User, buyer: User, moderator: User, at: datetime, make_piece: MakePiece,
    monkeypatch: pytest.MonkeyPatch, as_buyer: Client,
) -> None:  # fmt: skip
    later = make_piece(title="A newer one", order=Desk(buyer, seller, moderator, at, placed=1).completed())
    consent.ask(piece_id=later.pk, seller_id=seller.pk, at=at)
    monkeypatch.setattr(selectors, "ASKED_SHOWN", 1)
    first = as_buyer.get(reverse("gigs:asked"))
    assert [one.piece.pk for one in first.context["asked"]] == [later.pk]
    second = as_buyer.get(reverse("gigs:asked") + first.context["next_url"])
    assert [one.piece.pk for one in second.context["asked"]] == [asked.pk]
    assert second.context["next_url"] == ""


def test_their_name_stands_there_where_they_want_it(
    asked: Piece, seller: User, as_buyer: Client, client: Client
) -> None:
    path = reverse("gigs:consent", args=[asked.pk])
    as_buyer.post(path, {"version": asked.version, "answer": "yes", "named": "on"})
    shown = reverse("gigs:piece", args=[seller.handle, asked.pk])
    assert "for Bea Buyer" in client.get(shown).content.decode()
    as_buyer.post(path, {"version": asked.version, "answer": "yes"})
    assert "Bea Buyer" not in client.get(shown).content.decode()


def test_a_yes_is_taken_back_at_once_and_the_seller_is_told(
    asked: Piece, seller: User, buyer: User, client: Client, at: datetime
) -> None:
    say(asked, buyer, at, yes=True, named=True)
    say(asked, buyer, at + timedelta(days=1), yes=False)
    assert (asked.consent, asked.is_shown, asked.names_buyer) == (Consent.WITHDRAWN, False, False)
    assert client.get(reverse("gigs:piece", args=[seller.handle, asked.pk])).status_code == 404
    kinds = Notification.objects.filter(recipient=seller, kind__startswith="piece_").order_by("pk")
    assert list(kinds.values_list("kind", flat=True)) == ["piece_given", "piece_denied"]


def test_a_change_asks_anew(asked: Piece, seller: User, buyer: User, at: datetime) -> None:
    say(asked, buyer, at, yes=True, named=True)
    content = Content("Something else", "")
    services.edit(piece_id=asked.pk, seller_id=seller.pk, content=content, version=asked.version, at=at)
    asked.refresh_from_db()
    assert (asked.consent, asked.is_shown, asked.names_buyer) == (Consent.DRAFT, False, False)


def test_saving_it_as_it_was_asks_nobody(asked: Piece, seller: User, buyer: User, at: datetime) -> None:
    say(asked, buyer, at, yes=True)
    content = Content(asked.title, asked.words, first=asked.files.get().pk)
    services.edit(piece_id=asked.pk, seller_id=seller.pk, content=content, version=asked.version, at=at)
    asked.refresh_from_db()
    assert (asked.consent, asked.is_shown) == (Consent.GIVEN, True)


def test_a_yes_to_something_else_counts_for_nothing(asked: Piece, buyer: User, at: datetime) -> None:
    with pytest.raises(Conflict, match="changed since"):
        consent.answer(
            piece_id=asked.pk, buyer_id=buyer.pk, version=asked.version - 1, is_yes=True, is_named=False, at=at
        )
    asked.refresh_from_db()
    assert asked.consent == Consent.ASKED


def test_a_no_stands_also_after_the_piece_is_removed(
    asked: Piece, order: Order, seller: User, buyer: User, at: datetime, make_piece: MakePiece
) -> None:
    say(asked, buyer, at, yes=False)
    with pytest.raises(NotAllowed):
        consent.ask(piece_id=asked.pk, seller_id=seller.pk, at=at)
    with pytest.raises(NotAllowed):
        services.edit(piece_id=asked.pk, seller_id=seller.pk, content=Content("New"), version=asked.version, at=at)
    services.remove(piece_id=asked.pk, seller_id=seller.pk, at=at)
    with pytest.raises(NotAllowed):
        make_piece(order=order)
    assert not Piece.objects.get().is_shown


def test_they_change_their_mind_to_yes(asked: Piece, buyer: User, at: datetime) -> None:
    say(asked, buyer, at, yes=False)
    assert say(asked, buyer, at, yes=True).is_shown


def test_nobody_is_asked_more_than_three_times(piece: Piece, seller: User, at: datetime) -> None:
    for number in range(consent.MOST_ASKS):
        consent.ask(piece_id=piece.pk, seller_id=seller.pk, at=at)
        piece.refresh_from_db()
        content = Content(f"Title {number}")
        services.edit(piece_id=piece.pk, seller_id=seller.pk, content=content, version=piece.version, at=at)
    with pytest.raises(NotAllowed, match="3 times"):
        consent.ask(piece_id=piece.pk, seller_id=seller.pk, at=at)


def test_removing_and_making_it_anew_does_not_ask_more_often(
    asked: Piece, order: Order, seller: User, at: datetime, make_piece: MakePiece
) -> None:
    services.remove(piece_id=asked.pk, seller_id=seller.pk, at=at)
    again = make_piece(order=order)
    assert (again.pk, again.asks, again.consent) == (asked.pk, 1, Consent.DRAFT)


def test_a_piece_that_is_not_ready_is_not_asked_about(
    make_piece: MakePiece, order: Order, seller: User, at: datetime
) -> None:
    waiting = make_piece(order=order, prepared=False)
    with pytest.raises(Conflict, match="not ready"):
        consent.ask(piece_id=waiting.pk, seller_id=seller.pk, at=at)


def test_who_blocked_the_seller_is_not_asked(piece: Piece, seller: User, buyer: User, at: datetime) -> None:
    blocking.block(owner_id=buyer.pk, other_id=seller.pk, at=at)
    with pytest.raises(NotAllowed):
        consent.ask(piece_id=piece.pk, seller_id=seller.pk, at=at)


def test_a_buyer_who_leaves_takes_their_yes_along(asked: Piece, buyer: User, at: datetime) -> None:
    say(asked, buyer, at, yes=True, named=True)
    services.let_go(buyer.pk, at)
    asked.refresh_from_db()
    assert (asked.consent, asked.is_shown, asked.names_buyer) == (Consent.WITHDRAWN, False, False)


def test_who_has_left_is_not_asked(piece: Piece, seller: User, buyer: User, at: datetime) -> None:
    closing.close(user_id=buyer.pk, at=at)
    with pytest.raises(NotAllowed, match="cannot answer"):
        consent.ask(piece_id=piece.pk, seller_id=seller.pk, at=at)


def test_each_hears_of_it_in_their_own_language(piece: Piece, seller: User, buyer: User, at: datetime) -> None:
    User.objects.filter(pk=buyer.pk).update(language="es")
    User.objects.filter(pk=seller.pk).update(language="en")
    with override("en"):
        consent.ask(piece_id=piece.pk, seller_id=seller.pk, at=at)
    piece.refresh_from_db()
    with override("es"):
        say(piece, buyer, at, yes=True)
        say(piece, buyer, at + timedelta(days=1), yes=False)
        services.judge(piece_id=piece.pk, why="Stolen.", at=at)
    asked = Notification.objects.get(recipient=buyer, kind="piece_asked").title
    assert asked.startswith("¿Puede ")
    told = Notification.objects.filter(recipient=seller, kind__startswith="piece_").order_by("pk")
    assert [row.title for row in told] == [
        "Bea Buyer says yes: “A label for jam” is in your portfolio.",
        "Bea Buyer does not want “A label for jam” to be shown.",
        "Your piece “A label for jam” is not shown any more.",
    ]


def test_an_order_that_is_there_leads_to_its_piece(asked: Piece, buyer: User, as_seller: Client, at: datetime) -> None:
    path = reverse("gigs:piece_of_order", args=[asked.order_id])
    there = reverse("gigs:piece_edit", args=[asked.pk])
    assert as_seller.get(path).headers["Location"] == there
    say(asked, buyer, at, yes=False)
    assert as_seller.get(path).headers["Location"] == there
    services.remove(piece_id=asked.pk, seller_id=asked.seller_id, at=at)
    assert "may not be shown" in as_seller.get(path).content.decode()


def test_only_accepted_orders_of_theirs_become_pieces(
    seller: User, buyer: User, stranger: User, moderator: User, at: datetime, as_seller: Client
) -> None:
    running = Desk(buyer, seller, moderator, at).in_progress()
    file = upload(seller, "a.jpg", picture(1), at)
    with pytest.raises(NotAllowed):
        services.create(seller_id=seller.pk, content=Content("Early", uploads=[file]), at=at, order_id=running.pk)
    for other in (stranger, buyer):
        with pytest.raises(NotFound):
            services.create(seller_id=other.pk, content=Content("Mine", uploads=[file]), at=at, order_id=running.pk)
    assert not Piece.objects.exists()


def test_the_page_of_an_accepted_order_leads_there(order: Order, as_seller: Client, as_buyer: Client) -> None:
    url = reverse("gigs:piece_of_order", args=[order.pk])
    assert url in as_seller.get(order.get_absolute_url()).content.decode()
    assert url not in as_buyer.get(order.get_absolute_url()).content.decode()
    assert as_seller.get(url).status_code == 200
    assert as_buyer.get(url).status_code == 404


def test_others_neither_see_nor_answer(asked: Piece, as_seller: Client, as_stranger: Client) -> None:
    path = reverse("gigs:consent", args=[asked.pk])
    for other in (as_seller, as_stranger):
        assert other.get(path).status_code == 404
        assert other.post(path, {"version": asked.version, "answer": "yes"}).status_code == 404
    asked.refresh_from_db()
    assert asked.consent == Consent.ASKED


def test_before_they_are_asked_a_buyer_sees_nothing(piece: Piece, as_buyer: Client) -> None:
    assert as_buyer.get(reverse("gigs:consent", args=[piece.pk])).status_code == 404


@pytest.mark.parametrize(
    "change",
    [{"is_shown": True}, {"names_buyer": True}, {"consent": "given"}, {"buyer": None}, {"consent": "own"}],
)
def test_the_database_refuses_what_nobody_agreed_to(piece: Piece, change: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Piece.objects.filter(pk=piece.pk).update(**change)


def test_closing_an_account_goes_through_with_pieces(asked: Piece, buyer: User, at: datetime) -> None:
    say(asked, buyer, at, yes=True)
    seen = Piece.objects.get(pk=asked.pk)
    assert seen.is_shown
    closing.close(user_id=buyer.pk, at=at)
    assert not Piece.objects.get(pk=asked.pk).is_shown


def test_a_buyer_whose_piece_was_changed_meanwhile_keeps_their_mark(
    asked: Piece, seller: User, as_buyer: Client, at: datetime
) -> None:
    seen, page = asked.version, reverse("gigs:consent", args=[asked.pk])
    content = Content("Another title", asked.words)
    services.edit(piece_id=asked.pk, seller_id=seller.pk, content=content, version=seen, at=at)
    consent.ask(piece_id=asked.pk, seller_id=seller.pk, at=at)
    answer = as_buyer.post(page, {"version": seen, "answer": "yes", "named": "on"})
    assert answer.status_code == 422
    body = answer.content.decode()
    assert "This is how it is now" in body
    assert "Another title" in body
    assert 'name="named" checked' in body
    assert 'name="named" checked' not in as_buyer.get(page).content.decode()
    asked.refresh_from_db()
    assert not asked.is_shown


def test_what_a_buyer_takes_back_has_other_addresses(
    asked: Piece, buyer: User, as_buyer: Client, at: datetime,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:  # fmt: skip
    say(asked, buyer, at, yes=True)
    former = asked.shown[0]["key"]
    say(asked, buyer, at, yes=False)
    with django_capture_on_commit_callbacks(execute=True):
        outbox.deliver_due(at)
    asked.refresh_from_db()
    now = asked.shown[0]["key"]
    assert [default_storage.exists(f"{key}-640.webp") for key in (former, now)] == [False, True]
    assert now in as_buyer.get(reverse("gigs:consent", args=[asked.pk])).content.decode()
    assert say(asked, buyer, at, yes=True).is_shown


def test_a_copy_of_a_buyers_data_holds_what_they_were_asked(
    piece: Piece, seller: User, buyer: User, at: datetime
) -> None:
    chapter = registry.chapters()["portfolio"]
    assert [row["title"] for row in chapter(seller.pk)] == [piece.title]
    assert list(chapter(buyer.pk)) == []
    consent.ask(piece_id=piece.pk, seller_id=seller.pk, at=at)
    assert [row["consent"] for row in chapter(buyer.pk)] == [Consent.ASKED]
    services.remove(piece_id=piece.pk, seller_id=seller.pk, at=at)
    assert list(chapter(buyer.pk)) == []


def test_a_file_that_failed_is_named_where_one_would_ask(
    make_piece: MakePiece, order: Order, as_seller: Client
) -> None:
    broken = make_piece(order=order, files={"a.jpg": picture(1), "broken.jpg": b"\xff\xd8\xff" + b"x" * 500})
    body = as_seller.get(reverse("gigs:piece_edit", args=[broken.pk])).content.decode()
    assert "A file failed, and they have to see all." in body
    assert reverse("gigs:piece_ask", args=[broken.pk]) not in body


def test_who_was_asked_often_enough_is_not_counted_down_below_one(piece: Piece, as_seller: Client) -> None:
    Piece.objects.filter(pk=piece.pk).update(asks=consent.MOST_ASKS)
    body = as_seller.get(reverse("gigs:piece_edit", args=[piece.pk])).content.decode()
    assert "They were asked as often as one may ask" in body
    assert "0 more times" not in body
    assert reverse("gigs:piece_ask", args=[piece.pk]) not in body
