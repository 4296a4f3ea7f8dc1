"""What a notice tells of an order is in the language of whoever reads it, not of whoever caused it."""

from __future__ import annotations

import pytest

from accounts.models import User
from inbox.models import Notification
from tests.orders.scenes import Desk
from tests.orders.scenes_proposals import declined

pytestmark = pytest.mark.django_db


def test_the_ground_of_a_dispute(desk: Desk) -> None:
    User.objects.filter(pk=desk.seller.pk).update(language="es")
    desk.disputed()
    notice = Notification.objects.get(recipient=desk.seller, kind="order_dispute_opened")
    assert notice.context["ground"] == "No es como se describió"


def test_what_a_proposal_was_about(desk: Desk) -> None:
    User.objects.filter(pk=desk.buyer.pk).update(language="es")
    declined(desk)
    notice = Notification.objects.get(recipient=desk.buyer, kind="order_proposal_failed")
    assert notice.context["about"] == "la devolución de una parte del precio"
