"""What search engines are told: sitemap, robots, and one address for each page."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from marketplace.pages import sitemaps
from tests.gigs.conftest import MakeGig

pytestmark = pytest.mark.django_db

LOCATION = re.compile(r"<loc>([^<]*)</loc>")


def locations(client: Client, path: str) -> list[str]:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("application/xml")
    found = LOCATION.findall(answer.content.decode())
    assert all(one.startswith(f"{settings.SITE_URL}/") for one in found)
    return [one.removeprefix(settings.SITE_URL).replace("&amp;", "&") for one in found]


def test_every_address_in_it_is_a_page_that_may_be_found(client: Client, make_gig: MakeGig) -> None:
    gig = make_gig()
    files = locations(client, "/sitemap.xml")
    sections = dict.fromkeys(urlsplit(file).path for file in files)  # how many files of one depends on ids
    assert [*sections] == [f"/sitemap-{name}.xml" for name in ("pages", "help", "categories", "gigs", "storefronts")]
    pages = [address for file in files for address in locations(client, file)]
    assert gig.get_absolute_url() in pages
    assert len(pages) == len(set(pages))
    for address in pages:
        answer = client.get(address)
        html = answer.content.decode()
        assert answer.status_code == 200, address
        assert 'content="noindex' not in html, address
        assert f'<link rel="canonical" href="{settings.SITE_URL}{address}">' in html, address
        assert not forbidden(client, address), address


def forbidden(client: Client, address: str) -> bool:
    """By the longest rule that fits (RFC 9309)."""
    rules = re.findall(r"^(Allow|Disallow): (.*)$", client.get("/robots.txt").content.decode(), re.MULTILINE)
    path = urlsplit(address).path
    fitting = [(len(rule), kind) for kind, rule in rules if re.match(re.escape(rule).replace(r"\*", ".*"), path)]
    return max(fitting)[1] == "Disallow"


def test_robots_keep_out_of_what_is_peoples_own(client: Client) -> None:
    assert f"Sitemap: {settings.SITE_URL}/sitemap.xml" in client.get("/robots.txt").content.decode()
    for closed in (
        "/orders/",
        "/messages/",
        "/settings/",
        "/desk/",
        "/money/",
        "/gigs/1/why/",
        "/sell/gigs/",
        "/saved/",
        "/clients/",
        "/reviews/to-write/",
        "/accounts/login/",
        "/@mia/share/",
    ):
        assert forbidden(client, closed), closed
    for opened in (
        "/",
        "/accounts/signup/",
        "/search/",
        "/gigs/1-a/",
        "/@mia/",
        "/sell/estimate/",
        "/money-and-law/",
        "/static/css/site.css",
        "/media/covers/a.webp",
    ):
        assert not forbidden(client, opened), opened


def test_what_nobody_may_find_is_not_in_it(client: Client, make_gig: MakeGig) -> None:
    gig = make_gig()
    gig.is_private, gig.share_key = True, "k" * 24
    gig.save(update_fields=["is_private", "share_key"])
    assert locations(client, "/sitemap-gigs.xml") == []
    assert locations(client, "/sitemap-storefronts.xml") == []


def test_a_file_costs_the_same_with_one_gig_and_with_many(client: Client, make_gig: MakeGig) -> None:
    def costs() -> dict[str, int]:
        counted = {}
        for path in (
            "/sitemap.xml",
            *(f"/sitemap-{name}.xml" for name in ("pages", "categories", "gigs", "storefronts")),
        ):
            with CaptureQueriesContext(connection) as queries:
                client.get(path)
            counted[path] = len(queries)
        return counted

    make_gig()
    first = costs()
    for number in range(4):
        make_gig(title=f"Proofread {number} pages by tonight")
    assert costs() == first
    assert max(first.values()) <= 6


def test_files_are_ranges_of_ids(client: Client, make_gig: MakeGig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemaps, "MOST_IN_A_FILE", 2)
    gigs = [make_gig(title=f"Proofread {number} pages by tonight") for number in range(5)]
    files = [file for file in locations(client, "/sitemap.xml") if file.startswith("/sitemap-gigs")]
    assert files[1].endswith("?p=2")
    listed = [address for file in files for address in locations(client, file)]
    assert listed == [gig.get_absolute_url() for gig in gigs]


@pytest.mark.parametrize(
    "path", ["/sitemap-gigs.xml?p=9999", "/sitemap-gigs.xml?p=x", "/sitemap-gigs.xml?p=0", "/sitemap-no.xml"]
)
def test_no_other_file(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/search/?q=logo", "/search/?within=today"])
def test_what_was_filtered_is_not_indexed(client: Client, path: str) -> None:
    html = client.get(path).content.decode()
    assert 'content="noindex' in html
    assert "canonical" not in html
