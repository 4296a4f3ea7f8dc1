"""What can be saved, as addresses name it."""

from __future__ import annotations

from dataclasses import dataclass

GIG, SELLER = "gig", "seller"


@dataclass(frozen=True, slots=True)
class Target:
    kind: str  # GIG or SELLER
    id: int

    @property
    def is_gig(self) -> bool:
        return self.kind == GIG

    @property
    def columns(self) -> dict[str, int]:
        """The one column of a saved item that points at it."""
        return {f"{self.kind}_id": self.id}
