"""What is in a backup: every file with its checksum, and the schema that the database had. No secret of the site."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from payments.backup.errors import BackupFailed

NAME = "manifest.json"
_FORMAT = 1
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    made_at: str  # the moment that the database is of
    site: str
    server_version: str
    migrations: list[str]  # "payments.0003_movements", all that were applied
    parts: list[Part]
    format: int = _FORMAT


def describe(path: Path) -> Part:
    return Part(path.name, path.stat().st_size, _sha256(path))


def write(folder: Path, manifest: Manifest) -> None:
    (folder / NAME).write_text(json.dumps(asdict(manifest), indent=2) + "\n", encoding="utf-8")


def read(folder: Path) -> Manifest:
    """Raises BackupFailed where the folder is no backup, is not whole, or was changed."""
    try:
        found = json.loads((folder / NAME).read_text(encoding="utf-8"))
        manifest = _manifest(found)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise BackupFailed(f"{folder} is no backup: its {NAME} cannot be read.") from error
    if manifest.format != _FORMAT:
        raise BackupFailed(f"{folder} was made by a newer release. Restore it with that one.")
    for part in manifest.parts:
        _insist_on(folder, part)
    return manifest


def _manifest(found: dict[str, Any]) -> Manifest:
    return Manifest(**{**found, "parts": [Part(**part) for part in found["parts"]]})


def _insist_on(folder: Path, part: Part) -> None:
    path = folder / part.name
    if Path(part.name).name != part.name or not path.is_file():
        raise BackupFailed(f"{path} is missing: this backup is not whole.")
    if (path.stat().st_size, _sha256(path)) != (part.size_bytes, part.sha256):
        raise BackupFailed(f"{path} is not what was written then: its checksum differs. Take another backup.")


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
