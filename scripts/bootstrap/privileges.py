"""PostgreSQL refuses to run as root: the user it runs as instead, and the place where that user can reach it."""

import os
import pwd
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bootstrap.checkout import Checkout
from bootstrap.console import note
from bootstrap.errors import Stop
from bootstrap.state import State

_CANDIDATES = ("postgres", "nobody")
_PLACES_EVERYBODY_REACHES = ("/var/lib", "/var/tmp")  # noqa: S108 - a folder with a name of its own, made by root


@dataclass(frozen=True)
class ServerUser:
    """Whom the private servers run as. `switch` is what subprocess needs to become that user (empty: stay)."""

    name: str
    uid: int
    gid: int
    switches: bool

    @property
    def switch(self) -> dict[str, Any]:
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.switches else {}

    def own(self, path: Path) -> None:
        if self.switches:
            os.chown(path, self.uid, self.gid)

    def make_folder(self, path: Path) -> Path:
        """A folder that only this user reads (root still can)."""
        path.mkdir(parents=True, exist_ok=True)
        self.own(path)
        path.chmod(0o700)
        return path


def server_user() -> ServerUser:
    """Ourselves, or, when we are root, the first ordinary user that every system has."""
    if os.geteuid() != 0:
        return ServerUser(_own_name(), os.geteuid(), os.getegid(), switches=False)
    for name in _CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return ServerUser(name, entry.pw_uid, entry.pw_gid, switches=True)
    raise Stop("PostgreSQL does not run as root, and there is no other user", "Add one: useradd --system postgres")


def _own_name() -> str:
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError as error:
        raise Stop(
            f"User {os.geteuid()} has no entry in /etc/passwd, and PostgreSQL refuses to run without one",
            "Add the user to /etc/passwd, or set DATABASE_URL",
        ) from error


def can_reach(path: Path, user: ServerUser) -> bool:
    """Whether that user may walk down to this folder (the nearest one that exists)."""
    if not user.switches:
        return True
    return all(_may_enter(each, user) for each in (path, *path.parents) if each.exists())


def _may_enter(folder: Path, user: ServerUser) -> bool:
    about = folder.stat()
    if about.st_uid == user.uid:
        return bool(about.st_mode & 0o100)
    if about.st_gid == user.gid:
        return bool(about.st_mode & 0o010)
    return bool(about.st_mode & 0o001)


def servers_base(checkout: Checkout, state: State, user: ServerUser) -> Path:
    """The folder of the private servers: in `.data`, or, when their user cannot walk there, outside of it.

    The second happens to root in a folder such as /root. Opening /root to everybody would be worse.
    """
    remembered = state.get("servers_base")
    if remembered and Path(remembered).is_dir() and can_reach(Path(remembered), user):
        return Path(remembered)
    base = checkout.data
    if user.switches and not can_reach(checkout.data.parent, user):
        base = _outside(checkout, user)
        note(f"{user.name} cannot enter {checkout.data.parent}: the servers keep their data in {base}")
    elif user.switches:
        base.chmod(base.stat().st_mode | 0o011)
    state.set("servers_base", str(base))
    return base


def _outside(checkout: Checkout, user: ServerUser) -> Path:
    for place in _PLACES_EVERYBODY_REACHES:
        base = Path(place) / "artisan" / checkout.identity
        try:
            base.mkdir(parents=True, exist_ok=True)
            for each in (base.parent, base):
                each.chmod(0o711)
        except OSError:
            continue
        if can_reach(base, user):
            return base
    raise Stop(
        f"The user {user.name}, as whom PostgreSQL must run, cannot reach {checkout.data}",
        "Move the checkout to a folder that everybody may enter, or set DATA_DIR to one",
    )


def remove_outside(checkout: Checkout, state: State) -> None:
    """Take away what `servers_base` made outside of the checkout."""
    base = state.get("servers_base")
    if base and Path(base) != checkout.data:
        shutil.rmtree(base, ignore_errors=True)
