"""Files in messages: whole, once, and only for those who take part."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from inbox import api, reports, selectors
from inbox.models import Message
from marketplace.kernel.errors import NotFound
from marketplace.kernel.models import StoredFile
from tests.accounts.conftest import AT, client_of
from tests.inbox.conftest import REFERENCE

pytestmark = pytest.mark.django_db
SECRET = b"the price list"


def upload(name: str = "list.html", content: bytes = SECRET) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def send(talk: uuid.UUID, author: User, *uploads: SimpleUploadedFile, body: str = "") -> Any:
    url = reverse("inbox:conversation", args=[talk])
    return client_of(author).post(url, {"body": body, "form_key": "k", "files": list(uploads)})


@pytest.fixture
def sent(talk: uuid.UUID, buyer: User) -> StoredFile:
    send(talk, buyer, upload())
    return StoredFile.objects.get()


def address(sent: StoredFile) -> str:
    return reverse("inbox:file", args=[sent.pk])


@pytest.mark.parametrize("who", ["seller", "buyer"])
def test_both_sides_open_a_file_and_it_is_no_page(request: pytest.FixtureRequest, sent: StoredFile, who: str) -> None:
    answer = client_of(request.getfixturevalue(who)).get(address(sent))
    assert b"".join(answer.streaming_content) == SECRET
    assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''list.html"
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Security-Policy"] == "sandbox"


@pytest.mark.parametrize("who", ["stranger", "moderator"])
def test_a_stranger_learns_nothing(request: pytest.FixtureRequest, sent: StoredFile, who: str) -> None:
    client = client_of(request.getfixturevalue(who))
    real, unreal = client.get(address(sent)), client.get(reverse("inbox:file", args=[uuid.uuid4()]))
    assert (real.status_code, unreal.status_code) == (404, 404)
    assert SECRET not in real.content
    assert "list.html" not in real.content.decode()


def test_staff_open_the_files_of_what_was_reported(
    sent: StoredFile, talk: uuid.UUID, buyer: User, moderator: User
) -> None:
    reports.send(conversation_id=talk, reporter_id=buyer.pk, reason="abuse", text="", at=AT)
    assert b"".join(client_of(moderator).get(address(sent)).streaming_content) == SECRET


def test_a_visitor_signs_in_first(sent: StoredFile) -> None:
    answer = Client().get(address(sent))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/accounts/login/")


def test_the_owning_app_may_let_others_read(
    sent: StoredFile, moderator: User, stranger: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selectors, "_readers", {})
    asked: list[tuple[str, int]] = []

    def may_read(reference: str, user_id: int) -> bool:
        asked.append((reference, user_id))
        return user_id == moderator.pk

    api.allow_readers("gig:", may_read)
    assert api.file_of_message(sent.pk, moderator.pk) == sent
    with pytest.raises(NotFound):
        api.file_of_message(sent.pk, stranger.pk)
    assert asked == [(REFERENCE, moderator.pk), (REFERENCE, stranger.pk)]


def test_sending_twice_stores_files_once(talk: uuid.UUID, buyer: User) -> None:
    for _click in range(2):
        assert send(talk, buyer, upload("a.txt"), upload("b.txt")).status_code == 302
    [message] = api.messages(REFERENCE)
    assert [file.name for file in message.files] == ["a.txt", "b.txt"]
    assert StoredFile.objects.count() == 2


def test_an_empty_file_is_refused_before_any_is_stored(talk: uuid.UUID, buyer: User) -> None:
    answer = send(talk, buyer, upload("a.txt"), upload("b.txt", b""), body="Look")
    assert "“b.txt” is empty" in answer.content.decode()
    assert "Look" in answer.content.decode()
    assert (StoredFile.objects.count(), Message.objects.count()) == (0, 0)


def test_a_huge_file_is_refused(talk: uuid.UUID, buyer: User, settings: Any) -> None:
    settings.MAX_UPLOAD_BYTES = 10
    answer = send(talk, buyer, upload())
    assert "is larger than" in answer.content.decode()
    assert not StoredFile.objects.exists()


def test_too_many_files_are_refused(talk: uuid.UUID, buyer: User) -> None:
    answer = send(talk, buyer, *(upload(f"{number}.txt") for number in range(11)))
    assert "at most 10 files" in answer.content.decode()
    assert not StoredFile.objects.exists()


def test_nothing_of_the_name_reaches_the_disk(talk: uuid.UUID, buyer: User) -> None:
    send(talk, buyer, upload("../../evil.html"))
    stored = StoredFile.objects.get()
    assert "evil" not in stored.file.name
    assert Path(stored.file.path).name == stored.pk.hex
