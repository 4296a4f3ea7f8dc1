"""Languages in which gigs are written and work is done, and how PostgreSQL reads each of them."""

from __future__ import annotations

from django.utils.translation import get_language

from marketplace.kernel.languages import name_of

# ISO 639-1 code: text search configuration. "simple" knows no endings: for languages of which PostgreSQL has no stems.
CONFIGS: dict[str, str] = {
    "ar": "arabic",
    "bg": "simple",
    "bn": "simple",
    "cs": "simple",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "et": "simple",
    "fa": "simple",
    "fi": "finnish",
    "fr": "french",
    "he": "simple",
    "hi": "hindi",
    "hr": "simple",
    "hu": "hungarian",
    "id": "indonesian",
    "it": "italian",
    "ja": "simple",
    "ko": "simple",
    "lt": "lithuanian",
    "lv": "simple",
    "nb": "norwegian",
    "nl": "dutch",
    "pl": "simple",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sk": "simple",
    "sl": "simple",
    "sr": "serbian",
    "sv": "swedish",
    "th": "simple",
    "tr": "turkish",
    "uk": "simple",
    "vi": "simple",
    "zh": "simple",
}

LANGUAGES = sorted(((code, name_of(code)) for code in CONFIGS), key=lambda row: row[1])


def of_reader() -> str:
    """What a gig is probably written in by whoever reads this page: their language, English where gigs know none."""
    code = (get_language() or "en").partition("-")[0]
    return code if code in CONFIGS else "en"
