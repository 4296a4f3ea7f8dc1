"""The sandbox's webhooks in a bag: posted to the product's own addresses in whatever order, as often as one likes."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from typing import Any

from django.test import Client

from tests.support.sandbox import CONNECT_SECRET, SECRET, V2_SECRET, SandboxProcess

# Where each family of events goes, and what it is signed with.
ENDPOINTS = {
    "platform": ("/stripe/webhooks/", SECRET),
    "connect": ("/stripe/webhooks/connect/", CONNECT_SECRET),
    "v2": ("/stripe/webhooks/v2/", V2_SECRET),
}


@dataclass(frozen=True)
class Letter:
    endpoint: str
    event: dict[str, Any]

    @property
    def type(self) -> str:
        return str(self.event["type"])

    def post(self) -> int:
        """Signed now; returns the status of the product's answer."""
        path, secret = ENDPOINTS[self.endpoint]
        body, stamp = json.dumps(self.event).encode(), int(time.time())
        mac = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
        headers = {"Stripe-Signature": f"t={stamp},v1={mac}"}
        return Client().post(path, body, content_type="application/json", headers=headers).status_code


class Mailbag:
    """The sandbox withholds everything; what it has written since is fetched from it."""

    def __init__(self, sandbox: SandboxProcess) -> None:
        self.sandbox, self.letters, self._last = sandbox, list[Letter](), 0
        self.types: set[str] = set()  # of everything that ever came

    def empty(self) -> None:
        """After a reset of the sandbox."""
        self.sandbox.control("webhooks", mode="withhold")
        self.letters, self._last = [], 0

    def fetch(self) -> list[Letter]:
        """Everything that has not been posted for good; the newest last."""
        for row in self.sandbox.deliveries():
            if row["id"] > self._last:
                self._last = row["id"]
                self.letters.append(Letter(row["endpoint"], row["body"]))
                self.types.add(row["type"])
        return self.letters

    def post(self, number: int, *, times: int, keep: bool) -> Letter | None:
        """One of them, chosen by a number; ``keep``: it may come again, however much later."""
        if not self.fetch():
            return None
        return self._post(number, times=times, keep=keep)

    def _post(self, number: int, *, times: int, keep: bool) -> Letter:
        letter = self.letters[number % len(self.letters)]
        for _ in range(times):
            assert letter.post() == 200, letter
        if not keep:
            self.letters.remove(letter)
        return letter

    def post_all(self, number: int = 0) -> int:
        """In an order that the number chooses."""
        count = len(self.fetch())
        while self.letters:
            self._post(number, times=1, keep=False)
            number = number * 7 + 3
        return count
