"""Reads back what the demo's file-based mail backend wrote."""

from __future__ import annotations

import email
import email.policy
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.conf import settings

_SEPARATOR = b"-" * 79


@dataclass(frozen=True)
class Letter:
    name: str  # the file's stem, used in the address
    to: str
    subject: str
    sent_at: datetime
    text: str


def _folder() -> Path:
    return Path(str(getattr(settings, "EMAIL_FILE_PATH", "")))


def letters(limit: int = 60, to: str = "") -> list[Letter]:
    """The newest letters first, only those to one address when ``to`` is given."""
    folder = _folder()
    files = (
        sorted(folder.glob("*.log"), key=lambda path: path.stat().st_mtime_ns, reverse=True) if folder.is_dir() else []
    )
    found: list[Letter] = []
    for path in files:
        letter = _read(path)
        if letter and (not to or letter.to == to):
            found.append(letter)
        if len(found) == limit:
            break
    return found


def letter(name: str) -> Letter | None:
    """One letter by the name in its address; None where there is none."""
    path = _folder() / f"{Path(name).name}.log"
    try:
        return _read(path) if path.is_file() else None
    except OSError:  # a name longer than the file system can hold
        return None


def _moment(text: str) -> datetime:
    # "-0000" (RFC 5322: UTC, nothing known of a zone) is read as a moment without a zone.
    moment = parsedate_to_datetime(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _read(path: Path) -> Letter | None:
    raw = path.read_bytes().split(_SEPARATOR)[0]
    message = email.message_from_bytes(raw, policy=email.policy.default)
    if not message["To"]:
        return None
    body = message.get_body(("plain",))
    return Letter(
        name=path.stem,
        to=str(message["To"]),
        subject=str(message["Subject"]),
        sent_at=_moment(message["Date"]),
        text=body.get_content() if body else "",
    )
