"""What ``make bench-catalogue`` measures is the product's own: a whole catalogue, and the formula's own exact page."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import connection

from bench import busy, catalogue_data, plans, results, searching, timing
from bench.__main__ import parse
from bench.catalogue_queries import queries
from gigs.contracts import CatalogueQuery
from gigs.models import Category, Gig, Package, SearchEntry
from gigs.search import statement
from gigs.selectors import catalogue
from marketplace.kernel import clock
from tests.support.own_cache import clear_own_cache

_GIGS = 400


@pytest.fixture
def filled(transactional_db: None) -> Iterator[None]:
    """A small catalogue, indexed."""
    clear_own_cache()
    catalogue_data.fill(_GIGS)
    call_command("reindex")
    yield
    clear_own_cache()


@pytest.mark.django_db(transaction=True)
def test_the_catalogue_is_whole_and_can_be_found(filled: None) -> None:
    active = Gig.objects.active().count()
    assert Gig.objects.count() == _GIGS
    assert 0 < _GIGS - active < _GIGS // 10
    assert SearchEntry.objects.count() == active
    assert (
        Gig.objects.filter(seller__seller_profile=None).count() == 0
    )  # nothing checked the keys when they were copied
    assert Gig.objects.exclude(packages__position=1).count() == 0
    assert (
        Gig.objects.exclude(package_count=1).filter(packages__position=2).count()
        == Package.objects.filter(position=2).count()
    )
    some = Gig.objects.order_by("?").first()
    assert some is not None
    assert some.packages.get(position=1).all_in_minor == some.from_all_in_minor
    assert catalogue.search(CatalogueQuery(), clock.now()).count == active


@pytest.mark.django_db(transaction=True)
def test_rows_that_come_later_get_ids_of_their_own(filled: None) -> None:
    newest = Gig.objects.latest("pk")
    newest.pk = None
    newest.save()
    assert newest.pk == _GIGS + 1


@pytest.mark.django_db(transaction=True)
def test_the_exact_page_is_the_product_s_where_it_looks_at_everything(filled: None) -> None:
    asked, at = queries(catalogue_data.words(), 60), clock.now()
    assert searching.overlap(asked, at) == 1.0


@pytest.mark.django_db(transaction=True)
def test_the_exact_page_is_another_where_the_product_looks_at_few(
    filled: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statement.ranking, "CANDIDATES", 30)
    at = clock.now()
    whole = [asked for asked in queries(catalogue_data.words(), 60) if asked.kind == "common"]
    assert 0 < searching.overlap(whole, at) < 1


@pytest.mark.django_db(transaction=True)
def test_pages_of_the_catalogue_keep_to_their_queries_and_bytes(filled: None) -> None:
    paths = [category.get_absolute_url() for category in Category.objects.all()]
    asked, size = results._counted(paths)
    assert asked <= 8
    assert size > 10_000


@pytest.mark.django_db(transaction=True)
def test_an_edit_is_found_at_once(filled: None) -> None:
    assert busy._until_found(3, is_edit=True) < 2


@pytest.mark.django_db(transaction=True)
def test_statements_are_timed_and_their_plans_told(filled: None) -> None:
    with timing.statements() as found:
        catalogue.search(CatalogueQuery(text="logo", category="design"), clock.now())
    assert found.milliseconds > 0
    searches = [(text, given) for text, given in found.texts if "gigs_searchentry" in text]
    assert searches
    for text, given in searches:
        assert any("Execution Time" in line for line in timing.plan(text, given))
    with connection.cursor() as cursor:
        cursor.execute("SET enable_indexscan = off; SET enable_bitmapscan = off; SET enable_indexonlyscan = off")
        try:
            assert timing.read_whole(timing.plan("SELECT FROM gigs_gig WHERE id = 3", ())) == {"gigs_gig"}
        finally:
            cursor.execute("RESET ALL")


@pytest.mark.django_db(transaction=True)
def test_each_kind_of_statement_is_told_once_with_what_it_did(filled: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert not list(plans.tell(_GIGS))
    told = capsys.readouterr().out
    # A sort by price asks for its one currency otherwise than the rest do: in what it counts, and in its page.
    expected = {"Sorted by price": 2, "Sorted by newest": 1, "Far down": 1, "What was meant": 1, "What may be typed": 1}
    assert {name: told.count(f"{name}, among") for name in expected} == expected
    assert told.count("ms,") > 40
    assert "gigs_searchentry" in told


def test_the_queries_are_of_every_class_and_the_same_each_time() -> None:
    asked = queries(catalogue_data.words())
    assert len(asked) >= 160
    assert asked == queries(catalogue_data.words())
    assert len({one.kind for one in asked}) == 9
    assert any(one.query.category and one.query.low_minor and one.query.attributes for one in asked)


def test_a_misspelt_word_is_one_letter_off() -> None:
    rnd = random.Random(1)
    for _ in range(50):
        wrong = searching._misspelt("logo translate", rnd)
        assert wrong.startswith("logo ")
        assert abs(len(wrong) - len("logo translate")) <= 1


def test_percentiles() -> None:
    values = list(range(1, 101))
    assert [timing.percentile(values, percent) for percent in (50, 95, 100)] == [51, 96, 100]


def test_sizes_are_named_or_both_are_made() -> None:
    assert parse(["catalogue"]).gigs == [100_000, 1_000_000]
    small = parse(["catalogue", "search", "deep", "--gigs", "2000"])
    assert (small.rows, small.gigs) == (["search", "deep"], [2_000])
    with pytest.raises(SystemExit):
        parse(["catalogue", "posting"])
