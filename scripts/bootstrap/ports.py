"""Free ports, chosen once for each checkout and kept.

All are below 32768: the kernel hands out the ports above that to outgoing connections, so that a port which is
free now could be taken by a passing connection at the next start.
"""

import hashlib
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from bootstrap.errors import Stop
from bootstrap.state import State

_LOWEST, _END = 20_000, 32_768
_WEB_FAVOURITES = range(8000, 8100)
_LOOPBACK = "127.0.0.1"


class TakenMeanwhile(Stop):
    """Somebody took the port between our look and our hold: look again."""


def is_free(port: int, host: str = _LOOPBACK) -> bool:
    """Whether nothing listens there and we may."""
    if _answers(port):
        return False
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _answers(port: int) -> bool:
    # macOS lets one bind beside a listener on another address, so asking is part of looking.
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((_LOOPBACK, port)) == 0


@contextmanager
def reserved(host: str, *numbers: int) -> Iterator[Callable[[], None]]:
    """Keep ports from other checkouts until our own processes are about to take them; yields what lets go of them.

    Listening, because that alone keeps others from binding. SO_REUSEADDR, because the last run's connections may
    still linger on the port. Nothing is accepted, so that each is free the moment we close it.
    """
    with ExitStack() as holders:
        for number in numbers:
            holders.enter_context(_holder(host, number))
        yield holders.close


def _holder(host: str, port: int) -> socket.socket:
    holder = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        holder.bind((host, port))
        holder.listen(1)
    except OSError as error:
        holder.close()
        line = f"Port {port} was taken a moment ago"
        raise TakenMeanwhile(line, "Run the command again to get another one") from error
    return holder


def choose(state: State, name: str, *, avoid: set[int]) -> int:
    """The port remembered under this name, or a free one that is remembered from now on."""
    key = f"port.{name}"
    remembered = state.get(key)
    if isinstance(remembered, int) and remembered not in avoid and is_free(remembered):
        return remembered
    port = next((each for each in _candidates(state, name) if each not in avoid and is_free(each)), None)
    if port is None:
        raise Stop(f"No free port for {name} was found", "Stop some of the programs that listen on this machine")
    state.set(key, port)
    return port


def _candidates(state: State, name: str) -> list[int]:
    # Starting at a place that depends on the checkout keeps two that start in the same second apart.
    seed = hashlib.sha256(f"{state.path}:{name}".encode()).digest()
    start = int.from_bytes(seed[:4], "big") % (_END - _LOWEST)
    spread = [_LOWEST + (start + step) % (_END - _LOWEST) for step in range(500)]
    return [*_WEB_FAVOURITES, *spread] if name == "web" else spread


def listening_address(host: str) -> str:
    """An address of this machine, as named through LISTEN."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        try:
            probe.bind((host, 0))
        except OSError as error:
            raise Stop(
                f"LISTEN={host} is not an address of this machine",
                "Use 127.0.0.1 (this machine only, the default) or 0.0.0.0 (the whole network)",
            ) from error
    return host


def explicit(text: str, host: str) -> int:
    """The port a person named through PORT: that one or none."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65_535:
        raise Stop(f"PORT={text} is not a port", "Use a number from 1024 to 32767, for example PORT=8080")
    port = int(text)
    if not is_free(port, host):
        raise Stop(
            f"Port {port} is in use or not allowed for this user",
            f"Stop what listens there, name another (PORT={port + 1 if port < 65_535 else 8080}), "
            "or leave PORT out to get a free one",
        )
    return port
