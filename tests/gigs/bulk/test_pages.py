"""The pages of an import, as its seller sees them."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from gigs.models import Gig, GigImport
from marketplace.kernel import outbox
from tests.gigs.bulk.conftest import Begin, as_file, carried_on, confirm, parsed
from tests.gigs.conftest import MakeGig

START = "/sell/gigs/import/"


def sent(client: Client, content: bytes) -> Any:
    return client.post(START, {"files": SimpleUploadedFile("my gigs.csv", content)})


def text(answer: Any) -> str:
    return b"".join(answer.streaming_content).decode()


def test_from_the_file_to_the_page(
    as_seller: Client, gig: Gig, at: datetime, show_what_is_missing: None, settings: Any
) -> None:
    page = as_seller.get(START).content.decode()
    assert "package_1_…" not in page
    assert "<code>package_1_price</code>" in page
    assert "not fetched from addresses" in page
    answer = sent(
        as_seller, as_file([{"id": str(gig.pk), "title": gig.title, "package_1_price": "20"}, {"title": "short"}])
    )
    job = GigImport.objects.get()
    assert answer.headers["Location"] == f"{START}{job.pk}/"
    waiting = as_seller.get(answer.headers["Location"]).content.decode()
    assert "Waiting for a worker" in waiting
    assert 'hx-trigger="every 2s"' in waiting
    outbox.deliver_due(job.created_at)
    ready = as_seller.get(answer.headers["Location"]).content.decode()
    assert "Price of Ten €15.00 → €20.00" in ready
    assert "1 row is wrong and is left out" in ready
    assert "A title has 8 to 80 characters" in ready
    assert "hx-trigger" not in ready
    assert as_seller.post(f"{START}{job.pk}/confirm/").status_code == 302
    carried_on(job, at)
    done = as_seller.get(answer.headers["Location"]).content.decode()
    assert "1 gig written." in done
    wrong = [html for html in (page, waiting, ready, done) if "MISSING" in html]
    assert wrong == []


def test_a_part_of_the_page_for_a_script(as_seller: Client, gig: Gig, begin: Begin) -> None:
    job = begin([{"id": str(gig.pk), "queue_limit": "3"}], check=False)
    html = as_seller.get(f"{START}{job.pk}/?show=wrong", headers={"HX-Request": "true"}).content.decode()
    assert html.strip().startswith('<div id="import"')
    assert f'hx-get="{START}{job.pk}/?show=wrong"' in html


def test_a_refused_file_says_why(as_seller: Client, seller: User, begin: Begin) -> None:
    job = begin(b"PK\x03\x04")
    assert "This is a workbook" in as_seller.get(f"{START}{job.pk}/").content.decode()


@pytest.mark.parametrize(
    ("data", "words"), [({}, "Choose one CSV file"), ({"files": SimpleUploadedFile("a.csv", b"")}, "empty")]
)
def test_no_file_is_told_at_its_field(as_seller: Client, seller: User, data: dict[str, Any], words: str) -> None:
    answer = as_seller.post(START, data)
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not GigImport.objects.exists()


def test_a_second_import_is_led_to_the_first(as_seller: Client, gig: Gig, begin: Begin) -> None:
    job = begin([{"id": str(gig.pk), "queue_limit": "3"}])
    page = as_seller.get(START).content.decode()
    assert f'href="{START}{job.pk}/"' in page
    assert 'type="file"' not in page
    answer = sent(as_seller, b"title\nWrite a text about it")
    assert answer.status_code == 400
    assert "is open" in answer.content.decode()
    assert list(GigImport.objects.all()) == [job]


@pytest.mark.parametrize("rows", [1, 60])
def test_the_page_asks_as_often_for_many_rows_as_for_one(
    as_seller: Client, make_gig: MakeGig, begin: Begin, rows: int, django_assert_num_queries: Any
) -> None:
    make_gig()
    job = begin(b"category,title\n" + b"writing,Write about something\n" * rows)
    as_seller.get(f"{START}{job.pk}/")
    with django_assert_num_queries(5):
        page = as_seller.get(f"{START}{job.pk}/").content.decode()
    assert ("More rows" in page) == (rows > 50)


def test_pages_of_rows_leave_nothing_out(as_seller: Client, make_gig: MakeGig, begin: Begin) -> None:
    make_gig()
    job = begin(b"category,title\n" + b"writing,Write about something\nwriting,short\n" * 60)
    seen: list[int] = []
    url = "?show=wrong"
    while url:
        context = as_seller.get(f"{START}{job.pk}/{url}").context
        seen += [row.number for row, _result in context["rows"]]
        url = context["next_url"]
    assert seen == list(range(3, 122, 2))


@pytest.mark.parametrize("query", ["show=nothing", "after=x", "after=-1", "after=" + "9" * 40, "show=%00&after=%00"])
def test_addresses_that_make_no_sense(as_seller: Client, gig: Gig, begin: Begin, query: str) -> None:
    job = begin([{"id": str(gig.pk), "queue_limit": "3"}])
    assert as_seller.get(f"{START}{job.pk}/?{query}").status_code == 200


def test_the_report_as_a_file(as_seller: Client, gig: Gig, begin: Begin, at: datetime) -> None:
    table = [
        {"id": str(gig.pk), "title": "=HYPERLINK(1) and more", "licence": "personal"},
        {"title": "short", "licence": "x"},
    ]
    job = confirm(begin(table), at)
    answer = as_seller.get(f"{START}{job.pk}/report/")
    assert "attachment" in answer.headers["Content-Disposition"]
    lines = parsed(text(answer))
    assert [(line["Row"], line["Plan"], line["Result"]) for line in lines] == [
        ("2", "Changed", "done"), *[("3", "Wrong", "")] * (len(lines) - 1),
    ]  # fmt: skip
    assert lines[0]["Title"] == "'=HYPERLINK(1) and more"
    assert {line["Column"] for line in lines[1:]} == {"title", "licence"}


def test_export_and_template_as_files(as_seller: Client, gig: Gig) -> None:
    answer = as_seller.get("/sell/gigs/export/?separator=semicolon")
    assert answer.streaming
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert parsed(text(answer), ";")[0]["title"] == gig.title
    template = parsed(text(as_seller.get(f"{START}template/")))
    assert len(template) == 2
    assert all(line["id"] == "" and line["package_1_price"] for line in template)


def test_an_export_of_nothing_names_the_columns(as_seller: Client, seller: User) -> None:
    names = next(csv.reader(io.StringIO(text(as_seller.get("/sell/gigs/export/")))))
    assert names[1:3] == ["publish", "category"]


def test_others_see_nothing(client: Client, stranger: User, gig: Gig, begin: Begin, at: datetime) -> None:
    job = begin([{"id": str(gig.pk), "queue_limit": "3"}])
    client.force_login(stranger, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(f"{START}{job.pk}/").status_code == 404
    assert client.get(f"{START}{job.pk}/report/").status_code == 404
    assert client.post(f"{START}{job.pk}/confirm/").status_code == 404
    assert client.post(f"{START}{job.pk}/cancel/").status_code == 404
    assert len(text(client.get("/sell/gigs/export/")).splitlines()) == 1
    job.refresh_from_db()
    assert job.state == "ready"


def test_buyers_become_sellers_first(as_buyer: Client) -> None:
    assert as_buyer.get(START).headers["Location"] == "/sell/"


def test_cancelling_twice_and_confirming_what_is_cancelled(as_seller: Client, gig: Gig, begin: Begin) -> None:
    job = begin([{"id": str(gig.pk), "queue_limit": "3"}])
    for path in ("cancel", "cancel", "confirm"):
        assert as_seller.get(f"{START}{job.pk}/{path}/").status_code == 405
        assert as_seller.post(f"{START}{job.pk}/{path}/").status_code == 302
    job.refresh_from_db()
    assert job.state == "cancelled"
    assert "0 gigs were written" in as_seller.get(f"{START}{job.pk}/").content.decode()
