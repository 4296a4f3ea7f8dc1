"""How good an order of results is, by grades from 0 to 3. Järvelin and Kekäläinen's nDCG with 2^grade - 1."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import mean

PLACES = 10


@dataclass(frozen=True, slots=True)
class Score:
    ndcg: float
    recall: float  # of what has a grade, within the first ten
    found_nothing: bool


def score(order: Sequence[int], grades: Mapping[int, int]) -> Score:
    """``order``: ids as they were found; ``grades`` by id."""
    gains = [2 ** grades.get(pk, 0) - 1 for pk in order[:PLACES]]
    best = sorted((2**grade - 1 for grade in grades.values()), reverse=True)[:PLACES]
    found = sum(1 for pk in order[:PLACES] if pk in grades)
    return Score(_dcg(gains) / _dcg(best), found / min(len(grades), PLACES), not order)


def whole(scores: Sequence[Score]) -> tuple[float, float, float]:
    """Means of nDCG@10 and recall@10, and the share of questions that found nothing."""
    return (
        mean(one.ndcg for one in scores),
        mean(one.recall for one in scores),
        mean(one.found_nothing for one in scores),
    )


def _dcg(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(place + 2) for place, gain in enumerate(gains))
