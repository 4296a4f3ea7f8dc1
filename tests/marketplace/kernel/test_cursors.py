from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.test import Client

from accounts.models import User
from marketplace.kernel import cursors
from orders.reviews import page_of

AT = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)


def test_what_was_named_is_read() -> None:
    pk = uuid.uuid4()
    assert cursors.read(cursors.name(AT, pk)) == (AT, pk)
    assert cursors.read_number(cursors.name(AT, 7)) == (AT, 7)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "2026-01-01T00:00:00,1",
        "2026-01-01T00:00:00+00:00",
        "2026-01-01T00:00:00+00:00,x",
        "2026-01-01T00:00:00+00:00,0",
        "2026-01-01T00:00:00+00:00,-1",
        f"2026-01-01T00:00:00+00:00,{2**63}",
        f"2026-01-01T00:00:00+00:00,{'9' * 5_000}",
        "0001-01-01T00:00:00+23:00,1",
        "9999-12-31T23:00:00-23:00,1",
    ],
)
def test_anything_else_is_the_first_page(text: str) -> None:
    assert cursors.read_number(text) is None
    assert cursors.read(text) is None


@pytest.mark.django_db
def test_any_zone_of_pythons_can_be_asked_for(client: Client) -> None:
    far = timezone(timedelta(hours=23, minutes=59))
    place = cursors.read_number(cursors.name(AT.astimezone(far), 1))
    assert place == (AT, 1)
    seller = User.objects.create_user("s@example.org", display_name="Sam")
    assert page_of(seller.pk, place, 5) == []
