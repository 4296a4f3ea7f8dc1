"""The one place where a gig's state changes."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from gigs import states
from gigs.models import Gig
from gigs.reviewing import gate
from gigs.search import entries
from gigs.selectors.owned import content_of, locked_gig, own_gig
from gigs.services.content import check_minimum, missing_to_publish
from gigs.services.editing import draw_cover
from marketplace.kernel.errors import InvalidInput


def publish(*, gig_id: int, seller_id: int, at: datetime) -> None:
    """Draft or paused → active, or in review where staff look at it first; a gig without a cover gets a drawn one.

    Raises InvalidInput naming what is missing or what a check does not let through, IllegalTransition.
    """
    _move(gig_id, seller_id, "publish", at)
    if not own_gig(gig_id, seller_id).cover:
        draw_cover(gig_id=gig_id, seller_id=seller_id, at=at)


def pause(*, gig_id: int, seller_id: int, at: datetime) -> None:
    """Active → paused: the page stays, nobody can order. Running orders go on."""
    _move(gig_id, seller_id, "pause", at)


def archive(*, gig_id: int, seller_id: int, at: datetime) -> None:
    """Anything → archived: the page is gone for others. Running orders go on."""
    _move(gig_id, seller_id, "archive", at)


def restore(*, gig_id: int, seller_id: int, at: datetime) -> None:
    """Archived → draft."""
    _move(gig_id, seller_id, "restore", at)


@transaction.atomic
def _move(gig_id: int, seller_id: int, action: str, at: datetime) -> None:
    gig = locked_gig(gig_id, seller_id)
    row = states.TABLE.find(gig.state, action, "seller")
    if row.guard == "complete":
        _check_complete(gig)
        gig.state = gate.publish(gig, at)
        gig.published_at = gig.published_at or (at if gig.is_active else None)
    else:
        (gig.state,) = row.targets
    if gig.is_archived:
        gate.let_go(gig, at)
    gig.updated_at = at
    gig.save(update_fields=["state", "published_at", "updated_at"])
    entries.refresh([gig.pk], at)


def _check_complete(gig: Gig) -> None:
    content = content_of(gig)
    missing = missing_to_publish(content)
    if missing:
        raise InvalidInput(" ".join(message for _place, message in missing), code="incomplete", fields=dict(missing))
    if gig.published_at is None:
        check_minimum(content, gig.category)
