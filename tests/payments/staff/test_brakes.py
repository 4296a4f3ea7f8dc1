"""Kill switches on their page: pulled and lifted with a reason, remembered, and lifted by nobody before its time."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import InternalError
from django.test import Client
from django.urls import reverse

from accounts.models import User
from payments.models import Brake, BrakeRecord, Outflow
from payments.operations import brakes
from payments.selectors import brakes as selector
from tests.payments.scenes import Scene


def address(what: str, outflow: str = "refunds") -> str:
    return reverse(f"money:brake_{what}", args=[outflow])


@pytest.mark.django_db
def test_it_says_what_stops_before_and_who_stopped_it_after(client: Client, selling: Scene, treasurer: User) -> None:
    selling.refund(selling.captured(), 100)
    page = client.get(address("pull")).content.decode()
    assert "No refund is sent to a buyer" in page
    assert "1 operation is waiting" in page
    assert client.post(address("pull"), {"reason": " "}).status_code == 422
    assert Brake.objects.count() == 0
    page = client.post(address("pull"), {"reason": "odd refunds"}, follow=True).content.decode()
    brake = Brake.objects.get()
    assert (brake.outflow, brake.reason, brake.pulled_by_id) == ("refunds", "odd refunds", treasurer.pk)
    assert "Tess Treasurer" in page
    assert selector.waiting() == {"refunds": 1, "transfers": 0, "payouts": 0}


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["desk", "ledger", "operations", "webhooks", "deeds", "checks"])
def test_every_money_page_warns_while_one_is_pulled(name: str, client: Client, selling: Scene) -> None:
    page = client.get(reverse(f"money:{name}")).content.decode()
    assert "Stopped: Transfers to sellers." not in page
    brakes.pull(Outflow.TRANSFERS, reason="odd", by_id=None, at=selling.at)
    assert "Stopped: Transfers to sellers." in client.get(reverse(f"money:{name}")).content.decode()


@pytest.mark.django_db
def test_lifting_keeps_what_was(client: Client, selling: Scene, treasurer: User) -> None:
    brakes.pull(Outflow.REFUNDS, reason="odd", by_id=None, at=selling.at)
    client.post(address("lift"), {"reason": "was nothing"})
    record = BrakeRecord.objects.get()
    assert (record.reason, record.pulled_by_id, record.pulled_at) == ("odd", None, selling.at)
    assert (record.lifted_by_id, record.note) == (treasurer.pk, "was nothing")
    assert Brake.objects.count() == 0
    page = client.post(address("lift"), follow=True).content.decode()
    assert "It was lifted already." in page
    assert "was nothing" in page
    for write in (lambda: BrakeRecord.objects.update(note="x"), lambda: BrakeRecord.objects.all().delete()):
        with pytest.raises((InternalError, IntegrityError)), transaction.atomic():
            write()


@pytest.mark.django_db
def test_one_that_waits_for_the_reconciliation_stays(client: Client, selling: Scene) -> None:
    brakes.pull(Outflow.PAYOUTS, reason="restored", by_id=None, at=selling.at, until_reconciled=True)
    page = client.get(reverse("money:brakes")).content.decode()
    assert address("lift", "payouts") not in page
    assert "cannot be lifted here" in page
    page = client.post(address("lift", "payouts"), follow=True).content.decode()
    assert "It waits for the reconciliation" in page
    assert (Brake.objects.count(), BrakeRecord.objects.count()) == (1, 0)
    assert brakes.lift_reconciled() == 1
    assert BrakeRecord.objects.get().lifted_by_id is None


@pytest.mark.django_db
def test_there_is_no_other_outflow(client: Client) -> None:
    for what in ("pull", "lift"):
        assert client.post(address(what, "everything"), {"reason": "x"}).status_code == 404
    assert Brake.objects.count() == 0


@pytest.mark.django_db
def test_queries_do_not_grow(client: Client, selling: Scene, django_assert_num_queries: Any) -> None:
    for number in range(9):
        brakes.pull(Outflow.REFUNDS, reason=f"odd {number}", by_id=selling.buyer.pk, at=selling.at)
        brakes.lift(Outflow.REFUNDS, by_id=selling.seller.pk)
    with django_assert_num_queries(7):
        client.get(reverse("money:brakes"))
