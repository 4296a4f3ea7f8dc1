"""The operator's choice and the lists of staff in the admin."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from gigs.models import GigReview
from gigs.models.reviewing import ForbiddenWord, ReviewPolicy
from gigs.reviewing import policy
from gigs.reviewing.states import Level, Mode

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_admin(db: None) -> Client:
    client = Client()
    client.force_login(
        User.objects.create_superuser("root@example.org", "x" * 20, display_name="Root"),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    return client


def test_the_operator_chooses_in_the_admin(as_admin: Client) -> None:
    url = reverse("admin:gigs_reviewpolicy_add")
    html = as_admin.get(url).content.decode()
    assert ("behance.net" in html, "every new gig and every larger change" in html) == (True, True)
    levels = {f"check_{name}": level.value for name, level in policy.current().levels.items()}
    data = {"mode": "new", "allowed_hosts": "https://www.example.com/x", **levels, "check_emoji": "off"}
    assert as_admin.post(url, data).status_code == 302
    chosen = policy.current()
    assert (chosen.mode, chosen.levels["emoji"], "example.com" in chosen.hosts) == (Mode.NEW, Level.OFF, True)
    row = ReviewPolicy.objects.get()
    assert row.by
    assert row.by.email == "root@example.org"
    assert as_admin.post(url, {**data, "mode": "sometimes"}).status_code == 200
    assert ReviewPolicy.objects.count() == 1
    assert "every new gig" in as_admin.get(reverse("admin:gigs_reviewpolicy_changelist")).content.decode()
    assert as_admin.post(reverse("admin:gigs_reviewpolicy_delete", args=[row.pk]), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("name", ["forbiddenword", "cannedchange", "gigreview", "takedown"])
def test_the_lists_of_staff_stand_in_the_admin(as_admin: Client, waiting: GigReview, name: str) -> None:
    ForbiddenWord.objects.create(pattern="casino*")
    assert as_admin.get(reverse(f"admin:gigs_{name}_changelist")).status_code == 200
