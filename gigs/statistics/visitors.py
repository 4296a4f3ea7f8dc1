"""Who counts as a visitor: neither robots nor browsers that fetch ahead of a click."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv6Address, ip_address

from crawleruseragents import is_crawler
from django.http import HttpRequest

from marketplace.kernel.throttle import address_of

_AGENT_MAX = 400  # of a name that somebody made up, the rest says nothing new
_AHEAD = ("HTTP_SEC_PURPOSE", "HTTP_PURPOSE", "HTTP_X_MOZ")


def is_somebody(request: HttpRequest) -> bool:
    """Whether a person gets to see the answer, as far as the request tells."""
    if request.method != "GET" or any("prefetch" in request.META.get(name, "").lower() for name in _AHEAD):
        return False
    agent = _agent(request)
    return bool(agent) and not _is_robot(agent)


def mark_of(request: HttpRequest) -> str:
    """By which a visitor is known again within a day. It is hashed before it leaves this process (``counting``)."""
    return f"{address_of(request)}\n{_agent(request)}"


def line_of(request: HttpRequest) -> str:
    """Where somebody asks from, whatever their browser calls itself: an address, of IPv6 the /64 that one line has."""
    address = address_of(request)
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return str(found)
    return str(found.ipv4_mapped or f"{int(found) >> 64:x}/64")


def _agent(request: HttpRequest) -> str:
    return str(request.META.get("HTTP_USER_AGENT", ""))[:_AGENT_MAX].strip()


# Half a millisecond for a name that was not seen before.
@lru_cache(maxsize=4096)
def _is_robot(agent: str) -> bool:
    return bool(is_crawler(agent))
