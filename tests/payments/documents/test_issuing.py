"""Which document follows from which movement of money, once, and never changed afterwards."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.models import Sum

from payments import api, postings
from payments.documents import missing
from payments.documents.contents import Content, Fact, Line, from_json
from payments.documents.profiles import TaxDetails, save_tax_details
from payments.gateway.objects import Refund as StripeRefund
from payments.models import Charge, Document, DocumentKind, Funding, Refund, Release, Series
from payments.services.refunds import record_refund
from tests.payments.scenes import BUYER_FEE, PRICE, SELLER_FEE, WHOLE, Scene

pytestmark = pytest.mark.django_db


def issued() -> list[tuple[str, str, int, int]]:
    rows = Document.objects.order_by("issued_at", "id")
    return [(row.kind, row.number, row.total_minor, row.fee_minor) for row in rows]


def content(kind: str) -> Content:
    return from_json(Document.objects.filter(kind=kind).latest("position").content)


def test_a_payment_is_confirmed(scene: Scene) -> None:
    charge = scene.captured()
    assert missing.issue_missing(scene.at) == 1
    assert issued() == [("receipt", "REC-2026-000001", WHOLE, 0)]
    paper = content("receipt")
    assert paper.lines == (Line("Ten descriptions", 1, PRICE), Line("Service fee", 1, BUYER_FEE))
    assert (paper.total.amount_minor, paper.number, paper.issued_on) == (WHOLE, "REC-2026-000001", "2 November 2026")
    assert (paper.sender.name, paper.recipient.name) == ("Artisan", "Bea Buyer")
    assert Fact("Order", "CODE1 · Job 1") in paper.facts
    assert Fact("How", f"Online, through Stripe ({charge.payment_intent_id})") in paper.facts
    document = Document.objects.get()
    assert (document.recipient, document.issuer, document.reference) == (scene.buyer, None, "order:1")


def test_nothing_follows_from_a_payment_that_was_not_made(scene: Scene) -> None:
    scene.pending()
    assert missing.issue_missing(scene.at) == 0


def test_a_promotion_is_no_payment_of_the_buyer(scene: Scene) -> None:
    charge = scene.captured()
    Charge.objects.filter(pk=charge.pk).update(funding=Funding.PLATFORM)
    assert missing.issue_missing(scene.at) == 0


def test_a_completed_order_is_invoiced_by_the_seller_and_its_fee_by_the_platform(scene: Scene) -> None:
    release = scene.released()
    assert missing.issue_missing(scene.at) == 3
    name = f"S{scene.seller.pk}-2026-000001"
    assert issued()[1:] == [("seller_invoice", name, PRICE, SELLER_FEE), ("buyer_fee", "INV-2026-000001", BUYER_FEE, 0)]
    paper = content("seller_invoice")
    assert (paper.sender.name, paper.recipient.name) == ("Sam Seller", "Bea Buyer")
    assert paper.notes == ("Issued by Artisan in the name and on behalf of Sam Seller.",)
    assert paper.lines == (Line("Job 1", 1, PRICE),)
    document = Document.objects.get(kind="seller_invoice")
    assert (document.issuer, document.recipient) == (scene.seller, scene.buyer)
    assert document.effective_at == release.released_at


def test_everything_is_issued_once(scene: Scene) -> None:
    scene.released()
    assert [missing.issue_missing(scene.at) for _ in range(3)] == [3, 0, 0]
    assert missing.issue_missing(scene.at, since=scene.at - timedelta(days=1)) == 0


def test_the_quick_look_finds_what_is_new_and_the_long_one_everything(scene: Scene) -> None:
    scene.captured()
    assert missing.issue_missing(scene.at, since=scene.at + timedelta(seconds=1)) == 0
    assert missing.issue_missing(scene.at) == 1


def test_parts_that_are_undone_are_credited_to_the_last_cent(scene: Scene) -> None:
    release = scene.released()
    for part in (1, 7, 1_000, 333, 2):
        api.undo_releases(release.charge_id, scene.at, at_most_minor=part)
        missing.issue_missing(scene.at, since=scene.at)
        release.refresh_from_db()
        papers = Document.objects.filter(subject=str(release.pk))
        assert papers.aggregate(sum=Sum("total_minor"))["sum"] == release.gross_minor - release.undone_minor
        of_seller = papers.filter(issuer=scene.seller).aggregate(price=Sum("total_minor"), fee=Sum("fee_minor"))
        assert of_seller["price"] - of_seller["fee"] == release.net_minor
    api.undo_releases(release.charge_id, scene.at)
    missing.issue_missing(scene.at)
    sums = Document.objects.filter(subject=str(release.pk)).values("issuer").annotate(sum=Sum("total_minor"))
    assert sorted(row["sum"] for row in sums) == [0, 0]
    assert not Document.objects.filter(kind="seller_invoice").exclude(total_minor=PRICE).exists()


def test_a_credit_note_names_its_invoice(scene: Scene) -> None:
    release = scene.released()
    missing.issue_missing(scene.at)
    later = scene.at + timedelta(days=3)
    api.undo_releases(release.charge_id, later)
    assert missing.issue_missing(later + timedelta(seconds=20)) == 2
    paper, seller = content("seller_credit"), f"S{scene.seller.pk}-2026"
    assert (paper.title, paper.number, paper.total.amount_minor) == ("Credit note", f"{seller}-000002", -PRICE)
    assert Fact("Invoice", f"{seller}-000001") in paper.facts
    assert Fact("Invoice", "INV-2026-000001") in content("buyer_fee_credit").facts
    assert Document.objects.get(kind="seller_credit").effective_at == later


def test_a_share_that_had_left_and_is_owed_now_is_credited_too(scene: Scene) -> None:
    release = scene.released()
    missing.issue_missing(scene.at)
    fees = release.fees_undone_minor(1_000)
    postings.release_owed(release, net_minor=1_000 - fees, fees_minor=fees, at=scene.at)
    Release.objects.update(undone_minor=1_000)
    assert missing.issue_missing(scene.at) == 2
    credited = Document.objects.filter(kind__in=["seller_credit", "buyer_fee_credit"])
    assert credited.aggregate(sum=Sum("total_minor"))["sum"] == -1_000


def succeed(refund: Refund, at: Any, status: str = "succeeded") -> None:
    found = StripeRefund(id=f"re_{refund.id.hex}", status=status, failure="closed", metadata={})
    with transaction.atomic():
        record_refund(refund.id, found, at)


def test_a_refund_is_confirmed_when_it_has_succeeded(scene: Scene) -> None:
    charge = scene.captured()
    missing.issue_missing(scene.at)
    refund = scene.refund(charge, 1_000)
    assert missing.issue_missing(scene.at) == 0
    succeed(refund, scene.at)
    assert missing.issue_missing(scene.at) == 1
    paper = content("refund_receipt")
    assert (paper.number, paper.total.amount_minor) == ("REC-2026-000002", -1_000)
    assert paper.lines == (Line("Refund of a part of the payment", 1, -1_000),)
    assert Fact("Receipt of the payment", "REC-2026-000001") in paper.facts


def test_a_refund_that_the_bank_sent_back_is_said(scene: Scene) -> None:
    refund = scene.refund(scene.captured(), WHOLE)
    succeed(refund, scene.at)
    missing.issue_missing(scene.at)
    assert content("refund_receipt").lines[0].title == "Refund of the whole payment"
    succeed(refund, scene.at, "failed")
    assert missing.issue_missing(scene.at) == 1
    assert content("refund_returned").total.amount_minor == WHOLE


def test_one_order_that_cannot_be_described_holds_up_no_other(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    from payments.documents import receipts

    broken, fine = scene.captured("order:1"), scene.captured("order:2")
    whole = receipts.receipt

    def receipt(charge: Charge, card: Any) -> Any:
        if charge == broken:
            raise RuntimeError("broken")
        return whole(charge, card)

    monkeypatch.setattr(receipts, "receipt", receipt)
    assert missing.issue_missing(scene.at) == 1
    assert Document.objects.get().subject == str(fine.pk)
    assert Series.objects.get().last_number == 1
    monkeypatch.undo()
    assert missing.issue_missing(scene.at) == 1


def test_an_issued_document_keeps_its_words(businesses: Scene) -> None:
    businesses.released("order:1")
    missing.issue_missing(businesses.at)
    before = Document.objects.get(kind="seller_invoice").content
    moved = TaxDetails(is_business=False, legal_name="New Name", street="New", city="Oslo", country="NO")
    save_tax_details(businesses.seller.pk, moved, businesses.at)
    save_tax_details(businesses.buyer.pk, moved, businesses.at)
    assert Document.objects.get(kind="seller_invoice").content == before
    businesses.released("order:2")
    missing.issue_missing(businesses.at)
    assert content("seller_invoice").sender.name == "New Name"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE payments_document SET total_minor = 1",
        "DELETE FROM payments_document",
        "TRUNCATE payments_document CASCADE",
        "DELETE FROM payments_series",
        "UPDATE payments_series SET last_number = 0",
        "UPDATE payments_series SET last_number = last_number + 2",
        "UPDATE payments_series SET code = 'X'",
    ],
)
def test_the_database_refuses_to_change_what_was_issued(scene: Scene, statement: str) -> None:
    scene.captured()
    missing.issue_missing(scene.at)
    connection.check_constraints()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert issued() == [("receipt", "REC-2026-000001", WHOLE, 0)]
    assert Series.objects.get().last_number == 1


def test_a_number_without_a_document_does_not_commit(scene: Scene) -> None:
    scene.captured()
    missing.issue_missing(scene.at)
    connection.check_constraints()
    Series.objects.update(last_number=2)
    with pytest.raises(DatabaseError, match="has no document"):
        connection.check_constraints()


def test_every_kind_of_document_has_words_on_the_pages() -> None:
    from django.template.loader import render_to_string

    words = {
        render_to_string("payments/documents/_kind.html", {"kind": kind, "total": total}).strip()
        for kind in DocumentKind.values
        for total in (1, -1)
    }
    assert len(words) == len(DocumentKind.values) + 1


def test_an_operator_without_an_address_is_warned_before_the_first_sale(settings: Any) -> None:
    from payments.checks import documents

    settings.OPERATOR_ADDRESS, settings.DOCUMENT_FONTS = [], ["/nowhere.ttf"]
    assert [problem.id for problem in documents()] == ["payments.W050", "payments.E050"]
    settings.OPERATOR_ADDRESS, settings.DOCUMENT_FONTS = ["1 Quay", "Dublin"], []
    assert documents() == []


def test_papers_name_the_operator_as_the_site_does_until_a_company_is_set(settings: Any) -> None:
    from payments.documents.profiles import operator

    settings.OPERATOR_NAME = "Hands"
    assert operator().party.name == "Hands"
    settings.OPERATOR_LEGAL_NAME = "Hands & Co Ltd"
    assert operator().party.name == "Hands & Co Ltd"


def test_the_command_issues_what_is_missing(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    scene.released()
    call_command("issue_documents")
    call_command("issue_documents")
    out = capsys.readouterr().out.splitlines()
    assert [line.partition(",")[0] for line in out] == ["3 documents", "0 documents"]
