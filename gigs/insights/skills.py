"""Skills next to one's own: tags that sellers have beside each other, with orders of late; worked out twice a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Max

from accounts import api as accounts
from gigs.insights.demand import start_url
from gigs.models import Category, Gig, SkillNeighbour

DAYS = 30
_OF_SELLER = 40  # tags, the most ordered: a seller of hundreds of gigs pairs not everything with everything
_OF_SKILL = 20  # neighbours that are kept
_SHOWN = 8
_MINE = 500  # gigs

# Begins with what was ordered of late: few gigs of many.
_WORK_OUT = """
WITH ordered AS (
    SELECT gig_id, sum(orders) AS orders FROM gigs_gigday WHERE day >= %(since)s AND orders > 0 GROUP BY gig_id
),
tagged AS (
    SELECT DISTINCT gig.id, gig.seller_id, gig.category_id, lower(left(tag, 60)) AS tag, ordered.orders
    FROM ordered JOIN gigs_gig gig ON gig.id = ordered.gig_id, unnest(gig.tags) AS tag
    WHERE gig.state = 'active' AND NOT gig.is_private
),
homes AS (SELECT tag, mode() WITHIN GROUP (ORDER BY category_id) AS category_id FROM tagged GROUP BY tag),
held AS (
    SELECT seller_id, tag, sum(orders) AS orders,
           row_number() OVER (PARTITION BY seller_id ORDER BY sum(orders) DESC, tag) AS place
    FROM tagged GROUP BY seller_id, tag
),
pairs AS (
    SELECT mine.tag AS skill, next.tag AS other, count(*) AS sellers, sum(next.orders) AS orders
    FROM held mine JOIN held next ON next.seller_id = mine.seller_id AND next.tag <> mine.tag
    WHERE mine.place <= %(of_seller)s AND next.place <= %(of_seller)s
    GROUP BY mine.tag, next.tag HAVING count(*) >= %(least)s
),
ranked AS (
    SELECT pairs.*, row_number() OVER (PARTITION BY skill ORDER BY orders DESC, sellers DESC, other) AS place
    FROM pairs
)
INSERT INTO gigs_skillneighbour (skill, other, category_id, sellers, orders)
SELECT skill, other, homes.category_id, sellers, orders
FROM ranked JOIN homes ON homes.tag = ranked.other WHERE place <= %(of_skill)s
"""


@dataclass(frozen=True, slots=True)
class Skill:
    name: str
    sellers: int  # who have it beside one of one's own
    orders: int
    category: str
    start_url: str


def work_out(at: datetime) -> int:
    """Replaces all of it; returns how many pairs there are."""
    given = {
        "since": at.astimezone(UTC).date() - timedelta(days=DAYS), "of_seller": _OF_SELLER, "of_skill": _OF_SKILL,
        "least": settings.GUIDANCE_LEAST_SELLERS,
    }  # fmt: skip
    with transaction.atomic(), connection.cursor() as cursor:
        SkillNeighbour.objects.all().delete()
        cursor.execute(_WORK_OUT, given)
        return int(cursor.rowcount)


_IN_USE = """
SELECT lower(tag), count(DISTINCT gig.seller_id) FROM gigs_gig gig JOIN gigs_searchentry ON gig_id = gig.id,
     unnest(gig.tags) AS tag
WHERE tag <> '' GROUP BY lower(tag) HAVING count(DISTINCT gig.seller_id) >= %s
ORDER BY count(DISTINCT gig.seller_id) DESC, lower(tag) LIMIT %s
"""


def tags_in_use(least: int, most: int) -> dict[str, int]:
    """Tags of gigs that can be found, with how many sellers have them, the most common first. For a job."""
    with connection.cursor() as cursor:
        cursor.execute(_IN_USE, [least, most])
        return dict(cursor.fetchall())


def own_skills(user_id: int) -> set[str]:
    """Tags of one's gigs, and what one's profile says; small letters. Two queries."""
    gigs = Gig.objects.of_seller(user_id).order_by("-pk").values_list("tags", flat=True)[:_MINE]
    facts = accounts.seller_facts([user_id]).get(user_id)
    return {word.lower() for words in (*gigs, facts.skills if facts else ()) for word in words}


def next_to(skills: set[str]) -> Sequence[Skill]:
    """What one has not, the most ordered first. Two queries."""
    others = SkillNeighbour.objects.filter(skill__in=skills).exclude(other__in=skills).order_by()
    best = others.values("other", "category_id").annotate(most=Max("orders"), by=Max("sellers"))
    rows = list(best.order_by(F("most").desc(), "other")[:_SHOWN])
    homes = {one.pk: one for one in Category.objects.filter(pk__in={row["category_id"] for row in rows})}
    return [
        Skill(
            name=row["other"],
            sellers=row["by"],
            orders=row["most"],
            category=homes[row["category_id"]].label,
            start_url=start_url(row["other"], homes[row["category_id"]].slug),
        )
        for row in rows
    ]
