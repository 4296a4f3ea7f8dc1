from datetime import UTC
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends import filebased

from marketplace.demo import mailbox
from marketplace.demo.mail_backend import EmailBackend


@pytest.fixture
def folder(tmp_path: Path, settings: LazySettings) -> Path:
    settings.EMAIL_FILE_PATH = str(tmp_path)
    return tmp_path


def send(to: str, subject: str, text: str) -> None:
    message = EmailMultiAlternatives(subject, text, "site@demo.example", [to], connection=EmailBackend())
    message.attach_alternative(f"<p>{text}</p>", "text/html")
    message.send()


def test_letters_read_back_as_they_were_sent(folder: Path) -> None:
    send("anna@demo.example", "Grüße", "Your code:\n\nABC-DEF\n")
    send("tom@demo.example", "Second", "Hello")
    assert {letter.subject for letter in mailbox.letters()} == {"Grüße", "Second"}
    (letter,) = mailbox.letters(to="anna@demo.example")
    assert letter.text == "Your code:\n\nABC-DEF\n"
    assert letter.sent_at.tzinfo == UTC
    assert mailbox.letter(letter.name) == letter


def test_letters_of_one_moment_do_not_meet_in_one_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # What happens by chance: an object of the second letter takes the memory of the first.
    monkeypatch.setattr(filebased, "id", lambda _: 7, raising=False)
    for number in range(3):
        send("anna@demo.example", f"Letter {number}", "Hello")
    assert {letter.subject for letter in mailbox.letters()} == {"Letter 0", "Letter 1", "Letter 2"}


@pytest.mark.parametrize("name", ["nothing", "../../etc/passwd", ""])
def test_no_name_leads_out_of_the_folder(folder: Path, name: str) -> None:
    assert mailbox.letter(name) is None


def test_no_folder_is_no_mail(settings: LazySettings, tmp_path: Path) -> None:
    settings.EMAIL_FILE_PATH = str(tmp_path / "missing")
    assert mailbox.letters() == []
