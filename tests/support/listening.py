"""Somebody who listens to the live line as a browser does, in a thread of their own."""

from __future__ import annotations

import http.client
import json
import queue
import socket
import threading
import time
from urllib.parse import quote, urlsplit

from marketplace.kernel.live import passes


class Listener:
    """``hints``: pages, in the order in which they came."""

    def __init__(self, line: str, user_id: int, *, wait: bool = True) -> None:
        self.hints: queue.Queue[str] = queue.Queue()
        self.opened, self.ended = threading.Event(), threading.Event()
        self._connection = connected(line, passes.issue(user_id))
        self._socket = self._connection.sock
        self._answer = self._connection.getresponse()
        self.status = self._answer.status
        if self.status == 200:
            threading.Thread(target=self._read, daemon=True).start()
            assert not wait or self.opened.wait(10), "the line did not open"

    def _read(self) -> None:
        try:
            for line in self._answer:
                if line.startswith(b"event: open"):
                    self.opened.set()
                elif line.startswith(b"data: ") and "page" in (told := json.loads(line[6:])):
                    self.hints.put(told["page"])
        except (OSError, http.client.HTTPException, AttributeError, ValueError):
            pass
        self.ended.set()

    def next(self, seconds: float = 10) -> str:
        return self.hints.get(timeout=seconds)

    def hears_nothing(self, seconds: float = 0.5) -> bool:
        time.sleep(seconds)
        return self.hints.empty()

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)


def connected(line: str, ticket: str) -> http.client.HTTPConnection:
    parts = urlsplit(line)
    connection = http.client.HTTPConnection(str(parts.hostname), int(parts.port or 80), timeout=60)
    connection.request("GET", f"{parts.path}?pass={quote(ticket)}")
    return connection
