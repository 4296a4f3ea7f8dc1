"""Skills that the settings suggest: those that several sellers name, and words that apps above know of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from django.db import connection, transaction

from accounts.models import KnownSkill
from accounts.models.skill import WORD_MAX

MOST = 200  # that are suggested
_LEAST = 2  # people: what one alone says is theirs
# Where only profiles say it: nobody looks at those, and a few accounts are made in minutes.
_LEAST_SAID = 5
Source = Callable[[int, int], Mapping[str, int]]

_sources: list[Source] = []

_NAMED = """
SELECT lower(skill), mode() WITHIN GROUP (ORDER BY skill), count(DISTINCT person.id)
FROM accounts_sellerprofile seller JOIN accounts_user person ON person.id = seller.user_id AND person.is_active,
     jsonb_array_elements_text(seller.skills) AS skill
GROUP BY lower(skill) HAVING count(DISTINCT person.id) >= %s
ORDER BY count(DISTINCT person.id) DESC, lower(skill) LIMIT %s
"""


def register_skills(source: Source) -> None:
    """Adds ``source(least, most)``: words in small letters with how many sellers have them, the most common ones."""
    if source not in _sources:
        _sources.append(source)


def count() -> int:
    """Works out anew what is suggested; returns how many words. Reads all profiles: for a job."""
    with connection.cursor() as cursor:
        cursor.execute(_NAMED, [_LEAST, MOST])
        named = cursor.fetchall()
    people = Counter({word: number for word, _spelt, number in named if number >= _LEAST_SAID})
    for source in _sources:
        people |= Counter(source(_LEAST, MOST))  # the same people may say it in both places
    spelt = {word: spelling for word, spelling, _number in named}
    fitting = ((word, number) for word, number in people.most_common() if len(word) <= WORD_MAX and "," not in word)
    rows = [KnownSkill(word=spelt.get(word, word), people=number) for word, number in fitting][:MOST]
    with transaction.atomic():
        KnownSkill.objects.all().delete()
        KnownSkill.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def suggested() -> list[str]:
    """The most common first, at most MOST. One query."""
    return list(KnownSkill.objects.order_by("-people", "word").values_list("word", flat=True)[:MOST])
