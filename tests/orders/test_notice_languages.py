"""What a notice tells of an order is in the language of whoever reads it, not of whoever caused it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from inbox import selectors as inbox
from inbox.models import Notification
from orders import api
from orders.services.notices import open_talk
from tests.orders.conftest import signed_in
from tests.orders.scenes import Desk
from tests.orders.scenes_proposals import declined

pytestmark = pytest.mark.django_db


def test_the_ground_of_a_dispute(desk: Desk) -> None:
    User.objects.filter(pk=desk.seller.pk).update(language="es")
    desk.disputed()
    notice = Notification.objects.get(recipient=desk.seller, kind="order_dispute_opened")
    assert notice.context["ground"] == "No es como se describió"


def test_what_a_buyer_says_by_ending_late_changes(desk: Desk) -> None:
    User.objects.filter(pk=desk.seller.pk).update(language="es")
    order = desk.in_revision()
    assert order.due_at
    api.run_due(order.due_at + timedelta(hours=5, minutes=30), order.pk)
    with translation.override("es"):  # whatever the buyer reads
        api.cancel_late(order_id=order.pk, actor_id=desk.buyer.pk, at=order.due_at + timedelta(hours=6))
    dispute = order.disputes.get()
    event = order.events.get(action="cancel_late")
    assert (dispute.statement, event.data["statement"]) == ("", "")
    notice = Notification.objects.get(recipient=desk.seller, kind="order_dispute_opened")
    assert notice.context["statement"] == "Los cambios no se entregaron a tiempo."
    address = reverse("orders:dispute", args=[order.pk])
    staff = signed_in(desk.moderator)
    assert "The changes were not delivered in time." in staff.get(address).content.decode()
    spanish = staff.get(address, headers={"accept-language": "es"}).content.decode()
    assert "Los cambios no se entregaron a tiempo." in spanish


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_name_of_an_orders_conversation_is_in_no_language(desk: Desk, language: str) -> None:
    with translation.override(language):
        order = desk.in_progress()
    (talk,) = inbox.summaries_of(desk.buyer.pk, [open_talk(order, desk.at)])
    assert talk.title == f"{order.title} · {order.code}"


def test_what_a_proposal_was_about(desk: Desk) -> None:
    User.objects.filter(pk=desk.buyer.pk).update(language="es")
    declined(desk)
    notice = Notification.objects.get(recipient=desk.buyer, kind="order_proposal_failed")
    assert notice.context["about"] == "la devolución de una parte del precio"
