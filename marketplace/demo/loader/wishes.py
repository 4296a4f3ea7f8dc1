"""What visitors of the demo searched for in the weeks before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import gigs.api

_DAYS = 25
# By category: what many look for and few offer here, and what is offered well.
_WISHES = {
    "design": ("pitch deck redesign", "book cover", "menu design", "logo"),
    "writing": ("eulogy", "grant application", "product descriptions"),
    "translation": ("welsh translation", "subtitles japanese", "birth certificate translation"),
    "spreadsheets": ("pivot table dashboard", "airtable migration", "budget template"),
    "audio-video": ("podcast intro", "remove background noise", "wedding video cut"),
    "web-fixes": ("shopify checkout bug", "cookie banner", "slow wordpress"),
    "": ("harpsichord lessons", "logo design", "3d printing model"),
}


def search(now: datetime) -> None:
    random, today = Random("wishes"), now.astimezone(UTC).date()  # noqa: S311 - no secret
    for ago in range(1, _DAYS):
        found = [
            gigs.api.Searched(words, slug, random.randrange(5, 14))
            for slug, wishes in _WISHES.items()
            for words in wishes
            if random.random() < 0.4
        ]
        gigs.api.add_searches(today - timedelta(days=ago), found)
