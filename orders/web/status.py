"""The shape of an order page's first lines, and the words that all of its states share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from marketplace.kernel import words
from marketplace.kernel.money import Money
from orders.web.deeds import Deed
from orders.web.scene import Scene


@dataclass(frozen=True, slots=True)
class Status:
    """``until`` is the one countdown; ``tone`` colours the word (turn, work, check, done, stop)."""

    word: str
    tone: str
    sentence: str
    otherwise: str = ""  # what happens if nobody acts
    until: datetime | None = None
    clock_note: str = ""
    main: Deed | None = None
    others: tuple[Deed, ...] = ()
    cannot: tuple[str, ...] = ()
    has_trouble: bool = False
    pays: Money | None = None  # the main button leads to the payment page
    again_url: str = ""  # where the same can be ordered once more
    is_bad: bool = False

    @property
    def has_main(self) -> bool:
        """The one filled button of the page stands here."""
        return self.main is not None or self.pays is not None

    @property
    def edge(self) -> str:
        """Which colour the card's edge takes."""
        if self.is_bad or self.tone == "stop":
            return "bad"
        return {"turn": "spark", "check": "spark", "done": "quiet"}.get(self.tone, "")


def turn() -> tuple[str, str]:
    return _("Your turn"), "turn"


def working() -> tuple[str, str]:
    return _("Working"), "work"


def check() -> tuple[str, str]:
    return _("Check it"), "check"


def done() -> tuple[str, str]:
    return _("Done"), "done"


def stopped() -> tuple[str, str]:
    return _("Stopped"), "stop"


def by(scene: Scene, moment: datetime | None) -> str:
    """After "by" and "until": "17:40 today"."""
    return words.by(moment, scene.now) if moment else ""


def on(scene: Scene, moment: datetime | None) -> str:
    """When something happens: "today at 17:40", "on Tuesday at 12:08"."""
    return words.on(moment, scene.now) if moment else ""


def fill(scene: Scene, text: str, **more: str) -> str:
    """Sentences share these names."""
    common = {"other": scene.other, "amount": words.amount(scene.all_in), "receives": words.amount(scene.receives)}
    return text % (common | more)
