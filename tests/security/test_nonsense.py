"""Nasty values in every parameter and every field of every form: refused or absorbed, never a crash."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from tests.security.conftest import ROLES, Market, addresses
from tests.security.pages import Form, Reader, wrongs
from tests.security.test_walk import TABLE, address

NASTY = (
    "",
    "\x00",
    "a\x00b",
    "-1",
    "0",
    "1e309",
    "NaN",
    "1000000000000",
    "9" * 20,
    "9" * 5_000,
    "١٢",
    "²",
    "1,5",
    "1.234,56",
    "'\"><script>alert(1)</script>",
    "javascript:alert(1)",
    "http://[",
    "https://exa\nmple.org/",
    "//evil.example/",
    "../../../etc/passwd",
    "%00%s{0}",
    "x" * 10_000,
    "a or b & c | !d <-> :*",
    "\N{RIGHT-TO-LEFT OVERRIDE}\N{ZERO WIDTH SPACE}🙂" * 30,
    "a\r\nBcc: victim@example.org\r\n\r\n",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "0001-01-01T00:00:00+14:00,00000000-0000-0000-0000-000000000000",
    "Mars/Phobos",
    "[]",
)
PARAMETERS = (
    *("q", "category", "min", "max", "within", "sort", "after", "before", "price", "packages-0-price", "package"),
    *("quantity", "extras", "role", "tab", "seen", "paid", "seller_percent", "reason", "country", "starter", "again"),
    *("ids", "sellers", "show", "next", "limit", "page", "key", "format"),
)  # fmt: skip


# Every address meets each third value, and neighbours in the table the others: a whole product takes minutes.
STRIDE = 3


def test_nonsense_in_addresses(market: Market) -> None:
    """As the first role that sees a page; addresses that show nobody anything have been walked."""
    known, found = addresses(market), []
    clients = {role: market.client(role) for role in ROLES}
    readable = [(name, ROLES[row.index("200")]) for name, row in TABLE.items() if "200" in row]
    readable += [(name, "buyer") for name in ("api-me", "api-orders", "api-order")]
    token = {"HTTP_AUTHORIZATION": f"Bearer {market.key}"}
    for number, (name, role) in enumerate(readable):
        for value in NASTY[number % STRIDE :: STRIDE]:
            headers = token if name.startswith("api-") else {}
            response = clients[role].get(address(name, known), dict.fromkeys(PARAMETERS, value), **headers)  # type: ignore[arg-type]
            if wrongs(response):
                found.append((name, value[:40], wrongs(response)))
    assert found == []


PATHS = (
    *("/%00", "/%ff%fe", "/@%00/", "/@" + "x" * 9_000 + "/", "/static/" + "x" * 5_000, "/orders/" + "0" * 36 + "/"),
    *("/media/%00", "/media/" + "x" * 300, "/media/" + "x/" * 3_000, "/media/..%2f..%2fetc%2fpasswd"),
    *("/gigs/" + "9" * 5_000 + "-x/", "/gigs/" + "9" * 30 + "-x/", "/gigs/" + "9" * 30 + "/order/"),
    *("/notices/" + "9" * 30 + "/", "/sell/gigs/" + "9" * 30 + "/", "/api/v1/gigs/" + "9" * 30 + "/"),
    "/mail/off/" + "x" * 5_000 + "/",
    *("/saved/gigs/" + "9" * 30 + "/", "/saved/" + "9" * 30 + "/", "/saved/searches/" + "9" * 30 + "/"),
    *("/lists/" + "x" * 5_000 + "/", "/gigs/" + "9" * 30 + "/similar/"),
    *("/reviews/" + "9" * 30 + "/reply/", "/calendar/" + "x" * 5_000 + ".ics", "/@nobody/reviews/"),
)


def test_nonsense_paths(market: Market) -> None:
    for client in (market.client("anonymous"), market.client("buyer")):
        for path in PATHS:
            response = client.get(path)
            assert response.status_code in {302, 400, 404}, path[:60]
            assert wrongs(response) == [], path[:60]


def _forms(client: Client, known: dict[str, dict[str, Any]]) -> Iterator[tuple[str, Form]]:
    """Every form that posts, once, as the pages of this role show it; and every address that takes posts alone."""
    seen: set[tuple[str, ...]] = set()
    for name in TABLE:
        url = address(name, known)
        response = client.get(url)
        is_page = response.status_code == 200 and response.headers.get("Content-Type", "").startswith("text/html")
        html = response.content.decode() if is_page and not response.streaming else ""
        for form in Reader(html).forms:
            target = (form.action or url).partition("?")[0]
            if form.method == "post" and (target, *sorted(form.fields)) not in seen:
                seen.add((target, *sorted(form.fields)))
                yield target, form


def _posts(form: Form, turn: int, value: str) -> Iterator[dict[str, Any]]:
    """All fields nasty at once; then one field after another, the others as the page had them."""
    names = [name for name in form.fields if name != "csrfmiddlewaretoken"]
    yield dict.fromkeys(names, value)
    for number, name in enumerate(names):
        if (number + turn) % len(NASTY) == 0:
            yield {**{other: form.fields[other] for other in names}, name: value}


@pytest.mark.parametrize("role", ["anonymous", "buyer", "seller", "moderator"])
def test_nonsense_in_forms(market: Market, role: str) -> None:
    client, known = market.client(role), addresses(market)
    found = []
    for target, form in list(_forms(client, known)):
        for turn, value in enumerate(NASTY):
            for data in _posts(form, turn, value):
                with transaction.atomic():
                    response = client.post(target, data)
                    transaction.set_rollback(True)
                if wrongs(response):
                    found.append((target, {k: str(v)[:30] for k, v in data.items()}, wrongs(response)))
    assert found == []


BAD_FILES = (b"", b"GIF89a", b"\x89PNG\r\n\x1a\n", b"RIFF\xff\xff\xff\xffWEBP", b"\x00" * 100, b"<svg/onload=alert(1)>")


def test_nonsense_in_files(market: Market) -> None:
    known = addresses(market)
    for role in ("buyer", "seller"):
        client = market.client(role)
        for target, form in list(_forms(client, known)):
            for content in BAD_FILES:
                upload = SimpleUploadedFile("a\x00/../../b\r\n.png", content, "text/html\r\nX: y")
                data = {name: value for name, value in form.fields.items() if name != "csrfmiddlewaretoken"}
                files = dict.fromkeys(("files", "cover", "portrait", "answer_q1", "answer_file"), upload)
                for given in files.values():
                    given.seek(0)
                with transaction.atomic():
                    response = client.post(target, {**data, **files})
                    transaction.set_rollback(True)
                assert not wrongs(response), (target, content)
