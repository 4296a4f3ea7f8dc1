"""Where collected static files go: hashed names, compressed, cached for ever."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.conf import settings
from whitenoise.storage import CompressedManifestStaticFilesStorage

_IMPORTS = (
    (r"""(?P<matched>import\s*["'](?P<url>\./[\w.-]+)["'];)""", 'import "%(url)s";'),
    (r"""(?P<matched>from\s*["'](?P<url>\./[\w.-]+)["'];)""", 'from "%(url)s";'),
)


class HashedStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # untyped base
    """Also gives our own scripts hashed names where they import each other.

    Django can do this for every script, but then fails on other packages' bundles, which name files that they lack.
    """

    patterns = (*CompressedManifestStaticFilesStorage.patterns, ("js/*.js", _IMPORTS))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A page asks for ten, and what a release has does not change.
        self._known = cache(super().url)

    def url(self, name: str | None, force: bool = False) -> str:
        return str(super().url(name, force) if force or settings.DEBUG else self._known(name))
