"""The page's first lines while the clock stands still, or a proposal waits for the reader."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _

from marketplace.kernel import words
from orders.states import Action
from orders.web import deeds, proposals
from orders.web.scene import Scene
from orders.web.status import Status, by, fill, turn, working


def paused(scene: Scene) -> Status:
    until = scene.timers.get(Action.RESUME)
    minutes = int(scene.left_when_paused.total_seconds()) // 60 if scene.left_when_paused else 0
    values = {"when": by(scene, until), "left": words.compact(max(1, minutes))}
    if scene.is_buyer:
        return Status(
            *turn(),
            fill(scene, _("%(other)s needs an answer from you by %(when)s."), **values),
            fill(scene, _("The clock stands still. If you do nothing, it runs on then: %(left)s are left."), **values),
            until=until,
            main=deeds.deed(scene, Action.REPLY),
            others=deeds.possible(scene, Action.UNDO),
            has_trouble=True,
        )
    return Status(
        *working(),
        fill(scene, _("The clock stands still until %(when)s: %(other)s answers you."), **values),
        fill(scene, _("Then it runs on: %(left)s are left. You may deliver before."), **values),
        until=until,
        others=deeds.possible(scene, Action.DELIVER),
        has_trouble=True,
    )


def with_offers(scene: Scene, told: Status) -> Status:
    """Whoever has nothing else to do is told first what waits for their answer; the buttons stand in its card."""
    if told.main or told.pays or told.tone not in {"work", "check"}:
        return told
    if scene.extra_pays and scene.extra_closes_at and scene.is_buyer and scene.now < scene.extra_closes_at:
        values = {"pays": words.amount(scene.extra_pays), "when": by(scene, scene.extra_closes_at)}
        sentence = fill(scene, _("Pay %(pays)s for the extra by %(when)s."), **values)
        otherwise = _("If you do nothing, nothing is charged and the order goes on as it is.")
        return _turned(told, sentence, otherwise, scene.extra_closes_at, _("to pay"))
    asked = next((offer for offer in scene.offers if not offer.is_mine), None)
    if asked is None:
        return told
    headline, silence = proposals.headline(scene, asked), proposals.silence(scene, asked)
    return _turned(told, headline, silence, asked.answer_by, _("to answer"))


def _turned(told: Status, sentence: str, otherwise: str, until: datetime, note: str) -> Status:
    """Lateness is said all the same."""
    word, tone = turn()
    if told.is_bad:
        otherwise = f"{told.sentence} {otherwise}"
    others = tuple(deed for deed in told.others if deed.action != Action.PROPOSE_EXTRA)  # first the answer
    return replace(
        told, word=word, tone=tone, sentence=sentence, otherwise=otherwise, until=until, clock_note=note,
        others=others,
    )  # fmt: skip
