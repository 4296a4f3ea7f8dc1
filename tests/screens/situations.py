"""Everything that a person would call a situation of an order: its states, and what lies over them.

A state, a phase of a dispute or a kind of proposal without a situation here turns ``test_every_state.py`` red.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from orders import api
from orders.models import Kind, Order
from orders.states import Actor
from payments.services import ages
from tests.orders import scenes_further as further
from tests.orders import scenes_proposals as proposals
from tests.orders.scenes import BACK, DAY, HOUR, MINUTE, TAKEN, TERMS, Desk, bank, get
from tests.orders.transitions import arranging
from tests.orders.transitions.frame import Cell

NOWHERE = Cell("", "", "", "", "")  # what those scenes are given that only some transitions need
Make = Callable[[Desk], Order]


@dataclass(frozen=True, slots=True)
class Situation:
    """``later``: when it is looked at, after the last thing that happened. ``out``: the side that is suspended.

    ``is_first``: it lets time pass for everything that is there, so it is staged before the others.
    """

    name: str
    title: str
    make: Make
    later: timedelta = 20 * MINUTE
    is_case: bool = False
    out: str = ""
    is_first: bool = False


def in_progress(desk: Desk) -> Order:
    """Begun, and so not to be undone any more."""
    order = desk.waiting()
    api.submit(
        order_id=order.pk, actor_id=desk.buyer.pk, texts={"shop": "https://shop.example", "tone": "Dry"}, files={},
        at=desk.at + 5 * MINUTE,
    )  # fmt: skip
    return get(order.pk)


def answers_ready(desk: Desk) -> Order:
    order = desk.waiting()
    texts = {"shop": "https://shop.example", "tone": "Dry"}
    api.save_answers(order_id=order.pk, actor_id=desk.buyer.pk, texts=texts, files={}, at=desk.at + 5 * MINUTE)
    return get(order.pk)


def no_changes_left(desk: Desk) -> Order:
    desk.terms = replace(TERMS, revisions=0)
    return desk.delivered()


def late_delivery(desk: Desk) -> Order:
    order = further.late(desk)
    desk.deliver(order, desk.at + 23 * HOUR)
    return get(order.pk)


def proposed(kind: str, role: str = Actor.SELLER, stage: Make = Desk.in_progress) -> Make:
    """An hour later somebody proposes this."""

    def scene(desk: Desk) -> Order:
        order = stage(desk)
        by = desk.seller if role == Actor.SELLER else desk.buyer
        proposals.propose(desk, order, kind, by, order.last_event_at + HOUR)
        return get(order.pk)

    return scene


def extra_agreed(desk: Desk) -> Order:
    """The buyer asked for it, the seller said yes; it is not paid."""
    order = desk.in_progress()
    asked = proposals.propose(desk, order, Kind.EXTRA, desk.buyer, desk.at + HOUR)
    proposals.answer(desk, asked, desk.seller, desk.at + 2 * HOUR)
    return get(order.pk)


def with_extra(desk: Desk) -> Order:
    return proposals.with_extra(desk, desk.in_progress(), desk.at + HOUR)


def buyer_suspended(desk: Desk) -> Order:
    order = desk.delivered()
    desk.suspend(desk.buyer, desk.at + 2 * HOUR)
    return get(order.pk)


def by_the_seller(desk: Desk) -> Order:
    order = desk.delivered()
    desk.dispute(order, desk.at + 2 * HOUR, by=desk.seller, ground="out_of_scope")
    return get(order.pk)


def claimed_after_acceptance(desk: Desk) -> Order:
    order = desk.completed()
    desk.dispute(order, desk.at + 3 * HOUR)
    return get(order.pk)


def offered(desk: Desk) -> Order:
    order = desk.heard()
    desk.offer(order, 1_500, desk.at + 4 * HOUR)
    return get(order.pk)


def overdue_case(desk: Desk) -> Order:
    """The decision's own clock has run out as well."""
    order = further.in_queue(desk)
    api.run_due(desk.at + 30 * DAY, order.pk)
    return get(order.pk)


def heard_by_the_bank(desk: Desk) -> Order:
    return bank(desk.delivered(), "needs_response", TAKEN, after=HOUR, heard_until=desk.at + 9 * DAY)


def bank_was_told(desk: Desk) -> Order:
    order = heard_by_the_bank(desk)
    text = "All fifty texts were delivered and opened, see the log."
    api.tell_bank(order_id=order.pk, actor_id=desk.seller.pk, text=text, file_ids=[], at=desk.at + 3 * HOUR)
    return get(order.pk)


def bank_gave_it_back(desk: Desk) -> Order:
    heard_by_the_bank(desk)
    order = Order.objects.get(buyer=desk.buyer)
    return bank(order, "won", TAKEN, BACK, after=2 * DAY)


def doubted(desk: Desk) -> Order:
    order = desk.delivered()
    further.warn(order)
    return get(order.pk)


def doubted_and_accepted(desk: Desk) -> Order:
    order = doubted(desk)
    api.accept(order_id=order.pk, actor_id=desk.buyer.pk, at=desk.at + 3 * HOUR)
    return get(order.pk)


def _review(desk: Desk, order: Order, role: str, text: str) -> None:
    who = desk.buyer if role == Actor.BUYER else desk.seller
    verdict = api.Verdict(5, 5, 4, 5, text)
    api.review(order_id=order.pk, actor_id=who.pk, verdict=verdict, at=order.last_event_at + 10 * MINUTE)


def half_reviewed(desk: Desk) -> Order:
    order = desk.completed()
    _review(desk, order, Actor.BUYER, "Quick, and every text fits.")
    return get(order.pk)


def reviewed(desk: Desk) -> Order:
    order = half_reviewed(desk)
    _review(desk, order, Actor.SELLER, "A clear brief, and an answer within the hour.")
    return get(order.pk)


def tipped(desk: Desk) -> Order:
    return desk.pay_asked(arranging.tipping(desk, NOWHERE), desk.at + 3 * HOUR)


def stopped(desk: Desk) -> Order:
    order = desk.awaiting_funding()
    api.stop(order_id=order.pk, actor_id=desk.buyer.pk, at=desk.at + 3 * HOUR)
    return get(order.pk)


def first_step_delivered(desk: Desk) -> Order:
    order = desk.first_step()
    desk.deliver(order, desk.at + HOUR)
    return get(order.pk)


def ended(act: Callable[..., None], stage: Make, after: timedelta) -> Make:
    """By the buyer, with one click."""

    def scene(desk: Desk) -> Order:
        order = stage(desk)
        act(order_id=order.pk, actor_id=desk.buyer.pk, at=order.last_event_at + after)
        return get(order.pk)

    return scene


def left_alone(stage: Make, span: timedelta) -> Make:
    """Nobody acts, only the sweep does."""

    def scene(desk: Desk) -> Order:
        order = stage(desk)
        api.run_due(order.last_event_at + span, order.pk)
        return get(order.pk)

    return scene


def both_agreed(desk: Desk) -> Order:
    order = desk.in_progress()
    asked = proposals.propose(desk, order, Kind.CANCEL, desk.buyer, desk.at + HOUR)
    proposals.answer(desk, asked, desk.seller, desk.at + 2 * HOUR)
    return get(order.pk)


def held_too_long(desk: Desk) -> Order:
    order = desk.delivered()
    ages.run(desk.at + 85 * DAY)
    return get(order.pk)


SITUATIONS: tuple[Situation, ...] = (
    # Before it is paid
    Situation("requested", "Asked for: the seller has not answered", Desk.requested),
    Situation("request-accepted", "The seller said yes, it is to be paid", Desk.agreed, 5 * MINUTE),
    Situation("declined", "The seller said no", Desk.declined),
    Situation("request-withdrawn", "The buyer took the request back",
              ended(api.withdraw_request, Desk.requested, HOUR)),
    Situation("request-lapsed", "The request was not answered", left_alone(Desk.requested, 2 * DAY)),
    Situation("pending-payment", "Placed, and to be paid", Desk.pending, 5 * MINUTE),
    Situation("payment-closing", "The time to pay is over", further.closing, MINUTE),
    Situation("expired", "Never paid", arranging.expired),
    # The work
    Situation("awaiting-requirements", "Paid, the seller's questions are open", Desk.waiting),
    Situation("answers-ready", "The answers are written and not sent", answers_ready),
    Situation("just-paid", "Paid a moment ago: it can be undone", Desk.in_progress, 2 * MINUTE),
    Situation("in-progress", "The work runs", in_progress, 4 * HOUR),
    Situation("paused", "The seller asked something, the clock stands still", proposals.paused),
    Situation("late", "Late", further.late, HOUR),
    Situation("very-late", "Very late", further.very_late, HOUR),
    Situation("delivered", "Delivered", Desk.delivered),
    Situation("delivered-late", "Delivered late", late_delivery),
    Situation("no-changes-left", "Delivered, with no changes left", no_changes_left),
    Situation("in-revision", "Changes are being made", Desk.in_revision),
    Situation("very-late-revision", "The changes are very late", further.very_late_revision, HOUR),
    # Proposals
    Situation("more-time-proposed", "The seller asks for more time", proposed(Kind.EXTENSION)),
    Situation("extra-proposed", "The seller offers an extra", proposed(Kind.EXTRA)),
    Situation("extra-asked-for", "The buyer asks for an extra", proposed(Kind.EXTRA, Actor.BUYER)),
    Situation("extra-agreed", "The seller agrees to the extra", extra_agreed),
    Situation("extra-to-pay", "An extra waits for its payment", proposals.paying_for_an_extra, 5 * MINUTE),
    Situation("extra-paid", "The extra is paid", with_extra),
    Situation("cancel-proposed", "The buyer proposes to cancel", proposed(Kind.CANCEL, Actor.BUYER)),
    Situation("cancel-proposed-by-seller", "The seller proposes to cancel", proposed(Kind.CANCEL)),
    Situation("refund-proposed", "The buyer asks for a part back",
              proposed(Kind.REFUND, Actor.BUYER, Desk.delivered)),
    Situation("proposal-declined", "The seller declined to give a part back", proposals.declined),
    # Steps
    Situation("step-delivered", "The first of three steps is delivered", first_step_delivered),
    Situation("awaiting-funding", "A step is accepted, the next one is to be paid", Desk.awaiting_funding),
    Situation("step-to-pay", "The payment page of the next step is open", Desk.funding, 5 * MINUTE),
    Situation("second-step", "The second step runs", Desk.second_step, HOUR),
    # Stopped from outside
    Situation("seller-suspended", "On hold: the seller is suspended", further.held, HOUR, out=Actor.SELLER),
    Situation("buyer-suspended", "On hold: the buyer is suspended", buyer_suspended, HOUR, out=Actor.BUYER),
    Situation("payment-doubted", "The card's bank doubts the payment", doubted),
    Situation("doubted-and-accepted", "Accepted while the payment is doubted", doubted_and_accepted),
    Situation("charged-back", "The buyer's bank claims the payment", heard_by_the_bank, HOUR),
    Situation("bank-told", "The seller has told the bank", bank_was_told, HOUR),
    Situation("bank-won", "The bank gave it back, the order goes on", bank_gave_it_back, HOUR),
    # Disputes
    Situation("dispute-opened", "The buyer opened a dispute", Desk.disputed, is_case=True),
    Situation("dispute-by-seller", "The seller opened a dispute", by_the_seller, is_case=True),
    Situation("claim", "A claim after acceptance", claimed_after_acceptance, is_case=True),
    Situation("dispute-answered", "Both have spoken", Desk.heard, is_case=True),
    Situation("final-offer", "The buyer's final offer lies sealed", offered, is_case=True),
    Situation("dispute-unanswered", "Not answered: waiting for staff", further.in_queue, HOUR, is_case=True),
    Situation("dispute-overdue", "The decision is overdue", overdue_case, HOUR, is_case=True),
    Situation("second-look", "Decided above the limit: a second person confirms",
              lambda desk: arranging.second_look(desk, NOWHERE), is_case=True),
    Situation("decided", "Decided 70 to 30", Desk.decided, HOUR, is_case=True),
    Situation("decision-agreed", "The buyer agrees with the decision", further.waived, is_case=True),
    Situation("appealed", "The buyer appealed", Desk.appealed, is_case=True),
    Situation("question-asked", "A moderator asks the seller", further.asked, is_case=True),
    # Done
    Situation("completed", "Accepted: reviews to write", Desk.completed),
    Situation("auto-accepted", "Accepted by silence", further.auto_accepted, HOUR),
    Situation("half-reviewed", "The buyer has written a review", half_reviewed),
    Situation("reviewed", "Both reviews are public", reviewed),
    Situation("tip-to-pay", "A tip waits for its payment",
              lambda desk: arranging.tipping(desk, NOWHERE), 5 * MINUTE),
    Situation("tipped", "The buyer left a tip", tipped),
    Situation("cleared", "The money is the seller's", further.cleared, HOUR),
    Situation("part-refunded", "They agreed on a part back", proposals.part_refunded),
    Situation("stopped-after-a-step", "The buyer stopped after a step", stopped),
    Situation("settled", "Final offers met", further.settled, is_case=True),
    Situation("enforced", "The decision was carried out", further.enforced, is_case=True),
    Situation("divided-after-85-days", "Held for 85 days and divided", held_too_long, is_first=True),
    Situation("lost-to-the-bank", "Completed, and the site bears what the bank took", further.borne_by_the_site),
    Situation("lost-by-the-seller", "Completed, and the seller bears what the bank took",
              further.borne_by_the_seller),
    # Cancelled
    Situation("cancelled-by-seller", "The seller cancelled", Desk.cancelled),
    Situation("cancelled-by-buyer", "The buyer cancelled before it began", ended(api.cancel, Desk.waiting, HOUR)),
    Situation("undone", "The buyer undid it", ended(api.undo, Desk.in_progress, 5 * MINUTE)),
    Situation("cancelled-late", "The buyer did not wait any longer",
              ended(api.cancel_late, further.very_late, HOUR)),
    Situation("cancelled-by-both", "Both agreed to cancel", both_agreed),
    Situation("cancelled-by-silence", "The seller's proposal to cancel was not answered",
              proposals.cancelled_by_silence),
    Situation("answers-never-came", "The answers never came", left_alone(Desk.waiting, 15 * DAY)),
    Situation("never-delivered", "Nothing came for seven days", left_alone(Desk.in_progress, 10 * DAY)),
    Situation("cancelled-on-hold", "The buyer left a suspended seller",
              ended(api.cancel_held, further.held, HOUR), out=Actor.SELLER),
    Situation("nothing-for-the-seller", "Decided: everything goes back", further.nothing_for_the_seller, HOUR,
              is_case=True),
    Situation("taken-back-by-the-bank", "The bank took it back while it ran", further.taken_back_while_it_ran),
)  # fmt: skip
