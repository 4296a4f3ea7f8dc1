"""Writing lists. Whoever writes into somebody's lists holds the row of the first one until the commit."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from gigs import limits
from gigs.favourites.selectors import own_list
from gigs.models import SavedItem, SavedList
from gigs.services.content import clean_text
from marketplace.kernel.errors import Conflict, InvalidInput

KEEP, DROP = "keep", "drop"  # what becomes of the things in a list that is deleted


def first_list(owner_id: int, at: datetime) -> SavedList:
    """The list that everybody has, locked; made when it is needed first. Within a transaction."""
    SavedList.objects.bulk_create([SavedList(owner_id=owner_id, is_first=True, created_at=at)], ignore_conflicts=True)
    return SavedList.objects.select_for_update().get(owner_id=owner_id, is_first=True)


@transaction.atomic
def create(*, owner_id: int, name: str, at: datetime) -> int:
    """A new private list. Raises InvalidInput at ``name``, Conflict where there are too many."""
    first_list(owner_id, at)
    name = _checked(owner_id, name)
    if SavedList.objects.filter(owner_id=owner_id).count() >= limits.LISTS_MAX:
        message = _("You have %(count)d lists. Delete one first.") % {"count": limits.LISTS_MAX}
        raise Conflict(message, code="too_many_lists")
    return SavedList.objects.create(owner_id=owner_id, name=name, created_at=at).pk


@transaction.atomic
def rename(*, list_id: int, owner_id: int, name: str, at: datetime) -> None:
    """Raises NotFound for somebody else's list, InvalidInput at ``name``."""
    first_list(owner_id, at)
    found = own_list(list_id, owner_id)
    found.name = _checked(owner_id, name, except_id=found.pk)
    found.save(update_fields=["name"])


@transaction.atomic
def delete(*, list_id: int, owner_id: int, contents: str, at: datetime) -> None:
    """What is in it goes to the first list, or with it (``contents``). Its shared address ends.

    Raises NotFound, Conflict for the first list.
    """
    first, found = first_list(owner_id, at), own_list(list_id, owner_id)
    if found.is_first:
        raise Conflict(_("This list stays: what you save goes here unless you say otherwise."), code="first_list")
    if contents != DROP:
        SavedItem.objects.filter(saved_list=found).update(saved_list=first)
    found.delete()


@transaction.atomic
def share(*, list_id: int, owner_id: int) -> None:
    """Whoever knows the list's new address may read it; an address before does not work any more."""
    found = own_list(list_id, owner_id)
    found.share_key = secrets.token_urlsafe(18)
    found.save(update_fields=["share_key"])


@transaction.atomic
def stop_sharing(*, list_id: int, owner_id: int) -> None:
    found = own_list(list_id, owner_id)
    found.share_key = ""
    found.save(update_fields=["share_key"])


def _checked(owner_id: int, name: str, except_id: int = 0) -> str:
    name = " ".join(clean_text(name).split())
    if not name:
        raise _refused(_("Give the list a name."))
    if len(name) > limits.LIST_NAME_MAX:
        raise _refused(_("Keep the name under %(limit)d characters.") % {"limit": limits.LIST_NAME_MAX})
    others = SavedList.objects.filter(owner_id=owner_id).exclude(pk=except_id)
    if any(name.lower() == other.label.lower() for other in others):
        raise _refused(_("You have a list with this name. Choose another."))
    return name


def _refused(message: str) -> InvalidInput:
    return InvalidInput(message, fields={"name": message})
