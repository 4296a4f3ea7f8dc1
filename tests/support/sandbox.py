"""The local Stripe sandbox as a test's own process, a client that speaks to it, and an ear for its webhooks."""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import stripe

from tests.support.processes import Process, free_port
from tests.support.traffic import TRAFFIC

SECRET = "whsec_platform"
CONNECT_SECRET = "whsec_connect"
V2_SECRET = "whsec_v2"


class SandboxProcess(Process):
    """``start``, ``stop``, ``kill`` (SIGKILL) and ``restart`` keep the port and the state."""

    def __init__(self, folder: Path, *, webhook_url: str = "", options: tuple[str, ...] = ()) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.state = folder / "sandbox"
        arguments = ["-m", "payments.sandbox", "--port", str(self.port), "--state", str(self.state)]
        arguments += ["--webhook-url", webhook_url, "--webhook-secret", SECRET]
        arguments += ["--connect-webhook-secret", CONNECT_SECRET, "--v2-webhook-secret", V2_SECRET]
        arguments += ["--bodies-kept", "2000", *options]
        super().__init__("sandbox", arguments, env={}, folder=folder)
        TRAFFIC.watch(self.state)

    def up(self) -> SandboxProcess:
        self.start_and_wait(f"{self.url}/healthz", seconds=20)
        return self

    def restart(self) -> SandboxProcess:
        self.stop()
        return self.up()

    def client(self, *, retries: int = 0) -> stripe.StripeClient:
        addresses: Any = {"api": self.url, "files": self.url, "connect": self.url}
        return stripe.StripeClient("sk_test_sandbox", base_addresses=addresses, max_network_retries=retries)

    def control(self, action: str, **given: object) -> dict[str, Any]:
        """One action of the control API. Raises AssertionError with its answer where it refuses."""
        return self._json("POST", action, given)

    def requests(self, match: str = "") -> list[dict[str, Any]]:
        """The log of API requests, oldest first; ``match``: method and path, as in a fault."""
        rows: list[dict[str, Any]] = self._json("GET", "requests")["data"]
        return [row for row in rows if not match or f"{row['method']} {row['path']}" == match]

    def traffic(self) -> list[dict[str, Any]]:
        """The same log with the answers, which are None where they were not kept."""
        rows: list[dict[str, Any]] = self._json("GET", "traffic")["data"]
        return rows

    def deliveries(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self._json("GET", "deliveries")["data"]
        return rows

    def sent(self, kind: str) -> dict[str, Any]:
        """The latest event of a type, as it is delivered. Raises LookupError where there is none."""
        for row in reversed(self.deliveries()):
            if row["type"] == kind:
                found: dict[str, Any] = row["body"]
                return found
        raise LookupError(kind)

    def faults(self, match: str, kind: str, **given: object) -> None:
        self.control("faults", match=match, kind=kind, **given)

    def held(self) -> list[dict[str, Any]]:
        """Requests that wait for ``release``."""
        rows: list[dict[str, Any]] = self._json("GET", "held")["data"]
        return rows

    def release(self, match: str = "*") -> int:
        """Let held requests go on; how many there were."""
        return int(self.control("faults/release", match=match)["released"])

    def reset(self) -> None:
        TRAFFIC.look()
        self.control("reset")

    def pay(self, session: str, card: str = "4242424242424242") -> dict[str, Any]:
        return self.control("pay", session=session, card=card)

    def download(self, url: str) -> bytes:
        """What an uploaded file's address gives."""
        with urllib.request.urlopen(url, timeout=20) as response:
            content: bytes = response.read()
            return content

    def _json(self, method: str, name: str, given: object = None) -> dict[str, Any]:
        request = urllib.request.Request(
            f"{self.url}/_sandbox/{name}",
            None if given is None else json.dumps(given).encode(),
            {"Content-Type": "application/json"},
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as response:
                answer: dict[str, Any] = json.load(response)
                return answer
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{name}: {error.read().decode()}") from error


@dataclass(frozen=True)
class Delivery:
    signature: str
    body: bytes

    @property
    def event(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found

    @property
    def type(self) -> str:
        return str(self.event["type"])


class Ear:
    """A webhook receiver that keeps what it hears; ``answer`` is the status it gives."""

    def __init__(self) -> None:
        self.heard: list[Delivery] = []
        self.answer = 200
        self.server = ThreadingHTTPServer(("127.0.0.1", free_port()), self._handler())
        self.url = f"http://127.0.0.1:{self.server.server_port}/webhook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def types(self) -> list[str]:
        return [delivery.type for delivery in self.heard]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        ear = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                ear.heard.append(Delivery(self.headers["Stripe-Signature"], body))
                self.send_response(ear.answer)
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                pass

        return Handler
