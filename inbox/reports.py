"""What people tell staff about each other, and what staff make of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import api as accounts
from accounts.contracts import Person
from inbox import kinds, selectors, services
from inbox.contracts import Notice, ThreadEntry
from inbox.models import Report
from marketplace.kernel.errors import Conflict, NotAllowed, NotFound

WARNED, THANKED = "report_warned", "report_read"
_SHOWN = 40

kinds.register_kind(WARNED, kinds.STAFF_WROTE, may_refuse=False)
kinds.register_kind(THANKED, kinds.REPORT_READ, by_mail=False, by_push=False)


@dataclass(frozen=True, slots=True)
class OpenReport:
    report: Report
    reporter: Person
    about: Person
    entries: list[ThreadEntry]
    before: int  # reports about the same person before this one
    warnings: int


def send(*, conversation_id: UUID, reporter_id: int, reason: str, text: str, at: datetime) -> None:
    """One open report for a conversation and person: sent again, it says what was said last.

    Raises NotFound for a stranger to the conversation, Conflict where there is nobody on the other side.
    """
    _reporter, about_id = selectors.sides_of(conversation_id, reporter_id)
    if about_id == reporter_id:
        raise Conflict(_("There is nobody else in this conversation."))
    Report.objects.update_or_create(
        conversation_id=conversation_id,
        reporter_id=reporter_id,
        outcome="",
        defaults={"reason": reason, "text": text.replace("\x00", ""), "about_id": about_id},
        create_defaults={
            "reason": reason, "text": text.replace("\x00", ""), "about_id": about_id, "created_at": at,
        },
    )  # fmt: skip


def is_open(conversation_id: UUID, reporter_id: int) -> bool:
    return Report.objects.filter(conversation_id=conversation_id, reporter_id=reporter_id, outcome="").exists()


def waiting(staff_id: int, limit: int) -> list[Report]:
    """Open reports, the oldest first; what concerns this one of the staff is for others."""
    others = Report.objects.filter(outcome="").exclude(about_id=staff_id).exclude(reporter_id=staff_id)
    return list(others.order_by("id").select_related("about", "reporter")[:limit])


def shown(report_id: int, staff_id: int) -> OpenReport:
    """A report with the end of what was said. Raises NotFound, also for those whom it concerns."""
    report = Report.objects.select_related("conversation").filter(pk=report_id).first()
    if report is None or staff_id in (report.reporter_id, report.about_id):
        raise NotFound(_("There is no such report."))
    known = accounts.people([report.reporter_id, report.about_id])
    others = Report.objects.filter(about_id=report.about_id).exclude(pk=report.pk)
    return OpenReport(
        report=report,
        reporter=known[report.reporter_id],
        about=known[report.about_id],
        entries=selectors.thread(report.conversation.reference, staff_id, newest=_SHOWN),
        before=others.count(),
        warnings=others.filter(outcome=Report.Outcome.WARNED).count(),
    )


@transaction.atomic
def decide(*, report_id: int, staff_id: int, outcome: str, words: str, at: datetime) -> None:
    """Closes a report and tells those concerned. Raises NotFound, NotAllowed (their own case), Conflict (decided)."""
    report = Report.objects.select_for_update().filter(pk=report_id).first()
    if report is None:
        raise NotFound(_("There is no such report."))
    if staff_id in (report.reporter_id, report.about_id):
        raise NotAllowed(_("You are part of this yourself. Leave it to somebody else."))
    if report.outcome:
        raise Conflict(_("Somebody has decided this already."))
    report.outcome, report.decided_at, report.decided_by_id = Report.Outcome(outcome).value, at, staff_id
    report.save(update_fields=["outcome", "decided_at", "decided_by"])
    page = reverse("inbox:conversation", args=[report.conversation_id])
    if report.outcome == Report.Outcome.WARNED:
        with accounts.speaking_to(report.about_id):
            title = _("A warning about how you write to others")
            context: dict[str, object] = {"words": words, "rule": str(Report.Reason(report.reason).label)}
        # Not to the conversation: that would tell them who reported it.
        talks = reverse("inbox:list")
        services.notify(Notice(report.about_id, WARNED, f"report:{report.pk}", title, talks, context), at)
    with accounts.speaking_to(report.reporter_id):
        title = _("We have read your report. Thank you")
    was_warned = report.outcome == Report.Outcome.WARNED
    told = Notice(report.reporter_id, THANKED, f"report:{report.pk}", title, page, {"was_warned": was_warned})
    services.notify(told, at)
