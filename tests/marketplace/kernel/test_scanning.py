"""The virus scan against a clamd of our own over a real socket."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from marketplace.kernel import clock, scanning, tasks
from marketplace.kernel.models import Scan, Upload
from marketplace.kernel.uploads.places import Place

pytestmark = pytest.mark.django_db


class Clamd:
    """Speaks INSTREAM; answers as it is told, or by what it was sent."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.answer, self.most = "", 1 << 30
        self.seen: list[bytes] = []
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.listener.getsockname()[1]}"

    def _serve(self) -> None:
        while True:
            try:
                client, _from = self.listener.accept()
            except OSError:
                return
            with client:
                client.sendall(self._talk(client).encode() + b"\0")

    def _talk(self, client: socket.socket) -> str:
        wire = client.makefile("rb")
        assert wire.read(10) == b"zINSTREAM\0"
        content = b""
        while length := struct.unpack(">I", wire.read(4))[0]:
            content += wire.read(length)
            if len(content) > self.most:
                return "INSTREAM size limit exceeded. ERROR"
        self.seen.append(content)
        return self.answer or ("stream: Eicar-Test-Signature FOUND" if b"EICAR" in content else "stream: OK")


@pytest.fixture
def clamd(settings: Any) -> Iterator[Clamd]:
    running = Clamd()
    settings.CLAMAV_ADDRESS = running.address
    yield running
    running.listener.close()


def kept(content: bytes, name: str = "a.txt") -> Upload:
    (pk,) = Place(7, "here", clock.now()).gather([SimpleUploadedFile(name, content)], [])
    return Upload.objects.get(pk=pk)


def test_a_harmless_file_passes_and_is_sent_whole(clamd: Clamd) -> None:
    content = bytes(range(256)) * 3000
    upload = kept(content)
    assert (upload.scan, bool(scanning.reason_against(upload))) == (Scan.WAITING, True)
    assert tasks.scan_uploads(clock.now()) == 1
    upload.refresh_from_db()
    assert (upload.scan, clamd.seen, scanning.reason_against(upload)) == (Scan.PASSED, [content], "")
    assert upload.scanned_at is not None
    assert tasks.scan_uploads(clock.now()) == 0


def test_what_is_found_is_named(clamd: Clamd) -> None:
    upload = kept(b"EICAR")
    assert scanning.scan_next(clock.now())
    upload.refresh_from_db()
    assert (upload.scan, upload.scan_note) == (Scan.REFUSED, "Eicar-Test-Signature")
    assert "Eicar-Test-Signature" in scanning.reason_against(upload)


def test_what_is_too_large_for_the_scanner_is_refused_and_not_passed(clamd: Clamd) -> None:
    clamd.most = 1000
    upload = kept(bytes(5_000_000))
    assert scanning.scan_next(clock.now())
    upload.refresh_from_db()
    assert (upload.scan, upload.scan_note) == (Scan.REFUSED, "it is larger than the scanner reads")


@pytest.mark.parametrize("away", [True, False])
def test_a_scanner_that_does_not_answer_lets_nothing_pass(clamd: Clamd, away: bool) -> None:
    clamd.answer = "UNKNOWN COMMAND"
    if away:
        clamd.listener.close()
    upload, now = kept(b"a"), clock.now()
    assert not scanning.scan_next(now)
    upload.refresh_from_db()
    assert (upload.scan, bool(scanning.reason_against(upload))) == (Scan.WAITING, True)
    assert not scanning.scan_next(now + timedelta(seconds=29))
    if not away:
        clamd.answer = ""
        assert scanning.scan_next(now + timedelta(seconds=31))


def test_files_from_before_the_scanner_was_there_are_scanned_too(settings: Any, clamd: Clamd) -> None:
    settings.CLAMAV_ADDRESS = ""
    upload = kept(b"EICAR")
    assert (upload.scan, scanning.reason_against(upload)) == (Scan.NONE, "")
    assert tasks.scan_uploads(clock.now()) == 0
    settings.CLAMAV_ADDRESS = clamd.address
    assert scanning.reason_against(upload)
    assert tasks.scan_uploads(clock.now()) == 1
    upload.refresh_from_db()
    assert upload.scan == Scan.REFUSED
