"""Why a backup could not be made or put back; nothing was changed."""

from __future__ import annotations


class BackupFailed(Exception):
    """The message says what to do."""
