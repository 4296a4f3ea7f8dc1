"""Custom offers: a chain of versions of which only the newest is open, and one order of what is accepted."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail as outbox_mail
from django.db import transaction

from accounts import api as accounts
from accounts.models import User
from gigs.models import CustomOffer
from gigs.offers import notices, services
from gigs.offers.content import OfferContent, in_steps
from gigs.offers.services import Letter
from gigs.offers.states import OfferState
from gigs.tasks import expire_offers
from inbox import api as inbox
from inbox.models import Message, Notification
from marketplace.kernel import outbox
from marketplace.kernel.errors import Conflict, DomainError, InvalidInput, NotAllowed, NotFound
from orders import api as orders
from orders.contracts import Step
from orders.models import Order
from orders.states import State
from payments.models import Charge, OperationKind, StripeOperation
from payments.operations import executor
from tests.orders.scenes import expired_session, paid_session

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
CONTENT = OfferContent(
    title="Name and logo for a bakery",
    scope="Three drafts of the logo, one of them in vectors. Not included: print.",
    currency="EUR",
    price_minor=12_000,
    promised_minutes=3 * 1440,
    revisions=2,
    checklist=("Logo as SVG", "Three drafts"),
)
STEPS = (Step("Drafts", 4_000, 1440), Step("Vectors", 8_000, 2 * 1440))


@pytest.fixture
def talk(seller: User, buyer: User, at: datetime) -> uuid.UUID:
    people = [seller.pk, buyer.pk]
    return inbox.open_conversation(reference="people:1:2", title="Bea and Tom", url="", participant_ids=people, at=at)


Send = Callable[..., CustomOffer]


@pytest.fixture
def send(talk: uuid.UUID, seller: User, at: datetime) -> Send:
    def make(key: str = "k1", content: OfferContent = CONTENT, days: int = 7, note: str = "") -> CustomOffer:
        pk = services.send(
            conversation_id=talk, seller_id=seller.pk, content=content, letter=Letter(key, days, note), at=at
        )
        return get(pk)

    return make


def get(pk: uuid.UUID) -> CustomOffer:
    return CustomOffer.objects.get(pk=pk)


def counter(offer: CustomOffer, who: User, at: datetime, key: str = "c1", **changes: Any) -> CustomOffer:
    content = replace(CONTENT, **(changes or {"price_minor": 10_000}))
    return get(services.counter(offer_id=offer.pk, actor_id=who.pk, content=content, letter=Letter(key, 3, ""), at=at))


def accept(offer: CustomOffer, who: User, at: datetime) -> Order:
    return Order.objects.get(pk=services.accept(offer_id=offer.pk, actor_id=who.pk, at=at))


def told(person: User) -> list[str]:
    return list(Notification.objects.filter(recipient=person).order_by("id").values_list("kind", flat=True))


def snapshot() -> tuple[object, ...]:
    return (
        tuple(CustomOffer.objects.order_by("pk").values_list()),
        tuple(Message.objects.order_by("pk").values_list("pk")),
        tuple(Notification.objects.order_by("pk").values_list("pk", "kind")),
        Order.objects.count(),
    )


def session(order: Order, at: datetime, make: Callable[..., Any], *more: Any) -> Order:
    """What Stripe says of the order's payment page."""
    charge = Charge.objects.get(pk=order.charge_id)
    op = StripeOperation.objects.get(kind=OperationKind.CREATE_SESSION, subject=str(charge.pk))
    executor.complete(op.id, make(charge, *more), at)
    order.refresh_from_db()
    return order


def test_an_offer_is_a_card_in_the_conversation(send: Send, seller: User, buyer: User, at: datetime) -> None:
    offer = send(note="As we said.")
    assert (offer.state, offer.number, offer.expires_at) == (OfferState.SENT, 1, at + 7 * DAY)
    message = inbox.messages("people:1:2")[0]
    assert (message.body, message.card) == ("As we said.", ("offer", str(offer.pk)))
    assert (told(buyer), told(seller)) == (["offer_sent"], [])
    row = inbox.summaries(buyer.pk)[0]
    assert (row.last_body, row.unread) == ("Offer: Name and logo for a bakery", True)


def test_a_second_click_is_the_same_offer(send: Send) -> None:
    assert send().pk == send().pk
    assert (CustomOffer.objects.count(), Message.objects.count()) == (1, 1)


def test_the_buyer_accepts_and_pays(send: Send, buyer: User, seller: User, at: datetime) -> None:
    offer = send()
    order = accept(offer, buyer, at + HOUR)
    terms = order.terms
    assert (order.state, order.source_kind, order.source_ref) == (State.PENDING_PAYMENT, "offer", str(offer.pk))
    assert (terms.title, terms.price.amount_minor, terms.all_in.amount_minor) == (CONTENT.title, 12_000, 12_360)
    assert (terms.promised_minutes, terms.revisions, terms.checklist) == (4_320, 2, CONTENT.checklist)
    assert (get(offer.pk).state, get(offer.pk).order_id) == (OfferState.ACCEPTED, order.pk)
    assert told(seller) == ["offer_accepted"]
    order = session(order, at + HOUR, paid_session, 12_360)
    assert order.state == State.IN_PROGRESS


def test_twenty_clicks_are_one_order(send: Send, buyer: User, at: datetime) -> None:
    offer = send()
    assert len({accept(offer, buyer, at + HOUR).pk for _click in range(20)}) == 1
    assert (Order.objects.count(), Charge.objects.count()) == (1, 1)


def test_an_unpaid_order_gives_the_offer_back(send: Send, buyer: User, at: datetime) -> None:
    offer = send()
    first = session(accept(offer, buyer, at + HOUR), at + 2 * HOUR, expired_session)
    assert (first.state, get(offer.pk).state, get(offer.pk).closed_at) == (State.EXPIRED, OfferState.SENT, None)
    second = accept(offer, buyer, at + DAY)
    assert (second.pk != first.pk, second.state) == (True, State.PENDING_PAYMENT)
    session(second, at + 8 * DAY, expired_session)
    assert get(offer.pk).state == OfferState.EXPIRED
    with pytest.raises(Conflict):
        accept(offer, buyer, at + 8 * DAY)


def test_a_counter_offer_leaves_one_version_open(send: Send, buyer: User, seller: User, at: datetime) -> None:
    first = send()
    second = counter(first, buyer, at + HOUR, price_minor=9_000, promised_minutes=1440)
    assert (get(first.pk).state, second.state, second.number, second.chain) == (
        OfferState.COUNTERED, OfferState.SENT, 2, first.chain
    )  # fmt: skip
    assert (second.by_seller, second.expires_at) == (False, at + HOUR + 3 * DAY)
    third = counter(second, seller, at + 2 * HOUR, "c2", price_minor=10_500)
    assert [get(offer.pk).state for offer in (first, second, third)] == ["countered", "countered", "sent"]
    assert (told(buyer), told(seller)) == (["offer_sent", "offer_countered"], ["offer_countered"])
    assert accept(third, buyer, at + 3 * HOUR).terms.price.amount_minor == 10_500
    for old in (first, second):
        with pytest.raises(Conflict):
            accept(old, seller if not old.by_seller else buyer, at + 3 * HOUR)
    assert Order.objects.count() == 1


def test_a_seller_who_agrees_gives_the_buyer_time_to_pay(send: Send, buyer: User, seller: User, at: datetime) -> None:
    mine = counter(send(), buyer, at + HOUR)
    order = accept(mine, seller, at + 2 * HOUR)
    assert (order.state, order.terms.asks_first) == (State.PENDING_PAYMENT, True)
    assert orders.next_timer(order.pk) == at + 2 * HOUR + timedelta(hours=23)
    notice = Notification.objects.get(recipient=buyer, kind="offer_accepted")
    assert notice.url == order.get_absolute_url()


def test_of_work_in_steps_a_yes_asks_for_the_first(send: Send, buyer: User, seller: User, at: datetime) -> None:
    asked = in_steps(CONTENT, STEPS)
    newest = get(services.counter(offer_id=send().pk, actor_id=buyer.pk, content=asked, letter=Letter("c1"), at=at))
    accept(newest, seller, at)
    letters = {row.kind: row.context["amount"] for row in Notification.objects.all()}
    assert (letters["offer_countered"], letters["offer_accepted"]) == ("€108.00", "€41.20")


def test_steps_become_steps_of_the_order(send: Send, buyer: User, at: datetime) -> None:
    order = accept(send(content=in_steps(CONTENT, STEPS)), buyer, at + HOUR)
    assert (order.terms.steps, order.terms.checklist) == (STEPS, ())
    assert (order.price_minor, order.all_in.amount_minor, order.terms.promised_minutes) == (4_000, 4_120, 4_320)


def test_a_decline_says_why(send: Send, buyer: User, seller: User, at: datetime) -> None:
    offer = send()
    with pytest.raises(InvalidInput):
        services.decline(offer_id=offer.pk, actor_id=buyer.pk, word=" ", at=at)
    services.decline(offer_id=offer.pk, actor_id=buyer.pk, word="Too dear for us.", at=at + HOUR)
    assert (get(offer.pk).state, get(offer.pk).answer, told(seller)) == (
        OfferState.DECLINED, "Too dear for us.", ["offer_declined"]
    )  # fmt: skip


def test_the_author_takes_it_back(send: Send, buyer: User, seller: User, at: datetime) -> None:
    offer = send()
    services.withdraw(offer_id=offer.pk, actor_id=seller.pk, at=at + HOUR)
    assert (get(offer.pk).state, told(buyer)) == (OfferState.WITHDRAWN, ["offer_sent", "offer_withdrawn"])
    with pytest.raises(Conflict):
        accept(offer, buyer, at + 2 * HOUR)


def test_silence_ends_it_and_both_hear(send: Send, buyer: User, seller: User, at: datetime) -> None:
    offer = send(days=1)
    assert expire_offers(at + DAY - timedelta(seconds=1)) == 0
    with pytest.raises(Conflict, match="expired"):
        accept(offer, buyer, at + DAY)
    assert expire_offers(at + DAY) == 1
    assert expire_offers(at + DAY) == 0
    assert (get(offer.pk).state, told(buyer)[-1], told(seller)) == (
        OfferState.EXPIRED,
        "offer_expired",
        ["offer_expired"],
    )


ACTIONS: dict[str, Callable[[CustomOffer, User, datetime], object]] = {
    "counter": lambda offer, who, at: counter(offer, who, at, "x1", price_minor=9_900),
    "accept": accept,
    "decline": lambda offer, who, at: services.decline(offer_id=offer.pk, actor_id=who.pk, word="No.", at=at),
    "withdraw": lambda offer, who, at: services.withdraw(offer_id=offer.pk, actor_id=who.pk, at=at),
}
ENDINGS: dict[str, Callable[[CustomOffer, User, User, datetime], object]] = {
    "sent": lambda offer, seller, buyer, at: None,
    "countered": lambda offer, seller, buyer, at: counter(offer, buyer, at),
    "accepted": lambda offer, seller, buyer, at: accept(offer, buyer, at),
    "declined": lambda offer, seller, buyer, at: ACTIONS["decline"](offer, buyer, at),
    "withdrawn": lambda offer, seller, buyer, at: ACTIONS["withdraw"](offer, seller, at),
    "expired": lambda offer, seller, buyer, at: expire_offers(at + 8 * DAY),
}
MAY = {
    ("sent", "buyer", "counter"),
    ("sent", "buyer", "accept"),
    ("sent", "buyer", "decline"),
    ("sent", "seller", "withdraw"),
}
# Whoever is part of an accepted offer is led to its order; nothing changes.
LEADS_ON = {("accepted", "buyer", "accept"), ("accepted", "seller", "accept")}


@pytest.mark.parametrize("state", ENDINGS)
def test_whatever_the_table_lacks_is_refused_to_everybody(
    send: Send, seller: User, buyer: User, stranger: User, at: datetime, state: str
) -> None:
    offer = send()
    ENDINGS[state](offer, seller, buyer, at + HOUR)
    assert get(offer.pk).state == state
    before = snapshot()
    for role, person in {"seller": seller, "buyer": buyer, "stranger": stranger}.items():
        for name, action in ACTIONS.items():
            if (state, role, name) in MAY | LEADS_ON:
                continue
            with pytest.raises(DomainError), transaction.atomic():
                action(offer, person, at + 2 * HOUR)
    assert snapshot() == before


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"title": "Short"}, "title"),
        ({"scope": ""}, "scope"),
        ({"price_minor": 0}, "price"),
        ({"price_minor": 100_000_000}, "price"),
        ({"promised_minutes": 0}, "promise"),
        ({"promised_minutes": 43_201}, "promise"),
        ({"revisions": 21}, "revisions"),
        ({"checklist": ("x" * 81,)}, "checklist"),
        ({"currency": "XXX"}, "currency"),
        ({"steps": (STEPS[0],)}, "steps"),
        ({"steps": (STEPS[0], Step("", 4_000, 60))}, "steps-1"),
        ({"steps": (STEPS[0], Step("Two", 1, 60))}, "steps-1"),
        ({"steps": (Step("One", 4_000, 0), STEPS[1])}, "steps-0"),
        ({"steps": tuple(Step(str(number), 4_000, 60) for number in range(7))}, "steps"),
    ],
)
def test_what_cannot_be_offered(send: Send, changes: dict[str, Any], place: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        send(content=replace(CONTENT, **changes))
    assert place in refused.value.fields
    assert (CustomOffer.objects.count(), Message.objects.count()) == (0, 0)


@pytest.mark.parametrize("days", [0, 15])
def test_an_offer_holds_for_one_to_fourteen_days(send: Send, days: int) -> None:
    with pytest.raises(InvalidInput):
        send(days=days)


def test_only_sellers_offer_and_only_where_they_talk(
    talk: uuid.UUID, buyer: User, stranger: User, at: datetime
) -> None:
    with pytest.raises(NotAllowed):
        services.send(conversation_id=talk, seller_id=buyer.pk, content=CONTENT, letter=Letter("k"), at=at)
    with pytest.raises(NotFound):
        services.send(conversation_id=talk, seller_id=stranger.pk, content=CONTENT, letter=Letter("k"), at=at)
    assert CustomOffer.objects.count() == 0


def test_ten_open_offers_are_enough(send: Send) -> None:
    for number in range(10):
        send(f"k{number}")
    with pytest.raises(Conflict):
        send("k10")


def test_a_counter_changes_something_and_keeps_the_currency(send: Send, buyer: User, at: datetime) -> None:
    offer = send()
    for changes in ({"title": CONTENT.title}, {"currency": "USD"}):
        with pytest.raises(InvalidInput):
            counter(offer, buyer, at, **changes)
    assert (get(offer.pk).state, CustomOffer.objects.count()) == (OfferState.SENT, 1)


def test_nobody_orders_from_somebody_who_is_gone(send: Send, seller: User, buyer: User, at: datetime) -> None:
    offer = send()
    User.objects.filter(pk=seller.pk).update(is_active=False)
    with pytest.raises(Conflict):
        accept(offer, buyer, at + HOUR)
    assert (get(offer.pk).state, Order.objects.count()) == (OfferState.SENT, 0)


@pytest.mark.usefixtures("show_what_is_missing")
def test_every_letter_is_complete(send: Send, seller: User, buyer: User, at: datetime) -> None:
    accept(counter(send("1"), buyer, at), seller, at)
    accept(send("2", in_steps(CONTENT, STEPS)), buyer, at)
    services.decline(offer_id=send("3").pk, actor_id=buyer.pk, word="Too dear.", at=at)
    services.withdraw(offer_id=send("4").pk, actor_id=seller.pk, at=at)
    counter(counter(send("6"), buyer, at, "6c"), seller, at, "6d", price_minor=11_000)
    send("5", days=1)
    expire_offers(at + 2 * DAY)
    while outbox.deliver_due(at + 2 * DAY):
        pass
    assert set(Notification.objects.filter(kind__startswith="offer").values_list("kind", flat=True)) == set(
        notices.TITLES
    )
    for letter in outbox_mail.outbox:
        html = str(letter.alternatives[0][0])  # type: ignore[attr-defined]
        for text in (letter.subject, letter.body, html):
            assert "MISSING" not in text
            assert "%(" not in text
        assert str(letter.body).count("http://testserver/messages/") + str(letter.body).count("/orders/") == 1


def test_people_of_an_offer_are_told_of_by_name(send: Send, buyer: User) -> None:
    send()
    assert (
        Notification.objects.get(recipient=buyer).title == "Tom Oliveira made you an offer: Name and logo for a bakery"
    )
    assert accounts.person(buyer.pk).name == "Bea Buyer"
