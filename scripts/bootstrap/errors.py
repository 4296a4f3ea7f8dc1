"""The one kind of failure that a person meets: what is wrong, and how to mend it."""

import errno
from pathlib import Path


class Stop(Exception):
    """Ends the command with exit code 1 and one line on stderr."""

    def __init__(self, what: str, mend: str) -> None:
        super().__init__(what)
        self.what = what.strip().rstrip(".")
        self.mend = mend.strip().rstrip(".")

    def line(self) -> str:
        return " ".join(f"artisan: {self.what}. {self.mend}.".split())


class Interrupted(BaseException):
    """Ctrl-C, SIGTERM or a closed terminal: stop everything, then leave."""

    def __init__(self, signal_number: int) -> None:
        super().__init__(signal_number)
        self.signal_number = signal_number


def explain_os_error(error: OSError) -> Stop:
    """The everyday file-system troubles as one line each."""
    where = Path(str(error.filename)) if error.filename else None
    place = f"{where}" if where else "the project's folder"
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return Stop(f"The disk is full ({place})", "Free at least 1 GB and run the same command again")
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return Stop(
            f"{place} cannot be written by this user",
            "Give this user the folder (chown -R), or set DATA_DIR to a folder that can be written",
        )
    return Stop(f"{error.strerror or error} ({place})", "Mend that and run the same command again")
