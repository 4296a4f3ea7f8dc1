"""A push service of one's own: real TLS on this machine, and a browser's keys to read what arrives."""

from __future__ import annotations

import json
import os
import socket
import ssl
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import http_ece
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import NameOID
from django.test import Client

from accounts.models import User
from inbox.models import PushDevice
from inbox.push import addresses, keys, sending
from inbox.push.transport import Session
from tests.accounts.conftest import AT, client_of
from tests.inbox.conftest import buyer, moderator, seller, stranger

__all__ = ["buyer", "moderator", "seller", "stranger"]
HOST = "push.example.org"


def text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


class Browser:
    """What a browser keeps to itself, and what it tells the site."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.secret = os.urandom(16)

    def subscription(self, endpoint: str = f"https://{HOST}/one") -> str:
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return json.dumps({"endpoint": endpoint, "keys": {"p256dh": text(point), "auth": text(self.secret)}})

    def read(self, body: bytes) -> dict[str, str]:
        told: dict[str, str] = json.loads(
            http_ece.decrypt(body, private_key=self.key, auth_secret=self.secret, version="aes128gcm")
        )
        return told


@dataclass
class Service:
    """Answers with ``status``; ``seconds`` late."""

    port: int = 0
    status: int = 201
    location: str = ""
    seconds: float = 0
    got: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture(autouse=True)
def site_key(settings: Any) -> None:
    settings.VAPID_PRIVATE_KEY = keys.new_private_key()


@pytest.fixture
def browser() -> Browser:
    return Browser()


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """Behind the name HOST; the certificate is the only one that the site's session trusts."""
    state = Service()
    certificate = _certificate(tmp_path)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told = {name.lower(): value for name, value in self.headers.items()}
            state.got.append((self.path, told, body))
            time.sleep(state.seconds)
            self.send_response(state.status)
            if state.location:
                self.send_header("Location", state.location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST  # noqa: N815 - as the base names it

        def log_message(self, format: str, *args: Any) -> None: ...

    class Trusting(Session):
        def __init__(self) -> None:
            super().__init__()
            self.verify = str(certificate)

    server = HTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    state.port = server.server_port
    monkeypatch.setattr(addresses, "PORT", state.port)
    monkeypatch.setattr(addresses, "resolve", lambda _host: ["127.0.0.1"])
    monkeypatch.setattr(addresses, "is_public", lambda _address: True)
    monkeypatch.setattr(sending, "Session", Trusting)
    Thread(target=server.serve_forever, daemon=True).start()
    yield state
    server.shutdown()
    server.server_close()


@pytest.fixture
def silence(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A name server that never answers: what asks it waits, as the system does."""
    over = Event()

    def wait(*_asked: Any, **_more: Any) -> None:
        over.wait()
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", wait)
    monkeypatch.setattr(addresses, "LOOK_UP", 0.2)
    yield
    over.set()


def _certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "push.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(secret + made.public_bytes(Encoding.PEM))
    return path


def allowed(user: User, browser: Browser, endpoint: str) -> tuple[Client, PushDevice]:
    """A signed-in browser of theirs that shows notices, set up as its page does it."""
    client = client_of(user)
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"
    client.post("/settings/notices/devices/", {"subscription": browser.subscription(endpoint)}, HTTP_USER_AGENT=agent)
    return client, PushDevice.objects.get(endpoint=endpoint)


__all__ += ["AT"]
