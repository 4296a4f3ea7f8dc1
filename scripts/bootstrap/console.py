"""What the person at the terminal sees: one line for each step, with its time."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

_WIDTH = 46


def _colour(code: str, text: str) -> str:
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        return text
    return f"\033[{code}m{text}\033[0m"


def say(text: str = "") -> None:
    """Print one line at once, also into a pipe."""
    print(text, flush=True)


def title(text: str) -> None:
    say(_colour("1", text))


def note(text: str) -> None:
    say(_colour("2", f"    {text}"))


def complain(line: str) -> None:
    """The one line of an error, on stderr."""
    print(line, file=sys.stderr, flush=True)


@contextmanager
def step(name: str, *, quiet: bool = True) -> Iterator[None]:
    """Announce a step and say how long it took.

    `quiet` steps keep their line open until they end; the others print lines of their own in between.
    """
    started = time.monotonic()
    print(f"  {name} ".ljust(_WIDTH, "."), end=" " if quiet else "\n", flush=True)
    try:
        yield
    except BaseException:
        say(_colour("31", "stopped"))
        raise
    seconds = f"{time.monotonic() - started:.1f} s"
    say(_colour("32", seconds) if quiet else f"  {name}: {_colour('32', seconds)}")
