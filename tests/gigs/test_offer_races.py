"""Two who answer one offer at the same moment: one comes first."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from gigs.models import CustomOffer
from gigs.offers import services
from gigs.offers.states import OfferState
from gigs.tasks import expire_offers
from marketplace.kernel.errors import DomainError
from orders.models import Order
from payments.models import Charge
from tests.gigs.test_offers import ACTIONS, DAY, HOUR, Send, counter, get, send, talk
from tests.support.racing import meet

__all__ = ["send", "talk"]


@pytest.mark.django_db(transaction=True)
def test_two_tabs_accept_at_once(send: Send, buyer: User, at: datetime) -> None:
    offer = send()
    deed = lambda: services.accept(offer_id=offer.pk, actor_id=buyer.pk, at=at + HOUR)  # noqa: E731
    results = meet(*[deed] * 5)
    assert (len(set(results)), Order.objects.count(), Charge.objects.count()) == (1, 1, 1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("other", ["withdraw", "counter", "decline", "expire"])
def test_accepting_meets_another_answer(send: Send, seller: User, buyer: User, at: datetime, other: str) -> None:
    offer, late = send(days=1), at + DAY - timedelta(seconds=1)
    deeds: dict[str, Callable[[], object]] = {
        "withdraw": lambda: services.withdraw(offer_id=offer.pk, actor_id=seller.pk, at=late),
        "counter": lambda: counter(offer, buyer, late),
        "decline": lambda: ACTIONS["decline"](offer, buyer, late),
        "expire": lambda: expire_offers(at + DAY),
    }
    results = meet(lambda: services.accept(offer_id=offer.pk, actor_id=buyer.pk, at=late), deeds[other])
    is_accepted = get(offer.pk).state == OfferState.ACCEPTED
    assert Order.objects.count() == is_accepted
    refused = [result for result in results if isinstance(result, DomainError)]
    assert len(refused) <= 1
    assert CustomOffer.objects.filter(chain=offer.chain, state__in=["sent", "accepted"]).count() <= 1


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_two_answers_pass(send: Send, buyer: User, at: datetime, monkeypatch: Any) -> None:
    """The control: then a version could be answered twice, and only the database's constraint is left."""
    from django.db.utils import IntegrityError

    offer = send()
    barrier = threading.Barrier(2, timeout=10)

    def unlocked(offer_id: uuid.UUID) -> CustomOffer:
        found = get(offer_id)
        barrier.wait()
        return found

    monkeypatch.setattr(services, "_locked", unlocked)
    results: list[object] = []

    def run(key: str) -> None:
        try:
            results.append(counter(offer, buyer, at, key))
        except IntegrityError as error:
            results.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(key,)) for key in ("a", "b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(isinstance(result, IntegrityError) for result in results) == 1
