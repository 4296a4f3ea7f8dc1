"""Media and private files as one archive each. Files are written once and never changed, so copying needs no lock."""

from __future__ import annotations

import tarfile
from pathlib import Path

from django.core.files.storage import FileSystemStorage, storages


def roots() -> dict[str, Path]:
    """Name of the archive → folder. What lies with a storage provider is backed up there."""
    named = {"media.tar": storages["default"], "private.tar": storages["private"]}
    return {name: Path(kept.location) for name, kept in named.items() if isinstance(kept, FileSystemStorage)}


def pack(target: Path, folder: Path) -> None:
    """Pictures, archives and documents are compressed already."""
    with tarfile.open(target, "w") as archive:
        if folder.is_dir():
            archive.add(folder, arcname=".")


def unpack(source: Path, folder: Path) -> None:
    """Adds what is missing and puts back what is there; what came later stays and harms nobody."""
    folder.mkdir(parents=True, exist_ok=True)
    with tarfile.open(source) as archive:
        archive.extractall(folder, filter="data")
