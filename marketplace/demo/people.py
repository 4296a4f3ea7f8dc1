"""The people of the demo: sixty sellers and eighty buyers, the same for the same seed."""

import tomllib
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, Literal

from PIL import Image

from marketplace.demo.art.portraits import Cut, draw_portrait

Standing = Literal["new", "rising", "proven", "top"]

_CONTENT = Path(__file__).parent / "content"
# The five sellers of a category in turn, so that every category has newcomers and old hands.
_STANDINGS: tuple[Standing, ...] = ("top", "proven", "rising", "proven", "new")
_MEMBER_DAYS: dict[Standing, tuple[int, int]] = {
    "top": (500, 1100),
    "proven": (240, 700),
    "rising": (70, 200),
    "new": (3, 30),
}
_ZONES = {
    "AT": "Europe/Vienna",
    "BE": "Europe/Brussels",
    "BG": "Europe/Sofia",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "CH": "Europe/Zurich",
    "CZ": "Europe/Prague",
    "DE": "Europe/Berlin",
    "DK": "Europe/Copenhagen",
    "EE": "Europe/Tallinn",
    "ES": "Europe/Madrid",
    "FI": "Europe/Helsinki",
    "FR": "Europe/Paris",
    "GB": "Europe/London",
    "GR": "Europe/Athens",
    "HR": "Europe/Zagreb",
    "HU": "Europe/Budapest",
    "IE": "Europe/Dublin",
    "IT": "Europe/Rome",
    "JP": "Asia/Tokyo",
    "LU": "Europe/Luxembourg",
    "LV": "Europe/Riga",
    "MX": "America/Mexico_City",
    "NL": "Europe/Amsterdam",
    "NO": "Europe/Oslo",
    "PL": "Europe/Warsaw",
    "PT": "Europe/Lisbon",
    "SE": "Europe/Stockholm",
    "SI": "Europe/Ljubljana",
    "SK": "Europe/Bratislava",
    "US": "America/Chicago",
}
_LANGUAGES = {
    "AT": "de",
    "BE": "nl",
    "BG": "bg",
    "BR": "pt",
    "CA": "fr",
    "CH": "de",
    "CZ": "cs",
    "DE": "de",
    "DK": "da",
    "EE": "et",
    "ES": "es",
    "FI": "fi",
    "FR": "fr",
    "GB": "en",
    "GR": "el",
    "HR": "hr",
    "HU": "hu",
    "IE": "en",
    "IT": "it",
    "JP": "ja",
    "LU": "fr",
    "LV": "lv",
    "MX": "es",
    "NL": "nl",
    "NO": "no",
    "PL": "pl",
    "PT": "pt",
    "SE": "sv",
    "SI": "sl",
    "SK": "sk",
    "US": "en",
}
# How somebody of that name may plausibly look; only so that nobody stumbles over a portrait.
# fmt: off
_SHORT_HAIRED = frozenset({
    "adam", "aaron", "andrei", "bastian", "björn", "caspar", "connor", "daan", "daniel", "david", "diederik",
    "erik", "ewan", "felix", "filip", "gabriel", "hamish", "henrik", "hugo", "ivo", "jan", "jonas", "jānis",
    "karel", "konrad", "kristjan", "lars", "leo", "luc", "ludovic", "marcus", "marek", "martin", "matteo", "mihai",
    "milan", "moritz", "nikos", "noah", "oliver", "oscar", "oskar", "otto", "owen", "pablo", "pavel", "piotr",
    "quentin", "raj", "rui", "sam", "samuel", "sean", "stefan", "tim", "tom", "tomáš", "umberto", "victor",
    "viktor", "vincent", "walter", "yannis", "yusuf", "zoran",
})
# fmt: on
_SKINS: dict[str, tuple[int, int]] = {
    "grace-mwangi": (5, 7),
    "priya-raman": (4, 5),
    "raj-menon": (4, 6),
    "chloe-baptiste": (4, 6),
    "elif-aydin": (1, 3),
    "mei-chua": (1, 2),
    "yuki-tanabe": (0, 1),
    "pablo-cardenas": (3, 4),
    "daniel-costa": (2, 5),
    "samuel-osei": (5, 7),
    "nadia-haddad": (2, 4),
    "yara-haddad": (2, 3),
    "leila-amrani": (2, 4),
    "hana-suzuki": (0, 1),
    "beatriz-ramos": (2, 5),
    "ximena-torres": (2, 4),
    "yusuf-demir": (1, 3),
    "aaron-blake": (3, 7),
    "wendy-carter": (1, 6),
    "victor-lambert": (0, 5),
}
_USUAL_SKINS = (0, 2)
_SCARVES = frozenset({"leila-amrani", "elif-aydin"})


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the demo. `zone` is an IANA name, `country` an ISO 3166 code, languages are ISO 639 codes."""

    handle: str
    name: str
    country: str
    city: str
    zone: str
    languages: tuple[str, ...]
    member_since: date
    portrait_seed: int

    @property
    def email(self) -> str:
        """An address that can never be delivered to (RFC 2606)."""
        return f"{self.handle}@demo.example"

    @property
    def cut(self) -> Cut:
        if self.handle in _SCARVES:
            return "scarf"
        return "short" if self.name.split()[0].lower() in _SHORT_HAIRED else "long"

    def portrait(self) -> Image.Image:
        """The person's picture, 256 x 256."""
        skins = _SKINS.get(self.handle, _USUAL_SKINS)
        return draw_portrait(self.portrait_seed, cut=self.cut, skins=skins, dark_hair=self.handle in _SKINS)


@dataclass(frozen=True, slots=True)
class Seller(Person):
    category: str
    standing: Standing
    headline: str
    bio: str
    skills: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Buyer(Person):
    occupation: str


@cache
def sellers(today: date, seed: int = 1) -> tuple[Seller, ...]:
    """Sixty sellers, five per category; `today` bounds how long they can have been members."""
    return tuple(_seller(number, row, today, seed) for number, row in enumerate(_rows("sellers.toml", "seller")))


@cache
def buyers(today: date, seed: int = 1) -> tuple[Buyer, ...]:
    """Eighty buyers."""
    return tuple(_buyer(number, row, today, seed) for number, row in enumerate(_rows("buyers.toml", "buyer")))


def _rows(name: str, key: str) -> list[Any]:
    with (_CONTENT / name).open("rb") as file:
        rows: list[Any] = tomllib.load(file)[key]
    return rows


def _seller(number: int, row: dict[str, Any], today: date, seed: int) -> Seller:
    standing = _STANDINGS[number % len(_STANDINGS)]
    return Seller(
        handle=row["handle"],
        name=row["name"],
        country=row["country"],
        city=row["city"],
        zone=row["zone"],
        languages=tuple(row["languages"]),
        member_since=_since(f"{seed}:{row['handle']}", today, _MEMBER_DAYS[standing]),
        portrait_seed=number,
        category=row["category"],
        standing=standing,
        headline=row["headline"],
        bio=row["bio"],
        skills=tuple(row["skills"]),
    )


def _buyer(number: int, row: list[str], today: date, seed: int) -> Buyer:
    name, country, city, occupation = row
    handle = handle_of(name)
    own = _LANGUAGES[country]
    return Buyer(
        handle=handle,
        name=name,
        country=country,
        city=city,
        zone=_ZONES[country],
        languages=(own,) if own == "en" else (own, "en"),
        member_since=_since(f"{seed}:{handle}", today, (5, 900)),
        portrait_seed=1000 + number,
        occupation=occupation,
    )


def _since(key: str, today: date, days: tuple[int, int]) -> date:
    return today - timedelta(days=Random(key).randint(*days))  # noqa: S311 - a story, not a secret


def handle_of(name: str) -> str:
    """A handle in plain letters: "Björn Aasen" is bjorn-aasen."""
    spelled = name.lower().replace("ø", "o").replace("ł", "l").replace("'", "")
    plain = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()
    return "-".join(plain.split())
