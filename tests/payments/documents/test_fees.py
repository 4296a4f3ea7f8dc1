"""The platform's invoice to a seller for the fees of a month."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from payments import api
from payments.documents import fees, missing
from payments.documents.contents import from_json
from payments.documents.months import Month
from payments.models import Document, Release
from tests.payments.scenes import SELLER_FEE, Scene

pytestmark = pytest.mark.django_db

DECEMBER = datetime(2026, 12, 1, 6, 0, tzinfo=UTC)


def invoice() -> Document:
    return Document.objects.filter(kind="seller_fees").latest("issued_at")


def test_a_month_has_one_invoice_with_a_line_for_each_order(scene: Scene) -> None:
    scene.released("order:1")
    scene.released("order:2")
    assert missing.issue_fees(DECEMBER) == 1
    document = invoice()
    paper = from_json(document.content)
    seller = f"S{scene.seller.pk}-2026"
    assert [(line.title, line.amount_minor) for line in paper.lines] == [
        (f"Fee on {seller}-000001 · CODE1 · Job 1", SELLER_FEE),
        (f"Fee on {seller}-000002 · CODE2 · Job 2", SELLER_FEE),
    ]
    assert (paper.title, paper.total.amount_minor, document.subject) == ("Invoice for fees", 2 * SELLER_FEE, "2026-11")
    assert (document.recipient, document.issuer, document.number) == (scene.seller, None, "INV-2026-000003")
    assert missing.issue_fees(DECEMBER) == 0


def test_the_running_month_is_not_invoiced_nor_one_that_ended_just_now(scene: Scene) -> None:
    scene.released()
    end = Month(2026, 11).end
    for at in (scene.at, end, end + timedelta(minutes=59)):
        assert missing.issue_fees(at) == 0
    assert missing.issue_fees(end + timedelta(hours=1)) == 1


def test_months_that_were_missed_are_made_up_for_one_by_one(scene: Scene) -> None:
    scene.released("order:1")
    scene.at = DECEMBER
    scene.released("order:2")
    assert missing.issue_fees(datetime(2027, 3, 1, 6, tzinfo=UTC)) == 2
    subjects = Document.objects.filter(kind="seller_fees").order_by("position").values_list("subject", flat=True)
    assert list(subjects) == ["2026-11", "2026-12"]


def test_fees_that_were_returned_are_taken_off_and_may_outweigh(scene: Scene) -> None:
    release = scene.released()
    missing.issue_fees(DECEMBER)
    api.undo_releases(release.charge_id, DECEMBER)
    assert missing.issue_fees(datetime(2027, 1, 1, 6, tzinfo=UTC)) == 1
    paper = from_json(invoice().content)
    assert (paper.title, paper.total.amount_minor) == ("Credit note for fees", -SELLER_FEE)


def test_months_end_at_midnight_of_the_business(scene: Scene, settings: Any) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    scene.at = datetime(2026, 11, 30, 22, 59, 59, tzinfo=UTC)
    scene.released("order:1")
    scene.at = datetime(2026, 11, 30, 23, 0, 0, tzinfo=UTC)
    scene.released("order:2")
    missing.issue_missing(scene.at)
    lines = [fees.fees_of(scene.seller.pk, "EUR", Month(2026, month)).content.lines for month in (11, 12)]
    assert [line.title.partition(" · ")[2] for (line,) in lines] == ["CODE1 · Job 1", "CODE2 · Job 2"]


def test_the_platforms_vat_is_within_the_fees(scene: Scene, settings: Any) -> None:
    settings.OPERATOR_VAT_BASIS_POINTS = 2_300
    scene.released()
    missing.issue_fees(DECEMBER)
    assert [line.amount_minor for line in from_json(invoice().content).sums] == [472, 108]


def test_a_business_abroad_owes_it_instead(businesses: Scene, settings: Any) -> None:
    settings.OPERATOR_VAT_BASIS_POINTS, settings.OPERATOR_TAX_ID = 2_300, "IE6388047V"
    businesses.released()
    missing.issue_fees(DECEMBER)
    paper = from_json(invoice().content)
    assert (paper.sums, paper.notes[0][:14]) == ((), "Reverse charge")


def test_no_invoice_while_a_paper_of_the_month_is_missing(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    from payments.documents import invoices

    scene.released()

    def broken(*_: object) -> object:
        raise RuntimeError("broken")

    monkeypatch.setattr(invoices, "drafts_of", broken)
    assert missing.issue_fees(DECEMBER) == 0
    assert not Document.objects.filter(kind="seller_fees").exists()
    assert Release.objects.count() == 1
