"""Uploads that wait: how many, how much, for how long, and what becomes of them."""

from __future__ import annotations

import hashlib
import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import override_settings

from marketplace.kernel import clock
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.models import StoredFile, Upload
from marketplace.kernel.uploads import places
from marketplace.kernel.uploads.places import Announced
from tests.marketplace.kernel.browsers import CONTENT, Browser, id_of, taken

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("uploads")]


def test_a_person_has_so_many_files_waiting_and_no_more(ann: Browser, bob: Browser) -> None:
    with override_settings(WAITING_UPLOAD_BYTES=1000):
        places.announce(ann.place(), Announced("a", 900))
        with pytest.raises(InvalidInput, match="Too many"):
            places.announce(ann.place(), Announced("b", 101))
        places.announce(bob.place(), Announced("c", 900))
        places.announce(ann.place(), Announced("d", 100))
    rows = [
        Upload(owner_id=ann.user.pk, size_bytes=1, created_at=clock.now(), touched_at=clock.now()) for _ in range(98)
    ]
    Upload.objects.bulk_create(rows)
    assert ann.announce(1).status == 429
    assert bob.announce(1).status == 201


def test_a_person_sends_so_much_in_a_day(ann: Browser) -> None:
    with override_settings(UPLOAD_BYTES_A_DAY=1000):
        upload = places.announce(ann.place(), Announced("a", 900))
        places.drop(upload_id=upload.pk, owner_id=ann.user.pk)
        with pytest.raises(InvalidInput, match="in a day"):
            places.announce(ann.place(), Announced("b", 101))


def test_files_that_nobody_came_back_for_go(ann: Browser) -> None:
    begun, whole = ann.begin(1000), ann.begin(1000)
    ann.patch(begun, 0, CONTENT[:999])
    ann.patch(whole, 0, CONTENT[:1000])
    now = clock.now()
    assert places.drop_abandoned(now + places.UNFINISHED_FOR - timedelta(hours=1)) == 0
    assert places.drop_abandoned(now + places.UNFINISHED_FOR + timedelta(hours=1)) == 1
    assert [str(upload.pk) for upload in Upload.objects.all()] == [id_of(whole)]
    assert not ann.web.path(id_of(begun)).exists()
    assert places.drop_abandoned(now + places.WHOLE_FOR + timedelta(hours=1)) == 1
    assert not ann.web.path(id_of(whole)).exists()


def test_files_wait_again_where_what_took_them_is_rolled_back(ann: Browser) -> None:
    path = ann.begin(1000)
    ann.patch(path, 0, CONTENT[:1000])

    def fail() -> None:
        with transaction.atomic():
            places.take([uuid.UUID(id_of(path))], owner_id=ann.user.pk, at=clock.now())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert (StoredFile.objects.count(), ann.offset(path)) == (0, 1000)
    assert taken(ann, path).sha256 == hashlib.sha256(CONTENT[:1000]).hexdigest()


def test_files_of_a_plain_form_wait_like_the_others(ann: Browser) -> None:
    sent = [SimpleUploadedFile("a.txt", b"hello"), SimpleUploadedFile("b.txt", b"world")]
    ids = ann.place().gather(sent, [])
    assert [(upload.pk, upload.name, upload.is_whole) for upload in ann.place().waiting()] == [
        (ids[0], "a.txt", True), (ids[1], "b.txt", True),
    ]  # fmt: skip
    with pytest.raises(InvalidInput, match="is empty"):
        ann.place().gather([SimpleUploadedFile("c.txt", b"x"), SimpleUploadedFile("d.txt", b"")], [])
    assert Upload.objects.count() == 2
