"""What people write in the catalogues of the bench: crafts with words of their own, and words that everybody uses.

A word's place in its list decides how often it is used (Zipf): one word alone is in some hundred gigs of a
million, or in two thirds of them. The same in every run.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import accumulate

_GENERAL = 20_000
_OF_A_CRAFT = 12
_STARTS = str.split("b bl br c ch cl cr d dr f fl g gl gr h j k l m n p pl pr qu r s sh sl sp st t th tr v w z")
_VOWELS = str.split("a e i o u ai ea ee oa ou")
_ENDS = str.split("n r t l k m st nd rk ll")
_SHORT = str.split("the a for your and you in to with of my is it on this that be or as are from will no so all")
_USUAL = str.split(
    "fast clean simple careful modern small professional custom friendly complete shop website business "
    "picture page product online today quick price list file text colour style original layout brand change "
    "report plan"
)

# By shipped category: three crafts in each, with words that only they use often; invented ones follow.
_CRAFTS = {
    "design": {
        "Logos": "logo emblem mark vector",
        "Banners": "banner header advert",
        "Stationery": "card flyer poster",
    },
    "writing": {
        "Articles": "article blog headline",
        "Descriptions": "description catalogue",
        "Letters": "letter speech",
    },
    "translation": {
        "Documents": "translate contract certificate",
        "Websites": "localise menu strings",
        "Proofreading": "proofread grammar",
    },
    "data-entry": {
        "Typing": "typing scan form",
        "Lists": "contacts leads",
        "Cleaning": "deduplicate columns",
    },
    "spreadsheets": {"Formulas": "excel formula pivot", "Dashboards": "dashboard chart", "Budgets": "budget invoice"},
    "social-media": {"Posts": "instagram caption", "Short clips": "reel tiktok", "Planning": "calendar hashtag"},
    "seo": {"Audits": "seo audit crawl", "Keywords": "keyword research", "Links": "backlink outreach"},
    "audio-video": {"Editing": "video cut trailer", "Podcasts": "podcast intro noise", "Voice": "voice narration"},
    "virtual-assistance": {"Inboxes": "inbox mail filter", "Travel": "travel booking", "Research": "research compare"},
    "testing": {"Apps": "app android test", "Websites": "usability browser", "Games": "game playtest bug"},
    "web-fixes": {"WordPress": "wordpress plugin theme", "Layout": "css responsive", "Speed": "python script speed"},
    "ai-data": {"Labels": "label annotate image", "Prompts": "prompt chatbot", "Transcripts": "transcript subtitle"},
}


@dataclass(frozen=True, slots=True)
class Craft:
    """A category of the lowest level. ``words``: the most used first."""

    parent: str
    slug: str
    name: str
    words: tuple[str, ...]


class Words:
    """``general``: the most used first."""

    def __init__(self) -> None:
        rnd, seen = random.Random(7), set(_USUAL)
        self.general = list(_USUAL)
        while len(self.general) < _GENERAL:
            if (word := _invented(rnd)) not in seen:
                seen.add(word)
                self.general.append(word)
        self.crafts = [
            _craft(parent, name, known.split(), rnd, seen)
            for parent, crafts in _CRAFTS.items()
            for name, known in crafts.items()
        ]
        self._general = list(accumulate(1 / (place + 3) ** 0.95 for place in range(_GENERAL)))
        self._topic = list(accumulate(1 / (place + 1) ** 0.6 for place in range(_OF_A_CRAFT)))
        self._size = list(accumulate(1 / (place + 2) ** 0.7 for place in range(len(self.crafts))))
        # Large and small crafts stand under every category.
        self._by_size = rnd.sample(self.crafts, len(self.crafts))

    def craft(self, rnd: random.Random) -> Craft:
        """One of them, the large ones more often."""
        return rnd.choices(self._by_size, cum_weights=self._size)[0]

    def largest(self) -> Craft:
        return self._by_size[0]

    def usual(self, rnd: random.Random, count: int) -> list[str]:
        return rnd.choices(self.general, cum_weights=self._general, k=count)

    def of(self, craft: Craft, rnd: random.Random, count: int) -> list[str]:
        return rnd.choices(craft.words, cum_weights=self._topic, k=count)

    def title(self, craft: Craft, rnd: random.Random) -> str:
        words = [*self.of(craft, rnd, 3), *self.usual(rnd, 3)]
        return f"I will {' '.join(words)}"[:80].strip()

    def description(self, craft: Craft, rnd: random.Random) -> str:
        """About sixty words in sentences, a third of them words that say nothing."""
        words = rnd.choices(_SHORT, k=20) + self.of(craft, rnd, 6) + self.usual(rnd, 34)
        rnd.shuffle(words)
        return " ".join(f"{' '.join(words[start : start + 12]).capitalize()}." for start in range(0, len(words), 12))


def _craft(parent: str, name: str, known: list[str], rnd: random.Random, seen: set[str]) -> Craft:
    words = list(known)
    while len(words) < _OF_A_CRAFT:
        if (word := _invented(rnd)) not in seen:
            words.append(word)
            seen.add(word)
    return Craft(parent, f"{parent}-{name.lower().replace(' ', '-')}", name, tuple(words))


def _invented(rnd: random.Random) -> str:
    syllables = rnd.choice((2, 2, 3))
    return "".join(rnd.choice(_STARTS) + rnd.choice(_VOWELS) for _ in range(syllables)) + rnd.choice(_ENDS)
