"""The three questions of a review in words, as its writer is asked and everybody reads the answers."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from orders.states import Actor

_TOGETHER = gettext_lazy("Working together")
# By who writes: what each number is about.
QUESTIONS: dict[str, dict[str, Promise]] = {
    Actor.BUYER: {
        "quality": gettext_lazy("Quality of the work"),
        "communication": _TOGETHER,
        "as_described": gettext_lazy("As described"),
    },
    Actor.SELLER: {
        "quality": gettext_lazy("Clear about what was needed"),
        "communication": _TOGETHER,
        "as_described": gettext_lazy("Fair"),
    },
}


def answers(role: str, review: object) -> str:
    """ "Quality of the work 5 · Working together 4 · As described 5"."""
    return " · ".join(f"{label} {getattr(review, name)}" for name, label in QUESTIONS[role].items())
