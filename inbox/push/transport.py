"""How the site calls a push service: at an address that was looked at, without redirects, within a few seconds."""

from __future__ import annotations

import os
import socket
import threading
import time
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPSConnectionPool
from urllib3.connection import HTTPSConnection
from urllib3.util.connection import create_connection

from inbox.push import addresses

# Seconds to connect, and between two pieces of the answer; then for all of it, the look-up of the name included, so
# that nobody holds a worker by a drop a second.
TIMEOUT = (1.5, 4.0)
ALTOGETHER = 4.0


class Session(requests.Session):
    """A requests session for strangers' addresses. Raises Refused, or requests' own errors; reads no body."""

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False
        self.adapters.clear()
        self.mount("https://", _Adapter())

    def request(self, method: str, url: str, *args: Any, **options: Any) -> requests.Response:  # type: ignore[override]
        addresses.host_of(url)
        options |= {"timeout": TIMEOUT, "allow_redirects": False, "stream": True}
        response = super().request(method, url, *args, **options)
        response.close()
        response._content = b""
        return response


class _Connection(HTTPSConnection):
    """Connects to the very address that was found to be public: the name is not asked a second time."""

    _cut: threading.Timer | None = None
    _handle: socket.socket | None = None

    def _new_conn(self) -> socket.socket:
        until = time.monotonic() + ALTOGETHER
        made = self._reach(addresses.public_ones(self.host))
        # TLS takes the socket over; a second handle of it can still hang up.
        self._handle = socket.socket(fileno=os.dup(made.fileno()))
        self._cut = threading.Timer(until - time.monotonic(), _hang_up, (self._handle,))
        self._cut.daemon = True
        self._cut.start()
        return made

    def _reach(self, found: list[str]) -> socket.socket:
        """The first of them that answers, all within the time to connect: each has its share of what is left."""
        until = time.monotonic() + TIMEOUT[0]
        for left in range(len(found), 0, -1):
            share = max((until - time.monotonic()) / left, 0.05)
            try:
                return create_connection((found[-left], self.port), share, socket_options=self.socket_options)
            except OSError as error:
                refusal = error
        raise refusal

    def close(self) -> None:
        super().close()
        if self._cut and self._handle:
            self._cut.cancel()
            self._handle.close()
            self._cut = self._handle = None


def _hang_up(handle: socket.socket) -> None:
    try:
        handle.shutdown(socket.SHUT_RDWR)
    except OSError:  # it has ended already
        return


class _Pool(HTTPSConnectionPool):
    ConnectionCls = _Connection


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = {"https": _Pool}
