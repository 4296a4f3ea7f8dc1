"""A category, people and gigs. Made through the doors that the product uses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from PIL import Image

from accounts import api as accounts
from accounts.contracts import WeeklyHours
from accounts.models import User
from gigs import api
from gigs.contracts import ExtraContent, FaqEntry, GigContent, PackageContent
from gigs.models import Gig
from orders.contracts import Question

MakeGig = Callable[..., Gig]
# A Wednesday at noon in UTC.
NOON = datetime(2026, 5, 13, 12, 0, tzinfo=UTC)
DAYTIME = WeeklyHours("UTC", tuple((day, 9 * 60, 18 * 60) for day in range(7)))

CONTENT = GigContent(
    category_slug="writing",
    title="Write 50 product descriptions for your shop",
    description=(
        "<p>Send the product list and three texts that you like. I write in your voice, to your word count.</p>"
    ),
    tags=("shop", "copywriting"),
    packages=(
        PackageContent("Ten", 1500, 240, 1, (("Descriptions", "10"), ("Keyword check", "–"))),
        PackageContent("Fifty", 5600, 1320, 2, (("Descriptions", "50"), ("Keyword check", "yes"))),
        PackageContent("Whole shop", 18_500, 5760, 3, (("Descriptions", "200"), ("Keyword check", "yes"))),
    ),
    extras=(ExtraContent("Titles for search engines", 800, 60), ExtraContent("An hour sooner", 1400, -60)),
    faq=(FaqEntry("Can I see a sample?", "Order the smallest package."),),
    questions=(
        Question("q1", "Your product list", "file"),
        Question("q2", "Who buys from you?", "text"),
        Question("q3", "How should it sound?", "choice", True, ("Warm", "Dry")),
        Question("q4", "Your shop", "link", False),
    ),
    checklist=("Spreadsheet with one row per product",),
    ai_use="none",
)


@pytest.fixture
def at() -> datetime:
    return NOON


def _person(email: str, name: str) -> User:
    return get_user_model().objects.create_user(email, "a long enough password", display_name=name)


@pytest.fixture
def seller(db: None, at: datetime) -> User:
    user = _person("tom@example.org", "Tom Oliveira")
    accounts.become_seller(user_id=user.pk, country="PT", at=at)
    return User.objects.get(pk=user.pk)


@pytest.fixture
def stranger(db: None, at: datetime) -> User:
    """Another seller."""
    user = _person("sid@example.org", "Sid Stranger")
    accounts.become_seller(user_id=user.pk, country="IE", at=at)
    return User.objects.get(pk=user.pk)


@pytest.fixture
def buyer(db: None) -> User:
    return _person("bea@example.org", "Bea Buyer")


@pytest.fixture
def categories(db: None) -> None:
    api.load_categories()


@pytest.fixture
def make_gig(seller: User, categories: None, at: datetime) -> MakeGig:
    """A published gig; keyword arguments change its content."""

    def make(*, by: User | None = None, published: bool = True, **changes: object) -> Gig:
        owner = by or seller
        pk = api.create_gig(
            seller_id=owner.pk, content=replace(CONTENT, **changes), at=at, cover="covers/aa/" + "a" * 32
        )  # type: ignore[arg-type]
        if published:
            api.publish(gig_id=pk, seller_id=owner.pk, at=at)
        return Gig.objects.get(pk=pk)

    return make


@pytest.fixture
def gig(make_gig: MakeGig) -> Gig:
    return make_gig()


@pytest.fixture
def as_seller(client: Client, seller: User) -> Client:
    client.force_login(seller, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def as_buyer(buyer: User) -> Client:
    client = Client()
    client.force_login(buyer, backend="django.contrib.auth.backends.ModelBackend")
    return client


def picture(width: int = 800, height: int = 600, kind: str = "JPEG", mode: str = "RGB", **options: object) -> bytes:
    buffer = BytesIO()
    Image.new(mode, (width, height), "orange" if mode == "RGB" else None).save(buffer, kind, **options)  # type: ignore[arg-type]
    return buffer.getvalue()
