"""The demo's people as accounts: registered, with portraits, sellers with their words and payout country."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time

from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile

import accounts.api
from marketplace.demo import people as written
from marketplace.demo.roles import PASSWORD, ROLES

# The two whom a visitor may be have a history like everybody else.
_PLAYED = {"tom-oliveira": ROLES["seller"].email, "anna-lindner": ROLES["client"].email}


@dataclass(frozen=True)
class Resident:
    """Somebody who lives on the site now."""

    id: int
    handle: str
    name: str
    email: str
    country: str
    zone: str
    is_seller: bool


def wanted(now: datetime) -> list[written.Person]:
    """Sellers first, then buyers."""
    return [*written.sellers(now.date()), *written.buyers(now.date())]


def settle(person: written.Person, portrait: bytes, now: datetime) -> Resident:
    email = _PLAYED.get(person.handle, person.email)
    since = datetime.combine(person.member_since, time(9, 30), UTC)
    user_id = accounts.api.register_person(
        email=email,
        name=person.name,
        password=PASSWORD if email != person.email else None,
        at=since,
        country=person.country,
        time_zone=person.zone,
        city=person.city,
    )
    accounts.api.set_portrait(user_id=user_id, upload=SimpleUploadedFile("portrait.webp", portrait))
    if isinstance(person, written.Seller):
        _open_shop(person, user_id, since)
    is_seller = isinstance(person, written.Seller)
    return Resident(user_id, person.handle, person.name, email, person.country, person.zone, is_seller)


def _open_shop(person: written.Seller, user_id: int, since: datetime) -> None:
    accounts.api.become_seller(user_id=user_id, country=person.country, at=since)
    languages = [(code, "fluent" if number else "native") for number, code in enumerate(person.languages)]
    words = accounts.api.SellerWords(person.headline, person.bio, languages, list(person.skills))
    accounts.api.save_seller_words(user_id=user_id, words=words)


def settle_treasurers(now: datetime) -> None:
    """Two, so that one can confirm what the other asks for."""
    for name, role in (("Tess Okafor", ROLES["treasurer"]), ("Sid Larsen", ROLES["second"])):
        user_id = accounts.api.register_person(email=role.email, name=name, password=PASSWORD, at=now)
        get_user_model().objects.filter(pk=user_id).update(is_treasurer=True)


def settle_operator(now: datetime) -> None:
    """Sets the site up, and may do everything that the admin offers."""
    accounts.api.create_operator(name="Oda Brandt", email=ROLES["operator"].email, password=PASSWORD, at=now)


def settle_moderator(now: datetime) -> int:
    """Decides disputes, and may open the admin."""
    role = ROLES["moderator"]
    user_id = accounts.api.register_person(email=role.email, name="Maren Voss", password=PASSWORD, at=now)
    get_user_model().objects.filter(pk=user_id).update(is_moderator=True, is_staff=True)
    return user_id
