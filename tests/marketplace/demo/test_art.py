"""Covers, portraits and sample files: drawn, distinct, and the same each time."""

from datetime import date

import pytest

from marketplace.demo import people
from marketplace.demo.art.covers import COVER_SIZE, SCENES, draw_cover, encode_webp
from marketplace.demo.art.deliverables import sample_file
from marketplace.demo.art.palettes import PALETTES
from marketplace.demo.art.portraits import PORTRAIT_SIZE, draw_portrait
from marketplace.demo.content import categories

SLUGS = [category.slug for category in categories()]
SMALL = (240, 180)


def test_every_category_has_scenes_and_palettes() -> None:
    assert set(SCENES) == set(PALETTES) == set(SLUGS)
    assert all(len(scenes) >= 3 for scenes in SCENES.values())


@pytest.mark.parametrize("slug", SLUGS)
def test_twenty_covers_of_a_category_all_differ(slug: str) -> None:
    assert len({draw_cover(slug, seed, size=SMALL).tobytes() for seed in range(20)}) == 20


def test_a_cover_is_the_same_each_time_and_small() -> None:
    first, second = draw_cover("design", 7), draw_cover("design", 7)
    assert first.size == COVER_SIZE
    assert first.tobytes() == second.tobytes()
    assert len(encode_webp(first)) < 40_000


def test_portraits_differ_and_repeat() -> None:
    everyone = [*people.sellers(date(2026, 11, 21)), *people.buyers(date(2026, 11, 21))]
    assert len({person.portrait().tobytes() for person in everyone}) == 140
    assert draw_portrait(3).size == PORTRAIT_SIZE
    assert draw_portrait(3).tobytes() == draw_portrait(3).tobytes()


@pytest.mark.parametrize("slug", SLUGS)
def test_sample_files_are_small_and_repeat(slug: str) -> None:
    name, content = sample_file(slug, 4)
    assert name.rsplit(".", 1)[1] in {"csv", "txt", "png", "srt", "html", "json"}
    assert 100 < len(content) < 60_000
    assert sample_file(slug, 4) == (name, content)
    assert sample_file(slug, 5) != (name, content)
