"""Where collected static files go: hashed names, compressed, cached for ever."""

from __future__ import annotations

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
