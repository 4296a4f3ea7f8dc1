"""Covers of gigs. The same category and seed give the same picture."""

from collections.abc import Callable
from io import BytesIO
from random import Random

from PIL import Image

from marketplace.demo.art import scenes_lists, scenes_screens, scenes_signals, scenes_words
from marketplace.demo.art.canvas import Canvas
from marketplace.demo.art.palettes import PALETTES, Palette

COVER_SIZE = (1200, 900)
_UNITS = (400.0, 300.0)

Scene = Callable[[Canvas, Palette, Random], None]

SCENES: dict[str, tuple[Scene, ...]] = {
    "design": (
        scenes_words.tiles,
        scenes_words.floating,
        scenes_words.pen_curve,
        scenes_words.swatches,
        scenes_words.mark,
    ),
    "writing": (
        scenes_words.page,
        scenes_words.pencil,
        scenes_words.two_sheets,
        scenes_words.quote,
        scenes_words.columns,
    ),
    "translation": (
        scenes_words.two_bubbles,
        scenes_words.facing_pages,
        scenes_words.globe,
        scenes_words.letter_tiles,
        scenes_words.text_lines_pair,
    ),
    "data-entry": (
        scenes_lists.check_list,
        scenes_lists.index_cards,
        scenes_lists.sorting,
        scenes_lists.keyboard,
        scenes_lists.form,
    ),
    "spreadsheets": (
        scenes_lists.bars,
        scenes_lists.heat_table,
        scenes_lists.line_chart,
        scenes_lists.donut,
        scenes_lists.stacked,
    ),
    "social-media": (
        scenes_screens.phone_post,
        scenes_screens.feed,
        scenes_screens.talk,
        scenes_screens.broadcast,
        scenes_screens.story_cards,
    ),
    "seo": (
        scenes_screens.results,
        scenes_screens.looking_glass,
        scenes_screens.podium,
        scenes_screens.site_map,
        scenes_screens.town_map,
    ),
    "audio-video": (
        scenes_signals.waveform,
        scenes_signals.play,
        scenes_signals.record,
        scenes_signals.microphone,
        scenes_signals.tracks,
        scenes_signals.captions,
    ),
    "virtual-assistance": (
        scenes_lists.calendar,
        scenes_lists.envelope,
        scenes_lists.clock,
        scenes_lists.route,
        scenes_lists.notes,
    ),
    "testing": (
        scenes_screens.devices,
        scenes_screens.beetle,
        scenes_screens.matrix,
        scenes_screens.contrast,
        scenes_screens.journey,
    ),
    "web-fixes": (
        scenes_screens.browser,
        scenes_screens.code,
        scenes_screens.out_of_place,
        scenes_screens.gauge,
        scenes_screens.toggles,
    ),
    "ai-data": (
        scenes_signals.boxes,
        scenes_signals.network,
        scenes_signals.clusters,
        scenes_signals.tagged_text,
        scenes_signals.comparison,
        scenes_signals.mosaic,
    ),
}


def draw_cover(category_slug: str, seed: int, *, size: tuple[int, int] = COVER_SIZE) -> Image.Image:
    """A cover, 4:3. Neighbouring seeds take different scenes and palettes. An unknown category raises KeyError."""
    scenes, palettes = SCENES[category_slug], PALETTES[category_slug]
    scene = scenes[seed % len(scenes)]
    # The turn is added so that a scene meets another palette each time it comes back.
    turn, place = divmod(seed, len(scenes))
    palette = palettes[(place * 2 + turn) % len(palettes)]
    canvas = Canvas(size, _UNITS, palette.ground)
    scene(canvas, palette, Random(f"{category_slug}:{seed}"))  # noqa: S311 - pictures, not secrets
    return canvas.finish()


def encode_webp(image: Image.Image, *, quality: int = 82) -> bytes:
    """The picture as WebP."""
    buffer = BytesIO()
    image.save(buffer, "WEBP", quality=quality, method=3)
    return buffer.getvalue()
