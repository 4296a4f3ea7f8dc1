from __future__ import annotations

from gigs.models import RoomWait


def is_waiting(gig_id: int, person_id: int | None) -> bool:
    """Whether this person is to be told when the gig takes orders again."""
    return person_id is not None and RoomWait.objects.filter(gig=gig_id, person=person_id, told_at=None).exists()
