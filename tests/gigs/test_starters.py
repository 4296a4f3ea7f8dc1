"""Starters in the reader's language."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import translation

from gigs import starters
from gigs.bulk import writing
from gigs.models import Category
from gigs.selectors.categories import features_of, starter_groups


def test_a_starter_speaks_its_readers_language_and_so_does_the_gig_that_it_begins() -> None:
    with translation.override("es"):
        spanish = starters.starter("logo-cleanup")
    with translation.override("en"):
        english = starters.starter("logo-cleanup")
    assert spanish
    assert english
    assert (english.label, english.content.language) == ("Clean up a logo", "en")
    assert (spanish.label, spanish.content.language) == ("Limpiar un logo", "es")
    assert spanish.content.title == "Limpio tu logo y te entrego 4 archivos listos para usar"
    assert spanish.content.packages[0].features[:2] == (
        ("Formatos de archivo", "PNG, SVG"),
        ("Versiones de color", "1"),
    )
    assert spanish.content.questions[1].choices[0] == "Sitio web"
    prices = [[package.price_minor for package in one.content.packages] for one in (spanish, english)]
    assert prices[0] == prices[1]


def test_a_language_in_which_no_gig_can_be_written_leaves_the_texts_english() -> None:
    with translation.override("tlh"):
        found = starters.starter("logo-cleanup")
    assert found
    assert (found.label, found.content.language) == ("Clean up a logo", "en")


def test_a_gig_from_nothing_is_in_its_readers_language(as_seller: Client, categories: None) -> None:
    html = as_seller.get("/sell/gigs/new/?starter=none", headers={"accept-language": "es"}).content.decode()
    assert '<option value="es" selected>' in html


@pytest.mark.django_db
def test_lists_lines_and_examples_speak_it_too(categories: None) -> None:
    with translation.override("es"):
        groups = {group.slug: [one.label for one in group.starters] for group in starter_groups()}
        assert groups["design"] == ["Limpiar un logo", "Hacer un juego de banners"]
        assert features_of(Category.objects.get(slug="design"))[0] == "Formatos de archivo"
        assert {one.language for one in writing.examples()} == {"es"}


@pytest.mark.django_db
def test_lines_that_the_operator_wrote_stay(categories: None) -> None:
    Category.objects.filter(slug="design").update(features=["Hours of sun"])
    with translation.override("es"):
        assert features_of(Category.objects.get(slug="design")) == ["Hours of sun"]
