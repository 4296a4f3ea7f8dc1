"""One case laid out for a moderator: the order's page, and what only staff see beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.utils.translation import gettext as _

from accounts import api as accounts
from marketplace.kernel import words
from marketplace.kernel.money import Money
from orders import cases, guards, selectors
from orders.cases import History
from orders.guide import USUAL, Usual
from orders.models import Appeal, CannedReason, CaseNote, CaseQuestion, Dispute, Order, Phase
from orders.services import appeals, conflicts
from orders.services.decisions import needs_second_person, reason_against_confirming
from orders.splits import Split
from orders.states import Action, Actor, State
from orders.web.page import OrderPage
from orders.web.shown import FileView, file_view

_BESIDE_EACH = 3


@dataclass(frozen=True, slots=True)
class Posting:
    """One line of what a decision will book."""

    label: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Verdict:
    """A promised item beside what both sides say of it."""

    text: str
    is_delivered: bool
    files: tuple[FileView, ...]  # of the latest delivery, where it has so few that they can stand beside each item
    buyer_says_met: bool | None
    seller_says_met: bool | None


@dataclass(frozen=True, slots=True)
class Statement:
    name: str
    at: datetime | None
    note: str
    text: str
    files: list[FileView]


class CasePage:
    """One case for a moderator: the order's page, and what only staff see beside it."""

    def __init__(self, order: Order, reader_id: int, at: datetime) -> None:
        self.page = OrderPage(order, reader_id, at)
        self.order, self.reader_id, self.at = order, reader_id, self.page.at
        dispute = self.page.dispute
        assert dispute is not None  # noqa: S101 - the getter has seen one
        self.dispute: Dispute = dispute

    @cached_property
    def conflict(self) -> str:
        """Why this moderator has nothing to do here, or ""."""
        return conflicts.conflict_of(self.reader_id, self.order)

    @cached_property
    def heard_before(self) -> str:
        """Why somebody else hears this appeal, or ""."""
        if not self.is_open or not self.appeal:
            return ""
        return appeals.reason_against_hearing(self.dispute, self.reader_id, accounts.moderators())

    @cached_property
    def appeal(self) -> Appeal | None:
        """With the decision that it is about."""
        return self.dispute.appeal if hasattr(self.dispute, "appeal") else None

    @property
    def is_open(self) -> bool:
        return self.dispute.closed_at is None

    @property
    def is_mine(self) -> bool:
        return self._is_taken and self.dispute.claimed_by_id == self.reader_id

    @property
    def _is_taken(self) -> bool:
        return self.dispute.claimed_until is not None and self.dispute.claimed_until > self.at

    @property
    def taken_by(self) -> str:
        """Who else reads it, or ""."""
        other = self.dispute.claimed_by if self._is_taken and not self.is_mine else None
        return other.display_name if other else ""

    @cached_property
    def reason_against_deciding(self) -> str:
        """Why this moderator cannot decide now, or ""."""
        if self.order.state != State.DISPUTED:
            return _("This case is closed.")
        return (
            self.conflict
            or self.heard_before
            or self._taken_words
            or guards.reason_against(Action.DECIDE, self.page.scene.situation)
        )

    @property
    def _taken_words(self) -> str:
        if not self.taken_by or self.dispute.claimed_until is None:
            return ""
        when = words.by(self.dispute.claimed_until, self.at)
        return _("%(name)s reads this case until %(when)s.") % {"name": self.taken_by, "when": when}

    @property
    def may_confirm(self) -> bool:
        return self.page.is_second_look and not (
            self.conflict or self.heard_before or self.taken_by or self.waits_for_another
        )

    @cached_property
    def waits_for_another(self) -> str:
        """Why whoever proposed the decision cannot confirm it now, or ""."""
        if not self.page.is_second_look:
            return ""
        return reason_against_confirming(self.dispute, self.reader_id, accounts.moderators(), self.at)

    @property
    def may_ask(self) -> bool:
        return not self.reason_against_deciding and not self.open_question

    @property
    def may_claim(self) -> bool:
        """There is something to read it for."""
        is_decided = self.dispute.phase == Phase.DECIDED
        return self.is_open and not (is_decided or self.conflict or self.heard_before)

    @cached_property
    def open_question(self) -> CaseQuestion | None:
        return next((question for question in self.page.questions if question.is_open(self.at)), None)

    @cached_property
    def notes(self) -> list[CaseNote]:
        """Of every dispute about the order, the oldest first."""
        found = CaseNote.objects.filter(dispute__order=self.order).select_related("author")
        return list(found)

    @cached_property
    def canned(self) -> list[CannedReason]:
        return list(CannedReason.objects.filter(is_offered=True))

    @property
    def usual(self) -> tuple[Usual, ...]:
        return USUAL

    @property
    def final_offers(self) -> list[tuple[str, Money]]:
        """Sealed until the case is closed, for staff as well."""
        if self.is_open:
            return []
        sides = ((Actor.BUYER, self.page.buyer.name), (Actor.SELLER, self.page.seller.name))
        offers = ((name, self.dispute.sealed_of(role)) for role, name in sides)
        return [(name, offer) for name, offer in offers if offer is not None]

    @property
    def needs_second_person(self) -> bool:
        return needs_second_person(self.order)

    @property
    def headline(self) -> str:
        asked = words.amount(self.dispute.asked)
        names = {"buyer": self.page.buyer.name, "seller": self.page.seller.name, "asked": asked}
        if self.dispute.offered is None:
            text = _("%(seller)s against %(buyer)s, and would give back %(asked)s of the price.")
            if self._buyer_filed:
                text = _("%(buyer)s against %(seller)s: %(asked)s of the price is in dispute.")
            return text % names
        names["offered"] = words.amount(self.dispute.offered)
        if self.dispute.filer_role == Actor.BUYER:
            return _("%(buyer)s asks for %(asked)s back; %(seller)s offers %(offered)s.") % names
        return _("%(seller)s would give back %(asked)s; %(buyer)s asks for %(offered)s.") % names

    @property
    def next_at(self) -> datetime | None:
        """When the case moves by itself, if nobody acts; reminders move nothing."""
        timers = self.page.timers.items() if self.is_open else ()
        return min((at for kind, at in timers if kind not in selectors.REMINDERS), default=None)

    @cached_property
    def verdicts(self) -> list[Verdict]:
        filer, other = set(self.dispute.unmet), set(self.dispute.answer_unmet)
        is_answered = self.dispute.answered_at is not None
        views = []
        for position, promise in enumerate(self.page.promises):
            by_filer = position not in filer
            by_other = position not in other if is_answered else None
            by_buyer, by_seller = (by_filer, by_other) if self._buyer_filed else (by_other, by_filer)
            views.append(Verdict(promise.text, promise.is_delivered, self._beside, by_buyer, by_seller))
        return views

    @cached_property
    def delivered_files(self) -> tuple[FileView, ...]:
        """Of the latest delivery."""
        if not self.page.deliveries:
            return ()
        return tuple(map(file_view, self.page.delivered[self.page.deliveries[-1].pk]))

    @property
    def _beside(self) -> tuple[FileView, ...]:
        return self.delivered_files if len(self.delivered_files) <= _BESIDE_EACH else ()

    @property
    def files_below(self) -> tuple[FileView, ...]:
        """More than fit beside each item stand below the table, once."""
        return () if self._beside else self.delivered_files

    @property
    def _buyer_filed(self) -> bool:
        return self.dispute.filer_role != Actor.SELLER

    @cached_property
    def statements(self) -> list[Statement]:
        dispute, files = self.dispute, self._evidence()
        names: dict[str, str] = {Actor.BUYER: self.page.buyer.name, Actor.SELLER: self.page.seller.name}
        asks = _("asks for %(amount)s back") if self._buyer_filed else _("would give back %(amount)s")
        found = []
        if dispute.said:
            note = asks % {"amount": words.amount(dispute.asked)}
            name = names.get(dispute.filer_role, "")
            found.append(Statement(name, dispute.opened_at, note, str(dispute.said), files.get(dispute.filer_role, [])))
        if dispute.answered_at and dispute.offered is not None:
            offers = _("would give back %(amount)s") if self._buyer_filed else _("asks for %(amount)s back")
            note = offers % {"amount": words.amount(dispute.offered)}
            name = names[dispute.respondent_role]
            found.append(
                Statement(name, dispute.answered_at, note, dispute.answer, files.get(dispute.respondent_role, []))
            )
        return [*found, *self._appeal(names)]

    def _appeal(self, names: dict[str, str]) -> list[Statement]:
        appeal = self.appeal
        if appeal is None:
            return []
        new = self.dispute.evidence.filter(added_at=appeal.appealed_at, role=appeal.role).select_related("file")
        files = [file_view(item.file) for item in new]
        note = _("appeals against %(percent)s %% to the seller") % {"percent": appeal.percent}
        return [Statement(names[appeal.role], appeal.appealed_at, note, appeal.text, files)]

    def _evidence(self) -> dict[str, list[FileView]]:
        found: dict[str, list[FileView]] = {}
        for item in self.dispute.evidence.select_related("file"):
            if self.appeal and item.added_at == self.appeal.appealed_at:
                continue
            found.setdefault(item.role, []).append(file_view(item.file))
        return found

    @cached_property
    def histories(self) -> list[tuple[str, History]]:
        found = cases.histories([self.order.buyer_id, self.order.seller_id])
        return [
            (self.page.buyer.name, found[self.order.buyer_id]),
            (self.page.seller.name, found[self.order.seller_id]),
        ]

    @cached_property
    def suggestion(self) -> int:
        """From what both sides say."""
        return cases.suggestion(self.dispute, len(self.page.promises))

    @property
    def finds_fault(self) -> bool:
        """With an item of the checklist; otherwise the suggestion comes from the two amounts."""
        return cases.finds_fault(self.dispute, len(self.page.promises))

    @property
    def start(self) -> int:
        """Where the slider starts: at what was proposed; of an appeal, at what it is about."""
        if self.page.is_second_look and self.dispute.percent is not None:
            return self.dispute.percent
        return self.appeal.percent if self.appeal else self.suggestion

    @property
    def appeal_words(self) -> str:
        return words.duration(int(self.order.terms.rules.appeal.total_seconds()) // 60)


def postings(part: Split, seller: str) -> list[Posting]:
    """What a decision books, in the order of the ledger; lines of nothing are left out."""
    lines = [
        Posting(_("hold → refund to the buyer"), part.refund),
        Posting(_("hold → %(seller)s, clearing") % {"seller": seller}, part.seller_receives),
        Posting(_("hold → fees, reduced with the price"), part.fees),
    ]
    return [line for line in lines if line.amount]
