"""Two certificates at the same moment: the limit holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from accounts import api as accounts
from accounts.leaving import closing
from accounts.models import User
from gigs.certificates import services
from gigs.models import Certificate
from marketplace.kernel.errors import Conflict, NotFound
from tests.gigs.certificates.test_certificates import MASTER
from tests.support.racing import one_after_the_other, past_each_other

pytestmark = pytest.mark.django_db(transaction=True)
Add = Callable[[str], Callable[[], object]]


@pytest.fixture
def add(seller: User, at: datetime) -> Add:
    """Deeds that add one, where there is room for one more."""
    for number in range(services.MOST - 1):
        services.add(seller_id=seller.pk, statement=replace(MASTER, title=f"Number {number}"), at=at)
    return lambda title: lambda: services.add(
        seller_id=seller.pk, statement=replace(MASTER, title=title), at=at
    )  # fmt: skip


def test_two_at_once_do_not_pass_the_limit(add: Add) -> None:
    refused = one_after_the_other(add("One"), add("Other"))
    assert isinstance(refused, Conflict)
    assert refused.code == "full"
    assert Certificate.objects.count() == services.MOST


def test_without_the_lock_they_do(add: Add, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "alone_with", lambda _user_id: True)
    past_each_other(add("One"), add("Other"))
    assert Certificate.objects.count() == services.MOST + 1


def test_who_closes_their_account_meanwhile_leaves_none(add: Add, seller: User, at: datetime) -> None:
    refused = one_after_the_other(lambda: closing.close(user_id=seller.pk, at=at), add("One"))
    assert isinstance(refused, NotFound)
    assert not Certificate.objects.exists()
