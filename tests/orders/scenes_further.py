"""Orders further on: late, paused, in a case, ended by people, by time, by staff or by a bank."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from orders import api
from orders.models import Order
from payments.gateway.objects import FraudWarning as Found
from payments.models import Charge, FraudWarning
from payments.services.warnings import record_warning
from tests.orders.scenes import DAY, HOUR, TAKEN, Desk, bank, get


def late(desk: Desk) -> Order:
    order = desk.in_progress()
    api.run_due(desk.at + 22 * HOUR, order.pk)
    return get(order.pk)


def very_late(desk: Desk) -> Order:
    order = desk.in_progress()
    api.run_due(desk.at + 28 * HOUR, order.pk)
    return get(order.pk)


def very_late_revision(desk: Desk) -> Order:
    order = desk.in_revision()
    api.run_due(desk.at + 31 * HOUR, order.pk)
    return get(order.pk)


def cleared(desk: Desk) -> Order:
    order = desk.completed()
    api.run_due(desk.at + 8 * DAY, order.pk)
    return get(order.pk)


def closing(desk: Desk) -> Order:
    order = desk.pending()
    api.run_due(desk.at + HOUR, order.pk)
    return get(order.pk)


def auto_accepted(desk: Desk) -> Order:
    order = desk.delivered()
    api.run_due(desk.at + HOUR + 3 * DAY, order.pk)
    return get(order.pk)


def waived(desk: Desk) -> Order:
    order = desk.decided()
    api.waive(order_id=order.pk, actor_id=desk.buyer.pk, at=desk.at + 5 * HOUR)
    return get(order.pk)


def in_queue(desk: Desk) -> Order:
    order = desk.disputed()
    api.run_due(desk.at + 2 * HOUR + 3 * DAY, order.pk)
    return get(order.pk)


def enforced(desk: Desk) -> Order:
    order = desk.decided()
    api.run_due(desk.at + 4 * HOUR + 3 * DAY, order.pk)
    return get(order.pk)


def nothing_for_the_seller(desk: Desk) -> Order:
    order = desk.decided(0)
    api.run_due(desk.at + 4 * HOUR + 3 * DAY, order.pk)
    return get(order.pk)


def settled(desk: Desk) -> Order:
    order = desk.heard()
    for person in (desk.buyer, desk.seller):
        desk.offer(order, 1_800, desk.at + 4 * HOUR, by=person)
    return get(order.pk)


def asked(desk: Desk) -> Order:
    order = desk.appealed()
    api.ask_question(
        order_id=order.pk, moderator_id=desk.moderator.pk, role="seller", text="Where is the second sheet?",
        at=desk.at + 5 * HOUR,
    )  # fmt: skip
    return get(order.pk)


def held(desk: Desk) -> Order:
    order = desk.in_progress()
    desk.suspend(desk.seller, desk.at + HOUR)
    return get(order.pk)


def claimed_back(desk: Desk) -> Order:
    return bank(desk.delivered(), "needs_response", TAKEN, after=HOUR)


def taken_back_while_it_ran(desk: Desk) -> Order:
    return bank(desk.delivered(), "lost", TAKEN, after=HOUR)


def borne_by_the_site(desk: Desk) -> Order:
    return bank(desk.completed(), "lost", TAKEN, after=HOUR)


def borne_by_the_seller(desk: Desk) -> Order:
    return bank(auto_accepted(desk), "lost", TAKEN, reason="product_not_received", after=HOUR)


def warn(order: Order, number: int = 1, after: timedelta = HOUR) -> FraudWarning:
    order.refresh_from_db()
    charge = Charge.objects.get(pk=order.charge_id)
    found = Found(f"issfr_{order.code}_{number}", charge.stripe_charge_id, "made_with_stolen_card", True, False)
    with transaction.atomic():
        record_warning(charge.id, found, order.last_event_at + after)
    return FraudWarning.objects.get(stripe_id=found.id)
