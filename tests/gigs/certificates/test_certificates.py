"""Certificates: a seller's own statement until staff have looked at it."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.contrib.auth.models import Permission
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.leaving import closing
from accounts.models import User
from gigs.certificates import services
from gigs.certificates.services import Statement
from gigs.models import Certificate
from marketplace.kernel.errors import Conflict, InvalidInput, NotFound
from marketplace.kernel.models import StoredFile
from tests.gigs.gallery.conftest import film, pdf
from tests.gigs.portfolio.conftest import upload

pytestmark = pytest.mark.django_db
MASTER = Statement("Master bookbinder", "Chamber of Crafts", 2019, "https://example.org/123")


@pytest.fixture
def certificate(seller: User, at: datetime) -> Certificate:
    return Certificate.objects.get(pk=services.add(seller_id=seller.pk, statement=MASTER, at=at))


@pytest.fixture
def staff(db: None) -> Client:
    """May change certificates, and nothing else."""
    user = User.objects.create_user("staff@example.org", display_name="Stella Staff", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=["view_certificate", "change_certificate"]))
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def act(client: Client, name: str, certificate: Certificate) -> int:
    sent = {"action": name, "_selected_action": [certificate.pk]}
    return client.post(reverse("admin:gigs_certificate_changelist"), sent).status_code


def page(seller: User) -> str:
    return Client().get(reverse("accounts:profile", args=[seller.handle])).content.decode()


def test_it_is_an_own_statement_until_staff_checked_it(certificate: Certificate, seller: User, staff: Client) -> None:
    body = page(seller)
    assert "Master bookbinder" in body
    assert "Own statement" in body
    assert 'rel="nofollow ugc noopener noreferrer"' in body
    act(staff, "check_them", certificate)
    body = page(seller)
    assert "Checked by us on" in body
    assert "Own statement" not in body
    act(staff, "uncheck_them", certificate)
    assert "Own statement" in page(seller)


def test_staff_without_the_right_check_nothing(certificate: Certificate, staff: Client) -> None:
    User.objects.get(email="staff@example.org").user_permissions.set(
        Permission.objects.filter(codename="view_certificate")
    )
    act(staff, "check_them", certificate)
    certificate.refresh_from_db()
    assert certificate.checked_at is None


def test_nobody_checks_their_own(certificate: Certificate, seller: User, at: datetime) -> None:
    assert services.check(certificate_ids=[certificate.pk], staff_id=seller.pk, at=at) == 0


def test_the_proof_is_for_staff_alone_and_goes_with_it(
    seller: User, at: datetime, staff: Client, as_seller: Client, client: Client
) -> None:
    proof = upload(seller, "proof.pdf", pdf(), at)
    pk = services.add(seller_id=seller.pk, statement=Statement("Exam", "School", 2020, uploads=[proof]), at=at)
    path = reverse("admin:gigs_certificate_proof", args=[pk])
    assert b"".join(staff.get(path).streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]
    for other in (Client(), as_seller):
        assert other.get(path).status_code == 302
    services.remove(certificate_id=pk, seller_id=seller.pk)
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize(
    ("statement", "field"),
    [
        (Statement("", "School", 2020), "title"),
        (Statement("Exam", " \u200b ", 1900), "year"),
        (Statement("Exam", "School", 2027), "year"),
        (Statement("Exam", "School", 2020, "javascript:alert(1)"), "link"),
        (Statement("Exam", "School", 2020, "example.org"), "link"),
        (Statement("Exam", "School", 2020, "HTTPS://example.org/1"), "link"),
        (Statement("Exam", "School", 2020, "https://school.example:x@example.org/"), "link"),
        (Statement("x" * 101, "School", 2020), "title"),
    ],
)
def test_what_does_not_make_sense_is_refused(seller: User, at: datetime, statement: Statement, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        services.add(seller_id=seller.pk, statement=statement, at=at)
    assert field in refused.value.fields
    assert not Certificate.objects.exists()


def test_the_same_one_is_named_once(certificate: Certificate, seller: User, at: datetime) -> None:
    with pytest.raises(Conflict, match="already"):
        services.add(seller_id=seller.pk, statement=MASTER, at=at)


def test_they_are_few(seller: User, at: datetime) -> None:
    for number in range(services.MOST):
        services.add(seller_id=seller.pk, statement=Statement(f"Exam {number}", "School", 2020), at=at)
    with pytest.raises(Conflict, match="Remove one"):
        services.add(seller_id=seller.pk, statement=Statement("One more", "School", 2020), at=at)


def test_the_form_adds_and_removes(as_seller: Client, seller: User) -> None:
    sent = {"title": "Exam", "issuer": "School", "year": "2020", "link": ""}
    assert as_seller.post(reverse("gigs:certificates"), sent).status_code == 302
    made = Certificate.objects.get()
    assert as_seller.post(reverse("gigs:certificates"), {**sent, "year": "1800"}).status_code == 422
    as_seller.post(reverse("gigs:certificate_remove", args=[made.pk]))
    assert not Certificate.objects.exists()


def test_others_remove_nothing(certificate: Certificate, stranger: User, as_buyer: Client) -> None:
    with pytest.raises(NotFound):
        services.remove(certificate_id=certificate.pk, seller_id=stranger.pk)
    assert as_buyer.post(reverse("gigs:certificate_remove", args=[certificate.pk])).status_code == 404
    assert as_buyer.get(reverse("gigs:certificates")).status_code == 404
    assert Certificate.objects.exists()


def test_they_go_with_the_account(certificate: Certificate, seller: User, at: datetime) -> None:
    closing.close(user_id=seller.pk, at=at)
    assert not Certificate.objects.exists()


@pytest.mark.parametrize(
    "change", [{"link": "javascript:alert(1)"}, {"year": 1800}, {"checked_at": "2026-01-01T00:00Z"}]
)
def test_the_database_refuses_it_too(certificate: Certificate, change: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.filter(pk=certificate.pk).update(**change)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("proof.exe", b"MZ"),
        ("proof.pdf", b"<html>"),
        ("film.mp4", film()),
        ("large.jpg", b"\xff\xd8\xff" + bytes(10**7)),
    ],
    ids=["program", "page", "film", "large"],
)
def test_a_proof_is_a_picture_or_a_pdf(seller: User, at: datetime, name: str, content: bytes) -> None:
    proof = upload(seller, name, content, at)
    with pytest.raises(InvalidInput) as refused:
        services.add(seller_id=seller.pk, statement=Statement("Exam", "School", 2020, uploads=[proof]), at=at)
    assert name in refused.value.fields["files"]
    assert not Certificate.objects.exists()
