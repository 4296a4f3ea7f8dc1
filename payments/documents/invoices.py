"""Invoices that follow a release, and the credit notes that take them back.

The work is sold by the seller: that invoice is made in their name, numbered in their own series. The buyer's fee is
the platform's: its invoice stands in the platform's series.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from marketplace.kernel.money import Money
from payments.contracts import ReferenceCard
from payments.documents.contents import Content, Fact, Line, Sum
from payments.documents.issuing import PLATFORM, Draft, series_of_seller
from payments.documents.profiles import Taxpayer, operator, taxpayer
from payments.documents.receipts import moment_in_words, order_facts, paid_through
from payments.documents.shares import Share
from payments.documents.taxes import taxed
from payments.models import Charge, Document, DocumentKind


def drafts_of(share: Share, card: ReferenceCard) -> Iterator[Draft]:
    """The papers of one posting: the seller's, and the platform's where the buyer paid a fee."""
    if share.price_minor:
        yield _of_seller(share, card)
    if share.buyer_fee_minor:
        yield _of_platform(share, card)


def _of_seller(share: Share, card: ReferenceCard) -> Draft:
    release = share.release
    seller, platform = taxpayer(release.payee_id), operator()
    is_credit = share.price_minor < 0
    kind = DocumentKind.SELLER_CREDIT if is_credit else DocumentKind.SELLER_INVOICE
    notes = [_("Issued by %(operator)s in the name and on behalf of %(seller)s.")]
    names = {"operator": platform.party.name, "seller": seller.party.name}
    return Draft(
        key=f"{kind}:{share.transfer_id}",
        kind=kind,
        series=series_of_seller(release.payee_id),
        recipient_id=release.charge.payer_id,
        issuer_id=release.payee_id,
        subject=str(release.id),
        total_minor=share.price_minor,
        fee_minor=share.seller_fee_minor,
        effective_at=share.at,
        content=_content(share, card, seller, share.price_minor, _title_of(card, release.charge), notes[0] % names),
        reference=release.charge.reference,
        card=card,
    )


def _of_platform(share: Share, card: ReferenceCard) -> Draft:
    release = share.release
    is_credit = share.buyer_fee_minor < 0
    kind = DocumentKind.BUYER_FEE_CREDIT if is_credit else DocumentKind.BUYER_FEE
    return Draft(
        key=f"{kind}:{share.transfer_id}",
        kind=kind,
        series=PLATFORM,
        recipient_id=release.charge.payer_id,
        subject=str(release.id),
        total_minor=share.buyer_fee_minor,
        effective_at=share.at,
        content=_content(share, card, operator(), share.buyer_fee_minor, _("Service fee")),
        reference=release.charge.reference,
        card=card,
    )


def _content(
    share: Share, card: ReferenceCard, seller: Taxpayer, total_minor: int, what: str, note: str = ""
) -> Content:
    charge = share.release.charge
    buyer = taxpayer(charge.payer_id).party
    total = Money(total_minor, charge.currency)
    tax = taxed(seller.party, buyer, total, basis_points=seller.basis_points)
    is_credit = total_minor < 0
    return Content(
        title=_("Credit note") if is_credit else _("Invoice"),
        sender=seller.party,
        recipient=buyer,
        currency=charge.currency,
        facts=tuple(_facts(share, card, is_credit=is_credit, of_seller=bool(note))),
        lines=(Line(what, 1, total_minor),),
        sums=tax.sums,
        total=Sum(_("Credited") if is_credit else _("Total, paid"), total_minor),
        notes=tuple(part for part in (*tax.notes, seller.party.note, note) if part),
    )


def _facts(share: Share, card: ReferenceCard, *, is_credit: bool, of_seller: bool) -> Iterator[Fact]:
    yield from order_facts(card)
    if is_credit:
        yield Fact(_("Taken back"), moment_in_words(share.at))
        kind = DocumentKind.SELLER_INVOICE if of_seller else DocumentKind.BUYER_FEE
        first = Document.objects.filter(subject=str(share.release.id), kind=kind).order_by("issued_at").first()
        if first:
            yield Fact(_("Invoice"), first.number)
    else:
        yield Fact(_("Completed"), moment_in_words(share.at))
        yield Fact(_("Paid"), paid_through(share.release.charge))


def _title_of(card: ReferenceCard, charge: Charge) -> str:
    return card.title or charge.purpose
