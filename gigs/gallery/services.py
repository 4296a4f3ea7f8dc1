"""What a seller does with a gig's gallery. Each change is one transaction under the gig's lock, and shows at once."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from gigs import covers
from gigs.gallery import rules, shown
from gigs.models import Gallery, GalleryItem, Gig
from gigs.reviewing import gate
from gigs.search import entries
from gigs.selectors.owned import locked_gig
from gigs.services.content import clean_text
from marketplace.kernel import outbox
from marketplace.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound
from marketplace.kernel.models import StoredFile, Upload, private_storage, storage_name
from marketplace.kernel.uploads import places

TOPIC = "prepare-gallery"  # topic of the outbox
_START_BYTES = 64


@dataclass(slots=True)
class Added:
    """What became of the files of one form; ``refused`` says why in words, and those of ``waiting`` stay there."""

    number: int = 0
    refused: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)


def add(*, gig_id: int, seller_id: int, uploads: Sequence[uuid.UUID], at: datetime) -> Added:
    """Takes files into the gallery, at its end; they are prepared by a worker and shown when they are ready.

    One that is no picture, video or PDF is deleted and named; one too many stays where it waits. Raises InvalidInput
    (field ``files``) where there is none or one has not passed the scan, NotFound, NotAllowed (archived).
    """
    if not uploads:
        message = _("Choose at least one file.")
        raise InvalidInput(message, code="required", fields={"files": message})
    with transaction.atomic():
        gig = _locked(gig_id, seller_id)
        result = Added()
        chosen = _choose(gig, seller_id, uploads, result)
        if chosen:
            _take(gig, chosen, seller_id, at)
            result.number = len(chosen)
    return result


def _choose(gig: Gig, seller_id: int, uploads: Sequence[uuid.UUID], result: Added) -> dict[uuid.UUID, str]:
    """Which uploads become items, with their kinds; what is said of the others goes into ``result``."""
    found = {upload.pk: upload for upload in Upload.objects.filter(pk__in=uploads, owner_id=seller_id)}
    room, rows = _room(gig)
    chosen: dict[uuid.UUID, str] = {}
    for upload_id in dict.fromkeys(uploads):
        upload = found.get(upload_id)
        if upload is None or not upload.is_whole:
            chosen[upload_id] = ""  # places.take says what is the matter
            continue
        start = start_of(upload)
        refusal = rules.refusal(upload.name, upload.size_bytes, start)
        kind = "" if refusal else rules.kind_of(upload.name, start)
        if refusal:
            result.refused.append(refusal)
            places.drop(upload_id=upload.pk, owner_id=seller_id)
        elif room[kind] < 1 or rows - len(chosen) < 1:
            message = rules.full(kind) if room[kind] < 1 else _("Remove the files that failed first.")
            result.waiting += [] if message in result.waiting else [message]
        else:
            room[kind] -= 1
            chosen[upload.pk] = kind
    return chosen


def _room(gig: Gig) -> tuple[dict[str, int], int]:
    """How many more there may be, of each kind and of all with those that failed."""
    kept = list(gig.gallery_items.values_list("kind", "state"))
    kinds = [kind for kind, state in kept if state != GalleryItem.State.FAILED]
    return {kind: most - kinds.count(kind) for kind, most in rules.MOST.items()}, rules.MOST_ROWS - len(kept)


def start_of(upload: Upload) -> bytes:
    """The first bytes of what arrived, which say what it is."""
    with private_storage().open(storage_name(upload.pk)) as content:
        return bytes(content.read(_START_BYTES))


def picture_or_pdf(upload: Upload) -> str:
    """Its kind, for what takes no videos. Raises InvalidInput (``files``)."""
    start = start_of(upload)
    refusal, kind = rules.refusal(upload.name, upload.size_bytes, start), rules.kind_of(upload.name, start)
    if not refusal and kind == rules.VIDEO:
        refusal = _("“%(name)s” is a video: only pictures and PDFs are taken here.") % {"name": upload.name}
    if refusal:
        raise InvalidInput(refusal, code="bad_file", fields={"files": refusal})
    return kind


def _take(gig: Gig, chosen: Mapping[uuid.UUID, str], seller_id: int, at: datetime) -> None:
    last = max(gig.gallery_items.values_list("position", flat=True), default=0)
    stored = places.take(list(chosen), owner_id=seller_id, at=at)
    for position, source in enumerate(stored, last + 1):
        item = GalleryItem.objects.create(
            gig=gig, kind=chosen[source.pk], position=position, name=source.name, source=source, added_at=at
        )
        outbox.enqueue(topic=TOPIC, key=f"gallery-item-{item.pk}", payload={"item": item.pk}, at=at)
    _touch(gig)


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What one window shows: the items' order and alternative texts, and the version that it began from."""

    order: Sequence[int]
    alts: Mapping[int, str]
    version: int


def arrange(*, gig_id: int, seller_id: int, wanted: Arrangement, at: datetime) -> int:
    """Writes order and texts and returns the new version; the first picture becomes the cover.

    Items that the window did not know keep their order behind the others. Raises Conflict (code
    ``changed_elsewhere``) where another window changed the gallery since, InvalidInput for a text that is too long
    or that a check does not let through.
    """
    alts = {pk: clean_text(text) for pk, text in wanted.alts.items()}
    long = [pk for pk, text in alts.items() if len(text) > rules.ALT_MAX]
    if long:
        message = _("Keep the description under %(most)s characters.") % {"most": rules.ALT_MAX}
        raise InvalidInput(message, code="too_long", fields={f"alt-{pk}": message for pk in long})
    with transaction.atomic():
        gig = _locked(gig_id, seller_id)
        gallery = _gallery(gig)
        if gallery.version != wanted.version:
            message = _("The gallery was changed in another window. This is how it is now; change it again.")
            raise Conflict(message, code="changed_elsewhere")
        items = list(gig.gallery_items.all())
        places_of = {pk: place for place, pk in enumerate(dict.fromkeys(wanted.order))}
        items.sort(key=lambda item: (places_of.get(item.pk, len(places_of)), item.position))
        for position, item in enumerate(items, 1):
            item.position, item.alt = position, alts.get(item.pk, item.alt)
        GalleryItem.objects.bulk_update(items, ["position", "alt"])
        gate.check_alts(gig)
        version = _touch(gig)
        refresh(gig, at)
    return version


def remove(*, gig_id: int, seller_id: int, item_id: int, at: datetime) -> str:
    """Takes an item away and returns its name. What was public of it is deleted by ``tidying``. Raises NotFound."""
    with transaction.atomic():
        gig = _locked(gig_id, seller_id)
        item = gig.gallery_items.filter(pk=item_id).select_related("source").first()
        if item is None:
            raise NotFound(_("This is not in the gallery any more."))
        name, source = item.name, item.source
        item.delete()
        if source:
            drop_source(source)
        _touch(gig)
        refresh(gig, at)
    return name


def check_room_for_cover(gig: Gig, cover: str) -> None:
    """Raises InvalidInput (field ``cover``) where it would be one picture too many."""
    if not cover or gig.gallery_items.filter(key=cover).exists():
        return
    room, rows = _room(gig)
    if room[rules.IMAGE] < 1:
        message = _("There are 10 pictures already. Remove one first, then add this one.")
    elif rows < 1:
        message = _("Remove the files that failed first.")
    else:
        return
    raise InvalidInput(message, code="full", fields={"cover": message})


def put_cover_first(gig: Gig, at: datetime) -> None:
    """A cover that was uploaded by itself is the gallery's first picture. Call it with the gig locked and saved.

    Raises InvalidInput as ``check_room_for_cover`` does.
    """
    items = list(gig.gallery_items.all())
    if not gig.cover or gig.cover_is_drawn or gig.cover in {item.key for item in items}:
        if items:
            refresh(gig, at)  # the cover is the first picture, whatever an older window says
        return
    check_room_for_cover(gig, gig.cover)
    for item in items:
        item.position += 1
    GalleryItem.objects.bulk_update(items, ["position"])
    GalleryItem.objects.create(
        gig=gig, kind=rules.IMAGE, state=GalleryItem.State.READY, position=1, name=_("Cover"), key=gig.cover,
        content=shown.cover_content(), dhash=covers.dhash(gig.cover), added_at=at,
    )  # fmt: skip
    _touch(gig)
    refresh(gig, at)


def refresh(gig: Gig, at: datetime) -> None:
    """Writes what the page reads, and the cover that lists show, from the items. Call it with the gig locked."""
    items = list(gig.gallery_items.all())
    gallery, document = _gallery(gig), shown.document(items)
    is_another = document != gallery.shown
    gallery.shown = document
    gallery.save(update_fields=["shown"])
    ready = [item for item in items if item.is_ready]
    first = next((item for item in ready if item.kind == rules.IMAGE), ready[0] if ready else None)
    cover, is_drawn = (first.key, False) if first else (gig.cover, gig.cover_is_drawn)
    if first is None and not is_drawn and cover:
        # The last picture is gone: a live gig shows a drawn one, as one that is published without any.
        cover = "" if gig.is_draft else covers.draw(gig.category.slug, str(gig.pk))
        is_drawn = bool(cover)
    is_another_cover = cover != gig.cover
    gig.cover, gig.cover_is_drawn, gig.updated_at = cover, is_drawn, at
    gig.save(update_fields=["cover", "cover_is_drawn", "updated_at"])
    if is_another_cover:
        entries.refresh([gig.pk], at)  # lists show it at once
    if is_another or is_another_cover:
        gate.pictured(gig, at)


def drop_source(source: StoredFile) -> None:
    """A private file that nothing needs any more, in the caller's transaction."""
    content, name = source.file.storage, str(source.file.name)
    source.delete()
    transaction.on_commit(partial(content.delete, name))


def _locked(gig_id: int, seller_id: int) -> Gig:
    gig = locked_gig(gig_id, seller_id)
    if gig.is_archived:
        raise NotAllowed(_("Bring the gig back from the archive first."))
    return gig


def _gallery(gig: Gig) -> Gallery:
    return Gallery.objects.get_or_create(gig=gig)[0]


def _touch(gig: Gig) -> int:
    """Another version: windows that show the one before have to look again."""
    gallery = _gallery(gig)
    gallery.version += 1
    gallery.save(update_fields=["version"])
    return gallery.version
