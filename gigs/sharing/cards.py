"""Cards of links: asked for where a page shows something that its card does not, drawn by a worker, kept in public.

Nothing is drawn of what nobody opens. Until the card is there, the page names the cover or portrait.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override
from PIL import Image

from accounts import api as accounts
from accounts.contracts import Person
from gigs.models import Gig, ShareCard
from gigs.sharing import drawing
from marketplace.kernel import identity, words
from marketplace.kernel.ids import new_id
from orders import api as orders

FOLDER = "share"
_LOOK = 1  # another number draws every card anew


@dataclass(frozen=True, slots=True)
class Shown:
    """What a card says, in the site's language."""

    title: str
    name: str
    line: str
    picture: str  # name in public storage, or empty

    @property
    def digest(self) -> str:
        said = (_LOOK, identity.name(), self.title, self.name, self.line, self.picture)
        return hashlib.sha256(repr(said).encode()).hexdigest()


def of_gig(gig: Gig, seller_name: str) -> Shown:
    """No query."""
    with override(settings.LANGUAGE_CODE):
        price = gig.from_all_in
        line = _("from %(price)s") % {"price": words.amount(price)} if price else ""
        if gig.review_count:
            count = ngettext("%(stars)s from %(count)s review", "%(stars)s from %(count)s reviews", gig.review_count)
            stars = f"{gig.rating_hundredths / 100:.1f}"
            line = f"{line} · {count % {'stars': stars, 'count': gig.review_count}}"
    return Shown(gig.title, seller_name, line, f"{gig.cover}-1200.webp" if gig.cover else "")


def of_seller(person: Person, completed: int) -> Shown:
    """No query."""
    with override(settings.LANGUAGE_CODE):
        line = (
            ngettext("%(count)s job done", "%(count)s jobs done", completed) % {"count": completed} if completed else ""
        )
    return Shown(person.headline or person.name, person.name, line, _stored_name(person.portrait_url))


def _stored_name(url: str) -> str:
    base = default_storage.url("")
    return url.removeprefix(base) if url.startswith(base) else ""


def url_of(card: ShareCard | None) -> str:
    """The address of a card, or empty."""
    return default_storage.url(f"{card.key}.jpg") if card and card.key else ""


def want(shown: Shown, card: ShareCard | None, *, gig_id: int | None, seller_id: int | None, at: datetime) -> None:
    """Asks for a card where there is none of this. One statement, and none where it is as it should be or waits."""
    if card and (card.shows == shown.digest or card.wanted_at):
        return
    ShareCard.objects.bulk_create(
        [ShareCard(gig_id=gig_id, seller_id=seller_id, wanted_at=at)],
        update_conflicts=True,
        unique_fields=["gig"] if gig_id else ["seller"],
        update_fields=["wanted_at"],
    )


def draw_next() -> bool:
    """Draws the card that waits longest; False where none waits. A killed worker's is asked for by the next look."""
    with transaction.atomic():
        waiting = ShareCard.objects.select_for_update(skip_locked=True).filter(wanted_at__isnull=False)
        card = waiting.order_by("wanted_at").first()
        if card is None:
            return False
        card.wanted_at = None
        card.save(update_fields=["wanted_at"])
    _draw(card)
    return True


def _draw(card: ShareCard) -> None:
    """As its gig or seller is now. What is not public, or not to be written in our fonts, gets none."""
    shown = _gig_now(card.gig_id) if card.gig_id else _seller_now(card.seller_id or 0)
    if shown is None:
        ShareCard.objects.filter(pk=card.pk).update(key="", shows="")
        return
    key = ""
    if drawing.can_write(f"{shown.title}{shown.name}{shown.line}"):
        made = drawing.draw(
            title=shown.title, name=shown.name, line=shown.line, site=identity.name(),
            picture=_picture(shown.picture),
        )  # fmt: skip
        name = new_id().hex
        key = f"{FOLDER}/{name[-2:]}/{name}"
        default_storage.save(f"{key}.jpg", ContentFile(made))
    ShareCard.objects.filter(pk=card.pk).update(key=key, shows=shown.digest)


def _gig_now(gig_id: int) -> Shown | None:
    gig = Gig.objects.visible().filter(pk=gig_id, is_private=False).first()
    return of_gig(gig, accounts.person(gig.seller_id).name) if gig else None


def _seller_now(user_id: int) -> Shown | None:
    if not (accounts.is_active(user_id) and accounts.is_seller(user_id)):
        return None
    return of_seller(accounts.person(user_id), orders.reputation([user_id])[user_id].completed)


def _picture(name: str) -> Image.Image | None:
    if not name:
        return None
    try:
        with default_storage.open(name) as file, Image.open(file) as picture:
            return picture.convert("RGB")
    except OSError:
        return None
