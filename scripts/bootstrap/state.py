"""What one run remembers for the next: ports, passwords, which binaries; and who holds the checkout right now."""

import fcntl
import hashlib
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bootstrap.errors import Stop


class State:
    """A small JSON file, readable by its owner only because it holds the passwords of the private servers."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._values: dict[str, Any] = self._read()

    def _read(self) -> dict[str, Any]:
        try:
            values = json.loads(self.path.read_text())
        except FileNotFoundError:
            return {}
        except ValueError as error:
            # Written atomically, so this is somebody's edit or a broken disk: losing the passwords would lose the data.
            raise Stop(f"{self.path} cannot be read", "Mend its JSON, or start anew with: make demo-reset") from error
        return values if isinstance(values, dict) else {}

    def get(self, key: str) -> Any:
        return self._values.get(key)

    def set(self, key: str, value: Any) -> None:
        if self._values.get(key) == value:
            return
        self._values[key] = value
        write_atomically(self.path, json.dumps(self._values, indent=1, sort_keys=True) + "\n", mode=0o600)

    def secret(self, key: str, prefix: str = "") -> str:
        """A random word made once; hexadecimal, so that it needs no quoting in a URL, a config file or SQL."""
        name = f"secret.{key}"
        if not self.get(name):
            self.set(name, prefix + secrets.token_hex(24))
        return str(self.get(name))


def write_atomically(path: Path, text: str, *, mode: int = 0o644) -> None:
    """Either the old content or the new one, never half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


class Stamp:
    """Remembers that a step was done for exactly this input, so that the next run can skip it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def matches(self, key: str) -> bool:
        return self.path.is_file() and self.path.read_text() == key

    def set(self, key: str) -> None:
        write_atomically(self.path, key)

    def clear(self) -> None:
        self.path.unlink(missing_ok=True)


def fingerprint(*parts: str | Path) -> str:
    """A hash over texts, files and whole folders (names, sizes and times of change)."""
    digest = hashlib.sha256()
    for part in parts:
        for piece in _pieces(part):
            digest.update(piece)
            digest.update(b"\0")
    return digest.hexdigest()


def _pieces(part: str | Path) -> Iterator[bytes]:
    if isinstance(part, str):
        yield part.encode()
    elif part.is_dir():
        for path in sorted(part.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                about = path.stat()
                yield f"{path.relative_to(part)}:{about.st_size}:{about.st_mtime_ns}".encode()
    elif part.is_file():
        yield part.read_bytes()


@contextmanager
def hold(path: Path, what: str, mend: str) -> Iterator[None]:
    """Keep others out while this process lives; the kernel lets go of it even after kill -9."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Stop(what, mend) from error
        yield


def is_held(path: Path) -> bool:
    """Whether a living process holds that lock."""
    if not path.exists():
        return False
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
