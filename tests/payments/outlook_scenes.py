"""A seller with a history: shares that became theirs on days of the past."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from payments import api
from payments.contracts import Protected, ReferenceCard, Subject
from tests.payments.scenes import PRICE, Scene, eur


class Owner:
    """Stands in for orders: knows when things clear, what is held, and what was sold."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.clears_at = scene.at
        self.held: list[Protected] = []
        self.keys: dict[str, str] = {}  # by reference; else all is of one thing

    def lock(self, reference: str) -> None:
        """Nothing to lock."""

    def describe(self, references: list[str]) -> dict[str, ReferenceCard]:
        return {name: ReferenceCard(f"Job {name}", f"/{name}/", self.clears_at) for name in references}

    def protected_for(self, payee_id: int) -> list[Protected]:
        return self.held if payee_id == self.scene.seller.pk else []

    def subjects(self, references: list[str]) -> dict[str, Subject]:
        seller = self.scene.seller.pk
        keys = {name: self.keys.get(name, "gig:1") for name in references}
        return {name: Subject(key, f"Thing {key}", "", seller, "Writing") for name, key in keys.items()}


def earn(scene: Scene, days_ago: Sequence[float], *, price: int = PRICE, name: str = "job") -> None:
    """One cleared share for each of these days before the scene's moment."""
    now = scene.at
    for number, days in enumerate(days_ago):
        clear_at(scene, f"{name}:{number}", now - timedelta(days=days), price)
    scene.at = now


def clear_at(scene: Scene, reference: str, at: datetime, price: int = PRICE) -> None:
    scene.at = at
    charge = scene.captured(reference)
    api.release(scene.release_request(charge, price=price), at)
    api.clear(reference, at)


def held(amount: int, *, promised: datetime | None, theirs: datetime | None) -> Protected:
    return Protected("job:held", eur(amount), promised, theirs)
