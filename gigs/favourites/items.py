"""Saving gigs and sellers, once each, in one of one's lists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from gigs import limits
from gigs.favourites.availability import can_be_ordered
from gigs.favourites.lists import first_list
from gigs.favourites.selectors import gig_to_save, item_for, own_list, seller_to_save
from gigs.favourites.target import Target
from gigs.models import SavedItem, SavedList, WatchedChange
from gigs.services.content import clean_text
from marketplace.kernel.errors import Conflict, InvalidInput, NotFound

# What a gig's seller commits while somebody saves it is seen by neither; so it is looked at once more.
_LOOK_AGAIN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Removed:
    """What is needed to put something back where it was."""

    list_id: int
    list_label: str
    note: str


@transaction.atomic
def save(*, owner_id: int, target: Target, at: datetime, list_id: int | None = None, note: str = "") -> SavedList:
    """Puts something into a list (none: the first one) and returns that; what is saved already stays where it is.

    Raises NotFound (nothing there, somebody else's list), NotAllowed (oneself), InvalidInput at ``note``, Conflict.
    """
    columns = _columns(target, owner_id, at)
    first = first_list(owner_id, at)
    known = item_for(owner_id, target)
    if known:
        return known.saved_list
    if SavedItem.objects.filter(owner_id=owner_id).count() >= limits.LIST_ITEMS_MAX:
        message = _("You have saved %(count)d gigs and sellers. Remove some first.") % {"count": limits.LIST_ITEMS_MAX}
        raise Conflict(message, code="too_much_saved")
    chosen = own_list(list_id, owner_id) if list_id else first
    SavedItem.objects.create(
        owner_id=owner_id, saved_list=chosen, note=_checked(note), saved_at=at, **target.columns, **columns
    )
    if target.is_gig:
        WatchedChange.objects.create(gig_id=target.id, due_at=at + _LOOK_AGAIN)
    return chosen


@transaction.atomic
def change(*, owner_id: int, target: Target, list_id: int, note: str, at: datetime) -> SavedList:
    """Moves something into another list and writes its note. Raises NotFound, InvalidInput at ``note``."""
    first_list(owner_id, at)
    item, chosen = item_for(owner_id, target), own_list(list_id, owner_id)
    if item is None:
        raise NotFound(_("You have not saved this."))
    item.saved_list, item.note = chosen, _checked(note)
    item.save(update_fields=["saved_list", "note"])
    return chosen


@transaction.atomic
def remove(*, owner_id: int, target: Target) -> Removed | None:
    """Takes something out; None where it was not saved."""
    item = item_for(owner_id, target)
    if item is None:
        return None
    item.delete()
    return Removed(item.saved_list_id, item.saved_list.label, item.note)


def _columns(target: Target, owner_id: int, at: datetime) -> dict[str, Any]:
    """What an item begins with. Raises NotFound for what nobody may look at, NotAllowed."""
    if not target.is_gig:
        seller_to_save(target.id, owner_id)
        return {}
    gig = gig_to_save(target.id)
    return {
        "currency": gig.currency,
        "saved_price_minor": gig.from_all_in_minor,
        "told_price_minor": gig.from_all_in_minor,
        "could_be_ordered": can_be_ordered(gig, at),
    }


def _checked(note: str) -> str:
    note = " ".join(clean_text(note).split())
    if len(note) > limits.LIST_NOTE_MAX:
        message = _("Keep the note under %(limit)d characters.") % {"limit": limits.LIST_NOTE_MAX}
        raise InvalidInput(message, fields={"note": message})
    return note
