"""Files that arrive in pieces: real HTTP against a web process, with cuts, lies, two at once, and SIGKILL."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import time
from datetime import timedelta
from io import BytesIO

import pytest
from django.conf import settings

from marketplace.kernel import clock
from marketplace.kernel.errors import Conflict, InvalidInput
from marketplace.kernel.models import StoredFile, Upload
from marketplace.kernel.uploads import places, writing
from marketplace.kernel.uploads.places import Announced
from marketplace.kernel.uploads.writing import Piece
from tests.marketplace.kernel.browsers import CONTENT, MEGABYTE, SUM, TOKEN, Browser, Web, id_of, row, status_on, taken
from tests.support.processes import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("uploads")]


def test_the_server_says_what_it_can(web: Web, ann: Browser) -> None:
    answer = ann.ask("OPTIONS", "/uploads/", Tus_Resumable="0.2.2")
    assert answer.status == 204
    assert answer.getheader("Tus-Version") == "1.0.0"
    assert answer.getheader("Tus-Extension") == "creation,expiration,checksum,termination"
    assert answer.getheader("Tus-Max-Size") == str(settings.MAX_UPLOAD_BYTES)
    assert answer.getheader("Tus-Checksum-Algorithm") == "sha1,sha256"


def test_another_version_is_not_spoken(ann: Browser) -> None:
    answer = ann.ask("POST", "/uploads/", Upload_Length="5", Tus_Resumable="0.2.2")
    assert (answer.status, answer.getheader("Tus-Version")) == (412, "1.0.0")
    assert not Upload.objects.exists()


def test_a_file_in_pieces_is_the_same_file(ann: Browser) -> None:
    path = ann.begin(len(CONTENT), name="../..\\up/fi\u202elm.mp4")
    for start in range(0, len(CONTENT), 4_000_000):
        piece = CONTENT[start : start + 4_000_000]
        answer = ann.patch(path, start, piece)
        assert (answer.status, answer.getheader("Upload-Offset")) == (204, str(start + len(piece)))
    assert [upload.name for upload in ann.place().waiting()] == ["film.mp4"]
    assert ann.place("elsewhere").waiting() == []
    stored = taken(ann, path)
    assert (stored.name, stored.sha256, stored.size_bytes, stored.content_type) == (
        "film.mp4", SUM, len(CONTENT), "video/mp4",
    )  # fmt: skip
    with stored.file.open("rb") as kept:
        assert kept.read() == CONTENT
    assert not Upload.objects.exists()
    assert ann.ask("HEAD", path).status == 404


def test_what_came_before_a_cut_is_kept_and_the_rest_follows(ann: Browser) -> None:
    path = ann.begin(len(CONTENT))
    wire = ann.open_patch(path, 0, len(CONTENT), CONTENT[:5_000_000])
    wait_until(lambda: row(path).offset_bytes, seconds=10, what="a first block on the disk")
    wire.close()
    wait_until(lambda: row(path).writer is None, seconds=10, what="noticing the cut")
    offset = ann.offset(path)
    assert offset == 5_000_000
    assert row(path).sha256 == ""
    assert ann.patch(path, offset, CONTENT[offset:]).status == 204
    assert taken(ann, path).sha256 == SUM


@pytest.mark.parametrize("offset", [0, 999, 1001, 5000])
def test_a_piece_for_another_place_is_refused(ann: Browser, offset: int) -> None:
    path = ann.begin(5000)
    ann.patch(path, 0, CONTENT[:1000])
    assert ann.patch(path, offset, b"x" * min(100, 5000 - offset)).status == 409
    assert ann.offset(path) == 1000
    assert ann.web.path(id_of(path)).read_bytes() == CONTENT[:1000]


def test_who_comes_second_waits_for_who_sends(ann: Browser) -> None:
    path = ann.begin(len(CONTENT))
    wire = ann.open_patch(path, 0, len(CONTENT), CONTENT[:100])
    wait_until(lambda: row(path).writer, seconds=10, what="the first one writing")
    assert ann.patch(path, 0, b"other").status == 423
    wire.sendall(CONTENT[100:])
    assert status_on(wire) == 204
    assert taken(ann, path).sha256 == SUM


def test_a_connection_that_died_unnoticed_loses_its_turn_and_writes_nothing_more(ann: Browser) -> None:
    """The far end is gone, no packet says so: the next request goes on after the lease, the dead one never again."""
    path = ann.begin(len(CONTENT))
    dead = ann.open_patch(path, 0, len(CONTENT), b"d" * 1000)
    wait_until(lambda: row(path).writer, seconds=10, what="the first one writing")
    Upload.objects.update(touched_at=clock.now() - writing.LEASE - timedelta(seconds=1))
    assert ann.patch(path, 0, CONTENT[:6_000_000]).status == 204
    # A block is whole when it has been waited for so long. More than it would still be on its way at the refusal.
    time.sleep(writing._BLOCK_SECONDS + 0.1)
    dead.sendall(b"d" * writing._READ_BYTES)
    assert status_on(dead) == 409
    assert ann.offset(path) == 6_000_000
    assert ann.patch(path, 6_000_000, CONTENT[6_000_000:]).status == 204
    assert taken(ann, path).sha256 == SUM


def test_without_asking_who_writes_the_dead_one_would_spoil_the_file(
    ann: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control of the test above, in this process: the same two writers, and no look at the row before a block."""
    upload = places.announce(ann.place(), Announced("film.mp4", 2000))
    first = writing._begin(upload.pk, ann.user.pk, Piece(0, 2000), clock.now())
    later = clock.now() + writing.LEASE
    writing.receive(
        upload_id=upload.pk, owner_id=ann.user.pk, piece=Piece(0, 1000), stream=BytesIO(CONTENT[:1000]), at=later
    )
    assert first.writer is not None
    with pytest.raises(Conflict):
        writing._write(first, first.writer, Piece(0, 1000), BytesIO(b"d" * 1000))
    assert ann.web.path(str(upload.pk)).read_bytes() == CONTENT[:1000]
    monkeypatch.setattr(writing, "_put", lambda pk, _writer, at, block, **_: writing._to_disk(pk, at, block))
    writing._write(first, first.writer, Piece(0, 1000), BytesIO(b"d" * 1000))
    assert ann.web.path(str(upload.pk)).read_bytes() == b"d" * 1000


@pytest.mark.parametrize(("size", "status"), [(0, 400), (settings.MAX_UPLOAD_BYTES + 1, 413), (-5, 400)])
def test_sizes_that_no_file_of_ours_has_are_refused(ann: Browser, size: int, status: int) -> None:
    assert ann.announce(size).status == status
    assert not Upload.objects.exists()


def test_more_than_was_said_is_refused_before_it_is_read(ann: Browser) -> None:
    path = ann.begin(1000)
    ann.patch(path, 0, CONTENT[:600])
    assert ann.patch(path, 600, CONTENT[:401]).status == 413
    assert ann.offset(path) == 600
    assert ann.web.path(id_of(path)).read_bytes() == CONTENT[:600]


def test_less_than_was_said_never_becomes_a_file(ann: Browser) -> None:
    path = ann.begin(1000)
    ann.patch(path, 0, CONTENT[:999])
    with pytest.raises(InvalidInput, match="not arrived whole"):
        taken(ann, path)
    assert (StoredFile.objects.count(), Upload.objects.count()) == (0, 1)


@pytest.mark.parametrize("headers", [{"Content_Type": "text/plain"}, {"Upload_Offset": "first"}, {"Upload_Offset": ""}])
def test_a_piece_that_is_none_is_refused(ann: Browser, headers: dict[str, str]) -> None:
    path = ann.begin(1000)
    usual = {"Upload_Offset": "0", "Content_Type": "application/offset+octet-stream"}
    assert ann.ask("PATCH", path, b"x", **{**usual, **headers}).status in {400, 415}
    assert ann.offset(path) == 0


def test_nobody_else_learns_of_an_upload(ann: Browser, bob: Browser) -> None:
    path = ann.begin(1000)
    ann.patch(path, 0, CONTENT[:500])
    assert bob.ask("HEAD", path).status == 404
    assert bob.patch(path, 500, CONTENT[500:1000]).status == 404
    assert bob.ask("DELETE", path).status == 404
    with pytest.raises(InvalidInput, match="not here any more"):
        taken(bob, path)
    assert ann.offset(path) == 500


def test_who_has_not_signed_in_sends_nothing(ann: Browser) -> None:
    path = ann.begin(1000)
    cookies = {"Cookie": f"csrftoken={TOKEN}"}
    assert ann.ask("POST", "/uploads/", Upload_Length="5", **cookies).status == 401
    assert ann.ask("HEAD", path, **cookies).status == 401
    assert ann.patch(path, 0, b"x", **cookies).status == 401
    assert Upload.objects.get().offset_bytes == 0


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_another_site_cannot_make_a_browser_send(ann: Browser, method: str) -> None:
    path = ann.begin(1000)
    address = "/uploads/" if method == "POST" else path
    headers = {"X_CSRFToken": "d" * 32, "Upload_Offset": "0", "Upload_Length": "5"}
    assert ann.ask(method, address, b"x", Content_Type="application/offset+octet-stream", **headers).status == 403
    assert Upload.objects.get().offset_bytes == 0


def test_a_proxy_that_knows_no_patch_can_carry_one(ann: Browser) -> None:
    path = ann.begin(1000)
    kind = {"Content_Type": "application/offset+octet-stream"}
    answer = ann.ask("POST", path, CONTENT[:9], Upload_Offset="0", X_HTTP_Method_Override="PATCH", **kind)
    assert answer.status == 204
    assert ann.ask("HEAD", path, X_HTTP_Method_Override="DELETE").status == 200
    assert ann.offset(path) == 9


def test_a_process_killed_in_the_middle_loses_nothing_that_it_called_safe(web: Web, ann: Browser) -> None:
    path = ann.begin(len(CONTENT))
    wire = ann.open_patch(path, 0, len(CONTENT), CONTENT[:8_500_000])
    wait_until(lambda: row(path).offset_bytes, seconds=10, what="a first block on the disk")
    web.process.kill()
    wire.close()
    web.start()
    offset = ann.offset(path)
    assert 0 < offset <= 8_500_000
    assert web.path(id_of(path)).read_bytes()[:offset] == CONTENT[:offset]
    Upload.objects.update(touched_at=clock.now() - writing.LEASE - timedelta(seconds=1))
    assert ann.patch(path, offset, CONTENT[offset:]).status == 204
    assert taken(ann, path).sha256 == SUM


def test_a_process_killed_before_it_had_summed_a_whole_file_leaves_that_to_the_next_look(ann: Browser) -> None:
    path = ann.begin(1000)
    ann.patch(path, 0, CONTENT[:1000])
    Upload.objects.update(sha256="")
    assert ann.offset(path) == 1000
    assert row(path).sha256 == hashlib.sha256(CONTENT[:1000]).hexdigest()
    Upload.objects.update(sha256="")
    assert taken(ann, path).sha256 == hashlib.sha256(CONTENT[:1000]).hexdigest()


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_damaged_piece_counts_for_nothing(ann: Browser, algorithm: str) -> None:
    path = ann.begin(len(CONTENT))
    digest = base64.b64encode(hashlib.new(algorithm, CONTENT).digest()).decode()
    damaged = CONTENT[:-1] + bytes([CONTENT[-1] ^ 1])
    assert ann.patch(path, 0, damaged, Upload_Checksum=f"{algorithm} {digest}").status == 460
    assert (ann.offset(path), row(path).sha256) == (0, "")
    assert ann.patch(path, 0, CONTENT, Upload_Checksum=f"{algorithm} {digest}").status == 204
    assert taken(ann, path).sha256 == SUM


@pytest.mark.parametrize("checksum", ["md5 AAAA", "sha1", "sha256 !!"])
def test_a_checksum_that_nobody_can_check_is_refused(ann: Browser, checksum: str) -> None:
    path = ann.begin(1000)
    assert ann.patch(path, 0, b"x", Upload_Checksum=checksum).status == 400
    assert ann.offset(path) == 0


def test_a_file_that_is_taken_away_while_it_is_sent_leaves_nothing(ann: Browser) -> None:
    path = ann.begin(len(CONTENT))
    wire = ann.open_patch(path, 0, len(CONTENT), CONTENT[:5_000_000])
    wait_until(lambda: row(path).offset_bytes, seconds=10, what="a first block on the disk")
    assert ann.ask("DELETE", path).status == 204
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it noticed in the middle, and hung up
        wire.sendall(CONTENT[5_000_000:])
        assert status_on(wire) == 404
    assert not ann.web.path(id_of(path)).exists()
    assert ann.ask("DELETE", path).status == 404


def test_the_web_process_never_holds_a_whole_piece(web: Web, ann: Browser) -> None:
    ann.patch(ann.begin(8 * MEGABYTE), 0, bytes(8 * MEGABYTE))
    before = web.process.most_memory()
    path = ann.begin(160 * MEGABYTE)
    wire = ann.open_patch(path, 0, 160 * MEGABYTE, b"")
    for _part in range(160):
        wire.sendall(bytes(MEGABYTE))
    assert status_on(wire) == 204
    assert row(path).is_whole
    assert web.process.most_memory() - before < 24 * MEGABYTE
