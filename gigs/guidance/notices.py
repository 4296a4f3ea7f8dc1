"""Telling a seller that a price may rise. Texts are in ``templates/emails/price_hint*``."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import api as accounts
from gigs.models import Gig
from inbox import api as inbox
from inbox.contracts import Notice, NoticeGroup
from marketplace.kernel import words

if TYPE_CHECKING:
    from gigs.guidance.hints import Hint

KIND = "price_hint"


def register_kinds() -> None:
    inbox.register_kind(KIND, gettext_lazy("My work sells well: I could ask for more"), group=NoticeGroup.GIGS)


def tell(gig: Gig, hint: Hint, at: datetime) -> None:
    with accounts.speaking_to(gig.seller_id):
        title = _("You could ask for more: %(title)s") % {"title": gig.title}
        facts: dict[str, object] = {
            "gig_title": gig.title,
            "package": hint.package,
            "price": words.amount(hint.price),
            "suggested": words.amount(hint.suggested),
            "stars": hint.stars,
            "is_from_figures": hint.is_from_figures,
        }
    key = f"price-hint:{gig.pk}:{at:%Y-%m-%d}"
    inbox.notify(Notice(gig.seller_id, KIND, key, title, reverse("gigs:edit", args=[gig.pk]), context=facts), at)
