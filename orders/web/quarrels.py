"""What both sides are told while an order is disputed, phase by phase."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from marketplace.kernel import words
from orders.states import Action
from orders.web import deeds
from orders.web.deeds import Deed
from orders.web.scene import PAGE, Scene
from orders.web.status import Status, by, fill, on, turn, working

ANSWER_QUESTION = "answer_question"  # no step of the order


def disputed(scene: Scene) -> Status:
    assert scene.ruling is not None  # noqa: S101 - a disputed order has one
    return _PHASES[scene.ruling.phase](scene)


def _dispute_answer(scene: Scene) -> Status:
    assert scene.ruling is not None  # noqa: S101
    until = scene.timers.get(Action.DEFAULT_DISPUTE)
    when = by(scene, until)
    if scene.ruling.respondent_role == scene.role:
        return Status(
            *turn(),
            fill(scene, _("%(ground)s: give your side by %(when)s."), ground=scene.ruling.ground, when=when),
            _("If you do nothing, a moderator decides without it. The money is frozen."),
            until=until,
            main=deeds.deed(scene, Action.ANSWER_DISPUTE),
        )
    return Status(
        *working(),
        fill(scene, _("%(other)s gives their side by %(when)s."), when=when),
        _("If nothing comes, a moderator decides on what is there. The money is frozen."),
        until=until,
        others=deeds.possible(scene, Action.WITHDRAW),
    )


def _dispute_negotiation(scene: Scene) -> Status:
    until = scene.timers.get(Action.END_NEGOTIATION)
    return Status(
        *working(),
        fill(
            scene,
            _("Both of you have spoken. Agree by %(when)s, or a moderator decides."),
            when=by(scene, until),
        ),
        _offer_words(scene) or _("Write to each other below, or make a final offer that only the site sees."),
        until=until,
        main=None if scene.ruling and scene.ruling.my_offer else deeds.deed(scene, Action.OFFER),
        others=_other_ways(scene),
    )


def _offer_words(scene: Scene) -> str:
    """What the reader has offered; of the other side's number nobody is told."""
    if scene.ruling is None or scene.ruling.my_offer is None:
        return ""
    text = _("Your final offer: at least %(offer)s back.")
    if not scene.is_buyer:
        text = _("Your final offer: at most %(offer)s back.")
    after = _("It is settled at once when %(other)s's meets it.")
    return f"{fill(scene, text, offer=words.amount(scene.ruling.my_offer))} {fill(scene, after)}"


def _other_ways(scene: Scene) -> tuple[Deed, ...]:
    """Beside the main button: another final offer, and taking the dispute back."""
    again = deeds.possible(scene, Action.OFFER) if scene.ruling and scene.ruling.my_offer else ()
    return (*again, *deeds.possible(scene, Action.WITHDRAW))


def _question(scene: Scene) -> Status:
    """A moderator waits for this reader's answer; meanwhile the clock of the decision stands still."""
    assert scene.ruling is not None  # noqa: S101
    until = scene.ruling.question_until
    return Status(
        *turn(),
        fill(scene, _("A moderator asks you something. Answer by %(when)s."), when=by(scene, until)),
        _("“%(question)s” If no answer comes, they decide without it.") % {"question": scene.ruling.question},
        until=until,
        main=Deed(ANSWER_QUESTION, _("Answer the question"), PAGE, _("Both sides read question and answer.")),
        others=_other_ways(scene),
    )


def _dispute_queue(scene: Scene) -> Status:
    if scene.ruling and scene.ruling.question:
        return _question(scene)
    until = scene.timers.get(Action.ESCALATE)
    late_answer = deeds.possible(scene, Action.ANSWER_DISPUTE)
    sentence = _("A moderator decides by %(when)s.") if until else _("A moderator decides next.")
    if scene.situation.quarrel and scene.situation.quarrel.was_appealed:
        sentence = _("The appeal is heard by %(when)s.") if until else _("The appeal is heard next.")
    return Status(
        *working(),
        fill(scene, sentence, when=by(scene, until)),
        _offer_words(scene) or _("They read the whole order, the messages too. The money is frozen."),
        until=until,
        main=late_answer[0] if late_answer else None,
        others=(*deeds.possible(scene, Action.OFFER), *deeds.possible(scene, Action.WITHDRAW)),
    )


def _dispute_decided(scene: Scene) -> Status:
    until = scene.timers.get(Action.ENFORCE)
    agree = deeds.deed(scene, Action.WAIVE)
    sentence = _("Decided: %(mine)s for you, %(theirs)s for %(other)s.")
    agreed = _("You agreed. The money moves %(when)s, or as soon as %(other)s agrees.")
    return Status(
        *(turn() if agree.is_possible else working()),
        fill(scene, sentence, **scene.decided),
        fill(scene, _("The money moves %(when)s.") if agree.is_possible else agreed, when=on(scene, until)),
        until=until,
        main=agree if agree.is_possible else None,
        others=deeds.possible(scene, Action.APPEAL),
        cannot=() if not deeds.why_not(scene, Action.APPEAL) else (deeds.why_not(scene, Action.APPEAL),),
    )


def _dispute_closing(_scene: Scene) -> Status:
    """The case was closed between the reads of this page: the next look shows how."""
    return Status(*working(), _("This case has just been closed."), _("Look again in a moment to see the outcome."))


_PHASES: dict[str, Callable[[Scene], Status]] = {
    "answer": _dispute_answer,
    "negotiation": _dispute_negotiation,
    "decision": _dispute_queue,
    "second_look": _dispute_queue,
    "decided": _dispute_decided,
    "closed": _dispute_closing,
}
