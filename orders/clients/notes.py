"""A seller's own words about a client: nobody else reads them, the client and staff included."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from marketplace.kernel.errors import InvalidInput
from orders.clients.selectors import paid_by
from orders.models import ClientNote

LONGEST = 4_000


def write(*, seller_id: int, client_id: int, text: str, at: datetime) -> None:
    """In place of what was there; an empty text removes it.

    Raises NotFound for somebody who is no client of theirs, InvalidInput for a text that is too long.
    """
    text = text.replace("\0", "").strip()
    if len(text) > LONGEST:
        message = _("Keep it under %(limit)s characters.") % {"limit": LONGEST}
        raise InvalidInput(message, fields={"text": message})
    paid_by(seller_id, client_id)
    if not text:
        ClientNote.objects.filter(seller_id=seller_id, client_id=client_id).delete()
        return
    ClientNote.objects.update_or_create(
        seller_id=seller_id, client_id=client_id, defaults={"text": text, "written_at": at}
    )


def notes_of(user_id: int) -> Iterator[Mapping[str, object]]:
    """For a copy of somebody's data: what they wrote. Notes about them are their authors'."""
    rows = ClientNote.objects.filter(seller_id=user_id).order_by("pk").select_related("client")
    for note in rows.iterator(chunk_size=100):
        yield {"client": note.client.display_name, "text": note.text, "written_at": note.written_at}


def let_go(user_id: int) -> None:
    """Of a seller who leaves. What others wrote about somebody stays, under no name."""
    ClientNote.objects.filter(seller_id=user_id).delete()
