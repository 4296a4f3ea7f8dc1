"""The story of an order as a bank reads it that has to decide about its payment: who did what, in whole words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from orders.models import OrderEvent
from orders.states import Action, Actor

# In English, whoever reads the site in what: a bank's clerk is told by Stripe what to expect.
_WHO = {
    Actor.BUYER: "the buyer", Actor.SELLER: "the seller", Actor.STAFF: "a moderator", Actor.SYSTEM: "the site",
    Actor.PAYMENT: "the payment provider",
}  # fmt: skip
_SAYS: dict[str, str] = {
    Action.REQUEST: "{who} asked whether the seller does this",
    Action.ACCEPT_REQUEST: "{who} said yes to the request",
    Action.PLACE: "{who} placed the order",
    Action.PAY: "the buyer paid the order",
    Action.SUBMIT: "{who} answered what the seller needed to know, and the work began",
    Action.START: "{who} began the work without all answers",
    Action.NEED_INFORMATION: "{who} asked the buyer for something the work needs",
    Action.REPLY: "{who} answered that",
    Action.RESUME: "no answer to that came in time, and the work went on",
    Action.BECOME_LATE: "the promised time passed",
    Action.BECOME_VERY_LATE: "the work was very late: the buyer could cancel for a full refund, or call a moderator",
    Action.PROPOSE_EXTENSION: "{who} proposed more time",
    Action.ACCEPT_EXTENSION: "{who} agreed to more time",
    Action.PROPOSE_EXTRA: "{who} proposed an extra",
    Action.ACCEPT_EXTRA: "{who} agreed to the extra",
    Action.PAY_EXTRA: "the buyer paid the extra",
    Action.PROPOSE_CANCEL: "{who} proposed to cancel for a full refund",
    Action.ACCEPT_CANCEL: "{who} agreed to cancel",
    Action.PROPOSE_REFUND: "{who} proposed a refund of a part",
    Action.ACCEPT_REFUND: "{who} agreed to the refund of a part",
    Action.DECLINE_PROPOSAL: "{who} declined what was proposed",
    Action.DELIVER: "{who} delivered the work",
    Action.REQUEST_REVISION: "{who} asked for changes",
    Action.EXTEND_REVIEW: "{who} took more time to check the work",
    Action.ACCEPT: "{who} checked and accepted the work",
    Action.AUTO_ACCEPT: "the buyer said nothing within the agreed time, by which the work was accepted",
    Action.PAY_STEP: "the buyer paid the next step of the work",
    Action.STOP: "{who} ended the order after the steps done",
    Action.OPEN_DISPUTE: "{who} opened a dispute on the site",
    Action.CLAIM: "{who} made a claim on the site about the finished work",
    Action.ANSWER_DISPUTE: "{who} answered the dispute",
    Action.WITHDRAW: "{who} withdrew the dispute",
    Action.SETTLE: "both sides agreed on how to divide the price",
    Action.DECIDE: "{who} decided the dispute after hearing both sides",
    Action.APPEAL: "{who} appealed against the decision",
    Action.ENFORCE: "the decision was carried out",
    Action.PAY_TIP: "the buyer paid a tip",
    Action.REVIEW: "{who} reviewed the order",
    Action.CLEAR: "the payment became the seller's",
}
# What says nothing about the two sides, or is the bank's own doing.
_LEFT_OUT = frozenset(
    {
        Action.ASK_EXPIRY, Action.CLOSE_PAYMENT, Action.REMIND_REQUIREMENTS, Action.WARN_DEADLINE,
        Action.REMIND_ACCEPTANCE, Action.FUND_STEP, Action.TIP, Action.REMIND_ANSWER, Action.ESCALATE, Action.OFFER,
        Action.CONFIRM_DECISION, Action.CHARGE_BACK, Action.WIN_CHARGEBACK, Action.LOSE_CHARGEBACK,
        Action.DOUBT_PAYMENT, Action.CLEAR_DOUBT, Action.REVEAL_REVIEWS,
    }
)  # fmt: skip


def lines(story: Iterable[OrderEvent]) -> Iterator[str]:
    """ "2026-05-12 10:00 UTC: the buyer checked and accepted the work". What has no words of its own says its name."""
    for event in story:
        if event.action not in _LEFT_OUT:
            who = _WHO[Actor(event.actor)]
            said = _SAYS.get(event.action, f"{event.action.replace('_', ' ')}, by {{who}}").format(who=who)
            yield f"{event.at:%Y-%m-%d %H:%M} UTC: {said}"
