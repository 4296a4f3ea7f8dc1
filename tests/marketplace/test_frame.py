"""The frame around a page is kept from reader to reader, and what is a reader's own is not."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from marketplace.pages import frame
from tests.marketplace.test_desk import person

pytestmark = pytest.mark.django_db

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


def page(user: User | None = None, path: str = "/fees/", **given: str) -> str:
    client = Client()
    if user:
        client.force_login(user)
    return client.get(path, given).content.decode()


def nav(html: str) -> str:
    return html[html.index('<nav class="top-nav"') : html.index("</nav>")]


def test_each_reader_finds_their_own_name_and_token_in_it() -> None:
    anna, bea = (nav(page(person(name))) for name in ("Anna", "Bea"))
    assert ('<p class="menu-head">Anna</p>' in anna, "Anna" in bea) == (True, False)
    assert ('<p class="menu-head">Bea</p>' in bea, "Bea" in anna) == (True, False)
    assert len(set(TOKEN.findall(anna)) | set(TOKEN.findall(bea))) == 2
    assert "\x02" not in anna + bea


def test_its_forms_are_taken_where_tokens_are_looked_at() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(person("Anna"))
    for _ in range(2):  # rendered, then kept
        html = client.get("/fees/", {"a": "1&2"}).content.decode()
    address = re.search(r'name="next" value="([^"]*)"', html[html.index("<footer") :])
    assert address is not None
    assert address[1] == "/fees/?a=1%262"
    token = TOKEN.findall(html)[-1]
    answer = client.post(reverse("pages:set_theme"), {"theme": "dark", "next": "/fees/", "csrfmiddlewaretoken": token})
    assert (answer.status_code, answer["Location"]) == (302, "/fees/")


def test_what_is_put_in_is_escaped() -> None:
    html = page(person("Anna <b>"), reverse("gigs:search"), q='"><i>')
    assert "Anna <b>" not in html
    assert "Anna &lt;b&gt;" in nav(html)
    assert 'value="&quot;&gt;&lt;i&gt;"' in html


def test_it_knows_where_the_reader_is() -> None:
    anna = person("Anna")
    orders, inbox = reverse("orders:list"), reverse("inbox:list")
    assert f'<a href="{orders}" aria-current="page">' in nav(page(anna, orders))
    assert f'<a href="{orders}" >' in nav(page(anna, inbox))
    assert 'aria-current="page"' not in nav(page(anna))


THEIRS = [
    ({"is_moderator": True}, "orders:moderation"),
    ({"is_treasurer": True}, "money:desk"),
    ({"hat": "selling"}, "gigs:mine"),
    ({"hat": "selling"}, "gigs:insights"),
]


@pytest.mark.parametrize(("fields", "address"), THEIRS)
def test_it_leads_to_what_is_theirs(fields: dict[str, object], address: str) -> None:
    assert reverse(address) in nav(page(person("Mo", **fields)))
    assert reverse(address) not in nav(page(person("Anna")))


def test_it_is_rendered_once() -> None:
    anna, bea = person("Anna"), person("Bea")
    page(anna)
    rendered = frame._render.cache_info().misses
    page(anna)
    page(bea)
    assert frame._render.cache_info().misses == rendered


def test_but_not_where_a_template_is_being_worked_on(settings: Any) -> None:
    settings.DEBUG = True
    hits = frame._render.cache_info().hits
    page()
    assert frame._render.cache_info().hits == hits
