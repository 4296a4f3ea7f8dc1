"""What the public sees of a person, in whose time."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from allauth.mfa.models import Authenticator
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from accounts import api, panels
from accounts.contracts import Person, ProfilePanel, SellerProgress
from accounts.models import User
from accounts.web.middleware import ReaderTimeZoneMiddleware
from tests.accounts.conftest import AT, client_of

pytestmark = pytest.mark.django_db


def profile(handle: str) -> str:
    return reverse("accounts:profile", args=[handle])


@pytest.fixture
def own_panels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(panels, "_makers", [])


def test_a_profile_is_public_and_tells_no_address(seller: User) -> None:
    words = api.SellerWords("I clean <b>tables</b>", "Since 2014.", [("en", "native")], ["Excel"])
    api.save_seller_words(user_id=seller.pk, words=words)
    page = Client().get(profile("aoife-byrne")).content.decode()
    assert "Aoife Byrne" in page
    assert "I clean &lt;b&gt;tables&lt;/b&gt;" in page
    assert "Ireland" in page
    assert seller.email not in page
    assert "Edit" not in page
    assert "Edit" in client_of(seller).get(profile("aoife-byrne")).content.decode()


def test_handles_are_found_however_they_are_typed(seller: User) -> None:
    answer = Client().get("/@Aoife-Byrne/")
    assert (answer.status_code, answer["Location"]) == (301, profile("aoife-byrne"))


@pytest.mark.parametrize("handle", ["nobody", "aoife-byrne-2"])
def test_nobody_there_is_a_404(seller: User, handle: str) -> None:
    assert Client().get(profile(handle)).status_code == 404


def test_a_suspended_person_has_no_page(seller: User) -> None:
    api.suspend(user_id=seller.pk, by_id=None, reason="They send spam.", at=AT)
    assert Client().get(profile("aoife-byrne")).status_code == 404


def test_only_sellers_are_for_search_engines(seller: User, buyer: User) -> None:
    assert "noindex" not in Client().get(profile("aoife-byrne")).content.decode()
    assert "noindex" in Client().get(profile("bob-smith")).content.decode()


@pytest.mark.usefixtures("own_panels")
def test_other_apps_add_panels_in_their_order(seller: User) -> None:
    def note(text: str, request: HttpRequest, person: Person) -> ProfilePanel | None:
        return ProfilePanel("components/note.html", {"text": f"{text} of {person.id}"}) if text else None

    api.register_profile_panel(lambda request, person: note("reviews", request, person), position=20)
    api.register_profile_panel(lambda request, person: note("gigs", request, person), position=10)
    api.register_profile_panel(lambda request, person: note("", request, person))
    page = Client().get(profile("aoife-byrne")).content.decode()
    assert 0 < page.index(f"gigs of {seller.pk}") < page.index(f"reviews of {seller.pk}")


@pytest.mark.parametrize(
    ("zone", "cookie", "shown"),
    [
        ("America/New_York", "Asia%2FTokyo", "05:30"),
        ("", "Asia%2FTokyo", "18:30"),
        ("", "Asia/Tokyo", "18:30"),
        ("", "../../etc/passwd", "10:30"),
        ("", "", "10:30"),
    ],
)
def test_times_are_the_readers(zone: str, cookie: str, shown: str) -> None:
    def view(_request: HttpRequest) -> HttpResponse:
        return HttpResponse(f"{timezone.localtime(datetime(2026, 5, 12, 9, 30, tzinfo=UTC)):%H:%M}")

    request = RequestFactory().get("/")
    request.COOKIES["tz"] = cookie
    request.user = User(time_zone=zone)
    assert ReaderTimeZoneMiddleware(view)(request).content.decode() == shown


def test_how_far_a_seller_s_side_has_come(seller: User, buyer: User) -> None:
    assert api.seller_progress(seller.pk) == api.seller_progress(buyer.pk) == SellerProgress()
    api.save_seller_words(user_id=seller.pk, words=api.SellerWords("I clean", "Since 2014.", [], []))
    User.objects.filter(pk=seller.pk).update(portrait="portraits/x")
    Authenticator.objects.create(user=seller, type=Authenticator.Type.TOTP, data={})
    api.save_time(user_id=seller.pk, time_zone="Europe/Dublin", spans=[(0, 540, 720)])
    assert api.seller_progress(seller.pk) == SellerProgress(True, True, True, True)
    api.close_checklist(user_id=seller.pk, at=AT)
    assert api.seller_progress(seller.pk).is_closed


@pytest.mark.parametrize("page", ["changelist", "add"])
def test_the_admin_opens_for_staff(seller: User, page: str) -> None:
    User.objects.filter(pk=seller.pk).update(is_staff=True, is_superuser=True)
    client = client_of(User.objects.get(pk=seller.pk))
    assert client.get(reverse(f"admin:accounts_user_{page}")).status_code == 200
    assert client.get(reverse("admin:accounts_user_change", args=[seller.pk])).status_code == 200
    assert client.get(reverse("admin:accounts_user_delete", args=[seller.pk])).status_code == 403


def test_the_admin_leads_to_the_page_that_asks_for_a_reason(seller: User, buyer: User) -> None:
    User.objects.filter(pk=seller.pk).update(is_staff=True, is_superuser=True)
    form = {"action": "suspend", "_selected_action": [buyer.pk]}
    client = client_of(User.objects.get(pk=seller.pk))
    answer = client.post(reverse("admin:accounts_user_changelist"), form)
    assert answer.headers["Location"] == reverse("accounts:suspension", args=[buyer.pk])
    assert not User.objects.get(pk=buyer.pk).is_suspended
    two = {"action": "suspend", "_selected_action": [buyer.pk, seller.pk]}
    assert client.post(reverse("admin:accounts_user_changelist"), two).status_code == 302
    assert not User.objects.filter(suspended_at__isnull=False).exists()
