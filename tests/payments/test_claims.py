"""Refunds that a bank sent back: told, tried again, or sent to a bank account; never lost, never paid twice."""

from __future__ import annotations

import pytest
from django.core import mail
from django.test import Client

from accounts.models import User
from marketplace.kernel import outbox
from payments import api
from payments.gateway import objects
from payments.models import Refund, RefundClaim, RefundState, StripeOperation
from payments.operations import executor
from payments.services import books
from tests.payments.scenes import WHOLE, Scene, entries, eur

pytestmark = pytest.mark.django_db

IBAN = "IE29 AIBK 9311 5212 3456 78"


@pytest.fixture
def bounced(scene: Scene) -> Refund:
    refund = scene.refund(scene.captured(), WHOLE)
    answer(refund, "failed", scene)
    refund.refresh_from_db()
    assert refund.state == RefundState.BOUNCED
    return refund


def answer(refund: Refund, status: str, scene: Scene) -> None:
    """What Stripe says of the refund that the operation made."""
    op = StripeOperation.objects.get(kind="create_refund", subject=str(refund.id))
    executor.complete(op.id, objects.Refund(f"re_{refund.id.hex}", status, "expired card", {}), scene.at)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_buyer_is_told_and_sees_it(scene: Scene, bounced: Refund) -> None:
    while outbox.deliver_due(scene.at):
        pass
    assert [letter.subject for letter in mail.outbox] == ["Your refund of €59.74 did not arrive"]
    page = signed_in(scene.buyer).get("/refunds/").content.decode()
    assert "€59.74" in page
    assert "Try my card again" in page
    assert "Nothing waits for you" in signed_in(scene.seller).get("/refunds/").content.decode()


def test_the_card_is_tried_again_from_what_is_owed(scene: Scene, bounced: Refund) -> None:
    client = signed_in(scene.buyer)
    for _ in range(2):  # a double click
        client.post(f"/refunds/{bounced.id}/card/")
    again = Refund.objects.get(reissues=bounced)
    assert entries(f"refund_reissued:{again.id}") == {
        ("buyer_payable", scene.buyer.pk, ""): -WHOLE,
        ("refund_clearing", 0, ""): WHOLE,
    }
    answer(again, "succeeded", scene)
    assert api.owed_to(scene.buyer.pk) == []
    assert api.position("order:1", "EUR").refunded == eur(WHOLE)
    assert books.differences() == []


def test_a_second_bounce_is_owed_again(scene: Scene, bounced: Refund) -> None:
    api.try_card_again(refund_id=bounced.id, user_id=scene.buyer.pk, at=scene.at)
    again = Refund.objects.get(reissues=bounced)
    answer(again, "failed", scene)
    assert [row.refund_id for row in api.owed_to(scene.buyer.pk)] == [again.id]
    assert api.position("order:1", "EUR").owed_to_buyer == eur(WHOLE)
    assert books.differences() == []


def test_it_goes_to_a_bank_account_instead(scene: Scene, bounced: Refund) -> None:
    client = signed_in(scene.buyer)
    answered = client.post(f"/refunds/{bounced.id}/bank/", {"holder": " Bea  Buyer", "iban": IBAN})
    assert answered.status_code == 302
    claim = RefundClaim.objects.get()
    assert (claim.holder, claim.iban) == ("Bea Buyer", IBAN.replace(" ", ""))
    page = client.get("/refunds/").content.decode()
    assert "IE29 … 5678" in page
    assert "AIBK" not in page
    api.settle_by_bank(bounced.id, scene.at)
    with pytest.raises(api.NotOwed):
        api.settle_by_bank(bounced.id, scene.at)
    assert entries(f"paid_by_bank:{bounced.id}") == {
        ("buyer_payable", scene.buyer.pk, ""): -WHOLE,
        ("platform_bank", 0, ""): WHOLE,
    }
    assert api.position("order:1", "EUR").refunded == eur(WHOLE)
    assert books.differences() == []


def test_a_mistyped_account_is_named_and_nothing_is_kept(scene: Scene, bounced: Refund) -> None:
    answered = signed_in(scene.buyer).post(f"/refunds/{bounced.id}/bank/", {"holder": "Bea", "iban": IBAN[:-1] + "9"})
    assert answered.status_code == 422
    assert "not an IBAN" in answered.content.decode()
    assert "Bea" in answered.content.decode()
    assert not RefundClaim.objects.exists()


def test_nobody_else_learns_of_it_or_moves_it(scene: Scene, bounced: Refund) -> None:
    client = signed_in(scene.seller)
    assert client.post(f"/refunds/{bounced.id}/card/").status_code == 404
    assert client.get(f"/refunds/{bounced.id}/bank/").status_code == 404
    bounced.refresh_from_db()
    assert bounced.state == RefundState.BOUNCED
    assert Refund.objects.count() == 1
