"""Telling sellers what became of their gig, and whoever reported one that somebody looked. Texts: templates/emails."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import api as accounts
from gigs.models import Gig
from gigs.models.reviewing import Concern, GigReview, Takedown
from gigs.reviewing.vocabulary import SECTIONS
from inbox import api as inbox
from inbox.contracts import Notice, NoticeGroup

# Kind → what the notices page says, and what the settings page calls it.
TITLES: dict[str, tuple[str | Promise, str | Promise]] = {
    "gig_approved": (_("Your gig is live: %(title)s"), _("My gig goes live")),
    "gig_change_approved": (_("Your change is live: %(title)s"), _("A change of my gig goes live")),
    "gig_sent_back": (_("Please change something: %(title)s"), _("My gig needs a change first")),
    "gig_taken_down": (_("We took your gig down: %(title)s"), _("My gig is taken down")),
    "gig_put_back": (_("Your gig is back: %(title)s"), _("My gig is put back")),
    "gig_stays_down": (_("Your gig stays down: %(title)s"), _("My gig stays down")),
    "gig_report_read": (_("We looked at what you reported: %(title)s"), _("A report of mine is looked at")),
}
_MAY_REFUSE = {"gig_approved", "gig_change_approved", "gig_report_read"}


def _group(kind: str) -> NoticeGroup:
    return NoticeGroup.SITE if kind == "gig_report_read" else NoticeGroup.GIGS


def register_kinds() -> None:
    for kind, (_title, label) in TITLES.items():
        leaves = kind != "gig_report_read"  # they hear that somebody looked, and not what was found
        may_refuse = kind in _MAY_REFUSE
        inbox.register_kind(kind, label, may_refuse=may_refuse, group=_group(kind), by_mail=leaves, by_push=leaves)


def approved(gig: Gig, one: GigReview, at: datetime) -> None:
    kind = "gig_change_approved" if one.is_change else "gig_approved"
    _tell(gig, gig.seller_id, kind, f"round:{one.pk}", gig.get_absolute_url(), {}, at)


def sent_back(gig: Gig, one: GigReview, notes: Mapping[str, str], at: datetime) -> None:
    with accounts.speaking_to(gig.seller_id):
        facts = {
            "notes": [[str(SECTIONS[name]), text] for name, text in notes.items()],
            "words": one.words,
            "is_change": one.is_change,
        }
    _tell(gig, gig.seller_id, "gig_sent_back", f"round:{one.pk}", page_of(gig), facts, at)


def taken_down(gig: Gig, row: Takedown, at: datetime) -> None:
    _tell(gig, gig.seller_id, "gig_taken_down", f"takedown:{row.pk}", page_of(gig), {"reason": row.reason}, at)


def put_back(gig: Gig, row: Takedown, at: datetime) -> None:
    facts = {"words": row.reply, "is_paused": row.shown_as == "paused"}
    _tell(gig, gig.seller_id, "gig_put_back", f"takedown:{row.pk}:back", gig.get_absolute_url(), facts, at)


def stays_down(gig: Gig, row: Takedown, at: datetime) -> None:
    _tell(gig, gig.seller_id, "gig_stays_down", f"takedown:{row.pk}:stays", page_of(gig), {"words": row.reply}, at)


def looked_at(gig: Gig, concern: Concern, reporters: Iterable[int], at: datetime) -> None:
    for person in reporters:
        url = reverse("gigs:category", args=[gig.category.slug]) if gig.is_taken_down else gig.get_absolute_url()
        _tell(gig, person, "gig_report_read", f"concern:{concern.pk}", url, {}, at)


def page_of(gig: Gig) -> str:
    """Where its seller reads how it stands."""
    return reverse("gigs:standing", args=[gig.pk])


def _tell(
    gig: Gig, recipient_id: int, kind: str, about: str, url: str, facts: Mapping[str, object], at: datetime
) -> None:
    with accounts.speaking_to(recipient_id):
        title = str(TITLES[kind][0]) % {"title": gig.title}
    context: dict[str, object] = {"gig_title": gig.title, **facts}
    inbox.notify(Notice(recipient_id, kind, f"{about}:{kind}", title, url, context), at)
