"""Who takes no messages from whom. In an order that runs they go on talking: it has to be finished."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts import api as accounts
from inbox.models import Block
from marketplace.kernel.errors import Conflict, NotAllowed
from marketplace.kernel.prepared import prepared

MOST = 1_000


def block(*, owner_id: int, other_id: int, at: datetime) -> None:
    """From now on the other can neither write to them nor order from them. Raises Conflict (so many are blocked)."""
    if owner_id == other_id:
        raise NotAllowed(_("This is you."))
    if Block.objects.filter(owner_id=owner_id).count() >= MOST:
        raise Conflict(_("You have blocked %(count)s people. Unblock some first.") % {"count": MOST})
    Block.objects.get_or_create(owner_id=owner_id, blocked_id=other_id, defaults={"created_at": at})


def unblock(*, owner_id: int, other_id: int) -> None:
    Block.objects.filter(owner_id=owner_id, blocked_id=other_id).delete()


def has_blocked(owner_id: int, other_id: int) -> bool:
    return Block.objects.filter(owner_id=owner_id, blocked_id=other_id).exists()


def blocked_by(owner_id: int) -> list[int]:
    """The latest first; at most MOST."""
    rows = Block.objects.filter(owner_id=owner_id).order_by("-id")
    return list(rows.values_list("blocked_id", flat=True)[:MOST])


def check(author_id: int, others: Iterable[int]) -> None:
    """Raises NotAllowed where one of them has blocked the other, with the way back where there is one. One query."""
    sides = sorted(set(others) - {author_id})
    found = _BETWEEN.first(author_id, sides) if sides else None
    if found is None:
        return
    owner_id, blocked_id = found
    if owner_id == author_id:
        message = _("You have blocked %(name)s. Unblock them in the settings of your messages.")
        raise NotAllowed(message % {"name": _name(blocked_id)})
    raise NotAllowed(_("%(name)s takes no messages and no orders from you.") % {"name": _name(owner_id)})


_BETWEEN = prepared(
    lambda one, other_ids: (
        Block.objects.filter(Q(owner=one, blocked__in=other_ids) | Q(owner__in=other_ids, blocked=one))
        .order_by("id")
        .values_list("owner_id", "blocked_id")[:1]
    )
)


def _name(user_id: int) -> str:
    return accounts.person(user_id).name
