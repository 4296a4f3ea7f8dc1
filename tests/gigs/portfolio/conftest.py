"""A seller's pieces with prepared files, and an accepted order of theirs."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from gigs.models import Piece
from gigs.portfolio import preparing, services
from gigs.portfolio.services import Content
from marketplace.kernel.uploads import places
from marketplace.kernel.uploads.places import Place
from orders.models import Order
from tests.gigs.gallery.conftest import picture
from tests.orders.scenes import Desk

MakePiece = Callable[..., Piece]


def upload(owner: User, name: str, content: bytes, at: datetime) -> uuid.UUID:
    return places.keep(Place(owner.pk, "piece", at), SimpleUploadedFile(name, content))


@pytest.fixture
def make_piece(seller: User, at: datetime) -> MakePiece:
    """One of the seller's, its files prepared unless told otherwise."""

    def make(
        *, title: str = "A label for jam", prepared: bool = True, files: dict[str, bytes] | None = None,
        order: Order | None = None,
    ) -> Piece:  # fmt: skip
        sent = {"jam.jpg": picture(1)} if files is None else files
        ids = [upload(seller, name, content, at) for name, content in sent.items()]
        content = Content(title, "Drawn by hand.", uploads=ids)
        pk = services.create(seller_id=seller.pk, content=content, at=at, order_id=order.pk if order else None)
        while prepared and preparing.prepare_next(at):
            pass
        return Piece.objects.get(pk=pk)

    return make


@pytest.fixture
def moderator(db: None) -> User:
    return User.objects.create_user("mo@example.org", display_name="Mo Moderator", is_moderator=True)


@pytest.fixture
def order(buyer: User, seller: User, moderator: User, at: datetime) -> Order:
    """Accepted."""
    return Desk(buyer, seller, moderator, at).completed()


@pytest.fixture
def as_stranger(stranger: User) -> Client:
    client = Client()
    client.force_login(stranger, backend="django.contrib.auth.backends.ModelBackend")
    return client
