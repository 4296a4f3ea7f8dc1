"""Catalogues of translations: brings them into step with the sources, compiles them, and says what is missing.

Without arguments writes `locale/`; with `--check` only complains, with code 1.
"""

from __future__ import annotations

import ast
import gettext
import re
import sys
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from gigs import starters  # noqa: E402 - found from the root

APPS = ("accounts", "gigs", "inbox", "marketplace", "orders", "payments")
_CATEGORIES = "gigs/starter_data/categories.toml"
# What staff begin with stands where it was written into each site; `marketplace.kernel.canned` says it.
_CANNED = {"gigs.migrations.0015_reviewing": "_CANNED", "orders.migrations.0011_cases": "_REASONS"}
_CONTEXT = (1, "c")
_KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), (_CONTEXT, 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), (_CONTEXT, 2, 3)),
}
_HEADER = """\
# How to translate: docs/translating.md. Written by `make messages`.
msgid ""
msgstr ""
{headers}

"""
_PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%|%[a-z]|\{\w*\}")
_TAG = re.compile(r"</?\w+|&\w+;")


class _Plain(Catalog):
    """A catalogue whose header depends on nothing but its language."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:  # type: ignore[override]
        return [
            ("Language", str(self.locale)),
            ("Plural-Forms", self.plural_forms),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
        ]


def shipped_languages() -> list[str]:
    """Those that need a catalogue: all but the one that the sources are written in."""
    return [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


def po_path(language: str) -> Path:
    return ROOT / "locale" / language / "LC_MESSAGES" / "django.po"


def extracted() -> Catalog:
    """Every text of templates, Python and shipped data, with the files where it stands."""
    found = Catalog()
    for path in sorted(_sources()):
        for message, context in _texts(path):
            found.add(message, locations=[(path.relative_to(ROOT).as_posix(), 0)], context=context)
    for name in sorted(_names_of_categories()):
        found.add(name, locations=[(_CATEGORIES, 0)], context="category")
    for text in sorted(_texts_of_starters()):
        found.add(text, locations=[(_CATEGORIES, 0)], context="starter")
    for name, texts in _CANNED.items():
        shipped = getattr(import_module(name), texts)
        for text in sorted({text for row in shipped for text in row[-2:]}):
            found.add(text, locations=[(f"{name.replace('.', '/')}.py", 0)], context="canned")
    return found


def _sources() -> Iterator[Path]:
    yield from (ROOT / "templates").rglob("*.html")
    yield from (ROOT / "templates").rglob("*.txt")
    for app in APPS:
        yield from (path for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts)


def _texts(path: Path) -> Iterator[tuple[str | tuple[str, ...], str | None]]:
    source = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        yield from _texts_of_python(source)
        return
    # What stands between the calls is crossed out, with the indentation of a page.
    calls = "\n".join(line.strip() for line in templatize(source, origin=str(path)).splitlines())
    for _line, message, _comments, context in extract("python", BytesIO(calls.encode()), _KEYWORDS):
        yield message, context


def _texts_of_python(source: str) -> Iterator[tuple[str | tuple[str, ...], str | None]]:
    """By its syntax: Babel's reader and xgettext do not look into f-strings."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _KEYWORDS:
            words = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            context = words.pop(0) if words and "p" in node.func.id.partition("gettext")[0] else None
            if words:
                yield (words[0], words[1]) if node.func.id.startswith(("ng", "npg")) else words[0], context


def _names_of_categories() -> set[str]:
    """What pages show of the tree that is shipped; `gigs/category_words.py` says it in the reader's language."""
    names = set()
    for category in starters.all_categories():
        names |= {category.name, category.description, *category.features}
        for attribute in category.attributes:
            names |= {attribute.name, *(name for _slug, name in attribute.values)}
    return names


def _texts_of_starters() -> set[str]:
    texts: set[str] = set()

    def note(text: str) -> str:
        texts.add(text)
        return text

    for category in starters.all_categories():
        for one in category.starters:
            starters.worded(one, note)
    return texts


def renewed(language: str, texts: Catalog) -> Catalog:
    """The texts with the translations that the language has for them."""
    known = _known(language)
    result = _Plain(locale=language, domain="django", fuzzy=False)
    for text in texts:
        if text.id:
            old = known.get(text.id, text.context)
            strings = old.string if old else ""
            flags = {"fuzzy"} if old and old.fuzzy else set()
            result.add(text.id, strings, sorted(text.locations), flags=flags, context=text.context)
    return result


def _known(language: str) -> Catalog:
    path = po_path(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def written(catalogue: Catalog) -> bytes:
    """The `.po` file: sorted, without lines and dates, so that changes are small to read."""
    body = BytesIO()
    write_po(body, catalogue, width=0, omit_header=True, sort_output=True, include_lineno=False)
    headers = "\n".join(f'"{name}: {value}\\n"' for name, value in catalogue.mime_headers)
    return _HEADER.format(headers=headers).encode() + body.getvalue().strip() + b"\n"


def compiled(catalogue: Catalog) -> bytes:
    """The `.mo` file: what is translated, and nothing else."""
    whole = _Plain(locale=catalogue.locale, domain="django", fuzzy=False)
    for message in catalogue:
        if message.id and is_translated(message) and not message.fuzzy:
            whole.add(message.id, message.string, context=message.context)
    result = BytesIO()
    write_mo(result, whole)
    return result.getvalue()


def write() -> int:
    texts = extracted()
    for language in shipped_languages():
        catalogue, path = renewed(language, texts), po_path(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(written(catalogue))
        path.with_suffix(".mo").write_bytes(compiled(catalogue))
        print(f"{language}: {len(catalogue)} texts, {sum(not is_translated(row) for row in catalogue)} to translate.")
    return 0


def check() -> int:
    texts = extracted()
    faults = [f"{language}: {fault}" for language in shipped_languages() for fault in faults_of(language, texts)]
    for fault in faults:
        print(fault)
    return 1 if faults else 0


def faults_of(language: str, texts: Catalog) -> Iterator[str]:
    """In words: what keeps this language from being whole."""
    path, catalogue = po_path(language), renewed(language, texts)
    if not path.exists() or path.read_bytes() != written(catalogue):
        yield "django.po is out of step with the sources; run make messages."
    if not path.with_suffix(".mo").exists() or _entries(path.with_suffix(".mo").read_bytes()) != _entries(
        compiled(catalogue)
    ):
        yield "django.mo is out of step with django.po; run make messages."
    for message in catalogue:
        if message.id and (fault := _fault(message)):
            yield f"{fault}: {message.id!r}"


def _entries(compiled_file: bytes) -> dict[object, str]:
    entries = gettext.GNUTranslations(BytesIO(compiled_file))._catalog  # type: ignore[attr-defined]
    return {key: text for key, text in entries.items() if key}


def _fault(message: Message) -> str:
    if message.fuzzy:
        return "fuzzy"
    if not is_translated(message):
        return "not translated"
    return "" if has_its_placeholders(message) else "placeholders or tags differ"


def is_translated(message: Message) -> bool:
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return not message.id or all(strings)


def has_its_placeholders(message: Message) -> bool:
    """Whether each translation holds what the English text holds; where only one is meant, the number may be a word."""
    if isinstance(message.id, str):
        return _marks(message.id) == _marks(str(message.string))
    singular, plural = map(_marks, message.id)
    first, *others = map(_marks, message.string)
    return first in (singular, plural, _less(plural)) and all(marks == plural for marks in others)


def _marks(text: str) -> Counter[str]:
    return Counter(_PLACEHOLDER.findall(text)) + Counter(_TAG.findall(text))


def _less(marks: Counter[str]) -> Counter[str]:
    """Without the numbers."""
    return Counter({mark: count for mark, count in marks.items() if mark not in {"%d", "%(count)s", "%(count)d"}})


if __name__ == "__main__":
    sys.exit(check() if "--check" in sys.argv else write())
