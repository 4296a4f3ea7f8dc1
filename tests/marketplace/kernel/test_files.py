import hashlib
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from marketplace.kernel import files
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.models import StoredFile

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.mark.django_db
def test_a_file_is_kept_byte_for_byte_under_a_name_of_ours() -> None:
    content = b"name,price\ncandle,12\n" * 1000
    stored = files.store(SimpleUploadedFile("../../etc/pass wd.csv", content), uploaded_by_id=None, at=NOW)
    assert stored.name == "pass wd.csv"
    assert stored.sha256 == hashlib.sha256(content).hexdigest()
    assert "pass" not in stored.file.name
    with stored.file.open("rb") as kept:
        assert kept.read() == content


@pytest.mark.django_db
def test_an_empty_file_is_refused_before_anything_is_stored() -> None:
    with pytest.raises(InvalidInput) as raised:
        files.store_all(
            [SimpleUploadedFile("good.txt", b"x"), SimpleUploadedFile("empty.txt", b"")], uploaded_by_id=None, at=NOW
        )
    assert "empty.txt" in raised.value.fields["files"]
    assert not StoredFile.objects.exists()


@pytest.mark.django_db
def test_a_file_over_the_limit_is_refused(settings: pytest.FixtureRequest) -> None:
    settings.MAX_UPLOAD_BYTES = 10  # type: ignore[attr-defined]
    with pytest.raises(InvalidInput, match="larger"):
        files.store(SimpleUploadedFile("big.bin", b"x" * 11), uploaded_by_id=None, at=NOW)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "content_type", "disposition"),
    [
        ("a.png", "image/png", "inline"),
        ("a.txt", "text/plain; charset=utf-8", "inline"),
        ("a.html", "application/octet-stream", "attachment"),
        ("a.svg", "application/octet-stream", "attachment"),
    ],
)
def test_nothing_that_could_run_is_shown_inside_the_browser(name: str, content_type: str, disposition: str) -> None:
    stored = files.store(SimpleUploadedFile(name, b"<script>"), uploaded_by_id=None, at=NOW)
    answer = files.response(stored)
    assert answer["Content-Type"] == content_type
    assert answer["Content-Disposition"].startswith(disposition)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox"
    answer.close()
