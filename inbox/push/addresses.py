"""Which addresses the site calls when it pushes: a stranger's browser names them, and they must lead out of here."""

from __future__ import annotations

import re
import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from queue import Empty, SimpleQueue
from threading import Thread
from urllib.parse import urlsplit

PORT = 443
LOOK_UP = 1.5  # seconds for a name
_LONGEST = 1000
# A name with a dot, ending in letters: neither a bare name of this network nor a number in any disguise.
_HOST = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
_OWN_NETWORKS = (
    ".local",
    ".localhost",
    ".internal",
    ".intranet",
    ".lan",
    ".home",
    ".corp",
    ".arpa",
    ".test",
    ".invalid",
)
# IPv4 as networks with DNS64 write it: nothing of a name's own says where it leads.
_TRANSLATED = tuple(map(IPv6Network, ("64:ff9b::/96", "64:ff9b:1::/48")))
# Addresses that carry another one inside of them, and two ranges that Python holds for public.
_NOT_PUBLIC = (
    *_TRANSLATED,
    *map(IPv6Network, ("2002::/16", "2001::/32", "::/96", "::ffff:0:0:0/96", "fec0::/10", "5f00::/16")),
)


class Refused(ValueError):
    """An address that is not called."""


def host_of(endpoint: str) -> str:
    """The host of an endpoint that may be called, as far as its text tells. Raises Refused."""
    if len(endpoint) > _LONGEST or not endpoint.isascii() or not endpoint.isprintable() or " " in endpoint:
        raise Refused("not an address")
    if not endpoint.startswith("https://"):
        raise Refused("not https alone")
    try:
        parts = urlsplit(endpoint)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError as error:
        raise Refused("not an address") from error
    if port not in (None, PORT) or "@" in parts.netloc or "\\" in endpoint:
        raise Refused("not the host alone")
    if not _HOST.fullmatch(host) or host.endswith(_OWN_NETWORKS):
        raise Refused("not a public host")
    return host


def resolve(host: str) -> list[str]:
    """Every address that the name has just now, the best first. Raises OSError, after LOOK_UP seconds at the latest.

    The system's own look-up knows no timeout: its thread is left behind, and ends when the system gives up.
    """
    answer: SimpleQueue[list[str] | OSError] = SimpleQueue()
    Thread(target=lambda: answer.put(_look_up(host)), daemon=True).start()
    try:
        found = answer.get(timeout=LOOK_UP)
    except Empty as error:
        raise socket.gaierror(socket.EAI_AGAIN, f"nobody says in time where {host} is") from error
    if isinstance(found, OSError):
        raise found
    return found


def _look_up(host: str) -> list[str] | OSError:
    try:
        found = socket.getaddrinfo(host, PORT, type=socket.SOCK_STREAM)
        return list(dict.fromkeys(str(each[4][0]) for each in found))
    except OSError as error:
        return error


def public_ones(host: str) -> list[str]:
    """Addresses of the host to connect to, the best first. Raises Refused where one lies within: who mixes them lies.

    What this network translated is passed over; where it has nothing else to say, that is its failure: an OSError.
    """
    found = [each for each in resolve(host) if not _is_in(_parsed(each), _TRANSLATED)]
    if not all(is_public(_parsed(each)) for each in found):
        raise Refused(f"{host} does not lead to a public address")
    if not found:
        raise socket.gaierror(socket.EAI_NONAME, f"{host} has no address that can be called from here")
    return found


def _parsed(address: str) -> IPv4Address | IPv6Address:
    return ip_address(address.partition("%")[0])


def is_public(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return is_public(address.ipv4_mapped)
        if _is_in(address, _NOT_PUBLIC):
            return False
    return address.is_global and not address.is_multicast


def _is_in(address: IPv4Address | IPv6Address, networks: tuple[IPv6Network, ...]) -> bool:
    return any(address in network for network in networks)
