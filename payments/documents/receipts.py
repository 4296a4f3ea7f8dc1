"""What the platform confirms to a buyer: money that came, money that went back. No invoices: see the ADR."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from marketplace.kernel.words import written
from payments.contracts import ReferenceCard
from payments.documents.contents import Content, Fact, Line, Sum
from payments.documents.issuing import RECEIPTS, Draft
from payments.documents.months import in_business_zone
from payments.documents.profiles import operator, taxpayer
from payments.models import Charge, Document, DocumentKind, Funding, Refund


def receipt(charge: Charge, card: ReferenceCard) -> Draft:
    """For a captured charge: its lines, buyer's fee included, and what was paid."""
    assert charge.captured_at is not None  # noqa: S101 - the finder asks for captured ones alone
    lines = [Line(row["title"], row["quantity"], row["unit_minor"]) for row in charge.lines]
    rest = charge.captured_minor - sum(line.amount_minor for line in lines)
    if rest:
        lines.append(Line(_("Difference to the amount asked"), 1, rest))
    content = Content(
        title=_("Receipt"),
        sender=operator().party,
        recipient=taxpayer(charge.payer_id).party,
        currency=charge.currency,
        facts=(
            *order_facts(card),
            Fact(_("Paid"), moment_in_words(charge.captured_at)),
            Fact(_("How"), paid_through(charge)),
        ),
        lines=tuple(lines),
        total=Sum(_("Paid, all in"), charge.captured_minor),
        notes=(
            _("Your payment is held until the work is accepted. Invoices for the work and for our fee follow then."),
        ),
    )
    return _draft(charge, card, DocumentKind.RECEIPT, charge.id, charge.captured_minor, charge.captured_at, content)


def refund_receipt(refund: Refund, card: ReferenceCard) -> Draft:
    """For a refund that succeeded, whole or in part."""
    charge = refund.charge
    at = refund.succeeded_at or refund.asked_at
    paid = Document.objects.filter(kind=DocumentKind.RECEIPT, subject=str(charge.id)).first()
    facts = [*order_facts(card), Fact(_("Refunded"), moment_in_words(at)), Fact(_("How"), paid_through(charge))]
    if paid:
        facts.append(Fact(_("Receipt of the payment"), paid.number))
    is_whole = refund.amount_minor == charge.captured_minor
    word = _("Refund of the whole payment") if is_whole else _("Refund of a part of the payment")
    content = Content(
        title=_("Refund receipt"),
        sender=operator().party,
        recipient=taxpayer(charge.payer_id).party,
        currency=charge.currency,
        facts=tuple(facts),
        lines=(Line(word, 1, -refund.amount_minor),),
        total=Sum(_("Refunded"), -refund.amount_minor),
        notes=(_("The money goes back the way it came. Banks take up to ten days to show it."),),
    )
    return _draft(charge, card, DocumentKind.REFUND_RECEIPT, refund.id, -refund.amount_minor, at, content)


def refund_returned(refund: Refund, card: ReferenceCard) -> Draft:
    """For a refund that the buyer's bank sent back after we had confirmed it."""
    charge, at = refund.charge, refund.synced_at or refund.asked_at
    confirmed = Document.objects.filter(kind=DocumentKind.REFUND_RECEIPT, subject=str(refund.id)).first()
    facts = [*order_facts(card), Fact(_("Returned"), moment_in_words(at))]
    if confirmed:
        facts.append(Fact(_("Refund receipt"), confirmed.number))
    content = Content(
        title=_("Refund returned"),
        sender=operator().party,
        recipient=taxpayer(charge.payer_id).party,
        currency=charge.currency,
        facts=tuple(facts),
        lines=(Line(_("Refund that your bank sent back"), 1, refund.amount_minor),),
        total=Sum(_("We owe you"), refund.amount_minor),
        notes=(
            _("The money is yours. In your settings, under “Refunds that wait for you”, say how it shall reach you."),
        ),
    )
    return _draft(charge, card, DocumentKind.REFUND_RETURNED, refund.id, refund.amount_minor, at, content)


def _draft(
    charge: Charge,
    card: ReferenceCard,
    kind: DocumentKind,
    subject: object,
    total_minor: int,
    at: datetime,
    content: Content,
) -> Draft:
    return Draft(
        key=f"{kind}:{subject}",
        kind=kind,
        series=RECEIPTS,
        recipient_id=charge.payer_id,
        subject=str(subject),
        total_minor=total_minor,
        effective_at=at,
        content=content,
        reference=charge.reference,
        card=card,
    )


def order_facts(card: ReferenceCard) -> tuple[Fact, ...]:
    return (Fact(_("Order"), " · ".join(part for part in (card.code, card.title) if part)),)


def paid_through(charge: Charge) -> str:
    if charge.funding == Funding.PLATFORM:
        return _("By %(operator)s, as a promotion") % {"operator": operator().party.name}
    return _("Online, through Stripe (%(payment)s)") % {"payment": charge.payment_intent_id or charge.id}


def moment_in_words(at: datetime) -> str:
    return written(in_business_zone(at), pgettext("date format", "j F Y, H:i T"))
