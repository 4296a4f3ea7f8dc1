"""What stands between us and Stripe: operations, refunds, webhooks, transfers that are not through."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from marketplace.kernel.money import Money
from payments.models import (
    OperationKind,
    OperationState,
    Refund,
    RefundState,
    Release,
    ReleaseState,
    StripeOperation,
    WebhookEvent,
)
from payments.operations.brakes import braked_kinds
from payments.selectors.desk.items import MOST, Item, Section, cut

UNKNOWN_AFTER = timedelta(hours=1)
_REFUSED_FOR = timedelta(days=30)
# Of the others a refusal shows elsewhere: at the refund, the release, the debt, or to the buyer at once.
_SILENT_WHEN_REFUSED = (
    OperationKind.SET_PAYOUT_SCHEDULE,
    OperationKind.SUBMIT_EVIDENCE,
    OperationKind.CREATE_WITHDRAWAL,
)


def _operation(op: StripeOperation) -> Item:
    return Item(
        key=f"operation:{op.id}:{op.state}:{op.attempt}",
        title=capfirst(op.get_kind_display()),
        detail=op.error,
        url=reverse("money:operation", args=[op.id]),
        since=op.done_at or op.created_at,
    )


def parked_operations(at: datetime) -> Section:
    rows = StripeOperation.objects.filter(state=OperationState.PARKED).order_by("id")
    items, is_cut = cut(rows[: MOST + 1], _operation)
    mend = _("Look at Stripe's side, then try again: the object is looked for before anything is sent.")
    url = reverse("money:operations") + "?state=parked"
    return Section("parked_operations", _("Parked Stripe operations"), mend, items, url, is_cut)


def unknown_operations(at: datetime) -> Section:
    """Sent, and for long without an answer that ends them; what a brake holds is left out. Two queries."""
    rows = StripeOperation.objects.filter(
        state=OperationState.PENDING, created_at__lte=at - UNKNOWN_AFTER, first_sent_at__isnull=False
    ).exclude(kind__in=braked_kinds())
    items, is_cut = cut(rows.order_by("id")[: MOST + 1], _operation)
    mend = _(
        "They are tried again by themselves. Where the balance does not suffice, top it up at Stripe; where Stripe is "
        "away, wait."
    )
    url = reverse("money:operations") + "?state=pending"
    return Section("unknown_operations", _("Operations without an outcome for over an hour"), mend, items, url, is_cut)


def refused_operations(at: datetime) -> Section:
    rows = StripeOperation.objects.filter(
        state=OperationState.FAILED, kind__in=_SILENT_WHEN_REFUSED, done_at__gt=at - _REFUSED_FOR
    )
    items, is_cut = cut(rows.order_by("-done_at")[: MOST + 1], _operation)
    mend = _("Stripe said no for good. Read why, mend the cause, ask again where it is still wanted, then mark it.")
    url = reverse("money:operations") + "?state=failed"
    return Section("refused_operations", _("Refused by Stripe"), mend, items, url, is_cut, may_dismiss=True)


def _refund(refund: Refund) -> Item:
    return Item(
        key=f"refund:{refund.id}:{refund.state}",
        title=refund.charge.payer_email,
        detail=refund.failure,
        url=reverse("money:reference", args=[refund.charge.reference]),
        since=refund.synced_at or refund.asked_at,
        amount=Money(refund.amount_minor, refund.charge.currency),
    )


def _bounced(refund: Refund) -> Item:
    """With the account on which its buyer wants it, where they said so."""
    claim = getattr(refund, "claim", None)
    wish = f"{claim.holder}, {claim.iban}" if claim else refund.failure
    return replace(_refund(refund), detail=wish, reissue=str(refund.id))


def refused_refunds(at: datetime) -> Section:
    """Their money is in the hold, and nobody has asked for it again since."""
    later = Refund.objects.filter(charge=OuterRef("charge"), asked_at__gt=OuterRef("asked_at")).exclude(
        state=RefundState.REFUSED
    )
    rows = (
        Refund.objects.filter(state=RefundState.REFUSED, reissues=None)
        .filter(charge__captured_minor__gt=F("charge__refunded_minor") + F("charge__lost_minor"))
        .exclude(Exists(later))
        .select_related("charge")
    )
    items, is_cut = cut(rows.order_by("id")[: MOST + 1], _refund)
    mend = _("The money is back in the hold and the buyer still waits for it: refund it again from the order's ledger.")
    return Section("refused_refunds", _("Refunds that Stripe refused"), mend, items, "", is_cut, may_dismiss=True)


def bounced_refunds(at: datetime) -> Section:
    rows = Refund.objects.filter(state=RefundState.BOUNCED).select_related("charge", "claim")
    items, is_cut = cut(rows.order_by("id")[: MOST + 1], _bounced)
    mend = _("The buyer's bank sent it back; it is theirs. Send it to the card again, or pay it from the bank.")
    return Section("bounced_refunds", _("Refunds that came back"), mend, items, "", is_cut)


def refused_transfers(at: datetime) -> Section:
    rows = Release.objects.filter(state=ReleaseState.AVAILABLE).exclude(note="").select_related("charge", "payee")
    items, is_cut = cut(rows.order_by("available_at")[: MOST + 1], _transfer)
    mend = _("Cleared shares that Stripe did not take. They are sent again when the seller's account is in order.")
    return Section("refused_transfers", _("Transfers that Stripe refused"), mend, items, "", is_cut)


def _transfer(release: Release) -> Item:
    return Item(
        key=f"release:{release.id}:refused",
        title=release.payee.display_name,
        detail=release.note,
        url=reverse("money:reference", args=[release.charge.reference]),
        since=release.available_at or release.released_at,
        amount=Money(release.net_minor, release.charge.currency),
    )


def parked_webhooks(at: datetime) -> Section:
    rows = WebhookEvent.objects.filter(parked_at__isnull=False).defer("payload")
    items, is_cut = cut(rows.order_by("id")[: MOST + 1], _event)
    mend = _("Read what went wrong; once the cause is mended, process it again.")
    return Section("parked_webhooks", _("Parked webhooks"), mend, items, reverse("money:webhooks"), is_cut, True)


def _event(event: WebhookEvent) -> Item:
    return Item(
        key=f"event:{event.pk}:{event.parked_at:%Y%m%d%H%M%S}",
        title=event.type,
        detail=event.outcome,
        url=reverse("money:webhook", args=[event.pk]),
        since=event.parked_at or event.received_at,
    )
