from __future__ import annotations

import importlib
import time
from dataclasses import replace
from datetime import datetime

import pytest
from django.apps import apps
from django.test import Client
from hypothesis import example, given, settings
from hypothesis import strategies as st

from accounts.models import User
from gigs import api, richtext
from gigs.models import Gig
from gigs.services.terms import Selection, offer_of, terms_of
from marketplace.kernel.errors import InvalidInput
from tests.gigs.conftest import CONTENT, MakeGig

RICH = (
    "<h3>What</h3><p>You <strong>get</strong> <a href='https://a.example/x'>this</a> &amp; "
    "<a href='https://b.example/'>https://b.example</a></p>"
    "<ul><li><p>one</p></li><li><p>two</p><ol><li><p>within</p></li></ol></li></ul><p>end<br>line</p>"
)
PLAIN = "What\n\nYou get this (https://a.example/x) & https://b.example\n\n- one\n- two\n1. within\n\nend\nline"


def test_plain_text_becomes_paragraphs_and_back() -> None:
    text = "First line & <tag>\nsecond line\n\n- one\n- two\n\nEnd."
    html = (
        "<p>First line &amp; &lt;tag&gt;<br>second line</p><ul><li><p>one</p></li><li><p>two</p></li></ul><p>End.</p>"
    )
    assert richtext.stored(text) == html
    assert richtext.plain(html) == text
    assert richtext.stored("  \n ") == ""


def test_rich_text_has_a_plain_side() -> None:
    assert richtext.plain(richtext.stored(RICH)) == PLAIN
    assert richtext.word_count(richtext.stored("<p>It's a well-kept <b>one</b>, 12.5 cm.</p>")) == 6


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("<p>a<script>alert(1)</script></p>", "<p>a</p>"),
        ("<p onclick='x()' style='color:red' class=a>a</p>", "<p>a</p>"),
        ("<p><a href='javascript:alert(1)'>a</a></p>", '<p><a rel="nofollow ugc noopener">a</a></p>'),
        ("<p><a href='//evil.example'>a</a></p>", '<p><a rel="nofollow ugc noopener">a</a></p>'),
        (
            "<p><a href='https://x.example' target=_blank>a</a></p>",
            '<p><a href="https://x.example" rel="nofollow ugc noopener">a</a></p>',
        ),
        ("<p><img src=x onerror=y>a</p><h1>big</h1><table><tr><td>t</td></tr></table>", "<p>a</p>bigt"),
        ("<p></p>words <b>first</b><p>then</p>", "<p>words <b>first</b></p><p>then</p>"),
        ("<p> <br></p><ul></ul>", ""),
    ],
)
def test_only_marks_of_text_are_kept(sent: str, kept: str) -> None:
    assert richtext.stored(sent) == kept


_TAGS = """<p> </p> <ul> <ol> <li> </li> </ul> <b> </b> <a\thref='https://x.example'> </a> <h3> <br> <script> <svg>
<math><mtext> <table> <style> <!-- --> ]]> &lt;p&gt; & < ' word <template> <noscript> <p/>"""
_PIECES = st.sampled_from([*_TAGS.split(" "), "\n\n", "- a\n- b", "\N{NO-BREAK SPACE}", "\N{RIGHT-TO-LEFT OVERRIDE}"])


@settings(max_examples=400, deadline=None)
@given(st.lists(_PIECES | st.text(max_size=6), max_size=25).map("".join))
@example("<p></p><p>")
@example("<p><li>")
@example("<h3><em><h3>text")
@example("<p><svg></p><style><a id='</style><img src=1 onerror=x>'>")
def test_whatever_comes_is_kept_in_one_safe_shape(text: str) -> None:
    kept = richtext.stored(text)
    assert richtext.stored(kept) == kept
    assert not kept or richtext.is_rich(kept)
    assert "<script" not in kept
    assert "<img" not in kept
    assert bool(kept) == bool(richtext.plain(kept))


@pytest.mark.parametrize(
    "bomb",
    ["<p>" + "<b>" * 19_000, "<p>" + "<ul><li>x" * 6_000, "<p>" + "<a href=x>" * 6_000, "<p>" + "&" * 59_000,
     "<p>" + "<svg><b>" * 7_000, "<p>" + "<table>" * 8_000, "<p>" + "<b><i>" * 5_000 + "</b></i>" * 5_000],
)  # fmt: skip
def test_a_bomb_of_html_takes_bounded_time(bomb: str) -> None:
    started = time.monotonic()
    richtext.plain(richtext.stored(bomb))
    assert time.monotonic() - started < 10  # a tenth of a second here; minutes where something is quadratic


@pytest.mark.parametrize(
    ("description", "said"),
    [
        ("word " * 1_201, "longer than 1200 words"),
        ("<p>" + "<b>word</b> " * 1_201 + "</p>", "longer than 1200 words"),
        ("x" * 12_001, "longer than 12000 characters"),
        ("<p>" + "&" * 59_000, "longer than 12000 characters"),
        ("<p>" + "x" * 1_000_000, "longer than 12000 characters"),
    ],
)
def test_a_description_is_bounded_by_its_words(
    seller: User, categories: None, at: datetime, description: str, said: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        api.create_gig(seller_id=seller.pk, content=replace(CONTENT, description=description), at=at)
    assert said in refused.value.fields["description"]
    assert not Gig.objects.exists()


def test_1200_words_fit(seller: User, categories: None, at: datetime) -> None:
    words = "<p>" + "<strong>word</strong> " * 1_200 + "</p>"
    api.create_gig(seller_id=seller.pk, content=replace(CONTENT, description=words), at=at)
    assert richtext.word_count(Gig.objects.get().description) == 1_200


def test_the_page_shows_marks_and_everybody_else_reads_text(client: Client, make_gig: MakeGig) -> None:
    gig = make_gig(description=RICH + "<p>" + "More of it. " * 6 + "</p>")
    page = client.get(gig.get_absolute_url()).content.decode()
    assert "You <strong>get</strong>" in page
    assert 'rel="nofollow ugc noopener"' in page
    assert '<meta name="description" content="What' in page
    assert client.get(f"/api/v1/gigs/{gig.pk}/").json()["description"].startswith(PLAIN)
    assert PLAIN in terms_of(offer_of(gig), Selection()).scope
    assert client.get("/search/?q=strong").content.decode().count('class="gig-card"') == 0
    assert client.get("/search/?q=within").content.decode().count('class="gig-card"') == 1


def test_a_row_that_came_past_the_editor_is_safe_on_the_page(client: Client, gig: Gig) -> None:
    Gig.objects.filter(pk=gig.pk).update(description="<p>hm<script>alert(1)</script></p>")
    assert "<script>alert" not in client.get(gig.get_absolute_url()).content.decode()
    Gig.objects.filter(pk=gig.pk).update(description="old & plain\n\nlines")
    assert "<p>old &amp; plain</p><p>lines</p>" in client.get(gig.get_absolute_url()).content.decode()


def test_what_was_plain_before_is_moved_and_can_be_moved_back(gig: Gig) -> None:
    migration = importlib.import_module("gigs.migrations.0012_editor")
    Gig.objects.filter(pk=gig.pk).update(description="A & b\nc\n\nd")
    migration.forwards(apps, None)
    gig.refresh_from_db()
    assert gig.description == "<p>A &amp; b<br>c</p><p>d</p>"
    migration.forwards(apps, None)
    migration.backwards(apps, None)
    gig.refresh_from_db()
    assert gig.description == "A & b\nc\n\nd"
