"""What staff look at before and after a gig is published, what they said, and by which rules."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gigs import limits
from gigs.models.gig import Gig
from gigs.reviewing.states import ConcernOutcome, FlagKind, Mode, RoundState
from gigs.reviewing.vocabulary import ACCUSATIONS, SECTIONS


def _person(**options: Any) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", **options)


class ReviewPolicy(models.Model):
    """What the operator wants looked at. The newest row is valid, the others are the history."""

    mode = models.CharField(_("staff look at"), max_length=10, choices=Mode.choices(), default=Mode.NOTHING.value)
    checks = models.JSONField(_("automatic checks"), default=dict, blank=True)  # level by check; the rest as built in
    allowed_hosts = models.TextField(
        _("addresses that gigs may link to"),
        blank=True,
        default="",
        max_length=10_000,
        help_text=_("One per line, like behance.net. What is below it is included, and this site."),
    )
    by = _person(null=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("rules of the review")
        verbose_name_plural = _("rules of the review")
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return self.get_mode_display()


class ForbiddenWord(models.Model):
    """A word that no gig may hold: compared as a whole word; ``*`` stands for any letters."""

    pattern = models.CharField(
        _("word"), max_length=60, unique=True, help_text=_("A whole word or several; * stands for any letters.")
    )
    note = models.CharField(_("why"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("forbidden word")
        verbose_name_plural = _("forbidden words")
        ordering: ClassVar = ["pattern"]

    def __str__(self) -> str:
        return self.pattern


class CannedChange(models.Model):
    """Something that staff often ask sellers to change, in words that are ready."""

    section = models.CharField(_("section"), max_length=12, choices=list(SECTIONS.items()))
    title = models.CharField(_("title"), max_length=60)
    text = models.TextField(_("what the seller reads"), max_length=limits.REVIEW_WORDS_MAX)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_offered = models.BooleanField(_("offered"), default=True)

    class Meta:
        verbose_name = _("request for a change")
        verbose_name_plural = _("requests for a change")
        ordering: ClassVar = ["section", "position", "pk"]

    def __str__(self) -> str:
        return self.title


class Claimable(models.Model):
    """Looked at by one person at a time: a lease that ends by itself."""

    claimed_by = _person(null=True)
    claimed_until = models.DateTimeField(null=True)

    class Meta:
        abstract = True


def _whole_claim(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(claimed_by=None, claimed_until=None) | Q(claimed_by__isnull=False, claimed_until__isnull=False),
        name=name,
    )


class GigReview(Claimable):
    """One round: a gig, or a change of a live one, as handed in. ``edition`` grows if it changes while it waits."""

    gig = models.ForeignKey(Gig, on_delete=models.CASCADE, related_name="rounds")
    number = models.PositiveSmallIntegerField()
    is_change = models.BooleanField()  # of a live gig, which stays as it is until then
    state = models.CharField(max_length=10, choices=RoundState.choices(), default=RoundState.WAITING.value)
    # Shapes: gigs/documents.py. ``base`` is what was live; null for a gig that was not.
    content = models.JSONField()
    base = models.JSONField(null=True)
    base_version = models.PositiveIntegerField()  # of the gig, when it was handed in
    cover = models.CharField(max_length=100, blank=True, default="")
    base_cover = models.CharField(max_length=100, blank=True, default="")
    edition = models.PositiveIntegerField(default=1)
    findings = models.JSONField(default=list)
    submitted_at = models.DateTimeField()
    decided_by = _person(null=True)
    closed_at = models.DateTimeField(null=True)
    words = models.TextField(max_length=limits.REVIEW_WORDS_MAX, blank=True, default="")

    class Meta:
        verbose_name = _("review of a gig")
        verbose_name_plural = _("reviews of gigs")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["gig", "number"], name="review_round_numbered"),
            models.UniqueConstraint(fields=["gig"], name="one_round_waits", condition=Q(state="waiting")),
            models.CheckConstraint(
                condition=Q(state="waiting", closed_at=None) | ~Q(state="waiting") & Q(closed_at__isnull=False),
                name="round_waits_or_is_closed",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["approved", "sent_back"], decided_by__isnull=False)
                | ~Q(state__in=["approved", "sent_back"]) & Q(decided_by=None),
                name="somebody_decided_the_round",
            ),
            models.CheckConstraint(
                condition=Q(is_change=False, base=None) | Q(is_change=True, base__isnull=False),
                name="a_change_knows_what_was_live",
            ),
            _whole_claim("round_claimed_whole"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["submitted_at", "id"], name="rounds_that_wait", condition=Q(state="waiting")),
            models.Index(
                fields=["-closed_at"], name="rounds_decided", condition=Q(state__in=["approved", "sent_back"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.gig_id} #{self.number}"

    @property
    def is_waiting(self) -> bool:
        return self.state == RoundState.WAITING


class SectionNote(models.Model):
    """What a round was sent back for, by section."""

    round = models.ForeignKey(GigReview, on_delete=models.CASCADE, related_name="notes")
    section = models.CharField(max_length=12, choices=list(SECTIONS.items()))
    text = models.TextField(max_length=2 * limits.REVIEW_WORDS_MAX)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["round", "section"], name="one_note_per_section")]

    def __str__(self) -> str:
        return f"{self.section}: {self.text[:40]}"


class Concern(Claimable):
    """A published gig that somebody should look at again. Its flags say why; one is open per gig."""

    gig = models.ForeignKey(Gig, on_delete=models.CASCADE, related_name="concerns")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = _person(null=True)
    outcome = models.CharField(max_length=10, choices=ConcernOutcome.choices(), blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["gig"], name="one_open_concern", condition=Q(closed_at=None)),
            models.CheckConstraint(
                condition=Q(closed_at=None, outcome="") | Q(closed_at__isnull=False) & ~Q(outcome=""),
                name="closed_concern_has_an_outcome",
            ),
            _whole_claim("concern_claimed_whole"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["opened_at", "id"], name="open_concerns", condition=Q(closed_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.gig_id} {self.opened_at:%Y-%m-%d}"


class Flag(models.Model):
    """One reason to look again: found by a check, reported by a person, said by the seller, noted by staff."""

    concern = models.ForeignKey(Concern, on_delete=models.CASCADE, related_name="flags")
    gig = models.ForeignKey(Gig, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=FlagKind.choices())
    reason = models.CharField(max_length=16)  # what a check found, or one of ACCUSATIONS
    finding = models.JSONField(null=True)  # of a check
    text = models.TextField(max_length=limits.REPORT_MAX, blank=True, default="")
    by = _person(null=True)
    at = models.DateTimeField()
    is_open = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["gig", "by"], name="one_open_report_per_person", condition=Q(kind="report", is_open=True)
            ),
            models.CheckConstraint(
                condition=Q(kind="check", by=None, finding__isnull=False)
                | ~Q(kind="check") & Q(by__isnull=False, finding=None),
                name="flag_found_or_said",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["gig", "kind"], name="flags_of_a_gig")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.reason}"

    @property
    def accusation(self) -> str:
        return str(ACCUSATIONS.get(self.reason, ""))


class Takedown(models.Model):
    """Staff took a gig out of sight. Its seller answers once; one is open per gig."""

    gig = models.ForeignKey(Gig, on_delete=models.CASCADE, related_name="takedowns")
    concern = models.ForeignKey(Concern, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(max_length=limits.REVIEW_WORDS_MAX)
    shown_as = models.CharField(max_length=10)  # the state that it comes back to
    by = _person()
    at = models.DateTimeField()
    answer = models.TextField(max_length=limits.REVIEW_WORDS_MAX, blank=True, default="")
    answered_at = models.DateTimeField(null=True)
    reply = models.TextField(max_length=limits.REVIEW_WORDS_MAX, blank=True, default="")  # of whoever read the answer
    replied_by = _person(null=True)
    replied_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)  # put back

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["gig"], name="one_open_takedown", condition=Q(ended_at=None)),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None) | ~Q(answer="") & Q(answered_at__isnull=False),
                name="takedown_answered_whole",
            ),
            models.CheckConstraint(
                condition=Q(replied_by=None, replied_at=None) | Q(replied_by__isnull=False, replied_at__isnull=False),
                name="takedown_replied_whole",
            ),
            models.CheckConstraint(condition=Q(shown_as__in=["active", "paused"]), name="takedown_of_what_was_seen"),
        ]
        indexes: ClassVar = [models.Index(fields=["-at", "-id"], name="open_takedowns", condition=Q(ended_at=None))]

    def __str__(self) -> str:
        return f"{self.gig_id}: {self.reason[:40]}"


class Fingerprint(models.Model):
    """By what a gig's text is recognised. Written when it is handed in, published or changed."""

    gig = models.OneToOneField(Gig, on_delete=models.CASCADE, primary_key=True, related_name="+")
    text = ArrayField(models.BigIntegerField(), default=list)  # bands of a MinHash: reviewing/checks/sketch.py

    class Meta:
        indexes: ClassVar = [GinIndex(fields=["text"], name="gigs_by_text")]

    def __str__(self) -> str:
        return str(self.gig_id)
