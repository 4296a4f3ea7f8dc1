"""A second gig from a first: a draft with the same content and cover, and nothing of its past."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from gigs import limits
from gigs.models import Gig, GigCopy
from gigs.selectors.owned import content_of, own_gig
from gigs.services.editing import create_gig
from marketplace.kernel.errors import InvalidInput

_LONGEST_KEY = 64


def duplicate_gig(*, gig_id: int, seller_id: int, form_key: str, at: datetime) -> int:
    """Returns the id of the copy; the same form sent again returns the same one.

    Raises InvalidInput where the content does not hold any more, or there is no key; NotFound for somebody else's gig.
    """
    if not form_key or len(form_key) > _LONGEST_KEY or "\x00" in form_key:
        raise InvalidInput(_("Open the page again, then duplicate the gig."), code="form_key")
    original = own_gig(gig_id, seller_id)
    known = _made_by(original, form_key)
    if known is not None:
        return known
    try:
        return _copy(original, form_key, at)
    except IntegrityError:
        known = _made_by(original, form_key)  # a second click came first
        if known is None:
            raise
        return known


@transaction.atomic
def _copy(original: Gig, form_key: str, at: datetime) -> int:
    content = content_of(original)
    title = _("Copy of %(title)s") % {"title": content.title}
    pk = create_gig(
        seller_id=original.seller_id,
        content=replace(content, title=title[: limits.TITLE_MAX].strip()),
        cover="" if original.cover_is_drawn else original.cover,  # another is drawn for it when it is published
        at=at,
    )
    GigCopy.objects.create(seller_id=original.seller_id, form_key=form_key, original=original, copy_id=pk)
    return pk


def _made_by(original: Gig, form_key: str) -> int | None:
    made = GigCopy.objects.filter(seller_id=original.seller_id, original=original, form_key=form_key)
    return made.values_list("copy_id", flat=True).first()
