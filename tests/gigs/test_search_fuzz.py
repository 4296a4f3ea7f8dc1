"""Anything in any parameter of any address of the search is answered, tampered places in the results too."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings as site
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gigs import api
from gigs.contracts import CatalogueQuery, PackageContent
from gigs.models import Gig, SavedSearch
from gigs.search import entries, words
from gigs.selectors.catalogue import SORTS, WITHIN
from tests.gigs.conftest import NOON, MakeGig

_SCRIPT = "<script>alert(1)</script>"
_ODD: list[str | bytes] = [
    *["", " ", "\x00", "0", "1", "-1", "1e9", "9" * 40, "NaN", "-Infinity", "١٢", "12,50", "1.5", "on"],
    *["\x01\x1f\x7f\x85", "a\r\nSet-Cookie: b=c", "\N{ZERO WIDTH SPACE}", "\N{RIGHT-TO-LEFT OVERRIDE}ogol"],
    *["'; DROP TABLE gigs_gig; --", "1' OR '1'='1", "$$; SELECT pg_sleep(9) $$", "%s %(question)s {where} %", "\\"],
    *[_SCRIPT, '"><img src=x onerror=alert(1)>', "../../etc/passwd", "{}", "[]", b"\xff\xfe", b"\xed\xa0\x80", b"%"],
]
_WORDS = [
    *["logo", "logo bakery", "product descriptions", "german menu", "Speisekarte", "lgoo bakry", "prodcut", "seo"],
    *[" or ".join("abcdefghijklmnopqrstuvwxyz"), "logo or", "or or or"],
    *["the of and", "der die das", "-the", "& | ! <-> :* ( )", "-", "--", "|", "!", "logo:*", "a <-> b"],
    *['"unbalanced', 'logo"', '""', '" "', '-"logo for a bakery"', "'", "''", "lo\x00go", "l\u0301ogo"],
    *["🦄 logo", "👩‍👩‍👧‍👦", "שלום עולם", "مرحبا logo", "ß", "写真 ロゴ"],
    *["_%", "lo%", "100%_sure", "a" * 41, "éééé", "logo\ud7ff", "\U0010ffff"],
]
_PARTS_OF_LONG = ["logo ", "x", "-logo ", '"', "😀", "ﷺ", "İ", "e\u0301", "A", "[", "9"]
_PRICES = ["0", "5", "10.00", "49.99", "50", "1,5", "1 000", "€20", "1e5", "-5", "999999999999999", "0.001", "10\x00"]
_KNOWN: dict[str, Sequence[str]] = {
    "q": _WORDS,
    "min": _PRICES,
    "max": _PRICES,
    "within": WITHIN,
    "sort": [*SORTS, "bribes"],
    "currency": ["EUR", "JPY", "eur", "XXX"],
    "category": ["design", "writing", "logos", "seo", "alchemy", "a" * 41],
    "is": ["style:bold", "style:dry", "format:pdf", "style:nothing", "style", ":", "style:bold:", "style:bold\x00"],
    "rating": ["4.0", "4.5", "4.8", "5", "4"],
    "level": ["new", "rising", "proven", "top", "NEW"],
    "language": ["en", "de", "tlh", "EN"],
    "country": ["pt", "ie", "PT", "zz"],
    "ai": ["none", "assisted", "generated", "all"],
    "online": ["1", "0"],
    "after": ["garbage", "=", "W10", "bnVsbA"],
    "format": ["json", "xml", "api"],
    "page": ["2"],
}
_MOMENTS = [
    *["2026-05-13T12:00:00+00:00", "2026-05-13", "2026-02-30T00:00:00Z", "0001-01-01T00:00:00+00:00"],
    *["9999-12-31T23:59:59.999999-23:59", "2026-05-13T12:00:00+23:59", "2026-05-13T12:00:00+00:00:30.5", "infinity"],
]
_NUMBERS = [0, 1, -1, 5, 24, 2**15, 2**31, 2**62, 2**63 - 1, -(2**63) + 1, 2**63, 2**80]
_INSIDE: list[Any] = [*_NUMBERS, *_MOMENTS, 1.5, True, None, "", "1", [], {}]
_PATHS = [
    *["/search/"] * 4,
    *["/search/suggest/", "/search/ask/", "/categories/", "/categories/design/", "/categories/writing/"],
    *["/categories/logos/", "/categories/alchemy/", "/gigs/{pk}/why/", "/gigs/{pk}/why/", "/gigs/{pk}/similar/"],
    *["/saved/searches/new/", "/api/v1/gigs/", "/api/v1/gigs/", "/api/v1/gigs/{pk}/", "/api/v1/categories/"],
]
_TIMES = [1] * 12 + [2, 30, 1_100]  # 1,000 parameters are what one request may have
_QUICK = (PackageContent("One", 500, 30, 1),)
_PARTS = ("/why/", "/similar/")  # pages that are a part of another where htmx asks


@dataclass(frozen=True)
class _Asked:
    path: str
    parameters: list[tuple[str, str | bytes]]
    method: str
    by_htmx: bool
    is_signed_in: bool
    saved: dict[str, str]  # what the form that saves a search sends


_Places = Sequence[tuple[str, str]]


def _places(at_sorts: Iterable[str]) -> _Places:
    """Of each sort, with and without words, the place behind the first gig: (sort, as the address has it)."""
    found = [
        (sort, api.search(CatalogueQuery(text=text, sort=sort), NOON, size=1).next_cursor)
        for sort in at_sorts
        for text in ("", "logo")
    ]
    assert all(place for _sort, place in found)
    return found


def _token(inside: list[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(inside).encode()).decode().rstrip("=")


@st.composite
def _tampered(draw: st.DrawFn, places: _Places) -> list[tuple[str, str | bytes]]:
    """A place that was given, as it is, with one character changed, cut short, or with one of its values changed."""
    sort, place = draw(st.sampled_from(places))
    where = draw(st.integers(0, len(place) - 1))
    inside = json.loads(base64.urlsafe_b64decode(place + "=" * (-len(place) % 4)))
    at = draw(st.integers(0, len(inside) - 1))
    changed = [*inside[:at], draw(st.sampled_from(_INSIDE)), *inside[at + 1 :]]
    made = [
        place,
        place[:where] + draw(st.sampled_from("A_-z9=+é\x00")) + place[where + 1 :],
        place[:where],
        _token(changed),
        _token(inside[:at]),
        _token(inside + draw(st.lists(st.sampled_from(_INSIDE), max_size=80))),
    ]
    return [("sort", sort), ("after", draw(st.sampled_from(made)))]


def _parameters(places: _Places) -> st.SearchStrategy[list[tuple[str, str | bytes]]]:
    long = st.builds(lambda part, times: part * times, st.sampled_from(_PARTS_OF_LONG), st.sampled_from([40, 10_000]))
    odd = st.sampled_from(_ODD) | st.text(max_size=30) | st.binary(max_size=12) | long
    each = st.one_of(
        *(st.tuples(st.just(name), st.sampled_from(known)) for name, known in _KNOWN.items()),
        st.tuples(st.sampled_from(list(_KNOWN)), odd),
        st.tuples(st.just("q"), long),
        st.tuples(st.text(max_size=8), odd),
    )
    repeated = st.tuples(each, st.sampled_from(_TIMES)).map(lambda drawn: [drawn[0]] * drawn[1])
    return st.lists(repeated | _tampered(places), max_size=7).map(lambda lists: list(chain.from_iterable(lists)))


def _asked(places: _Places, gig_ids: Sequence[int]) -> st.SearchStrategy[_Asked]:
    ids = st.sampled_from([*gig_ids, 0, 2**63 - 1, 2**70])
    form = st.fixed_dictionaries(
        {
            "name": st.sampled_from(["My search", "", "\x00", "x" * 200]) | st.text(max_size=20),
            "pace": st.sampled_from(["daily", "hourly", "never", "always", ""]),
        }
    )
    return st.builds(
        _Asked,
        path=st.builds(lambda path, pk: path.format(pk=pk), st.sampled_from(_PATHS), ids),
        parameters=_parameters(places),
        method=st.sampled_from(["get", "get", "get", "head"]),
        by_htmx=st.booleans(),
        is_signed_in=st.booleans(),
        saved=form,
    )


def _client(asked: _Asked, session_key: str) -> Client:
    """A browser of its own each time: what one visit leaves in its cookies does not meet the next."""
    client = Client(headers={"HX-Request": "true", "HX-Current-URL": "http://["} if asked.by_htmx else {})
    if asked.is_signed_in:
        client.cookies[site.SESSION_COOKIE_NAME] = session_key
    return client


def _holds(asked: _Asked, response: HttpResponse) -> None:
    """The answer is one that the page knows, and has what its kind has to have."""
    needs_account = asked.path.startswith(("/saved/", "/search/ask/")) and not asked.is_signed_in
    known = {302, 400} if needs_account else {200, 301, 400, 404}
    if asked.method == "head" and asked.path.startswith(("/api/", "/saved/")):
        known |= {405}  # these take what they name
    assert response.status_code in known, (response.status_code, asked)
    if asked.method == "head":
        assert not response.content
        return
    text = response.content.decode()
    assert _SCRIPT not in text, asked
    if response.status_code != 200:
        return
    if asked.path.startswith(("/api/", "/search/suggest/")):
        _holds_json(asked, response)
        return
    assert response["Content-Type"] == "text/html; charset=utf-8"
    is_part = asked.by_htmx and asked.path.endswith(_PARTS)
    assert ("</html>" in text) != is_part, asked


def _holds_json(asked: _Asked, response: HttpResponse) -> None:
    answer = json.loads(response.content)
    if asked.path == "/search/suggest/":
        assert len(answer["suggestions"]) <= words.SUGGESTIONS
    if asked.path == "/api/v1/gigs/":
        assert answer["count"] >= len(answer["results"])


def _ask(asked: _Asked, session_key: str) -> None:
    client = _client(asked, session_key)
    address = f"{asked.path}?{urlencode(asked.parameters)}"
    method: Callable[[str], Any] = getattr(client, asked.method)
    _holds(asked, method(address))
    if asked.path.startswith("/saved/") and asked.is_signed_in:
        response = client.post(address, asked.saved)
        assert response.status_code in {200, 302, 400}, (response.status_code, asked)


def _fill(make_gig: MakeGig) -> list[int]:
    """A few gigs of several crafts, found by words, categories, attributes, languages and prices; one is a draft."""
    said = "You tell me what you want, and you have it on the day that we agree upon."
    contents: list[dict[str, Any]] = [
        {"category_slug": "logos", "title": "Draw a logo for a bakery", "attributes": ("style:bold",)},
        {"category_slug": "logos", "title": "Draw a logo for a band", "packages": _QUICK, "extras": ()},
        {"category_slug": "design", "title": "Turn a logo into vectors", "languages": ("de", "en")},
        {"category_slug": "seo", "title": "Look at five of your pages", "ai_use": "assisted"},
        {"category_slug": "translation", "title": "Eine Speisekarte übersetzen", "language": "de", "description": said},
        {"title": "Write 50 product descriptions for your shop"},
        {"title": "Not to be seen yet", "published": False},
    ]
    ids = [make_gig(**content).pk for content in contents]
    entries.refresh_changed(NOON)
    words.count_words()
    return ids


@pytest.mark.parametrize(
    "examples",
    [
        pytest.param(200, id="some"),
        pytest.param(6_000, id="many", marks=[pytest.mark.long, pytest.mark.timeout(3_600)]),
    ],
)
def test_nothing_breaks_the_search(as_buyer: Client, make_gig: MakeGig, examples: int) -> None:
    gig_ids = _fill(make_gig)
    session_key = as_buyer.cookies[site.SESSION_COOKIE_NAME].value
    before = list(Gig.objects.order_by("pk").values())

    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(_asked(_places(SORTS), gig_ids))
    def each(asked: _Asked) -> None:
        with transaction.atomic():
            _ask(asked, session_key)
            SavedSearch.objects.all().delete()

    each()
    assert list(Gig.objects.order_by("pk").values()) == before
