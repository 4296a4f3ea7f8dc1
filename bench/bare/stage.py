"""Makes the bare project's tables, gigs and people (``python -m bench.bare.stage``); prints a session key for each."""

from __future__ import annotations

import os
import random

import django

_CATEGORIES, _SELLERS, _GIGS, _PEOPLE = 40, 2_000, 20_000, 8
_WORDS = [
    "logo",
    "poster",
    "translation",
    "shop",
    "text",
    "photo",
    "podcast",
    "sheet",
    "letter",
    "plan",
    "voice",
    "chart",
]


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.bare.settings"
    django.setup()
    from django.core.management import call_command

    call_command("migrate", run_syncdb=True, verbosity=0)
    fill(_GIGS)
    print("\n".join(sessions(_PEOPLE)))


def fill(gigs: int) -> None:
    from bench.bare.models import Category, Gig, Seller

    rnd = random.Random(1)

    categories = [Category(slug=f"c{n}", name=f"Category {n}", blurb="Small jobs. " * 10) for n in range(_CATEGORIES)]
    sellers = [Seller(name=f"Seller {n}", portrait=f"p/{n}.webp", level=n % 4) for n in range(_SELLERS)]
    Category.objects.bulk_create(categories)
    Seller.objects.bulk_create(sellers)
    rows = [
        Gig(
            category=rnd.choice(categories),
            seller=rnd.choice(sellers),
            title=f"I make your {' '.join(rnd.sample(_WORDS, 5))}, no. {n}",
            image=f"g/{n}.webp",
            tags=rnd.sample(_WORDS, 3),
            price_minor=rnd.randint(500, 20_000),
            minutes=rnd.randint(30, 5_000),
            rating=rnd.random() * 5,
            reviews=rnd.randint(0, 900),
        )
        for n in range(gigs)
    ]
    Gig.objects.bulk_create(rows, batch_size=5_000)


def sessions(people: int) -> list[str]:
    """Of people who are signed in."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.auth.models import User
    from django.contrib.sessions.backends.db import SessionStore

    keys = []
    for number in range(people):
        user = User.objects.create_user(f"buyer{number}")
        session = SessionStore()
        session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session.create()
        keys.append(str(session.session_key))
    return keys


if __name__ == "__main__":
    main()
