"""Files of an order as its pages show them: what this reader may open, and what there is to see of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.kernel.models import Preview, StoredFile
from marketplace.kernel.previews import kinds
from orders import locks
from orders.models import Delivery, Order
from orders.states import Actor
from orders.web import links
from orders.web.links import LinkView


@dataclass(frozen=True, slots=True)
class FileView:
    """A file as the components show it; without ``url`` it cannot be opened now, and ``note`` says why."""

    name: str
    size_bytes: int
    url: str
    preview_url: str = ""
    note: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """One version of the work."""

    number: int
    at: datetime
    note: str
    files: tuple[FileView, ...]
    links: tuple[LinkView, ...]
    ticked: frozenset[int]

    @property
    def anchor(self) -> str:
        return f"delivery-{self.number}"

    @property
    def has_locked(self) -> bool:
        return any(not file.url for file in self.files)


def file_view(stored: StoredFile, url_name: str = "orders:file") -> FileView:
    return FileView(stored.name, stored.size_bytes, reverse(url_name, args=[stored.pk]), sha256=stored.sha256)


def delivery_view(
    order: Order, delivery: Delivery, files: Iterable[StoredFile], role: str, at: datetime
) -> DeliveryView:
    """The previews of the files should have been read."""
    return DeliveryView(
        number=delivery.number,
        at=delivery.delivered_at,
        note=delivery.note,
        files=tuple(_delivered(order, delivery, stored, role, at) for stored in files),
        links=link_views(delivery.links),
        ticked=frozenset(delivery.checklist),
    )


def link_views(urls: Iterable[str]) -> tuple[LinkView, ...]:
    return tuple(links.view(url) for url in urls)


def _delivered(order: Order, delivery: Delivery, stored: StoredFile, role: str, at: datetime) -> FileView:
    preview: Preview | None = getattr(stored, "preview", None)
    is_played = kinds.kind_of(stored.name) in kinds.PLAYED
    preview_url = reverse("orders:preview", args=[stored.pk]) if preview or is_played else ""
    is_locked = role == Actor.BUYER and locks.is_locked(order, delivery, stored, at)
    return FileView(
        name=stored.name,
        size_bytes=stored.size_bytes,
        url="" if is_locked else reverse("orders:file", args=[stored.pk]),
        preview_url="" if preview and preview.state == Preview.State.NONE else preview_url,
        note=_note(stored, preview, is_locked=is_locked),
        sha256=stored.sha256,
    )


def _note(stored: StoredFile, preview: Preview | None, *, is_locked: bool) -> str:
    notes = [
        _("yours when you accept") if is_locked else "",
        _("the preview is being made") if preview and preview.state == Preview.State.WAITING else "",
        _("nothing known found by the virus scan") if stored.scanned_at else "",
    ]
    return " · ".join(note for note in notes if note)
