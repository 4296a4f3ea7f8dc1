"""The money desk: finds each trouble, tells it once, in a number of queries that does not grow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from inbox.models import Notification
from marketplace.kernel import clock
from marketplace.kernel.errors import NotFound
from marketplace.kernel.models import OutboxMessage
from payments import api, postings
from payments.gateway import objects
from payments.gateway.errors import Refused
from payments.models import (
    Charge,
    Chargeback,
    CheckRun,
    DeedKind,
    OperationKind,
    OperationState,
    Outflow,
    Refund,
    RefundClaim,
    Release,
    SellerDebt,
    Sighting,
    StripeOperation,
    WebhookEvent,
)  # fmt: skip
from payments.operations import brakes, queue
from payments.operations.registry import handler_of
from payments.selectors import desk as selector
from payments.services import alerts, books, manual
from payments.services.refunds import record_refund
from payments.services.warnings import record_warning
from tests.payments.scenes import NET, Scene, eur
from tests.payments.staff.conftest import wanted

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def shown(at: datetime) -> dict[str, list[selector.Item]]:
    return {section.name: list(section.items) for section in selector.desk(at) if section.items}


@dataclass
class Trouble:
    """Makes one kind of trouble; ``number`` names it, so that there may be many."""

    scene: Scene
    asker: User

    def brakes(self, number: int) -> None:
        brakes.pull(Outflow.REFUNDS, reason="odd", by_id=None, at=self.scene.at)

    def differences(self, number: int) -> None:
        CheckRun.objects.update_or_create(
            name="books",
            defaults={"ran_at": self.scene.at, "difference_count": 2, "differences": ["a", "b"],
                      "differs_since": self.scene.at},
        )  # fmt: skip

    def deeds(self, number: int) -> None:
        request = wanted(DeedKind.DEPOSIT, 100 + number, key=f"deed-{number}")
        seen = manual.review_request(request, by_id=self.asker.pk, at=self.scene.at).seen
        manual.ask(request, seen=seen, by_id=self.asker.pk, at=self.scene.at)

    def _operation(self, number: int, kind: OperationKind = OperationKind.SET_PAYOUT_SCHEDULE) -> StripeOperation:
        import uuid

        return queue.enqueue(kind, uuid.uuid4(), reference="", at=self.scene.at, params={}, account="acct_1")

    def parked_operations(self, number: int) -> None:
        queue.park(self._operation(number), RuntimeError("odd"))

    def unknown_operations(self, number: int) -> None:
        op = self._operation(number)
        StripeOperation.objects.filter(pk=op.pk).update(first_sent_at=self.scene.at, created_at=self.scene.at - HOUR)

    def refused_operations(self, number: int) -> None:
        queue.close(self._operation(number), OperationState.FAILED, self.scene.at, error="no")

    def chargebacks(self, number: int) -> None:
        Chargeback.objects.create(
            charge=self.scene.captured(f"order:cb{number}"), stripe_dispute_id=f"dp_{number}", state="open",
            status="needs_response", reason="fraudulent", amount_minor=900, currency="EUR",
            evidence_due_at=self.scene.at + 5 * DAY, opened_at=self.scene.at,
        )  # fmt: skip

    def warnings(self, number: int) -> None:
        charge = self.scene.captured(f"order:w{number}")
        with transaction.atomic():
            record_warning(
                charge.id, objects.FraudWarning(f"issfr_{number}", "ch", "stolen", True, False), self.scene.at
            )

    def bounced_refunds(self, number: int) -> None:
        refund = self.scene.refund(self.scene.captured(f"order:b{number}"), 900)
        record_refund(refund.id, objects.Refund(f"re_{number}", "failed", "closed", {}), self.scene.at)

    def refused_refunds(self, number: int) -> None:
        self.scene.refund(self.scene.captured(f"order:r{number}"), 900)
        op = StripeOperation.objects.get(kind=OperationKind.CREATE_REFUND, reference=f"order:r{number}")
        handler_of(op).refuse(op, Refused("charge is too old"), self.scene.at)
        queue.close(op, OperationState.FAILED, self.scene.at)

    def refused_transfers(self, number: int) -> None:
        self.scene.released(f"order:t{number}")
        api.clear(f"order:t{number}", self.scene.at)
        Release.objects.filter(charge__reference=f"order:t{number}").update(note="account closed")

    def stuck(self, number: int) -> None:
        refund = self.scene.refund(self.scene.captured(f"order:s{number}"), 900)
        Refund.objects.filter(pk=refund.pk).update(state="pending", asked_at=self.scene.at - 10 * DAY)

    def old(self, number: int) -> None:
        charge = self.scene.captured(f"order:o{number}")
        Charge.objects.filter(pk=charge.pk).update(captured_at=self.scene.at - 61 * DAY)

    def parked_webhooks(self, number: int) -> None:
        WebhookEvent.objects.create(
            source="platform", event_id=f"evt_{number}", type="charge.updated", livemode=False, payload={},
            received_at=self.scene.at, due_at=self.scene.at, parked_at=self.scene.at, outcome="KeyError: x",
        )  # fmt: skip

    def suspense(self, number: int) -> None:
        postings.suspense(f"txn_{number}", 500, "EUR", self.scene.at - DAY)

    def debts(self, number: int) -> None:
        release = self.scene.released(f"order:d{number}")
        seller = User.objects.create_user(f"s{number}@example.org", display_name=f"Seller {number}")
        SellerDebt.objects.create(
            seller=seller, release=release, key=f"d{number}", currency="EUR", amount_minor=900, recovered_minor=100,
            created_at=self.scene.at,
        )  # fmt: skip


KINDS = [find.__name__ for find in selector.SECTIONS]


@pytest.fixture
def trouble(selling: Scene, treasurer: User) -> Trouble:
    return Trouble(selling, treasurer)


@pytest.mark.django_db
def test_an_empty_desk_says_so(client: Client) -> None:
    assert "Nothing needs a person." in client.get(reverse("money:desk")).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
def test_each_trouble_stands_in_its_place(kind: str, trouble: Trouble, client: Client) -> None:
    assert kind not in shown(trouble.scene.at)
    getattr(trouble, kind)(1)
    found = shown(trouble.scene.at)
    assert list(found) == [kind]
    assert len(found[kind]) == 1
    page = client.get(reverse("money:desk")).content.decode()
    assert found[kind][0].url in page


AMOUNTS = {
    "deeds": 101, "chargebacks": 900, "warnings": 5_974, "bounced_refunds": 900, "refused_refunds": 900,
    "refused_transfers": NET, "old": 5_974, "stuck": 900, "suspense": 500, "debts": 800,
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "minor"), AMOUNTS.items())
def test_with_its_amount(kind: str, minor: int, trouble: Trouble) -> None:
    getattr(trouble, kind)(1)
    assert shown(trouble.scene.at)[kind][0].amount == eur(minor)


@pytest.mark.django_db
def test_what_is_mended_leaves_by_itself(trouble: Trouble) -> None:
    scene = trouble.scene
    for kind in ("brakes", "bounced_refunds", "refused_refunds", "suspense"):
        getattr(trouble, kind)(1)
    brakes.lift(Outflow.REFUNDS, by_id=None)
    api.reissue(Refund.objects.get(state="bounced").pk, scene.at)
    scene.refund(Charge.objects.get(reference="order:r1"), 900, key="again")
    Refund.objects.filter(key="order:r1:again").update(asked_at=scene.at + HOUR)
    postings.suspense("txn_2", -500, "EUR", scene.at)
    assert shown(scene.at) == {}


@pytest.mark.django_db
def test_suspense_counts_from_when_it_was_last_at_nothing(trouble: Trouble) -> None:
    at = trouble.scene.at
    postings.suspense("txn_1", 500, "EUR", at - 9 * DAY)
    postings.suspense("txn_2", -500, "EUR", at - 8 * DAY)
    postings.suspense("txn_3", 700, "EUR", at - 3 * DAY)
    postings.suspense("txn_4", 100, "EUR", at - HOUR)
    (item,) = shown(at)["suspense"]
    assert (item.amount, item.since) == (eur(800), at - 3 * DAY)
    assert shown(at - 2 * DAY - HOUR) == {}


@pytest.mark.django_db
def test_what_brakes_hold_is_not_called_late(trouble: Trouble) -> None:
    scene = trouble.scene
    scene.refund(scene.captured(), 900)
    StripeOperation.objects.filter(kind=OperationKind.CREATE_REFUND).update(first_sent_at=scene.at, created_at=scene.at)
    later = scene.at + 2 * HOUR
    assert "unknown_operations" in shown(later)
    brakes.pull(Outflow.REFUNDS, reason="odd", by_id=None, at=scene.at)
    assert list(shown(later)) == ["brakes"]


@pytest.mark.django_db
def test_a_bounced_refund_names_the_account_that_its_buyer_wants(trouble: Trouble, client: Client) -> None:
    trouble.bounced_refunds(1)
    refund = Refund.objects.get()
    assert shown(trouble.scene.at)["bounced_refunds"][0].detail == "closed"
    RefundClaim.objects.create(refund=refund, holder="Bea B", iban="IE29AIBK93115212345678", asked_at=trouble.scene.at)
    assert shown(trouble.scene.at)["bounced_refunds"][0].detail == "Bea B, IE29AIBK93115212345678"
    page = client.get(reverse("money:deed_new", args=["paid_by_bank"]), {"subject": str(refund.pk)}).content.decode()
    assert "Bea B, IE29AIBK93115212345678" in page


@pytest.mark.django_db
def test_many_troubles_take_as_many_queries_as_one(
    trouble: Trouble, client: Client, django_assert_num_queries: Any
) -> None:
    for number in range(4):
        for kind in KINDS:
            getattr(trouble, kind)(number)
    with django_assert_num_queries(27):
        page = client.get(reverse("money:desk")).content.decode()
    assert page.count("desk-item") == 4 * (len(KINDS) - 3) + 3  # one brake, one difference, one sum in suspense
    for number in range(4, 22):
        trouble.parked_webhooks(number)
    with django_assert_num_queries(27):
        page = client.get(reverse("money:desk")).content.decode()
    assert "20+" in page


@pytest.mark.django_db
def test_news_is_told_once_to_every_treasurer(trouble: Trouble, second: User, buyer: User, caplog: Any) -> None:
    trouble.debts(1)
    trouble.parked_webhooks(1)
    assert alerts.tell_new(trouble.scene.at) == 2
    told = Notification.objects.filter(kind="money_desk")
    assert {notice.recipient_id for notice in told} == {trouble.asker.pk, second.pk}
    assert told[0].title == "2 new things on the money desk"
    assert told[0].context["lines"] == ["Parked webhooks: charge.updated", "Sellers in debt: Seller 1, €8.00"]
    assert OutboxMessage.objects.filter(topic="notice-mail").count() == 2
    assert sum(record.levelname == "CRITICAL" and "money desk" in record.message for record in caplog.records) == 2
    assert alerts.tell_new(trouble.scene.at + HOUR) == 0
    trouble.debts(2)
    assert alerts.tell_new(trouble.scene.at + HOUR) == 1
    assert Notification.objects.filter(kind="money_desk").count() == 4


@pytest.mark.django_db
def test_the_letter_can_be_read(trouble: Trouble) -> None:
    from inbox.letters import letter_for

    trouble.debts(1)
    alerts.tell_new(trouble.scene.at)
    mail = letter_for(Notification.objects.get(kind="money_desk"))
    assert mail.subject == "1 new thing on the money desk"
    assert "Sellers in debt: Seller 1, €8.00" in mail.text
    assert "/money/" in mail.html
    assert mail.headers == {}  # nobody can refuse it


@pytest.mark.django_db
def test_dealt_with_leaves_the_desk_and_is_kept(trouble: Trouble, client: Client) -> None:
    trouble.parked_webhooks(1)
    trouble.debts(1)
    at = clock.now()
    webhook, debt = (shown(at)[kind][0].key for kind in ("parked_webhooks", "debts"))
    client.post(reverse("money:desk_done"), {"key": webhook, "note": "another site's"})
    row = Sighting.objects.get(key=webhook)
    assert (row.done_by, row.note) == (trouble.asker, "another site's")
    assert list(shown(at)) == ["debts"]
    for key in (debt, "made:up", ""):  # a debt does not go away by saying so
        with pytest.raises(NotFound):
            alerts.dismiss(key, by_id=trouble.asker.pk, note="", at=at)
    assert client.post(reverse("money:desk_done"), {"key": debt}).status_code == 404


@pytest.mark.django_db
def test_checks_remember_since_when_they_differ(selling: Scene, client: Client) -> None:
    charge = selling.captured()
    assert books.check(selling.at) == []
    assert "Everything agrees" in client.get(reverse("money:checks")).content.decode()
    Charge.objects.filter(pk=charge.pk).update(captured_minor=1)
    assert books.check(selling.at + HOUR) != []
    assert books.check(selling.at + 2 * HOUR) != []
    run = CheckRun.objects.get()
    assert (run.ran_at, run.differs_since) == (selling.at + 2 * HOUR, selling.at + HOUR)
    assert run.difference_count == len(run.differences) > 0
    page = client.get(reverse("money:checks")).content.decode()
    assert "captured_charges_are_posted" in page
    assert "differences" in shown(selling.at + 2 * HOUR)
    Charge.objects.filter(pk=charge.pk).update(captured_minor=5_974)
    books.check(selling.at + 3 * HOUR)
    assert shown(selling.at + 3 * HOUR) == {}
    assert list(shown(selling.at + 5 * HOUR)) == ["differences"]  # it has not run for too long


@pytest.mark.django_db
def test_a_comparison_with_stripe_is_late_by_its_own_period(selling: Scene, settings: Any) -> None:
    CheckRun.objects.create(name="stripe", ran_at=selling.at, difference_count=0)
    assert shown(selling.at + 4 * settings.RECONCILE_EVERY - timedelta(seconds=1)) == {}
    assert list(shown(selling.at + 4 * settings.RECONCILE_EVERY)) == ["differences"]


@pytest.mark.django_db
def test_a_refund_that_came_back_is_sent_again_from_the_desk(
    trouble: Trouble, client: Client, enter: Callable[[User], Client], buyer: User
) -> None:
    trouble.bounced_refunds(1)
    refund = Refund.objects.get()
    address = reverse("money:reissue", args=[refund.pk])
    assert address in client.get(reverse("money:desk")).content.decode()
    assert enter(buyer).post(address).status_code == 404
    assert Refund.objects.count() == 1
    answer = client.post(address)
    assert answer["Location"] == reverse("money:reference", args=["order:b1"])
    assert Refund.objects.filter(reissues=refund, state="asked").count() == 1
