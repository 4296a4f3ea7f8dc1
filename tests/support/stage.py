"""Prepares a site's database for the journeys: tables, categories, people and gigs, through the product's own doors.

Runs as a process of its own (``python -m tests.support.stage``) with the site's settings.
"""

from __future__ import annotations

from datetime import datetime

import django
from django.core.management import call_command

PASSWORD = "a long enough password"

# Handle → (name, the gigs they sell). Every journey has a seller and buyers of its own, so that none disturbs another.
SELLERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "nora": ("Nora Lind", ("poster",)),
    "omar": ("Omar Haddad", ("banner", "portrait")),
    "rosa": ("Rosa Almeida", ("texts",)),
    "silas": ("Silas Brandt", ("sheet",)),
    "lena": ("Lena Varga", ("minute",)),
    "dora": ("Dora Costa", ("audio",)),
    "tomas": ("Tomas Novak", ("proofreading",)),
    "ana": ("Ana Pires", ("testing",)),
    "rex": ("Rex Moreno", ("research", "pausing", "changing")),
    "kenji": ("Kenji Mori", ("haiku",)),
    "vera": ("Vera Quist", ("film",)),
    "gus": ("Gus Lindqvist", ("menu",)),
    "hana": ("Hana Sato", ("handbook",)),
    "ivo": ("Ivo Petrov", ("captions",)),
    "judit": ("Judit Balog", ("leaflet",)),
    "polly": ("Polly Ferrer", ("slogan",)),
    "cleo": ("Cleo Marin", ("stamps",)),
    # Whose orders come to staff or to a bank
    "gita": ("Gita Rao", ("labels",)),
    "emil": ("Emil Falk", ("voice",)),
    "piet": ("Piet Maas", ("map",)),
    "ugo": ("Ugo Conti", ("jingle",)),
    "bram": ("Bram Peeters", ("recipe",)),
    # Who is only written to
    "liv": ("Liv Aas", ()),
}
BUYERS: dict[str, str] = {
    "bea": "Bea Lund",
    "carl": "Carl Weber",
    "ines": "Ines Duarte",
    "jon": "Jon Berg",
    "kira": "Kira Stein",
    "lars": "Lars Holm",
    "maya": "Maya Roy",
    "noel": "Noel Grant",
    "otto": "Otto Frank",
    "pia": "Pia Sand",
    "quinn": "Quinn Abel",
    "sid": "Sid Stranger",
    "theo": "Theo Marsh",
    "uma": "Uma Lal",
    "wim": "Wim Dekker",
    "xenia": "Xenia Kalb",
    "yuki": "Yuki Ono",
    "zoe": "Zoe Hart",
    "hugo": "Hugo Brand",
    "ella": "Ella Moss",
    "gwen": "Gwen Hart",
    "hal": "Hal Kerr",
    "iva": "Iva Petrova",
    "joy": "Joy Okoro",
    "kai": "Kai Moen",
}
# Handle → (name, what they may do)
STAFF: dict[str, tuple[str, str]] = {
    "mona": ("Mona Moderator", "is_moderator"),
    "milo": ("Milo Moderator", "is_moderator"),
    "tess": ("Tess Treasurer", "is_treasurer"),
}


def address(who: str) -> str:
    return f"{who}@example.org"


def main() -> None:
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("load_categories", verbosity=0)
    from marketplace.kernel import clock

    at = clock.now()
    for handle, (name, gigs) in SELLERS.items():
        _seller(handle, name, gigs, at)
    for handle, name in BUYERS.items():
        _person(handle, name, at)
    for handle, (name, right) in STAFF.items():
        _staff(handle, name, right, at)


def _person(handle: str, name: str, at: datetime) -> int:
    from accounts import api as accounts

    return accounts.register_person(
        email=address(handle), name=name, password=PASSWORD, at=at, country="PT", time_zone="Europe/Lisbon"
    )


def _seller(handle: str, name: str, gigs: tuple[str, ...], at: datetime) -> None:
    from accounts import api as accounts
    from gigs import api
    from tests.support.stage_gigs import GIGS

    user_id = _person(handle, name, at)
    accounts.become_seller(user_id=user_id, country="PT", at=at)
    for gig in gigs:
        gig_id = api.create_gig(seller_id=user_id, content=GIGS[gig], at=at)
        api.publish(gig_id=gig_id, seller_id=user_id, at=at)


def _staff(handle: str, name: str, right: str, at: datetime) -> None:
    from django.contrib.auth import get_user_model

    get_user_model().objects.filter(pk=_person(handle, name, at)).update(**{right: True})


if __name__ == "__main__":
    main()
