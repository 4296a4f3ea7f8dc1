"""What gigs brought their sellers, by the payments of real orders."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from accounts.models import User
from gigs.insights.receipts import COMPARED_DAYS, count_again, count_receipts
from gigs.models import Gig, GigReceipt
from orders import api as orders
from orders.models import Order
from payments.models import Release
from tests.gigs.conftest import NOON, MakeGig
from tests.orders.scenes import HOUR, Desk, get
from tests.support.racing import one_after_the_other


@pytest.fixture
def desk(buyer: User, seller: User, stranger: User) -> Desk:
    return Desk(buyer, seller, stranger, NOON)


def done(desk: Desk, source_kind: str, ref: str) -> Order:
    order = desk.pay(desk.pending(NOON, source_kind=source_kind, source_ref=ref), NOON)
    desk.deliver(order, NOON + HOUR)
    orders.accept(order_id=order.pk, actor_id=desk.buyer.pk, at=NOON + 2 * HOUR)
    return get(order.pk)


def rows() -> list[tuple[int, date, str, int]]:
    return list(GigReceipt.objects.order_by("gig", "day").values_list("gig", "day", "currency", "received_minor"))


def test_shares_by_gig_and_day_after_fees(make_gig: MakeGig, desk: Desk) -> None:
    first, second = make_gig(), make_gig()
    for gig in (first, first, second):
        done(desk, "gig", str(gig.pk))
    done(desk, "toy", str(first.pk))  # something else with the same reference
    done(desk, "gig", "999999")  # a gig that is gone
    each = desk.terms.price - desk.terms.seller_fee
    day = NOON.date()
    assert count_receipts(NOON + HOUR) == 2
    expected = [(first.pk, day, "EUR", 2 * each.amount_minor), (second.pk, day, "EUR", each.amount_minor)]
    assert rows() == expected
    assert count_receipts(NOON + HOUR) == 2  # the same again
    assert rows() == expected


def test_what_was_taken_back_later_is_gone_from_its_day(gig: Gig, desk: Desk) -> None:
    done(desk, "gig", str(gig.pk))
    count_receipts(NOON)
    later = NOON + timedelta(days=30)
    Release.objects.update(undone_minor=Release.objects.get().gross_minor)
    assert count_receipts(later) == 0
    assert len(rows()) == 1  # too long ago for the quick run
    assert count_again(later) == 0
    assert rows() == []


def test_old_days_are_counted_once_a_day_and_gone_in_the_end(gig: Gig, desk: Desk) -> None:
    done(desk, "gig", str(gig.pk))
    assert count_again(NOON + timedelta(days=COMPARED_DAYS)) == 0
    assert count_again(NOON + timedelta(days=COMPARED_DAYS - 1)) == 1
    assert count_again(NOON + timedelta(days=400)) == 0
    assert len(rows()) == 1
    count_again(NOON + timedelta(days=401))
    assert rows() == []


@pytest.mark.django_db(transaction=True)
def test_two_counts_of_the_same_days_come_one_after_the_other(gig: Gig, desk: Desk) -> None:
    done(desk, "gig", str(gig.pk))
    count = lambda: count_receipts(NOON + HOUR)  # noqa: E731
    assert one_after_the_other(count, count) == 1
    assert len(rows()) == 1
