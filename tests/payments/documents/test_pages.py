"""The pages of documents, for a buyer, a seller, a stranger and those who keep the books."""

from __future__ import annotations

import csv
import io
import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from accounts import api as people
from accounts.models import User
from marketplace.kernel import clock
from payments.documents import library, missing, profiles
from payments.documents.months import Month
from payments.models import Document, LedgerTransfer, TaxProfile
from tests.payments.documents.conftest import IRISH
from tests.payments.scenes import Scene
from tests.payments.test_pages import client_of

pytestmark = pytest.mark.django_db

TAX = "/settings/tax/"
DETAILS = {
    "kind": "business", "legal_name": "Bea Buyer Ltd", "street": "1 Quay", "postcode": "D02", "city": "Dublin",
    "country": "IE", "tax_id": "ie6388047v",
}  # fmt: skip


@pytest.fixture
def issued(scene: Scene) -> Scene:
    """One order that was completed this month, with its three documents; the seller is one."""
    people.become_seller(user_id=scene.seller.pk, country="IE", at=scene.at)
    scene.at = clock.now()
    scene.released("order:1")
    missing.issue_missing(scene.at)
    return scene


@pytest.fixture
def stranger(scene: Scene) -> User:
    made = User.objects.create_user("stranger@example.org", display_name="Nobody", country="IE")
    people.become_seller(user_id=made.pk, country="IE", at=scene.at)
    return made


def bookkeeper(*permissions: str, staff: bool = True) -> User:
    made = User.objects.create_user("books@example.org", display_name="Bo Books", is_staff=staff)
    made.user_permissions.add(*Permission.objects.filter(codename__in=permissions))
    return made


def page(user: User, address: str) -> str:
    answer = client_of(user).get(address)
    assert answer.status_code == 200
    return str(answer.content.decode())


def file_of(kind: str) -> str:
    return reverse("payments:document", args=[Document.objects.get(kind=kind).pk])


def test_a_visitor_signs_in_first(issued: Scene) -> None:
    month = Month.of(issued.at)
    addresses = ["/receipts/", "/statements/", "/statements/invoices/", f"/statements/{month}/EUR.pdf", TAX,
                 file_of("receipt"), "/books/documents/", "/books/export/"]  # fmt: skip
    for address in addresses:
        answer = Client().get(address)
        assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/accounts/login/")


def test_a_buyer_finds_receipts_and_invoices(issued: Scene) -> None:
    found = page(issued.buyer, "/receipts/")
    for words in ("Receipt", "Invoice for the work", "Invoice for our fee", "REC-", "Job 1", "CODE1", "€59.74"):
        assert words in found
    answer = client_of(issued.buyer).get(file_of("receipt"))
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert answer["Content-Disposition"] == f'attachment; filename="{Document.objects.get(kind="receipt").number}.pdf"'
    assert answer["Cache-Control"] == "private, no-store"


def test_a_receipt_near_midnight_stands_under_the_day_and_month_of_its_paper(scene: Scene) -> None:
    User.objects.filter(pk=scene.buyer.pk).update(time_zone="America/New_York")
    scene.at = datetime(2026, 12, 1, 0, 30, tzinfo=UTC)  # still 30 November in New York
    scene.captured("order:1")
    missing.issue_missing(scene.at)
    paper = Document.objects.get(kind="receipt")
    assert (paper.content["issued_on"], paper.issued_on) == ("1 December 2026", date(2026, 12, 1))
    found = page(scene.buyer, "/receipts/")
    assert "December 2026</h2>" in found
    assert "1 December 2026" in found
    assert library.latest_of_buyer(scene.buyer.pk, 1)[0].issued_on == date(2026, 12, 1)


def test_a_seller_finds_what_was_issued_in_their_name_and_not_the_buyers_receipt(issued: Scene) -> None:
    found = page(issued.seller, "/statements/invoices/")
    assert "Invoice for the work" in found
    assert "REC-" not in found
    assert "Your invoices carry only your public name" in found
    profiles.save_tax_details(issued.seller.pk, IRISH, issued.at)
    assert "Your invoices carry only your public name" not in page(issued.seller, "/statements/invoices/")
    assert client_of(issued.seller).get(file_of("seller_invoice")).status_code == 200
    for kind in ("receipt", "buyer_fee"):
        assert client_of(issued.seller).get(file_of(kind)).status_code == 404


def test_a_stranger_learns_of_nothing(issued: Scene, stranger: User) -> None:
    client = client_of(stranger)
    for document in Document.objects.all():
        assert client.get(reverse("payments:document", args=[document.pk])).status_code == 404
        assert client.get(reverse("payments:staff_document", args=[document.pk])).status_code == 404
    assert client.get(reverse("payments:document", args=[uuid.uuid4()])).status_code == 404
    assert client.get(f"/statements/{Month.of(issued.at)}/EUR.csv").status_code == 404
    assert client.get("/books/documents/").status_code == 404
    assert client.get("/books/export/?format=csv&first=2026-01-01&last=2027-01-01").status_code == 404
    assert "Job 1" not in page(stranger, "/receipts/") + page(stranger, "/statements/invoices/")


def test_empty_pages_say_what_comes(scene: Scene, stranger: User) -> None:
    assert "No receipts yet" in page(scene.buyer, "/receipts/")
    assert "No statements yet" in page(stranger, "/statements/")
    assert "No invoices yet" in page(stranger, "/statements/invoices/")
    assert "You are not selling yet" in page(scene.buyer, "/statements/")
    assert "You are not selling yet" in page(scene.buyer, "/statements/invoices/")


@pytest.mark.parametrize("words", ["CODE1", "code1", "job", "REC-", "order:1"])
def test_an_order_is_found(issued: Scene, words: str) -> None:
    issued.captured("order:2")
    missing.issue_missing(issued.at)
    found = page(issued.buyer, f"/receipts/?q={words}")
    assert "CODE1" in found
    assert "Nothing found" in page(issued.buyer, "/receipts/?q=zzz")
    assert "Nothing found" in page(issued.buyer, "/receipts/?q=%00%25")


def test_pages_follow_each_other_without_gap_or_twin(scene: Scene, django_assert_num_queries: Any) -> None:
    for number in range(2 * library.PAGE + 1):
        scene.captured(f"order:{number}")
    missing.issue_missing(scene.at)
    seen, address, client = [], "/receipts/?q=Job", client_of(scene.buyer)
    while address:
        answer = client.get(address)
        found = answer.context["page"]
        seen += [document.number for document in found.documents]
        address = f"/receipts/{answer.context['next_url']}" if answer.context["next_url"] else ""
    assert len(seen) == len(set(seen)) == 2 * library.PAGE + 1
    assert len(page(scene.buyer, "/receipts/?before=nonsense").split("REC-")) > library.PAGE
    with django_assert_num_queries(1):
        library.to_buyer(scene.buyer.pk)


def test_receipts_stand_by_month(scene: Scene) -> None:
    for at in (scene.at - timedelta(days=40), scene.at):
        replace(scene, at=at).captured(f"order:{at:%m}")
        missing.issue_missing(at)
    answer = client_of(scene.buyer).get("/receipts/")
    found = [(f"{month:%Y-%m}", len(rows)) for month, rows in answer.context["months"]]
    assert found == [("2026-11", 1), ("2026-09", 1)]
    page = answer.content.decode()
    assert -1 < page.index("November 2026") < page.index("September 2026")


def test_statements_stand_by_month_with_both_files(issued: Scene) -> None:
    month = Month.of(issued.at)
    found = page(issued.seller, "/statements/")
    assert month.words in found
    assert "so far" in found
    assert "€52.20" in found
    pdf = client_of(issued.seller).get(f"/statements/{month}/EUR.pdf")
    assert pdf.content.startswith(b"%PDF-")
    table = client_of(issued.seller).get(f"/statements/{month}/EUR.csv")
    assert table["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert [row["Balance"] for row in rows] == ["0.00", "52.20", "52.20"]


@pytest.mark.parametrize("name", ["2026-13/EUR.pdf", "1999-01/EUR.pdf", "2090-01/EUR.csv", "x/EUR.pdf"])
def test_there_is_no_statement_of_a_month_without_money(issued: Scene, name: str) -> None:
    client = client_of(issued.seller)
    assert client.get(f"/statements/{name}").status_code == 404
    assert client.get(f"/statements/{Month.of(issued.at)}/USD.pdf").status_code == 404
    assert client.get("/statements/?before=nonsense").status_code == 404


def test_many_months_come_in_pages(scene: Scene) -> None:
    people.become_seller(user_id=scene.seller.pk, country="IE", at=scene.at)
    scene.at = clock.now() - timedelta(days=3 * 365)
    scene.released("order:1")
    client, address, seen = client_of(scene.seller), "/statements/", []
    while address:
        answer = client.get(address)
        seen += [str(row.month) for row in answer.context["rows"]]
        address = f"/statements/{answer.context['next_url']}" if answer.context["next_url"] else ""
    assert seen == sorted(set(seen), reverse=True)
    assert len(seen) in (37, 38)


def test_tax_details_are_saved_and_shown_again(scene: Scene) -> None:
    client = client_of(scene.buyer)
    answer = client.post(TAX, DETAILS, follow=True)
    assert "Saved." in answer.content.decode()
    assert profiles.tax_details(scene.buyer.pk) == IRISH
    assert "Bea Buyer Ltd" in page(scene.buyer, TAX)
    assert "VAT on what you sell" not in page(scene.buyer, TAX)


def test_a_seller_says_what_vat_their_prices_contain(scene: Scene) -> None:
    people.become_seller(user_id=scene.seller.pk, country="DE", at=scene.at)
    data = DETAILS | {"country": "DE", "tax_id": "136695976", "vat_scheme": "charged", "vat_rate": "19.5", "note": ""}
    client_of(scene.seller).post(TAX, data)
    saved = profiles.tax_details(scene.seller.pk)
    assert saved is not None
    assert (saved.tax_id, saved.vat_basis_points) == ("DE136695976", 1_950)
    assert 'value="19.5"' in page(scene.seller, TAX)


def test_a_mistake_stands_at_its_field_and_what_was_typed_is_kept(scene: Scene) -> None:
    answer = client_of(scene.buyer).post(TAX, DETAILS | {"tax_id": "IE1", "legal_name": ""})
    assert answer.context["form"].errors.keys() == {"legal_name"}
    answer = client_of(scene.buyer).post(TAX, DETAILS | {"tax_id": "IE1"})
    assert answer.context["form"].errors == {"tax_id": ["This is not a tax number of Ireland. Check its digits."]}
    assert 'value="IE1"' in answer.content.decode()
    assert TaxProfile.objects.count() == 0


def test_a_moderator_without_the_permission_is_a_stranger(issued: Scene) -> None:
    User.objects.filter(pk=issued.buyer.pk).update(is_moderator=True)
    assert client_of(issued.buyer).get("/books/documents/").status_code == 404
    assert client_of(bookkeeper("view_document", staff=False)).get("/books/documents/").status_code == 404


def test_a_treasurer_reaches_documents_and_export_from_the_money_pages(issued: Scene) -> None:
    treasurer = User.objects.create_user("money@example.org", display_name="Mo Money", is_treasurer=True)
    assert 'href="/books/documents/"' in page(treasurer, "/money/")
    assert "Export the ledger" in page(treasurer, "/books/documents/?q=buyer@example.org")
    assert "Download" in page(treasurer, "/books/export/")
    User.objects.filter(pk=treasurer.pk).update(is_treasurer=False)
    assert client_of(User.objects.get(pk=treasurer.pk)).get("/books/export/").status_code == 404


def test_who_keeps_the_books_finds_any_document(issued: Scene, django_assert_num_queries: Any) -> None:
    keeper = bookkeeper("view_document")
    found = page(keeper, "/books/documents/?q=buyer@example.org")
    assert "seller@example.org → buyer@example.org" in found
    assert "Nothing found" in page(keeper, "/books/documents/?q=nobody@example.org")
    for document in Document.objects.all():
        assert client_of(keeper).get(reverse("payments:staff_document", args=[document.pk])).status_code == 200
    assert client_of(keeper).get("/books/export/").status_code == 404
    with django_assert_num_queries(1):
        library.for_staff(words="Job")


def test_the_ledger_is_downloaded_while_it_is_read(issued: Scene) -> None:
    client = client_of(bookkeeper("view_ledgertransfer"))
    assert "Export the ledger" in client.get("/books/export/").content.decode()
    period = {"first": "2026-01-01", "last": "2099-12-31"}
    answer: Any = client.get("/books/export/", period | {"format": "csv"})
    assert answer.streaming
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert len({row["transfer"] for row in rows}) == LedgerTransfer.objects.count()
    wrong = client.get("/books/export/", {"first": "2026-02-01", "last": "2026-01-01", "format": "csv"})
    assert wrong.context["form"].errors == {"last": ["Choose a later day."]}
    assert client.get("/books/export/", {"format": "xls"}).context["form"].errors


def test_a_month_so_far_and_one_that_has_ended_differ(issued: Scene) -> None:
    from payments.documents.statements import statement

    month = Month.of(issued.at)
    assert statement(issued.seller.pk, month, "EUR", issued.at).is_running
    assert not statement(issued.seller.pk, month, "EUR", month.end).is_running
