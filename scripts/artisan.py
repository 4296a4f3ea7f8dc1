"""The one door of every make target.

This file alone must be readable by an old Python 3, so that "too old a Python" is said in one plain line
instead of a traceback: no f-strings, no annotations, no imports beyond the oldest standard library.
"""

import os
import shutil
import subprocess
import sys

OLDEST = (3, 11)
NEWEST = (3, 13)
RE_EXECUTED = "ARTISAN_PYTHON_CHOSEN"


def is_supported(version):
    return OLDEST <= tuple(version[:2]) <= NEWEST


def look_for_another_python():
    """A supported interpreter beside the one that was called, newest first; None when there is none."""
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        found = shutil.which("python3.{}".format(minor))  # noqa: UP032 - an old Python must be able to read this file
        if found and _runs(found):
            return found
    return None


def _runs(program):
    """Version managers put a program for every version on PATH, which fails for those that are not chosen."""
    with open(os.devnull, "w") as nowhere:
        return subprocess.call([program, "-c", ""], stdout=nowhere, stderr=nowhere) == 0


def insist_on_a_supported_python():
    if is_supported(sys.version_info):
        return
    other = None if os.environ.get(RE_EXECUTED) else look_for_another_python()
    if other:
        os.environ[RE_EXECUTED] = "1"
        os.execv(other, [other] + sys.argv)
    sys.stderr.write(
        "artisan: Python {}.{} cannot run this project. Install Python 3.11, 3.12 or 3.13 "
        "(Debian, Ubuntu: apt-get install python3), or name one: make PYTHON=/path/to/python3.12 demo\n".format(
            *sys.version_info[:2]
        )
    )
    sys.exit(1)


if __name__ == "__main__":
    insist_on_a_supported_python()
    from bootstrap.main import main

    sys.exit(main(sys.argv[1:]))
