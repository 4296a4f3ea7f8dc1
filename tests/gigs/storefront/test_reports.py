"""Reporting a seller's page: once at a time, for staff alone."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from gigs import leaving
from gigs.models import StorefrontReport
from gigs.storefront import reports
from marketplace.kernel import clock

pytestmark = pytest.mark.django_db
WRONG = {"reason": "stolen", "text": "The second piece is mine."}


def path(seller: User) -> str:
    return reverse("gigs:report_seller", args=[seller.handle])


def test_somebody_reports_a_seller_once_at_a_time(seller: User, buyer: User, as_buyer: Client) -> None:
    assert path(seller) in as_buyer.get(reverse("accounts:profile", args=[seller.handle])).content.decode()
    assert as_buyer.post(path(seller), WRONG).status_code == 302
    report = StorefrontReport.objects.get()
    assert (report.seller, report.by, report.reason) == (seller, buyer, "stolen")
    assert "You have told us" in as_buyer.get(path(seller)).content.decode()
    assert as_buyer.post(path(seller), WRONG).status_code == 422
    assert StorefrontReport.objects.count() == 1


def test_what_says_nothing_is_refused(seller: User, as_buyer: Client) -> None:
    for wrong in ({"reason": "other", "text": " "}, {"reason": "nonsense"}, {}):
        assert as_buyer.post(path(seller), {"text": "", **wrong}).status_code == 422
    assert not StorefrontReport.objects.exists()


def test_nobody_reports_themselves(seller: User, as_seller: Client) -> None:
    assert as_seller.post(path(seller), WRONG).status_code == 403
    with pytest.raises(IntegrityError), transaction.atomic():
        StorefrontReport.objects.create(seller=seller, by=seller, reason="other", text="x", at=clock.now())


def test_a_copy_of_ones_data_has_what_one_reported(seller: User, buyer: User, at: datetime) -> None:
    reports.send(seller_id=seller.pk, by_id=buyer.pk, reason="poses", text="That is my photo.", at=at)
    assert [row["text"] for row in leaving.reports_of(buyer.pk)] == ["That is my photo."]
    assert list(leaving.reports_of(seller.pk)) == []


def test_visitors_sign_in_first(seller: User) -> None:
    assert "login" in Client().post(path(seller), WRONG)["Location"]
    assert not StorefrontReport.objects.exists()


def test_staff_close_it_and_it_can_be_said_again(seller: User, buyer: User, as_buyer: Client) -> None:
    as_buyer.post(path(seller), WRONG)
    staff = User.objects.create_superuser("root@example.org", display_name="Ruth Root")
    client = Client()
    client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    page = reverse("admin:gigs_storefrontreport_changelist")
    client.post(page, {"action": "close_them", "_selected_action": [StorefrontReport.objects.get().pk]})
    assert StorefrontReport.objects.get().closed_by == staff
    assert as_buyer.post(path(seller), WRONG).status_code == 302
