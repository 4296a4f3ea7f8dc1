"""What the operator chose, read when something is handed in or published: what changes is valid at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings

from gigs.models.reviewing import ForbiddenWord, ReviewPolicy
from gigs.reviewing.checks.contacts import host_of
from gigs.reviewing.states import Level, Mode
from gigs.reviewing.vocabulary import CHECKS
from marketplace.kernel.prepared import prepared

# Where work is shown and nothing is sold past the site. The operator's list takes their place.
HOSTS = (
    "behance.net",
    "dribbble.com",
    "github.com",
    "gitlab.com",
    "soundcloud.com",
    "vimeo.com",
    "youtube.com",
    "youtu.be",
    "wikipedia.org",
    "schema.org",  # standards that gigs name
    "w3.org",
)


@dataclass(frozen=True, slots=True)
class Policy:
    mode: Mode
    levels: Mapping[str, Level]  # of every check
    hosts: tuple[str, ...]
    words: tuple[str, ...]

    def level(self, check: str) -> Level:
        return self.levels[check]

    def is_on(self, check: str) -> bool:
        return self.levels[check] is not Level.OFF


def current() -> Policy:
    """Two queries."""
    row = _ROW.first()
    chosen = row.checks if row else {}
    hosts = hosts_from(row.allowed_hosts) if row else list(HOSTS)
    own = urlsplit(settings.SITE_URL).hostname or ""
    return Policy(
        mode=Mode(row.mode) if row else Mode.NOTHING,
        levels={name: _level(chosen.get(name), check.level) for name, check in CHECKS.items()},
        hosts=tuple(filter(None, [*hosts, own])),
        words=tuple(_WORDS.all()),
    )


_ROW = prepared(lambda: ReviewPolicy.objects.order_by("-pk")[:1])
_WORDS = prepared(lambda: ForbiddenWord.objects.order_by("pattern").values_list("pattern", flat=True))


def hosts_from(typed: str) -> list[str]:
    """One per line, however it was typed: with scheme, www or a path."""
    return list(dict.fromkeys(filter(None, (host_of(line.strip().lower()) for line in typed.splitlines()))))


def choose(
    *, mode: Mode, by_id: int | None, at: datetime, checks: Mapping[str, str] | None = None,
    hosts: Iterable[str] = HOSTS,
) -> ReviewPolicy:  # fmt: skip
    """Valid from now on, for everything that is handed in or changed."""
    return ReviewPolicy.objects.create(
        mode=mode, checks=dict(checks or {}), allowed_hosts="\n".join(hosts), by_id=by_id, at=at
    )


def _level(chosen: object, usual: Level) -> Level:
    return Level(str(chosen)) if chosen in set(Level) else usual
