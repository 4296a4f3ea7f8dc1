"""A web server of its own and people who send files to it, cut off whenever a test wants it."""

from __future__ import annotations

import base64
import hashlib
import http.client
import os
import random
import socket
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.cached_db import SessionStore
from django.db import connection, transaction

from accounts.models import User
from marketplace.kernel import clock
from marketplace.kernel.models import StoredFile, Upload, private_storage, storage_name
from marketplace.kernel.uploads import places
from marketplace.kernel.uploads.places import Place
from tests.support.processes import Process, free_port

TOKEN = "c" * 32
CONTENT = random.Random(4).randbytes(9_000_001)
SUM = hashlib.sha256(CONTENT).hexdigest()
MEGABYTE = 1 << 20


@dataclass
class Web:
    """A web process that shares the tests' database, and the folder that both keep files in."""

    process: Process
    port: int
    folder: Path

    def start(self) -> None:
        self.process.start_and_wait(f"http://127.0.0.1:{self.port}/healthz")

    def path(self, upload_id: str) -> Path:
        return self.folder / storage_name(uuid.UUID(upload_id))


@pytest.fixture(scope="module")
def web(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    folder, port = tmp_path_factory.mktemp("uploads"), free_port()
    name = connection.settings_dict["NAME"]
    env = {
        "DJANGO_SETTINGS_MODULE": "tests.support.upload_settings",
        "DATABASE_URL": urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}")),
        "PRIVATE_ROOT": str(_kept()),
    }
    options = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    process = Process("web", ["-m", "granian", *options, "marketplace.wsgi:application"], env=env, folder=folder)
    running = Web(process, port, _kept())
    running.start()
    yield running
    process.kill()


def _kept() -> Path:
    return Path(private_storage().path(""))


class Browser:
    """One person's way of speaking tus, without a library that could be kind."""

    def __init__(self, web: Web, email: str) -> None:
        self.web, self.user = web, User.objects.create_user(email)
        session = SessionStore()
        session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(self.user.pk), settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = self.user.get_session_auth_hash()
        session.save()
        self.headers = {
            "Cookie": f"sessionid={session.session_key}; csrftoken={TOKEN}", "X-CSRFToken": TOKEN,
            "Tus-Resumable": "1.0.0",
        }  # fmt: skip

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", self.web.port, timeout=30)
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body=body or None, headers={**self.headers, **told})
        answer = connection.getresponse()
        answer.body = answer.read()  # type: ignore[attr-defined]
        connection.close()
        return answer

    def announce(self, size: int, name: str = "film.mp4", place: str = "here") -> http.client.HTTPResponse:
        told = {"filename": name, "place": place, "mark": "1"}
        pairs = [f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in told.items()]
        return self.ask("POST", "/uploads/", Upload_Length=str(size), Upload_Metadata=",".join(pairs))

    def begin(self, size: int, **told: str) -> str:
        """Returns the upload's address."""
        answer = self.announce(size, **told)
        assert answer.status == 201, answer.body  # type: ignore[attr-defined]
        return str(answer.getheader("Location"))

    def patch(self, path: str, offset: int, body: bytes, **headers: str) -> http.client.HTTPResponse:
        return self.ask(
            "PATCH", path, body, Upload_Offset=str(offset), Content_Type="application/offset+octet-stream", **headers
        )

    def offset(self, path: str) -> int:
        answer = self.ask("HEAD", path)
        assert answer.status == 200
        return int(answer.getheader("Upload-Offset") or -1)

    def open_patch(self, path: str, offset: int, length: int, sent: bytes) -> socket.socket:
        """A PATCH that says how much it will send, and sends less for now."""
        wire = socket.create_connection(("127.0.0.1", self.web.port), timeout=30)
        lines = {
            **self.headers, "Host": "127.0.0.1", "Content-Length": str(length), "Upload-Offset": str(offset),
            "Content-Type": "application/offset+octet-stream",
        }  # fmt: skip
        head = f"PATCH {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        wire.sendall(head.encode() + b"\r\n" + sent)
        return wire

    def place(self, name: str = "here") -> Place:
        return Place(self.user.pk, name, clock.now())


def status_on(wire: socket.socket) -> int:
    return int(wire.recv(4096).split()[1])


def id_of(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2]


def row(path: str) -> Upload:
    return Upload.objects.get(pk=id_of(path))


def taken(browser: Browser, path: str) -> StoredFile:
    with transaction.atomic():
        (stored,) = places.take([uuid.UUID(id_of(path))], owner_id=browser.user.pk, at=clock.now())
    return stored


@pytest.fixture
def ann(web: Web) -> Browser:
    return Browser(web, "ann@example.org")


@pytest.fixture
def bob(web: Web) -> Browser:
    return Browser(web, "bob@example.org")
