"""Small files that the demo's sellers deliver: real formats, a few kilobytes, the same for the same seed."""

import csv
import json
from collections.abc import Callable
from io import BytesIO, StringIO
from random import Random

from marketplace.demo.art.covers import draw_cover

_NAMES = ("Harbour", "Linden", "Sparrow", "Copper", "Meadow", "Lantern", "Juniper", "Pebble", "Cinder", "Willow")
_THINGS = ("mug", "lamp", "notebook", "scarf", "teapot", "basket", "candle", "stool", "apron", "tray")
_TOWNS = ("Porto", "Ghent", "Brno", "Cork", "Turku", "Graz", "Lyon", "Aarhus", "Tartu", "Bilbao")
_SENTENCES = (
    "We open at nine and close when the last guest has left.",
    "Every piece is made to order, so no two are the same.",
    "The way from the station takes eleven minutes on foot.",
    "If something breaks within a year, we mend it.",
    "Ask us about the blue one; it has a story.",
    "In winter the workshop smells of wood and oranges.",
)

File = tuple[str, bytes]


def sample_file(category_slug: str, seed: int) -> File:
    """A file name and its content for an order of this category. An unknown category raises KeyError."""
    rng = Random(f"file:{category_slug}:{seed}")  # noqa: S311 - sample text, not secrets
    return _MAKERS[category_slug](rng, seed)


def _design(rng: Random, seed: int) -> File:
    buffer = BytesIO()
    draw_cover("design", seed, size=(480, 360)).save(buffer, "PNG", optimize=True)
    return f"{rng.choice(_NAMES).lower()}-final-{seed}.png", buffer.getvalue()


def _product_texts(rng: Random, seed: int) -> File:
    rows = [["product", "description", "words"]]
    for name in rng.sample(_NAMES, 8):
        text = f"{name} {rng.choice(_THINGS)}. " + " ".join(rng.sample(_SENTENCES, 3))
        rows.append([name, text, str(len(text.split()))])
    return f"descriptions-{seed}.csv", _csv(rows)


def _translation(rng: Random, seed: int) -> File:
    lines = [f"{number}. {sentence}" for number, sentence in enumerate(rng.sample(_SENTENCES, 5), start=1)]
    notes = "Checked: names, numbers, dates.\nKept in the original: product names."
    return f"translation-{seed}.txt", ("\n".join(lines) + "\n\n" + notes + "\n").encode()


def _records(rng: Random, seed: int) -> File:
    rows = [["id", "name", "town", "since"]]
    rows += [[str(n), rng.choice(_NAMES), rng.choice(_TOWNS), str(rng.randint(1998, 2025))] for n in range(1, 41)]
    return f"records-clean-{seed}.csv", _csv(rows)


def _figures(rng: Random, seed: int) -> File:
    rows = [["month", "sales", "returns", "net"]]
    for month in range(1, 13):
        sales, returns = rng.randint(900, 4200), rng.randint(10, 160)
        rows.append([f"2026-{month:02d}", str(sales), str(returns), str(sales - returns)])
    return f"monthly-figures-{seed}.csv", _csv(rows)


def _captions(rng: Random, seed: int) -> File:
    texts = [f"{number}. {rng.choice(_SENTENCES)} #{rng.choice(_TOWNS).lower()}" for number in range(1, 9)]
    return f"captions-{seed}.txt", ("\n\n".join(texts) + "\n").encode()


def _keywords(rng: Random, seed: int) -> File:
    rows = [["term", "searches a month", "difficulty", "intent", "page"]]
    for thing in rng.sample(_THINGS, 9):
        intent = rng.choice(("know", "compare", "buy"))
        rows.append(
            [
                f"{thing} {rng.choice(_TOWNS).lower()}",
                str(rng.randint(4, 320) * 10),
                str(rng.randint(5, 70)),
                intent,
                f"/{thing}",
            ]
        )
    return f"keywords-{seed}.csv", _csv(rows)


def _subtitles(rng: Random, seed: int) -> File:
    blocks, start = [], 0.8
    for number, sentence in enumerate(rng.sample(_SENTENCES, 6), start=1):
        end = start + len(sentence) / 15
        blocks.append(f"{number}\n{_timestamp(start)} --> {_timestamp(end)}\n{sentence}\n")
        start = end + rng.uniform(0.2, 1.4)
    return f"captions-{seed}.srt", "\n".join(blocks).encode()


def _timestamp(seconds: float) -> str:
    whole, thousandths = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d},{thousandths:03d}"


def _suppliers(rng: Random, seed: int) -> File:
    rows = [["supplier", "town", "smallest order", "delivery in days", "checked"]]
    for name in rng.sample(_NAMES, 8):
        checked = f"2026-{rng.randint(1, 10):02d}-{rng.randint(1, 28):02d}"
        rows.append(
            [
                f"{name} {rng.choice(('Works', 'Mill', 'Supply'))}",
                rng.choice(_TOWNS),
                str(rng.randint(1, 40) * 5),
                str(rng.randint(3, 30)),
                checked,
            ]
        )
    return f"suppliers-{seed}.csv", _csv(rows)


def _bugs(rng: Random, seed: int) -> File:
    places = ("Sign-up", "Search", "Basket", "Check-out", "Profile", "Map")
    lines = ["Bug report", ""]
    for number, place in enumerate(rng.sample(places, 5), start=1):
        severity = rng.choice(("serious", "medium", "small"))
        lines += [
            f"{number}. {place} ({severity})",
            "   Steps: open the page, turn the phone, press back twice.",
            "   Expected: what was typed is kept.",
            f"   Actual: the form is empty, {rng.randint(2, 5)} of 5 attempts.",
            "",
        ]
    return f"bugs-{seed}.txt", "\n".join(lines).encode()


def _page(rng: Random, seed: int) -> File:
    title = f"{rng.choice(_NAMES)} {rng.choice(_THINGS)}"
    body = "".join(f"    <p>{sentence}</p>\n" for sentence in rng.sample(_SENTENCES, 3))
    html = (
        f'<!doctype html>\n<html lang="en">\n  <head><meta charset="utf-8"><title>{title}</title></head>\n'
        f"  <body>\n    <h1>{title}</h1>\n{body}  </body>\n</html>\n"
    )
    return f"fixed-page-{seed}.html", html.encode()


def _labels(rng: Random, seed: int) -> File:
    boxes = [
        {
            "image": f"{number:04d}.jpg",
            "label": rng.choice(("person", "pallet", "forklift")),
            "box": [rng.randint(0, 400), rng.randint(0, 300), rng.randint(20, 200), rng.randint(20, 160)],
        }
        for number in range(1, 31)
    ]
    return f"labels-{seed}.json", (json.dumps(boxes, indent=1) + "\n").encode()


def _csv(rows: list[list[str]]) -> bytes:
    text = StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


_MAKERS: dict[str, Callable[[Random, int], File]] = {
    "design": _design,
    "writing": _product_texts,
    "translation": _translation,
    "data-entry": _records,
    "spreadsheets": _figures,
    "social-media": _captions,
    "seo": _keywords,
    "audio-video": _subtitles,
    "virtual-assistance": _suppliers,
    "testing": _bugs,
    "web-fixes": _page,
    "ai-data": _labels,
}
