"""A seller's own gigs: the getter is the permission check."""

from __future__ import annotations

from django.utils.translation import gettext as _

from gigs.contracts import ExtraContent, GigContent, GigRow, PackageContent
from gigs.models import Gig, GigValue
from marketplace.kernel.errors import NotFound
from marketplace.kernel.prepared import prepared


def own_gig(gig_id: int, seller_id: int) -> Gig:
    """A gig that this person may edit. Raises NotFound, also for somebody else's."""
    gig = Gig.objects.of_seller(seller_id).select_related("category", "gallery").filter(pk=gig_id).first()
    if gig is None:
        raise NotFound(_("You have no such gig."))
    return gig


def has_published(seller_id: int) -> bool:
    """Whether a gig of theirs was ever live."""
    return Gig.objects.of_seller(seller_id).filter(published_at__isnull=False).exists()


def locked_gig(gig_id: int, seller_id: int) -> Gig:
    """As ``own_gig``, locked until the transaction ends."""
    gig = _LOCKED.first(gig_id, seller_id)
    if gig is None:
        raise NotFound(_("You have no such gig."))
    return gig


_LOCKED = prepared(
    lambda pk, seller: (
        Gig.objects.of_seller(seller).filter(pk=pk).select_related("category").select_for_update(of=("self",))
    )
)


def content_of(gig: Gig) -> GigContent:
    """A gig as its seller typed it: what the editor starts from and compares with. Four queries at most."""
    return GigContent(
        category_slug=gig.category.slug,
        title=gig.title,
        description=gig.description,
        tags=tuple(gig.tags),
        packages=tuple(
            PackageContent(
                package.name,
                package.price_minor,
                package.promised_minutes,
                package.revisions,
                tuple((label, value) for label, value in package.features),
                package.work_minutes,
            )
            for package in gig.packages.all()
        ),
        extras=tuple(ExtraContent(extra.title, extra.price_minor, extra.extra_minutes) for extra in gig.extras.all()),
        faq=gig.faq_list,
        questions=gig.question_list,
        checklist=tuple(gig.checklist),
        hours=gig.weekly_hours,
        currency=gig.currency,
        asks_first=gig.asks_first,
        licence=gig.licence,
        ai_use=gig.ai_use,
        ai_note=gig.ai_note,
        preview=gig.preview,
        attributes=values_of(gig),
        language=gig.language,
        languages=tuple(gig.languages),
        is_private=gig.is_private,
        queue_limit=gig.queue_limit,
        away_until=gig.away_until,
        quantity_discounts=tuple((start, percent) for start, percent in gig.quantity_discounts),
    )


def values_of(gig: Gig) -> tuple[str, ...]:
    """As a gig's content names them, sorted. No query where they were fetched with the gig."""
    if "value_rows" in getattr(gig, "_prefetched_objects_cache", ()):
        slugs = [(row.value.attribute.slug, row.value.slug) for row in gig.value_rows.all()]
    else:
        slugs = _VALUES.all(gig.pk)
    return tuple(sorted(f"{attribute}:{value}" for attribute, value in slugs))


_VALUES = prepared(lambda gig: GigValue.objects.filter(gig=gig).values_list("value__attribute__slug", "value__slug"))


def rows_of_seller(seller_id: int) -> list[GigRow]:
    """Every gig of a seller, last changed first; archived ones at the end. One query."""
    gigs = Gig.objects.of_seller(seller_id).order_by("-updated_at", "-pk").defer("description")
    return sorted((_row(gig) for gig in gigs), key=lambda row: row.state == "archived")


def _row(gig: Gig) -> GigRow:
    return GigRow(
        id=gig.pk,
        title=gig.title,
        url=gig.get_absolute_url(),
        state=gig.state,
        cover_url=gig.cover_image.urls[320] if gig.cover_image else "",
        price=gig.from_all_in,
        active_orders=gig.active_orders,
        completed_orders=gig.completed_orders,
        rating=gig.rating,
        review_count=gig.review_count,
        updated_at=gig.updated_at,
    )
