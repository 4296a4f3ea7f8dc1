from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import api as accounts
from gigs.gallery.services import drop_source, picture_or_pdf
from gigs.models import Certificate
from gigs.services.content import clean_text
from marketplace.kernel.errors import Conflict, InvalidInput, NotFound
from marketplace.kernel.models import Upload
from marketplace.kernel.uploads import places

MOST = 12
OLDEST_YEAR = 1950
_WEB = URLValidator(schemes=["http", "https"])


@dataclass(frozen=True, slots=True)
class Statement:
    title: str
    issuer: str
    year: int
    link: str = ""
    uploads: Sequence[uuid.UUID] = ()


def add(*, seller_id: int, statement: Statement, at: datetime) -> int:
    """Raises InvalidInput (``title``, ``issuer``, ``year``, ``link``, ``files``), Conflict (``full``, ``known``),
    NotFound (they left).
    """
    title, issuer = (" ".join(clean_text(text).split()) for text in (statement.title, statement.issuer))
    wrong = _wrong(title, issuer, statement, at)
    if wrong:
        raise InvalidInput(next(iter(wrong.values())), fields=wrong)
    try:
        with transaction.atomic():
            if not accounts.alone_with(seller_id):
                raise NotFound(_("There is no such person here."))
            if Certificate.objects.filter(seller_id=seller_id).count() >= MOST:
                raise Conflict(_("There are %(most)s already. Remove one first.") % {"most": MOST}, code="full")
            for upload in Upload.objects.filter(pk__in=statement.uploads, owner_id=seller_id):
                if upload.is_whole:  # of others places.take says what is the matter
                    picture_or_pdf(upload)
            files = places.take(list(statement.uploads), owner_id=seller_id, at=at)
            made = Certificate.objects.create(
                seller_id=seller_id, title=title, issuer=issuer, year=statement.year, link=statement.link,
                file=files[0] if files else None, added_at=at,
            )  # fmt: skip
    except IntegrityError as error:
        raise Conflict(_("This certificate is on your page already."), code="known") from error
    return made.pk


def _wrong(title: str, issuer: str, statement: Statement, at: datetime) -> dict[str, str]:
    wrong: dict[str, str] = {}
    for name, text in (("title", title), ("issuer", issuer)):
        if not 1 <= len(text) <= 100:
            wrong[name] = _("Write 1 to 100 characters.")
    if not OLDEST_YEAR <= statement.year <= at.year:
        wrong["year"] = _("Give the year in which you passed it.")
    if statement.link:
        if not _leads_to_the_web(statement.link):
            wrong["link"] = _("Give the whole address, such as https://example.org/certificates/123.")
        if len(statement.link) > 300:
            wrong["link"] = _("The address is too long.")
    if len(statement.uploads) > 1:
        wrong["files"] = _("One file is enough.")
    return wrong


def _leads_to_the_web(link: str) -> bool:
    """As the database wants it, and without the name of a user, which would stand where readers look for the host."""
    try:
        _WEB(link)
    except ValidationError:
        return False
    return link.startswith(("http://", "https://")) and "@" not in urlsplit(link).netloc


def remove(*, certificate_id: int, seller_id: int) -> str:
    """Returns what it was called. Raises NotFound."""
    with transaction.atomic():
        rows = Certificate.objects.select_for_update(of=("self",)).select_related("file")
        found = rows.filter(pk=certificate_id, seller_id=seller_id).first()
        if found is None:
            raise NotFound(_("This certificate is not on your page (any more)."))
        _delete(found)
    return found.title


def let_go(user_id: int) -> None:
    """In the transaction that closes their account."""
    for certificate in Certificate.objects.filter(seller_id=user_id).select_related("file"):
        _delete(certificate)


def _delete(certificate: Certificate) -> None:
    source = certificate.file
    certificate.delete()
    if source:
        drop_source(source)


def check(*, certificate_ids: Sequence[int], staff_id: int, at: datetime) -> int:
    """Staff looked at them and found them true; returns how many are newly checked. Whose own it is does not count."""
    rows = Certificate.objects.filter(pk__in=certificate_ids, checked_at=None).exclude(seller_id=staff_id)
    return rows.update(checked_at=at, checked_by_id=staff_id)


def uncheck(*, certificate_ids: Sequence[int]) -> int:
    """They are their seller's own statement again."""
    rows = Certificate.objects.filter(pk__in=certificate_ids, checked_at__isnull=False)
    return rows.update(checked_at=None, checked_by=None)
