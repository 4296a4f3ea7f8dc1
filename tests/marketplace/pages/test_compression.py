"""What leaves compressed, and what must not."""

from __future__ import annotations

import gzip

import pytest
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory

from marketplace.pages.compression import CompressPages

pytestmark = pytest.mark.django_db


def test_a_page_is_small_for_browsers_that_can_read_it_so(client: Client) -> None:
    plain = client.get("/")
    packed = client.get("/", headers={"Accept-Encoding": "gzip, deflate, br"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert "Content-Encoding" not in plain.headers
    assert len(packed.content) < len(plain.content) / 3
    assert b"<h1" in gzip.decompress(packed.content)


@pytest.mark.parametrize(
    "answer",
    [
        HttpResponse(b"%PDF" + b"0" * 5000, content_type="application/pdf"),
        StreamingHttpResponse([b"a" * 5000], content_type="text/csv"),
        FileResponse([b"a" * 5000], content_type="text/plain", as_attachment=True, filename="a.txt"),
    ],
)
def test_files_keep_their_length(answer: HttpResponse, rf: RequestFactory) -> None:
    request = rf.get("/", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in CompressPages(lambda _: answer)(request).headers
