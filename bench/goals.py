"""A goal beside what was measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Goal:
    what: str
    goal: str
    measured: str
    is_met: bool


def at_least(what: str, least: float, measured: float, unit: str) -> Goal:
    return Goal(what, f">= {least:.2f} {unit}", f"{measured:.2f} {unit}", measured >= least)


def at_most(what: str, most: float, measured: float, unit: str) -> Goal:
    return Goal(what, f"<= {most:.2f} {unit}", f"{measured:.2f} {unit}", measured <= most)


def table(goals: Sequence[Goal]) -> str:
    width = max(len(goal.what) for goal in goals)
    return "\n".join(
        f"{'met   ' if goal.is_met else 'MISSED'}  {goal.what:<{width}}  {goal.goal:>14}  {goal.measured:>14}"
        for goal in goals
    )


def median(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2]
