"""After reviews are public: one reply, removal by staff with a reason, pages with the spread and the trend."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from inbox.models import Notification
from marketplace.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound
from orders import api, reviews
from orders.models import Order, Review
from orders.web.reviews import trend_words
from tests.orders.scenes import DAY, HOUR, Desk, get

REASON = "It names a private address."


def reviewed(desk: Desk, stars: int = 4, days: int = 0) -> Order:
    order = desk.completed()
    for person, given in ((desk.buyer, stars), (desk.seller, 5)):
        verdict = api.Verdict(given, given, given, given, f"{given} stars of it.")
        api.review(order_id=order.pk, actor_id=person.pk, verdict=verdict, at=desk.at + 3 * HOUR + days * DAY)
    return get(order.pk)


def by_buyer(order: Order) -> Review:
    return order.reviews.get(role="buyer")


def reply(desk: Desk, review: Review, text: str = "Thank you, Bea.", by: User | None = None, hours: int = 4) -> None:
    api.reply_to_review(review_id=review.pk, actor_id=(by or desk.seller).pk, text=text, at=desk.at + hours * HOUR)


def remove(desk: Desk, review: Review, reason: str = REASON, by: User | None = None) -> None:
    api.remove_review(review_id=review.pk, moderator_id=(by or desk.moderator).pk, reason=reason, at=desk.at + DAY)


def test_one_reply_that_can_be_changed_for_two_days(desk: Desk) -> None:
    review = by_buyer(reviewed(desk))
    reply(desk, review)
    reply(desk, review, "Thank you, Bea!", hours=4 + 47)
    with pytest.raises(Conflict, match="48 hours"):
        reply(desk, review, "Nonsense.", hours=4 + 48)
    (view,) = api.reviews_of(desk.seller.pk)
    assert (view.reply, view.replied_at) == ("Thank you, Bea!", desk.at + 4 * HOUR)
    told = Notification.objects.filter(kind="order_review_reply").values_list("recipient_id", flat=True)
    assert list(told) == [desk.buyer.pk]


def test_both_sides_may_reply(desk: Desk) -> None:
    theirs = reviewed(desk).reviews.get(role="seller")
    reply(desk, theirs, by=desk.buyer)
    theirs.refresh_from_db()
    assert theirs.reply == "Thank you, Bea."


def test_nobody_else_replies_and_nothing_empty(desk: Desk, stranger: User) -> None:
    review = by_buyer(reviewed(desk))
    for person in (desk.buyer, stranger, desk.moderator):
        with pytest.raises(NotFound):
            reply(desk, review, by=person)
    for text in (" ", "x" * 2001):
        with pytest.raises(InvalidInput):
            reply(desk, review, text)
    review.refresh_from_db()
    assert (review.reply, review.replied_at) == ("", None)


def test_a_closed_review_takes_neither_reply_nor_removal(desk: Desk) -> None:
    order = desk.completed()
    api.review(order_id=order.pk, actor_id=desk.buyer.pk, verdict=api.Verdict(1, 1, 1, 1), at=desk.at + 3 * HOUR)
    for run in (reply, remove):
        with pytest.raises(NotFound):
            run(desk, by_buyer(order))


def test_removed_by_staff_it_is_kept_and_counts_no_more(desk: Desk) -> None:
    reviewed(desk, 5)
    review = by_buyer(reviewed(desk, 1))
    assert api.reputation([desk.seller.pk])[desk.seller.pk].rating == "3.7"  # (20 + 6) ÷ 7
    remove(desk, review)
    record = api.reputation([desk.seller.pk])[desk.seller.pk]
    assert (record.review_count, record.stars_total, record.rating) == (1, 5, "4.2")
    assert [view.stars for view in api.reviews_of(desk.seller.pk)] == [5]
    assert api.stars_distribution("toy", "7") == {5: 1, 4: 0, 3: 0, 2: 0, 1: 0}
    review.refresh_from_db()
    assert (review.stars, review.text, review.removal_reason, review.removed_by) == (
        1, "1 stars of it.", REASON, desk.moderator,
    )  # fmt: skip
    told = Notification.objects.filter(kind="order_review_removed")
    assert {(row.recipient_id, row.context["mine"], row.context["reason"]) for row in told} == {
        (desk.buyer.pk, True, REASON),
        (desk.seller.pk, False, REASON),
    }


@pytest.mark.parametrize("who", ["buyer", "seller", "stranger"])
def test_only_moderators_remove(desk: Desk, stranger: User, who: str) -> None:
    review = by_buyer(reviewed(desk))
    with pytest.raises(NotAllowed):
        remove(desk, review, by={"buyer": desk.buyer, "seller": desk.seller, "stranger": stranger}[who])
    with pytest.raises(InvalidInput):
        remove(desk, review, "no")
    review.refresh_from_db()
    assert review.removed_at is None


def test_a_moderator_who_was_a_side_does_not(desk: Desk) -> None:
    User.objects.filter(pk=desk.seller.pk).update(is_moderator=True)
    with pytest.raises(NotAllowed, match="somebody else"):
        remove(desk, by_buyer(reviewed(desk)), by=desk.seller)


def test_twice_removed_is_counted_once(desk: Desk) -> None:
    review = by_buyer(reviewed(desk))
    remove(desk, review)
    for run in (remove, reply):
        with pytest.raises(Conflict):
            run(desk, review)
    assert api.reputation([desk.seller.pk])[desk.seller.pk].review_count == 0


def test_what_the_seller_wrote_counts_nowhere(desk: Desk) -> None:
    remove(desk, reviewed(desk).reviews.get(role="seller"))
    assert api.reputation([desk.seller.pk])[desk.seller.pk].review_count == 1


def test_by_form(desk: Desk, as_seller: Client, as_buyer: Client, as_moderator: Client) -> None:
    order = reviewed(desk)
    review = by_buyer(order)
    Review.objects.update(revealed_at=Review.objects.get(pk=review.pk).revealed_at)
    form = reverse("orders:reply", args=[review.pk])
    assert form in as_seller.get(order.get_absolute_url()).content.decode()
    assert as_buyer.get(form).status_code == 404
    assert as_seller.post(form, {"reply": " "}).status_code == 422
    assert as_seller.post(form, {"reply": "Thank you, Bea."}).status_code == 302
    assert "Thank you, Bea." in as_buyer.get(order.get_absolute_url()).content.decode()
    removal = reverse("orders:remove_review", args=[review.pk])
    assert as_seller.get(removal).status_code == 403
    assert as_moderator.post(removal, {"reason": "no"}).status_code == 422
    assert as_moderator.post(removal, {"reason": REASON}).status_code == 302
    html = as_buyer.get(order.get_absolute_url()).content.decode()
    assert REASON in html
    assert "4 stars of it." not in html
    assert as_seller.get(form).status_code == 404


# The page


def moved(order: Order, to: Any) -> None:
    order.reviews.update(revealed_at=to)


def test_spread_and_trend(desk: Desk) -> None:
    old, older, new = reviewed(desk, 5), reviewed(desk, 4), reviewed(desk, 3)
    now = desk.at + 200 * DAY
    moved(old, now - 91 * DAY)
    moved(older, now - 90 * DAY)
    moved(new, now - 89 * DAY)
    found = reviews.spread_of(desk.seller.pk, now)
    assert found == reviews.Spread({5: 1, 4: 1, 3: 1, 2: 0, 1: 0}, 1, 30, 45)
    assert trend_words(found) == "Weaker lately: 3.0 in the last 90 days (1), 4.5 before."
    assert trend_words(reviews.spread_of(desk.seller.pk, now + 5 * DAY)) == ""
    assert reviews.spread_of(desk.buyer.pk, now).total == 0


def test_the_page_and_its_keyset(
    desk: Desk, client: Client, as_moderator: Client, monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    monkeypatch.setattr("orders.web.reviews.PAGE", 2)
    orders = [reviewed(desk, stars) for stars in (5, 4, 3, 2, 1)]
    for order in orders[:3]:
        moved(order, desk.at + 3 * HOUR)  # the same moment: the id decides
    url = reverse("orders:reviews", args=[desk.seller.handle])
    client.get(url)
    seen, address = [], url
    while address:
        with django_assert_num_queries(9):
            answer = client.get(address)
        seen += [row.stars for row in answer.context["reviews"]]
        address = answer.context["next_url"]
    assert seen == [1, 2, 3, 4, 5]
    html = client.get(url).content.decode()
    assert "(5 × 4 + 15) ÷ (5 + 5)" in html
    assert "Remove it" not in html
    assert "Remove it" in as_moderator.get(url).content.decode()


@pytest.mark.parametrize(
    "before", ["x", "2026-01-01,1", "2026-01-01T00:00:00+00:00,-1", ",", "2026-01-01T00:00:00Z,9e9"]
)
def test_a_wrong_cursor_is_the_first_page(desk: Desk, client: Client, before: str) -> None:
    reviewed(desk)
    answer = client.get(reverse("orders:reviews", args=[desk.seller.handle]), {"before": before})
    assert (answer.status_code, len(answer.context["reviews"])) == (200, 1)


def test_who_sells_nothing_has_no_page(desk: Desk, client: Client) -> None:
    for handle in (desk.buyer.handle, "nobody-here"):
        assert client.get(reverse("orders:reviews", args=[handle])).status_code == 404
    assert client.get(reverse("orders:reviews", args=[desk.seller.handle])).status_code == 200


def test_the_database_keeps_the_rules(desk: Desk) -> None:
    from django.db import IntegrityError, transaction

    review = by_buyer(reviewed(desk))
    for wrong in ({"reply": "x"}, {"removed_at": desk.at}, {"removed_at": desk.at, "removed_by": desk.moderator}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Review.objects.filter(pk=review.pk).update(**wrong)
