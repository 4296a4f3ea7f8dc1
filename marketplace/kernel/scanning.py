"""The site's own virus scanner, where it has one: clamd, asked over its INSTREAM command.

Off without ``CLAMAV_ADDRESS``; then nothing says that a file was looked at. "Passed" means that nothing which
the scanner knows was found, and no more.
"""

from __future__ import annotations

import logging
import socket
import struct
from contextlib import closing
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from marketplace.kernel.models import Scan, Upload, private_storage, storage_name

logger = logging.getLogger(__name__)

_PIECE_BYTES = 256 << 10
_CONNECT_SECONDS, _ANSWER_SECONDS = 5, 300
_LEASE = timedelta(seconds=_ANSWER_SECONDS + 60)
_REST = timedelta(seconds=30)  # after a scanner that did not answer


class Unreachable(Exception):
    """The scanner did not answer: the file waits."""


def is_on() -> bool:
    return bool(settings.CLAMAV_ADDRESS)


def first_state() -> str:
    return Scan.WAITING if is_on() else Scan.NONE


def reason_against(upload: Upload) -> str:
    """Why a waiting file may not be sent yet, or ""."""
    if not is_on() or upload.scan == Scan.PASSED:
        return ""
    if upload.scan == Scan.REFUSED:
        told = _("The virus scan refuses “%(name)s”: %(what)s. Remove it, and send it in another form.")
        return told % {"name": upload.name, "what": upload.scan_note}
    told = _("“%(name)s” is still being scanned for viruses. It is kept: try again in a minute.")
    return told % {"name": upload.name}


def scan_next(at: datetime) -> bool:
    """Scans one file that waits; False where none does, or the scanner is away."""
    unknown = Upload.objects.filter(scan__in=[Scan.NONE, Scan.WAITING]).exclude(sha256="")
    free = unknown.filter(Q(scan_leased_until=None) | Q(scan_leased_until__lt=at)).order_by("touched_at")
    for upload in free[:10]:
        if not free.filter(pk=upload.pk).update(scan=Scan.WAITING, scan_leased_until=at + _LEASE):
            continue  # another worker was first
        return _scan(upload, at)
    return False


def _scan(upload: Upload, at: datetime) -> bool:
    mine = Upload.objects.filter(pk=upload.pk)
    try:
        found = ask(private_storage().path(storage_name(upload.pk)))
    except (OSError, Unreachable) as error:
        logger.warning("the virus scanner did not answer, upload %s waits: %s", upload.pk, error)
        mine.update(scan_leased_until=at + _REST)
        return False
    verdict = Scan.REFUSED if found else Scan.PASSED
    mine.update(scan=verdict, scan_note=found[:200], scanned_at=at, scan_leased_until=None)
    return True


def ask(path: str) -> str:
    """What clamd finds in a file, or "" where it finds nothing. Raises Unreachable, OSError."""
    with closing(_connect(settings.CLAMAV_ADDRESS)) as clamd, open(path, "rb") as content:
        clamd.sendall(b"zINSTREAM\0")
        try:
            while piece := content.read(_PIECE_BYTES):
                clamd.sendall(struct.pack(">I", len(piece)) + piece)
            clamd.sendall(struct.pack(">I", 0))
        except (BrokenPipeError, ConnectionResetError):
            pass  # it has answered already: the file is larger than its StreamMaxLength
        answer = _read(clamd).removeprefix("stream: ").strip()
    if answer == "OK":
        return ""
    if answer.endswith(" FOUND"):
        return answer.removesuffix(" FOUND")
    if "size limit exceeded" in answer:
        return _("it is larger than the scanner reads")
    raise Unreachable(answer or "no answer")


def _connect(address: str) -> socket.socket:
    """``host:port``, or the path of a socket."""
    if address.startswith("/"):
        clamd = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        clamd.settimeout(_ANSWER_SECONDS)
        clamd.connect(address)
        return clamd
    host, _colon, port = address.rpartition(":")
    clamd = socket.create_connection((host.strip("[]"), int(port)), timeout=_CONNECT_SECONDS)
    clamd.settimeout(_ANSWER_SECONDS)
    return clamd


def _read(clamd: socket.socket) -> str:
    answer = bytearray()
    while len(answer) < 1000 and (part := clamd.recv(1000)):
        answer += part
        if answer.endswith(b"\0"):
            break
    return answer.decode(errors="replace").strip("\0")
