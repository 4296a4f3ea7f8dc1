"""Money of somebody who wants to close their account: all of it is settled first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.contracts import StillOpen
from marketplace.kernel import words
from payments.models import (
    Charge,
    Document,
    EarningGoal,
    Payout,
    PayoutState,
    Pocket,
    PocketShare,
    PocketTotal,
    Refund,
    RefundState,
    Release,
    RotationRest,
    TaxProfile,
    TypicalTime,
    WorkTime,
)
from payments.selectors.earnings import earnings
from payments.services.claims import owed_to


def still_open(user_id: int) -> Iterator[StillOpen]:
    """A fixed number of queries."""
    page = reverse("payments:earnings")
    for balance in earnings(user_id).balances:
        waiting = balance.protected + balance.clearing + balance.ready + balance.in_account
        if waiting.amount_minor > 0:
            yield StillOpen(_("%(amount)s of yours is not paid out yet.") % {"amount": words.amount(waiting)}, page)
        if balance.owed.amount_minor > 0:
            yield StillOpen(_("You owe %(amount)s.") % {"amount": words.amount(balance.owed)}, page)
    if Payout.objects.filter(account__user=user_id, state__in=[PayoutState.ASKED, PayoutState.SENT]).exists():
        yield StillOpen(_("A payout is on its way to your bank."), reverse("payments:payouts"))
    on_its_way = [RefundState.WAITING, RefundState.ASKED, RefundState.PENDING]
    if Refund.objects.filter(charge__payer=user_id, state__in=on_its_way).exists():
        text = _(
            "A refund is on its way to you: should your bank send it back, we have to be able to ask you where to."
        )
        yield StillOpen(text, reverse("payments:receipts"))
    if owed_to(user_id):
        yield StillOpen(_("A refund for you has come back and waits for an account number."), reverse("payments:owed"))


def let_go(user_id: int) -> None:
    """Of a seller who leaves: what they noted for themselves. Books and documents stay."""
    PocketTotal.objects.filter(pk=user_id).delete()  # first, as whoever changes pockets locks it first
    Pocket.objects.filter(user_id=user_id).delete()
    EarningGoal.objects.filter(user_id=user_id).delete()
    WorkTime.objects.filter(seller_id=user_id).delete()
    TypicalTime.objects.filter(seller_id=user_id).delete()
    RotationRest.objects.filter(pk=user_id).delete()


def payments_of(user_id: int) -> Iterator[Mapping[str, object]]:
    """For a copy of somebody's data: what they paid."""
    names = ("amount_minor", "currency", "purpose", "state", "payer_email", "captured_minor", "refunded_minor")
    rows = Charge.objects.filter(payer_id=user_id).order_by("created_at", "pk")
    yield from rows.values(*names, "created_at", "captured_at").iterator()


def earnings_of(user_id: int) -> Iterator[Mapping[str, object]]:
    """What they earned."""
    names = ("price_minor", "seller_fee_minor", "undone_minor", "recovered_minor", "state")
    rows = Release.objects.filter(payee_id=user_id).order_by("released_at", "pk")
    yield from rows.values("charge__currency", *names, "released_at", "available_at", "transferred_at").iterator()


def payouts_of(user_id: int) -> Iterator[Mapping[str, object]]:
    names = ("amount_minor", "currency", "state", "bank_label", "asked_at", "paid_at", "failed_at")
    yield from Payout.objects.filter(account__user=user_id).order_by("asked_at", "pk").values(*names).iterator()


def documents_of(user_id: int) -> Iterator[Mapping[str, object]]:
    """Receipts and invoices that they were sent."""
    names = ("number", "kind", "title", "code", "currency", "total_minor", "issued_at")
    yield from Document.objects.filter(recipient_id=user_id).order_by("issued_at", "pk").values(*names).iterator()


def tax_details_of(user_id: int) -> Iterator[Mapping[str, object]]:
    rows = TaxProfile.objects.filter(user_id=user_id).order_by("version").values()
    for row in rows.iterator():
        yield {name: value for name, value in row.items() if name not in ("id", "user_id")}


def plans_of(user_id: int) -> Iterator[Mapping[str, object]]:
    """What they noted for themselves: goals, pockets, how long work took, and what they put away."""
    mine = {"user_id": user_id}
    yield from EarningGoal.objects.filter(**mine).order_by("currency").values("currency", "amount_minor")
    pockets = PocketShare.objects.filter(**mine).order_by("since", "pk")
    yield from pockets.values(
        "pocket__name", "percent", "since", "until", "pocket__rhythm", "pocket__remind_on"
    ).iterator()
    times = WorkTime.objects.filter(seller_id=user_id).order_by("noted_at", "pk")
    yield from times.values("reference", "minutes", "noted_at").iterator()
    yield from TypicalTime.objects.filter(seller_id=user_id).order_by("subject").values("subject", "minutes")
    for until in RotationRest.objects.filter(pk=user_id).values_list("until", flat=True):
        yield {"rotation_hint_put_away_until": until}
