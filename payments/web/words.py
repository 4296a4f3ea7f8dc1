"""Stages of money in a seller's words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from marketplace.kernel import clock
from marketplace.kernel.words import when
from payments.contracts import Earning, PayoutView, Stage


def badge_of(row: Earning) -> tuple[str, str]:
    """Text and tone of a row's badge."""
    if row.stage == Stage.CLEARING:
        if row.expected_at:
            return _("Yours %s") % when(row.expected_at, clock.display_now()), "soon"
        return _("Clearing"), "soon"
    return {
        Stage.WAITING: (_("Waiting for your payout account"), "late"),
        Stage.SENDING: (_("On its way to your payout account"), ""),
        Stage.IN_ACCOUNT: (_("In your payout account"), ""),
        Stage.ON_THE_WAY: (_("On its way to your bank"), "ok"),
        Stage.PAID: (_("Paid"), "ok"),
    }[row.stage]


def since_words(row: Earning) -> str:
    """When the stage began, with its word where the badge names another moment."""
    moment = when(row.since, clock.display_now())
    return _("clearing since %s") % moment if row.stage == Stage.CLEARING else moment


def payout_words(payout: PayoutView) -> str:
    if payout.state == "paid":
        return _("Paid")
    if payout.state == "failed":
        return _("Came back: %s") % (payout.failure or _("your bank refused it"))
    return _("On its way")
