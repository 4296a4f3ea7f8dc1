"""What staff do with categories beyond their fields: pictures, and one category that goes into another."""

from __future__ import annotations

from datetime import datetime
from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from gigs import covers, limits
from gigs.models import Attribute, AttributeValue, Category, CategorySlug, Gig, GigRank, GigValue
from gigs.search import memory
from marketplace.kernel import outbox
from marketplace.kernel.errors import InvalidInput

AT_ONCE = 500
MERGE, SETTLE = "merge-category", "settle-category"


def stored_picture(picture: bytes | BinaryIO) -> str:
    """The key of an uploaded picture, checked and re-encoded as a cover is. Raises InvalidInput (field ``cover``)."""
    return covers.store(picture)


def lend_cover(*, gig_id: int) -> None:
    """A gig's cover becomes the picture of its category and of those above, where they have none."""
    gig = Gig.objects.select_related("category").get(pk=gig_id)
    Category.objects.filter(pk__in=gig.category.path, picture="").update(picture=gig.cover)


def merge_problem(source: Category, target: Category) -> str:
    """Why one category cannot go into another, or an empty string."""
    if target.pk == source.pk:
        return _("Choose another category than this one.")
    if source.merging_into_id or target.merging_into_id:
        return _("One of them is on its way into another already. Wait until it is there.")
    if source.pk in target.path:
        return _("“%(name)s” stands below this category. Move it out first.") % {"name": target.name}
    if target.depth + levels_below(source) > limits.CATEGORY_LEVELS:
        return _("Its subcategories would stand on a fourth level. Move or merge them first.")
    return ""


def levels_below(category: Category) -> int:
    paths = Category.objects.within(category.pk).values_list("path", flat=True)
    return max((len(path) for path in paths), default=category.depth) - category.depth


@transaction.atomic
def merge(*, source_id: int, target_id: int, at: datetime) -> None:
    """Closes a category and sends its gigs to another, in batches; then it is gone and its addresses lead there.

    Its subcategories and attributes move at once. Raises InvalidInput.
    """
    rows = {row.pk: row for row in Category.objects.select_for_update().filter(pk__in=[source_id, target_id])}
    if len(rows) < 2 or (problem := merge_problem(rows[source_id], rows[target_id])):
        raise InvalidInput(problem if len(rows) == 2 else _("Choose another category than this one."))
    source, target = rows[source_id], rows[target_id]
    Category.objects.filter(parent=source).update(parent=target)
    Category.objects.filter(merging_into=source).update(merging_into=target)
    _hand_over_attributes(source, target)
    CategorySlug.objects.filter(category=source).update(category=target)
    Category.objects.filter(pk=source.pk).update(merging_into=target)
    _send(MERGE, source.pk, at)


def settle(*, category_id: int, at: datetime) -> None:
    """A category stands somewhere else: its gigs keep what still means something there. In batches, by a task."""
    _send(SETTLE, category_id, at)


def _send(topic: str, category_id: int, at: datetime, after: int = 0) -> None:
    transaction.on_commit(memory.forget_all)
    key = f"{topic}:{category_id}:{at.isoformat()}:{after}"
    outbox.enqueue(topic=topic, key=key, payload={"category": category_id, "after": after}, at=at)


def _hand_over_attributes(source: Category, target: Category) -> None:
    """What the other line does not know goes along; what it knows takes the values that it lacks."""
    known = {one.slug: one for one in Attribute.objects.filter(category_id__in=target.path)}
    for attribute in source.attributes.prefetch_related("values"):
        twin = known.get(attribute.slug)
        if twin is None:
            Attribute.objects.filter(pk=attribute.pk).update(category=target)
            continue
        values = [
            AttributeValue(attribute=twin, slug=value.slug, name=value.name, position=value.position)
            for value in attribute.values.all()
        ]
        AttributeValue.objects.bulk_create(values, ignore_conflicts=True)


@transaction.atomic
def move_some(source_id: int) -> bool:
    """One batch of gigs on their way; False where none is left. Terms stay, so versions do too."""
    source = Category.objects.select_related("merging_into").filter(pk=source_id).first()
    if source is None or source.merging_into is None:
        return False
    waiting = Gig.objects.filter(category=source).select_for_update(skip_locked=True).order_by("pk")
    ids = list(waiting.values_list("pk", flat=True)[:AT_ONCE])
    _keep_what_is_known(ids, source.merging_into)
    Gig.objects.filter(pk__in=ids).update(category=source.merging_into)
    GigRank.objects.filter(pk__in=ids).delete()  # they were counted among others
    return bool(ids)


@transaction.atomic
def finish(source_id: int) -> bool:
    """Takes away a category whose gigs are all in another; False where some are not (a seller held them)."""
    source = Category.objects.select_for_update().filter(pk=source_id).exclude(merging_into=None).first()
    if source is None:
        return True
    if Gig.objects.filter(category=source).exists():
        return False
    slug, target_id = source.slug, source.merging_into_id or 0
    source.delete()
    transaction.on_commit(memory.forget_all)
    CategorySlug.objects.create(slug=slug, category_id=target_id)
    return True


@transaction.atomic
def settle_some(category_id: int, after: int) -> int:
    """The same for a batch of gigs behind one, in a category that was moved; returns the last, 0 at the end."""
    gigs = Gig.objects.filter(category__path__contains=[category_id], pk__gt=after).order_by("pk")
    batch = list(gigs.select_for_update(of=("self",)).select_related("category")[:AT_ONCE])
    for category in {gig.category_id: gig.category for gig in batch}.values():
        ids = [gig.pk for gig in batch if gig.category_id == category.pk]
        _keep_what_is_known(ids, category)
        Gig.objects.filter(pk__in=ids).update(category=category)  # whatever follows a gig's category hears of it
    return batch[-1].pk if batch else 0


def _keep_what_is_known(gig_ids: list[int], category: Category) -> None:
    """Values of attributes from elsewhere become those of the same name here, or go."""
    elsewhere = GigValue.objects.filter(gig_id__in=gig_ids).exclude(value__attribute__category_id__in=category.path)
    rows = list(elsewhere.values_list("pk", "gig_id", "value__attribute__slug", "value__slug"))
    if not rows:
        return
    here = AttributeValue.objects.filter(attribute__category_id__in=category.path)
    known = {(attribute, value): pk for pk, attribute, value in here.values_list("pk", "attribute__slug", "slug")}
    kept = [
        GigValue(gig_id=gig_id, value_id=known[attribute, value])
        for _pk, gig_id, attribute, value in rows
        if (attribute, value) in known
    ]
    GigValue.objects.bulk_create(kept, ignore_conflicts=True)
    GigValue.objects.filter(pk__in=[row[0] for row in rows]).delete()


def carry_on(topic: str, category_id: int, after: int, at: datetime, batches: int = 20) -> None:
    """Some batches of a merge or a settling; what is left is for the next message."""
    for _number in range(batches):
        if topic == MERGE and not move_some(category_id) and finish(category_id):
            return
        if topic == SETTLE and not (after := settle_some(category_id, after)):
            return
    _send(topic, category_id, at, after)
