"""What an order's page shows of its dispute, of a bank's claim, and of a payment that is being checked."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from marketplace.kernel.money import Money, total
from orders.models import CaseQuestion, Dispute, Evidence, Order, OrderEvent, Phase
from orders.services import hearing
from orders.splits import Stake, split
from orders.stakes import division
from orders.states import Action, Actor, State
from orders.web import overlays, page_rows
from orders.web.scene import Ruling, Scene
from payments.contracts import BankClaim, Position


class CaseParts:
    """A part of ``OrderPage``: these rows are read at the first question, each once."""

    order: Order
    role: str
    at: datetime

    if TYPE_CHECKING:

        @property
        def stake(self) -> Stake: ...

        @property
        def scene(self) -> Scene: ...

        @property
        def events(self) -> list[OrderEvent]: ...

        @property
        def position(self) -> Position: ...

        @property
        def is_seller(self) -> bool: ...

    @cached_property
    def dispute(self) -> Dispute | None:
        if not any(event.state == State.DISPUTED for event in self.events):
            return None
        found = page_rows.LATEST_DISPUTE.first(self.order.pk)
        if found:
            found.order = self.order
        return found

    @cached_property
    def evidence(self) -> list[Evidence]:
        if self.dispute is None:
            return []
        return list(Evidence.objects.filter(dispute__order=self.order).select_related("file"))

    @cached_property
    def questions(self) -> list[CaseQuestion]:
        """What moderators asked in the latest dispute, the oldest first."""
        return page_rows.QUESTIONS.all(self.dispute.pk) if self.dispute else []

    @cached_property
    def bank_claims(self) -> list[BankClaim]:
        """About which the seller can still say something."""
        return hearing.open_claims(self.order) if self.is_seller else []

    @property
    def losses(self) -> list[OrderEvent]:
        """What the buyer's bank has taken back for good."""
        return [event for event in self.events if event.action == Action.LOSE_CHARGEBACK]

    @property
    def _ruling(self) -> Ruling | None:
        dispute = self.dispute
        if dispute is None:
            return None
        part = None if dispute.percent is None else split(self.stake, dispute.percent)
        if self.order.kept_minor is not None:
            part = division(self.order, self.stake)
        asked = next((one for one in self.questions if one.role == self.role and one.is_open(self.at)), None)
        return Ruling(
            phase=dispute.phase,
            ground=dispute.get_ground_display(),
            filer_role=dispute.filer_role,
            respondent_role=dispute.respondent_role,
            asked=dispute.asked,
            offered=dispute.offered,
            my_offer=None if self.role == Actor.STAFF else dispute.sealed_of(self.role),
            question=asked.text if asked and not self.order.rests else "",
            question_until=asked.due_at if asked else None,
            to_seller=part.seller_receives if part else None,
            to_buyer=part.refund if part else None,
        )

    @property
    def _bank(self) -> dict[str, Any]:
        claims, losses, code = self.bank_claims, self.losses, self.order.currency
        taken = total([Money(event.data.get("amount_minor", 0), code) for event in losses], code)
        return {
            "taken_back": taken or None,
            "site_bears_it": all(event.data.get("released_minor") for event in losses),
            "owed": self.position.owed_by_seller or None,
            "tells_bank": bool(claims),
            "bank_until": min((claim.told_until for claim in claims if claim.told_until), default=None),
            "bank_was_told": any(claim.note for claim in claims),
        }

    @property
    def doubt_note(self) -> str:
        return overlays.doubt_note(self.scene) if self.role != Actor.STAFF else ""

    @property
    def is_second_look(self) -> bool:
        return self.dispute is not None and self.dispute.phase == Phase.SECOND_LOOK
