"""Telling those who saved a gig. Texts are in ``templates/emails/saved_*``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import api as accounts
from gigs.models import Gig, SavedItem
from inbox import api as inbox
from inbox.contracts import Notice, NoticeGroup
from marketplace.kernel import languages, words
from marketplace.kernel.money import Money

CHEAPER, BACK = "saved_cheaper", "saved_back"

# Kind → what the notices page says, and what the settings page calls it.
TITLES: dict[str, tuple[str | Promise, str | Promise]] = {
    CHEAPER: (_("Now %(price)s: %(title)s"), _("A gig that I saved gets cheaper")),
    BACK: (_("It can be ordered again: %(title)s"), _("A gig that I saved can be ordered again")),
}


@dataclass(frozen=True, slots=True)
class News:
    """One thing to tell one owner; ``before_minor``: the price that they knew, where it fell."""

    kind: str
    item: SavedItem
    gig: Gig
    before_minor: int | None
    at: datetime

    @property
    def key(self) -> str:
        """A price is told once, a return at most once a day: a gig that comes and goes is no news each time."""
        which = f"{self.gig.currency}{self.gig.from_all_in_minor}" if self.kind == CHEAPER else f"{self.at:%Y-%m-%d}"
        return f"{self.kind}:{self.item.pk}:{which}"


def register_kinds() -> None:
    for kind, (_title, label) in TITLES.items():
        inbox.register_kind(kind, label, group=NoticeGroup.SAVED)


def tell(news: Sequence[News], at: datetime) -> None:
    """All at once: one query for the readers, one statement each for notices and mails."""
    owners = accounts.readers(one.item.owner_id for one in news)
    told = []
    for one in news:
        with languages.spoken(owners[one.item.owner_id].language):
            told.append((_notice(one), at))
    inbox.notify_all(told)


def _notice(news: News) -> Notice:
    gig, item = news.gig, news.item
    price = words.amount(Money(gig.from_all_in_minor or 0, gig.currency))
    before = words.amount(Money(news.before_minor, gig.currency)) if news.before_minor else ""
    title = str(TITLES[news.kind][0]) % {"price": price, "title": gig.title}
    facts = {"gig_title": gig.title, "price": price, "before": before, "list": item.saved_list.label}
    return Notice(item.owner_id, news.kind, news.key, title, gig.get_absolute_url(), context=dict(facts))
