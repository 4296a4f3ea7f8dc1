"""Where things are in this checkout, and the folder that holds everything that is not source."""

import hashlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from bootstrap.errors import Stop

ROOT = Path(__file__).resolve().parents[2]
_FIRST_RUN_MEGABYTES = 900
_LATER_RUN_MEGABYTES = 100


@dataclass(frozen=True)
class Checkout:
    """The source folder and its `.data` (or `DATA_DIR`)."""

    root: Path
    data: Path

    @classmethod
    def here(cls) -> "Checkout":
        named = os.environ.get("DATA_DIR")
        return cls(ROOT, Path(named).expanduser().absolute() if named else ROOT / ".data")

    @property
    def identity(self) -> str:
        """Short and stable for this folder, so that two checkouts never share a place outside of it."""
        return hashlib.sha256(os.fsencode(self.data)).hexdigest()[:12]

    @property
    def venv(self) -> Path:
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        return self.venv / "bin" / "python"

    @property
    def uv(self) -> Path:
        return self.venv / "bin" / "uv"

    @property
    def logs(self) -> Path:
        return self.data / "logs"

    @property
    def run_log(self) -> Path:
        return self.logs / "bootstrap.log"

    def requirements(self, name: str) -> Path:
        return self.root / "requirements" / f"{name}.txt"

    def prepare(self) -> None:
        """Make `.data` and prove that it can be written and holds enough room; nothing else is touched yet."""
        if self.data.exists() and not self.data.is_dir():
            raise Stop(f"{self.data} is a file, and a folder is needed there", "Move it away and run the command again")
        if self.data.is_symlink() and not self.data.exists():
            raise Stop(f"{self.data} points to a folder that is gone", "Remove the link or bring the folder back")
        self._prove_room(_LATER_RUN_MEGABYTES if self.data.exists() else _FIRST_RUN_MEGABYTES)
        _prove_writable(self.root)
        self.logs.mkdir(parents=True, exist_ok=True)
        _prove_writable(self.data)

    def _prove_room(self, megabytes: int) -> None:
        place = next(each for each in (self.data, *self.data.parents) if each.exists())
        free = shutil.disk_usage(place).free // 1_000_000
        if free < megabytes:
            raise Stop(
                f"Only {free} MB are free at {self.data}, and {megabytes} MB are needed",
                "Free some room, or set DATA_DIR to a folder on a larger disk",
            )


def _prove_writable(folder: Path) -> None:
    """Write and remove a small file: permissions alone do not tell of a read-only or a full disk."""
    probe = folder / f".writable-{os.getpid()}"
    try:
        probe.write_bytes(b"x" * 4096)
    except OSError as error:
        error.filename = str(folder)
        raise
    finally:
        probe.unlink(missing_ok=True)
