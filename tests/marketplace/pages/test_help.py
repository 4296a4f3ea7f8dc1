"""The help pages: what is written is whole and true to the rules, and is found by words, also misspelt ones."""

from __future__ import annotations

import re
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import Resolver404, resolve, reverse
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

import orders.api
from gigs.insights.periods import LENGTHS
from gigs.models.portfolio import MOST_PIECES
from gigs.portfolio.services import MOST_FILES
from gigs.statistics.counting import _ONCE_IN_SECONDS
from marketplace.pages import markdown
from marketplace.pages.figures import figures
from marketplace.pages.help import articles, finding
from payments.models.planning import MOST_POCKETS, WHOLE_PERCENT

pytestmark = pytest.mark.django_db

ARTICLES = list(articles.all_of("en").values())
LINK = re.compile(r"\]\((/[^)#]*)")


def found(asked: str) -> list[str]:
    return [hit.article.slug for hit in finding.find(asked, figures("EUR"))]


@pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article.slug)
def test_an_article_is_whole(article: articles.Article, client: Client) -> None:
    assert article.topic in {topic.key for topic in articles.TOPICS}
    assert article.keywords
    assert markdown.unknown(article.text, figures("EUR")) == []
    page = client.get(article.url).content.decode()
    assert f"<h1>{article.title}</h1>" in page.replace("&#x27;", "'")
    assert "{{" not in page


@pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article.slug)
def test_its_links_lead_somewhere(article: articles.Article) -> None:
    for address in LINK.findall(article.text):
        try:
            match = resolve(address)
        except Resolver404:
            pytest.fail(f"{address} is no page")
        if match.url_name == "help_article":
            assert match.kwargs["slug"] in articles.all_of("en")


def test_searches_of_several_threads_find_the_same_stems() -> None:
    words = [*finding.index_of("en").words, *finding.index_of("es").words]
    alone = [finding._stem.__wrapped__(word, "es") for word in words]
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    finding._stem.cache_clear()
    try:
        with ThreadPoolExecutor(3) as pool:
            # Each begins elsewhere, so that none lives on what another has just put by.
            starts = [len(words) * part // 3 for part in range(3)]
            jobs = [
                pool.submit(lambda at: [finding._stem(word, "es") for word in words[at:] + words[:at]], at)
                for at in starts
            ]
            results = [job.result() for job in jobs]
    finally:
        sys.setswitchinterval(before)
    assert results == [alone[at:] + alone[:at] for at in starts]


def test_the_plain_words_of_a_text_are_as_they_are_read() -> None:
    text = "It isn't **bold**, `a < b` &amp; “c”\n\n| A | B |\n|---|---|\n| &#39;1&#39; | 2 |"
    assert markdown.plain(text) == "It isn't bold, a < b & “c” A B '1' 2"


def test_languages_have_the_same_articles() -> None:
    shipped = {code.partition("-")[0] for code, _name in settings.LANGUAGES}
    wanted = {(article.slug, article.topic, article.order) for article in ARTICLES}
    for language in shipped & set(articles.languages()):
        own = {(a.slug, a.topic, a.order) for a in articles.all_of(language).values() if a.language == language}
        assert own == wanted, language


def test_every_topic_has_several() -> None:
    assert min(len(topic.articles) for topic in articles.topics("en")) >= 5


def test_figures_are_those_of_the_rules(client: Client, settings: Any) -> None:
    address = reverse("pages:help_article", args=["fees-for-sellers"])
    assert "10 %" in client.get(address).content.decode().replace("\N{NO-BREAK SPACE}", " ")
    settings.ORDER_RULES = {"seller_fee_bp": 700}
    assert orders.api.rules("EUR").seller_fee_bp == 700
    assert "7 %" in client.get(address).content.decode().replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("language", articles.languages())
@pytest.mark.parametrize(
    ("slug", "numbers"),
    [
        ("show-your-work", [MOST_PIECES, MOST_FILES]),
        ("read-your-insights", [*LENGTHS, _ONCE_IN_SECONDS // 60]),
        ("set-money-aside", [MOST_POCKETS, WHOLE_PERCENT]),
    ],
)
def test_limits_are_those_of_the_code(slug: str, numbers: list[int], language: str) -> None:
    words = re.findall(r"\d+", articles.all_of(language)[slug].text)
    assert {str(number) for number in numbers} <= set(words)


@pytest.mark.parametrize(
    ("asked", "slug"),
    [
        ("refund", "refunds"),
        ("how do I get my money back", "refunds"),
        ("refnud", "refunds"),
        ("when am I paid", "when-you-are-paid"),
        ("late delivery", "when-work-is-late"),
        ("chargeback", "bank-claims"),
        ("dispute", "how-disputes-go"),
        ("passkeys", "sign-in-safely"),
        ("close my acount", "your-data"),
        ("invoic", "receipts-and-invoices"),
        ("ranking", "how-you-are-found"),
        ("whatsapp", "stay-on-the-site"),
        ("portfolio", "show-your-work"),
        ("statistics of my gigs", "read-your-insights"),
        ("save for taxes", "set-money-aside"),
        ("holiday pocket", "set-money-aside"),
    ],
)
def test_what_people_ask_finds_its_page(asked: str, slug: str) -> None:
    assert slug in found(asked)[:3]


def test_snippets_mark_what_was_asked_and_escape_the_rest() -> None:
    hit = finding.find("undo", figures("EUR") | {"undo": "<b>10 min</b>"})[0]
    assert "<mark>" in hit.snippet
    assert "<b>" not in hit.snippet


@pytest.mark.parametrize("asked", ["", "   ", "?!", "the of", "zzzqqqxxx", "\x00", "<script>", "a" * 5_000, "ﷺ " * 60])
def test_nonsense_finds_nothing_and_breaks_nothing(asked: str, client: Client) -> None:
    page = client.get(reverse("pages:help"), {"q": asked})
    assert page.status_code == 200
    assert "<script>" not in page.content.decode().partition("<main")[2]


def test_pages_ask_the_database_nothing(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        client.get(reverse("pages:help"), {"q": "refund"})
        client.get(reverse("pages:help_article", args=["refunds"]))


def test_no_other_article(client: Client) -> None:
    assert client.get("/help/nothing-here/").status_code == 404


def test_a_language_without_articles_reads_english() -> None:
    with translation.override("sw"):
        assert articles.current_language() == "en"
        assert "refunds" in found("refund")


def test_results_are_not_for_search_engines(client: Client) -> None:
    assert "noindex" in client.get("/help/?q=refund").content.decode()
    assert f'<link rel="canonical" href="{settings.SITE_URL}/help/">' in client.get("/help/?x=1").content.decode()


def test_articles_in_another_language_than_the_page_say_so(client: Client, settings: Any) -> None:
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch")]
    for path, own in (("/help/", "<ul"), ("/help/?q=refund", '<ul class="panel-list"'), ("/help/refunds/", "<article")):
        assert not re.search(f"{own}[^>]* lang=", client.get(path).content.decode()), path
        page = client.get(path, headers={"accept-language": "de"}).content.decode()
        assert re.search(f'{own}[^>]* lang="en"', page), path
