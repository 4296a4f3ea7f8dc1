"""What payments asks about references that begin with "order:"."""

from __future__ import annotations

import uuid

from django.db.models import Exists, Min, OuterRef, Q, Subquery

from inbox import api as inbox
from marketplace.kernel.models import as_uuid
from marketplace.kernel.prepared import prepared
from orders import bank_log, sources
from orders.contracts import SourceCard
from orders.models import Order, OrderEvent, OrderPayment, Timer
from orders.selectors import WORKING
from orders.states import ACTIVE, Action, State
from payments.contracts import Evidence, Protected, ReferenceCard, Subject

# The bank's reasons that say something of the work. The others (a stolen card, a forgotten purchase) do not.
_SELLERS_FAULT = frozenset({"product_not_received", "product_unacceptable", "credit_not_processed"})

_ENDS_A_STEP = (Action.ACCEPT, Action.AUTO_ACCEPT)

# Between two steps nothing is held: what was accepted is released.
_HOLDS = sorted(ACTIVE - {State.AWAITING_FUNDING} | {State.DISPUTED})


def order_of(reference: str) -> uuid.UUID | None:
    """The order that a reference names, or None where it names something else."""
    prefix, _colon, rest = reference.partition(":")
    if prefix != "order":
        return None
    try:
        return uuid.UUID(rest)
    except ValueError:
        return None


_LOCKED = prepared(lambda pk: Order.objects.select_for_update().filter(pk=pk).values_list("pk"))


class Orders:
    """The owner of an order's money."""

    def lock(self, reference: str) -> None:
        order_id = order_of(reference)
        if order_id:
            _LOCKED.first(order_id)

    def describe(self, references: list[str]) -> dict[str, ReferenceCard]:
        wanted = [pk for pk in map(order_of, references) if pk]
        waiting = Q(payments__clears_at__isnull=False, payments__cleared_at=None)
        orders = Order.objects.filter(pk__in=wanted).annotate(clears=Min("payments__clears_at", filter=waiting))
        return {
            order.reference: ReferenceCard(
                order.title, order.get_absolute_url(), getattr(order, "clears", None) or order.clears_at, order.code
            )
            for order in orders
        }

    def seller_bears(self, reference: str, charge_id: uuid.UUID, reason: str) -> bool:
        """Until the end of the order, or of the step that was paid for, the hold bears it. After it, only what a
        seller can be blamed for, and not once the buyer had accepted the work: then it is the platform's loss.
        """
        order = self._read(reference)
        if order is None:
            return False
        step = OrderPayment.objects.filter(charge_id=charge_id).values_list("step", flat=True).first()
        ends = OrderEvent.objects.filter(order=order, action__in=_ENDS_A_STEP).order_by("version")
        ended_by = dict(enumerate(ends.values_list("action", flat=True))).get(order.step if step is None else step)
        if step == order.step and order.state not in (State.COMPLETED, State.AWAITING_FUNDING):
            return True  # a claim has taken back what ended it
        return reason in _SELLERS_FAULT and ended_by != Action.ACCEPT

    def evidence(self, reference: str) -> Evidence:
        order = self._read(reference)
        if order is None:
            return Evidence(description=reference, service_date=None, log=())
        story = OrderEvent.objects.filter(order=order).order_by("version")
        return Evidence(
            description=f"{order.title}: {order.terms.scope}",
            service_date=order.delivered_at.date() if order.delivered_at else None,
            log=tuple(bank_log.lines(story)),
            communication=tuple(
                f"{message.sent_at:%Y-%m-%d %H:%M} UTC, {order.role_of(message.author_id)}: {message.body}"
                for message in inbox.messages(reference)
            ),
            refund_policy="Money is held until the buyer accepts the work; anything undelivered is refunded whole.",
        )

    def _read(self, reference: str) -> Order | None:
        order_id = order_of(reference)
        return Order.objects.filter(pk=order_id).first() if order_id else None

    def find(self, term: str) -> list[str]:
        order_id = as_uuid(term)
        wanted = Q(pk=order_id) if order_id else Q(code=term.upper())
        return [order.reference for order in Order.objects.filter(wanted).only("pk")]

    def protected_for(self, payee_id: int) -> list[Protected]:
        """One query."""
        accepts = Timer.objects.filter(order=OuterRef("pk"), kind=Action.AUTO_ACCEPT)
        paid = OrderPayment.objects.for_work().filter(order=OuterRef("pk"), step=OuterRef("step"))
        running = Order.objects.filter(seller_id=payee_id, state__in=_HOLDS).annotate(
            accepted_at=Subquery(accepts.values("due_at")), is_doubted=Exists(paid.filter(doubted_at__isnull=False))
        )
        return [_protected(order) for order in running]

    def subjects(self, references: list[str]) -> dict[str, Subject]:
        """One query, and one for each kind of thing that was ordered."""
        wanted = [pk for pk in map(order_of, references) if pk]
        found = list(
            Order.objects.filter(pk__in=wanted)
            .select_related("finished")
            .only("title", "source_kind", "source_ref", "seller", "finished__category_name")
        )
        cards = sources.describe(list({(order.source_kind, order.source_ref) for order in found}))
        return {order.reference: _subject(order, cards.get((order.source_kind, order.source_ref))) for order in found}


def _subject(order: Order, card: SourceCard | None) -> Subject:
    """Of an order that is not finished no category is known yet."""
    return Subject(
        key=f"{order.source_kind}:{order.source_ref}",
        title=card.title if card else order.title,
        url=card.url if card else "",
        payee_id=order.seller_id,
        group=order.finished.category_name if hasattr(order, "finished") else "",
    )


def _protected(order: Order) -> Protected:
    """Its days, if the work goes well: the latest that the rules allow. None of them while its clock stands still, and
    none on which a payment becomes theirs that is being checked.
    """
    rules = order.terms.rules
    due = order.due_at if order.state in WORKING and not order.rests and not order.is_paused else None
    accepted = due + rules.acceptance if due else getattr(order, "accepted_at", None)
    is_doubted = getattr(order, "is_doubted", False)
    theirs = accepted + rules.clearing_standard if accepted and not is_doubted else None
    return Protected(order.reference, order.receives_at_stake, due, theirs)
