"""Contents of gigs as Hypothesis makes them: within the limits, with everything that a file could trip over."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import strategies as st

from accounts.contracts import WeeklyHours
from gigs import languages, limits
from gigs.contracts import ExtraContent, FaqEntry, GigContent, PackageContent
from gigs.services.content import clean_text
from orders.contracts import Question

# Sampled rather than drawn from all of Unicode, whose table alone takes seconds to make.
_SIGNS = [
    *"=+-@'\"`,;:|\\/\t\n#%&<>. 019azAZ",
    "\\n",
    "“",
    "–",
    "é",
    "ß",
    "ا",
    "字",
    "🙂",
    "👩‍💻",
    "\u200b",
    "\ufeff",
    "\u2028",
    "\x85",
]


def words(longest: int, shortest: int = 1, *, lines: bool = False) -> st.SearchStrategy[str]:
    """Text as the editor would keep it: no control characters, no blanks at its ends."""
    text = st.lists(st.sampled_from(_SIGNS), max_size=min(longest, 40)).map("".join).map(clean_text)
    plain = text if lines else text.map(lambda said: " ".join(said.split()))
    return plain.map(lambda said: said[:longest].strip()).map(
        lambda said: said if len(said) >= shortest else "a" * shortest
    )


def several(of: st.SearchStrategy[str], most: int) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(of, max_size=most, unique=True).map(tuple)


_PACKAGE = st.builds(
    PackageContent,
    name=words(30),
    price_minor=st.integers(500, 1_000_000),
    promised_minutes=st.integers(1, 43_200),
    revisions=st.integers(0, 20),
    features=st.lists(st.tuples(words(40), words(40, 0)), max_size=4).map(tuple),
    work_minutes=st.none() | st.integers(1, limits.WORK_MAX_MINUTES),
)
_EXTRA = st.builds(ExtraContent, words(60), st.integers(1, 10_000), st.integers(-10_000, 43_200))
_QUESTION = st.builds(
    Question,
    key=st.just(""),
    label=words(120),
    kind=st.sampled_from(["text", "choice", "file", "number", "link"]),
    required=st.booleans(),
    choices=several(words(60), 4),
    help=words(200, 0, lines=True),
    minimum=st.sampled_from(["", "1", "-2.5"]),
    maximum=st.sampled_from(["", "9"]),
    unit=words(20, 0),
)
_SPANS = st.lists(st.integers(0, 6), min_size=1, max_size=7, unique=True).map(
    lambda days: tuple((day, 540, 1020 + day) for day in sorted(days))
)
_CODES = [code for code, _name in languages.LANGUAGES]


def _numbered(questions: list[Question]) -> tuple[Question, ...]:
    return tuple(replace(question, key=f"q{number}") for number, question in enumerate(questions, 1))


def contents() -> st.SearchStrategy[GigContent]:
    return st.builds(
        GigContent,
        category_slug=st.sampled_from(["writing", "design"]),
        title=words(limits.TITLE_MAX, limits.TITLE_MIN),
        description=words(200, 0, lines=True),
        tags=several(words(30), 8),
        packages=st.lists(_PACKAGE, max_size=3).map(tuple),
        extras=st.lists(_EXTRA, max_size=3).map(tuple),
        faq=st.lists(st.builds(FaqEntry, words(120), words(100, lines=True)), max_size=3).map(tuple),
        questions=st.lists(_QUESTION, max_size=4).map(_numbered),
        checklist=several(words(80), 5),
        hours=st.none() | st.builds(WeeklyHours, st.sampled_from(["UTC", "Europe/Lisbon"]), _SPANS),
        currency=st.sampled_from(["EUR", "JPY", "KWD"]),
        asks_first=st.booleans(),
        licence=st.sampled_from(["commercial", "personal", "transfer"]),
        ai_use=st.sampled_from(["", "none", "assisted"]),
        preview=st.sampled_from(["open", "watermarked"]),
        ai_note=words(100, 0, lines=True),
        attributes=st.lists(st.sampled_from(["style:dry", "style:warm", "format:pdf"]), unique=True).map(
            lambda names: tuple(sorted(names))
        ),
        language=st.sampled_from(_CODES),
        languages=several(st.sampled_from(_CODES), 5),
        is_private=st.booleans(),
        queue_limit=st.none() | st.integers(1, limits.QUEUE_MAX),
        away_until=st.none() | st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
        quantity_discounts=st.sampled_from([(), ((2, 5),), ((5, 10), (10, 15))]),
    )
