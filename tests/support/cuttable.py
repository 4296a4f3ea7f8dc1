"""A network that can be cut: a proxy on this machine between a client and a server."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_PIECE = 64 << 10


class Network:
    """Carries connections to ``port`` until ``cut``; then none, until ``mend``. Counts what went towards the server."""

    def __init__(self, port: int) -> None:
        self.target, self.sent_bytes, self.cut_at = port, 0, 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: set[socket.socket] = set()
        self._lock, self._up = threading.Lock(), True
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def cut_after(self, sent_bytes: int) -> None:
        """The network goes once so many more bytes have gone to the server: in the middle of whatever is sent then."""
        self.cut_at = self.sent_bytes + sent_bytes

    def cut(self) -> None:
        with self._lock:
            self._up, self.cut_at = False, 0
            for end in self._open:
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    @property
    def is_cut(self) -> bool:
        return not self._up

    def mend(self) -> None:
        self._up = True

    def close(self) -> None:
        self.cut()
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _address = self._listener.accept()
            except OSError:
                return
            if not self._up:
                client.close()
                continue
            try:
                server = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                client.close()
                continue
            with self._lock:
                self._open |= {client, server}
            threading.Thread(target=self._carry, args=(client, server, True), daemon=True).start()
            threading.Thread(target=self._carry, args=(server, client, False), daemon=True).start()

    def _carry(self, source: socket.socket, goal: socket.socket, is_sent: bool) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(_PIECE):
                goal.sendall(piece)
                if is_sent:
                    self.sent_bytes += len(piece)
                    if self.cut_at and self.sent_bytes >= self.cut_at:
                        self.cut()
        for end in (source, goal):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        with self._lock:
            self._open -= {source, goal}


@contextmanager
def network_to(port: int) -> Iterator[Network]:
    network = Network(port)
    try:
        yield network
    finally:
        network.close()
